"""Comparing a metric on the same cases of two trees: pure functions over plain sequences."""
