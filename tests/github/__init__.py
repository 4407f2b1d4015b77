"""A GitHub that keeps its contract, for tests: real sockets, a real git repository, nobody's network."""
