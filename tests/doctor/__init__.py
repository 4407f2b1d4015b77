"""The doctor: settings and files of a repository on a fake GitHub, right or broken in one place."""
