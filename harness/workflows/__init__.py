"""Workflow files of GitHub as values: what they say, which events start them, and what their expressions come to."""
