"""Workflow files: what they say, what becomes of them, and what no change of them may do."""
