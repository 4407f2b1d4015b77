"""Tests of the suites room."""
