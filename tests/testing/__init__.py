"""Cases as tests, and the gate in tests of one's own."""
