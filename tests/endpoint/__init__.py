"""An OpenAI-compatible server that fails on purpose: how the harness meets the network in the tests.

`launch.endpoint()` starts one and stops it. A request goes through these files, which are pure but for the
last four: `wire` reads its bytes, `rules` refuses it if it is malformed, `protocol` answers it, `faults` says what
goes wrong at random and `modes` what on purpose, `decide` joins these to one reply, `delivery` says how that leaves;
`ledger` counts, `state` is shared by all connections, and `connection` and `server` are the sockets and the process.
"""
