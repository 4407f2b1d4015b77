"""Tests of the pure part of the gateway."""
