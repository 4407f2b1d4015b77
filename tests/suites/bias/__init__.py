"""Tests of the bias suite."""
