"""What a change touches: trials and their keys, pairs and their digests, the estimate before a call."""
