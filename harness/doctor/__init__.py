"""Whether a repository's settings and files let the gate do its work."""
