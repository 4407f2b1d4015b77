"""Tests of releases, and of the environments that run them."""
