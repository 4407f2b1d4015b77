"""Suites: the families of cases beyond plain regression, as pure functions over values."""
