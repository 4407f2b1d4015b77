"""The rules: what was measured, under a policy, becomes checks; the worst check is the verdict."""
