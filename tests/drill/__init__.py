"""Tests of the drill's edits."""
