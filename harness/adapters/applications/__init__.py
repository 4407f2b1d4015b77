"""The user's own application in place of a model: behind an HTTP endpoint, or as a Python function."""
