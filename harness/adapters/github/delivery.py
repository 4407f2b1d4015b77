"""GitHub as the record of deliveries: deployments with their statuses, and pull requests of the bot's own."""

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from harness.adapters.github.careful import Careful
from harness.adapters.github.client import Client
from harness.core.delivery import Deployment, DeploymentState, Proposal, Requested

TASK = "harness"
"""By which our deployments are told from those of others."""
NEWEST = 10
"""Deployments of an environment that are looked at; older ones are history."""
LONGEST = 140
"""Characters of what a status says."""
_STATES: Mapping[str, DeploymentState] = {
    "in_progress": "in_progress",
    "success": "success",
    "failure": "failure",
    "inactive": "inactive",
}


class GitHubDelivery:
    """See `ports.Delivery`."""

    def __init__(self, client: Client) -> None:
        """Take who asks."""
        self._client = client
        self._careful = Careful(client)

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    def deployments(self, environment: str) -> Sequence[Deployment]:
        """Return the newest deployments of ours into an environment, newest first."""
        listed = self._careful.read(
            "reading the deployments", "repos.list_deployments", environment=environment, task=TASK
        )
        return [self._deployment(one) for one in islice(listed, NEWEST) if _says(one)]

    def _deployment(self, found: Mapping[str, Any]) -> Deployment:
        said = found["payload"]
        told = self._careful.read("reading a deployment", "repos.list_deployment_statuses", found["id"])
        last = next(iter(told), {"state": "", "description": ""})
        state: DeploymentState = _STATES.get(last["state"], "")
        return Deployment(
            environment=found["environment"],
            release=said["release"],
            generation=said["generation"],
            commit=found["sha"],
            state=state,
            why=last["description"] or "",
            id=found["id"],
        )

    def deploy(self, deployment: Deployment) -> int:
        """Tell of a new deployment, and return its id."""
        made: list[int] = []
        told = {"release": deployment.release, "generation": deployment.generation}

        def make() -> None:
            found = self._client.call(
                "repos.create_deployment",
                deployment.commit,
                environment=deployment.environment,
                task=TASK,
                auto_merge=False,
                required_contexts=[],
                payload=told,
            )
            made.append(found["id"])

        def stands() -> bool:
            same = [one.id for one in self.deployments(deployment.environment) if _same(one, deployment)]
            made.extend(same)
            return bool(same)

        self._careful.make("telling of a deployment", make, stands)
        return made[0]

    def tell(self, deployment: Deployment, *, url: str = "") -> None:
        """Say how a deployment stands: its state, and why."""
        self._careful.write(
            "telling of a deployment",
            "repos.create_deployment_status",
            deployment.id,
            deployment.state,
            description=deployment.why[:LONGEST],
            log_url=url,
        )

    def requests(self, branch: str, onto: str) -> Sequence[Requested]:
        """Return the pull requests of a branch of this repository onto another, newest first."""
        owner = self._client.slug.partition("/")[0]
        found = self._careful.read(
            "reading the pull requests", "pulls.list", state="all", head=f"{owner}:{branch}", base=onto
        )
        return [_request(one) for one in found]

    def propose(self, proposal: Proposal, *, over: int = 0) -> int:
        """Open a pull request, or write another one anew if `over` is its number; return the number."""
        if over:
            self._careful.write(
                "writing the pull request", "pulls.update", over, title=proposal.title, body=proposal.body
            )
            return over
        made: list[int] = []
        said = {"head": proposal.branch, "base": proposal.onto, "title": proposal.title, "body": proposal.body}

        def make() -> None:
            made.append(self._client.call("pulls.create", **said)["number"])

        def stands() -> bool:
            made.extend(one.number for one in self.requests(proposal.branch, proposal.onto) if one.is_open)
            return bool(made)

        self._careful.make("opening the pull request", make, stands)
        return made[0]


def _says(found: Mapping[str, Any]) -> bool:
    """Return whether a deployment says what ours say; anybody may have made it."""
    said = found["payload"]
    return (
        isinstance(said, Mapping) and isinstance(said.get("release"), str) and isinstance(said.get("generation"), int)
    )


def _same(one: Deployment, other: Deployment) -> bool:
    return (one.release, one.generation) == (other.release, other.generation)


def _request(found: Mapping[str, Any]) -> Requested:
    return Requested(
        found["number"], found["head"]["sha"], found["title"], found["body"] or "", is_open=found["state"] == "open"
    )
