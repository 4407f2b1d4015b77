"""A rehearsal of workflow files: a server in a folder, with the refs and settings that GitHub would have."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from harness.adapters.git import Git
from harness.core.errors import UsageError
from harness.flows.trees import World
from harness.flows.workflow_actions import ACTIONS
from harness.flows.workflow_files import environments
from harness.flows.workflow_host import Host, RunReport, TokenMaker
from harness.flows.workflows import run_event
from harness.workflows.contexts import Site
from harness.workflows.events import Event

NOWHERE = "http://localhost:9"
"""Where nobody answers: a rehearsal speaks to no forge unless GITHUB_API_URL names one."""


def rehearse(world: World, event: Event, scratch: Path, token: TokenMaker) -> Iterator[RunReport]:
    """Yield what becomes of each workflow that an event starts, in a repository as it is committed here.

    Secrets are invented: each says which one it stands for. The default branch declares the environments.

    Raises:
        UsageError: The event names a commit that is not here.
    """
    git = Git(world.root)
    default = event.default or git.commit("HEAD")
    if not default:
        raise UsageError("nothing is committed yet", hint="commit the workflow files, then rehearse")
    served = _serve(git, event, scratch / "server.git", default)
    declared = environments(served.tree(default, default))
    host = Host(
        served,
        scratch,
        token,
        ACTIONS,
        site=_site(world.environ, event),
        path=world.environ.get("PATH", ""),
        environments=declared,
        secrets={name: {secret: f"stand-in for {secret}" for secret in one.secrets} for name, one in declared.items()},
    )
    yield from run_event(host, replace(event, default=default))


def _site(environ: Mapping[str, str], event: Event) -> Site:
    repository = event.fact("repository", "full_name") or Site().repository
    return Site(repository, api=environ.get("GITHUB_API_URL", NOWHERE))


def _serve(git: Git, event: Event, place: Path, default: str) -> Git:
    """Return a copy of a repository in which the refs of the event stand where it says."""
    git.run("clone", "--quiet", "--bare", "--shared", str(git.root.resolve()), str(place))
    served = Git(place)
    number, head = event.fact("pull_request", "number"), event.fact("pull_request", "head", "sha")
    refs = {f"refs/heads/{event.default_branch}": default}
    if number and head:
        refs |= {f"refs/pull/{number}/head": head, f"refs/pull/{number}/merge": event.merged or head}
    for ref, commit in refs.items():
        if not served.commit(commit):
            raise UsageError(f"the event names the commit {commit}, which is not here", hint="run `git fetch`")
        served.run("update-ref", ref, commit)
    return served
