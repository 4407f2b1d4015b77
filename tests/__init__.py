"""The tests: each a sentence that can fail."""
