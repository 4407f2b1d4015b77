"""Tests of the readers of other tools' result files."""
