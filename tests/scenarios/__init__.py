"""The specification: what the gate must say to each kind of change, through the real command on real repositories."""
