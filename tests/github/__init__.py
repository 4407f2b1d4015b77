"""A GitHub that keeps its contract, for tests: real sockets on this machine, a real git repository behind them.

    with github(tmp_path) as hub:
        # git clone {hub.remote}, push branches main and topic
        hub.open_pull_request("topic", "main", "ada")
        token = hub.token({"checks": "write", "pull_requests": "write"}, app="harness-gate")
        ...  # a client of hub.world.url
        assert hub.violations == []

A request goes through these files: `server` reads it, `faults` says whether something goes wrong with it, `fake` finds
its operation in the `contract`, `permissions` says whether its token may, and a room serves it: `applications`,
`attestations`, `checks`, `contents`, `deployments`, `issues`, `objects`, `pulls`, `refs`, `scanning`, `settings` or
`workflows`, registered by `routing`, over the `world` and its `repository`. `views` and `instance` make the answer,
which `contract` checks as it did the request. `people` is what is done by git and by the browser, and `payloads` the
events that follow. `contract.json` is cut by `cut` from GitHub's own description.

It needs git 2.38 or newer, for merging without a working tree.
"""
