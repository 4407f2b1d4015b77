"""The strict readers: what they take, and what they say to everything else."""
