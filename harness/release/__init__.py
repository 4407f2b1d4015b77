"""The release, and which environment may run it: pure decisions."""
