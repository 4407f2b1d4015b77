"""Speed, measured as whole processes: `make bench` prints each figure with its bound; nothing here is a test."""
