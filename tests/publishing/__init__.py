"""From a push to a comment and a check: the real command, over real git, against GitHub's own contract."""
