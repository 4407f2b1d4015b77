"""Injection: attacks in places that an application reads, written in ways that hide them."""
