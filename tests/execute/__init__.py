"""Tests of the execute room."""
