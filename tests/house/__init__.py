"""The house itself: its bootstrap, its locks, its tasks and its drawing."""
