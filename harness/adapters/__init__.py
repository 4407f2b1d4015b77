"""The world outside: files, git, data, models, the clock; each behind a port."""
