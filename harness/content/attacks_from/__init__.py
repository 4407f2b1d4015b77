"""The result files of other tools, read for the attacks in them; their verdicts are left to them."""
