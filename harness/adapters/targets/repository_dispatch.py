"""A target behind GitHub: told by an event that starts the workflows of a repository."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import closing

from harness.adapters.github import Account, Client
from harness.adapters.github.client import RefusedError, UnsureError
from harness.core.call import CallError
from harness.core.environment import Target
from harness.core.errors import UnavailableError
from harness.core.jsons import Json
from harness.core.rollout import Rollout

EVENT = "harness-rollout"
"""`types:` under `on: repository_dispatch:`."""


class RepositoryDispatch:
    """See `ports.Target`; the repository, and as whom it is asked, are those of the job."""

    def __init__(self, place: Target, environ: Mapping[str, str]) -> None:
        """Take the surroundings that say which repository."""
        self._place = place
        self._environ = environ

    def problems(self) -> Sequence[str]:
        """Return what is wrong with the place; see `ports.Target`."""
        given = self._place != Target(self._place.kind)
        return (
            ["a repository is told by its own name and token: drop `url`, `url_from` and `key_from`"] if given else []
        )

    async def apply(self, rollout: Rollout, said: Json) -> None:
        """Tell it how a rollout stands; see `ports.Target`."""
        names = ("GITHUB_REPOSITORY", "GITHUB_TOKEN")
        if missing := [name for name in names if not self._environ.get(name)]:
            raise UnavailableError(f"the environment has no `{missing[0]}`", hint="run it in a job, or set it")
        url = self._environ.get("GITHUB_API_URL")
        account = Account(*(self._environ[name] for name in names), **({"url": url} if url else {}))
        key = f"{rollout.environment}/{rollout.generation}/{rollout.moves}"
        await asyncio.to_thread(_dispatch, account, {"rollout": said, "key": key})


def _dispatch(account: Account, payload: Mapping[str, Json]) -> None:
    with closing(Client(account)) as client:
        try:
            client.call("repos.create_dispatch_event", EVENT, client_payload=dict(payload))
        except RefusedError as refused:
            raise CallError(f"GitHub refuses it: {refused}", fatal=True) from None
        except UnsureError as unsure:
            raise CallError(f"nobody knows whether GitHub took it: {unsure}", retry=True) from None
