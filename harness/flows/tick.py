"""A tick: how a rollout stands is looked up once, and what follows for git and for the record is done once."""

import asyncio
from collections.abc import Callable, Mapping
from typing import NamedTuple

from harness.adapters.clock import SystemClock
from harness.adapters.commits import commit_file
from harness.adapters.gateway_client import GatewayClient
from harness.adapters.git import Git
from harness.adapters.signing import PublicKey
from harness.content.environments import path_of
from harness.content.rollouts import read_rollout
from harness.core.delivery import Deployment
from harness.core.environment import SELF_SERVED, Environment
from harness.core.errors import ContentError, UnavailableError, UsageError
from harness.core.jsons import Json
from harness.core.rollout import Desired, Rollout
from harness.core.urls import url_problem
from harness.flows.ci import run_url
from harness.flows.delivery import Delivered, Fate, Way, deliver, delivery_of, newest
from harness.flows.desired import Wanted
from harness.flows.environments import Entry, environments, history, named, since
from harness.flows.kept_rollouts import step
from harness.flows.promote import Edit, Place, recall
from harness.flows.release import commit_of
from harness.flows.trees import World
from harness.release.canary import desired_of
from harness.release.words import Word, due, word_of
from harness.report.text import one_line

KEY = "HARNESS_GATEWAY_KEY"
"""The variable with a manager's key of the gateway."""


class Ticking(NamedTuple):
    """What is ticked, and what may be done about it."""

    name: str
    """Of the environment."""
    way: Way | None = None
    """Where a rollback goes; None for the branch that is checked out, which then says what is wanted."""
    record: bool = False
    """Whether the forge is told."""
    abort: str = ""
    """Why its rollout is to end now; empty for no such wish."""


class Ticked(NamedTuple):
    """How an environment stands, and what was done about it."""

    release: str
    """All 64 digits of what git wants; empty for nothing."""
    word: Word
    recalled: tuple[Edit, Delivered] | None = None
    """The rollback that was written into git."""


class Pace(NamedTuple):
    """How long somebody watches."""

    every: float
    """Seconds between two ticks."""
    lasts: float
    """Seconds."""


class _View(NamedTuple):
    """What whoever serves says of itself."""

    rollout: Rollout
    holding: str


class _At(NamedTuple):
    """What git says at a commit."""

    place: Place
    environment: Environment
    entries: tuple[Entry, ...]
    """Newest first."""


async def tick(world: World, key: PublicKey, ticking: Ticking) -> Ticked:
    """Look how a rollout stands, and do what follows; done twice, or by two at once, it is done once.

    Raises:
        UnavailableError: Whoever serves does not answer, or the remote or the forge refuses.
        UsageError: There is no such environment, or nobody knows where it is served.
        RefusedError: It was aborted, and there is nothing to go back to.
        UnprovenError: What git names is not proven, for a target that is told.
    """
    base = newest(world, ticking.way) if ticking.way else commit_of(world, "HEAD")
    environment = named(environments(world, base), ticking.name)
    entries = tuple(history(world, ticking.name, base))
    at = _At(Place(world, base), environment, entries)
    desired = desired_of(environment, len(entries))
    if environment.target.kind == "gateway":
        view = await _asked(environment, desired, ticking, world.environ)
    elif environment.target.kind in SELF_SERVED:
        return Ticked(environment.release, Word("", "whoever serves it reads its file by itself", over=True))
    elif not environment.release:
        return Ticked("", Word("", "it runs nothing yet", over=True))
    else:
        if ticking.abort:
            raise UsageError(f"the target of {environment.name} cannot be asked to abort", hint="roll it back")
        stood = await step(world, key, Wanted(base, environment, desired), ticking.way.remote if ticking.way else "")
        if stood is None:
            return Ticked(environment.release, Word("", "another tick was faster"))
        view = _View(stood, "")
    word = word_of(desired, view.rollout, view.holding)
    try:
        recalled = _recalled(at, key, ticking.way, word) if word.recall else None
    finally:
        if ticking.record:
            _record(at, word)
    return Ticked(environment.release, word, recalled)


async def watch(world: World, key: PublicKey, ticking: Ticking, pace: Pace, tell: Callable[[Ticked], None]) -> Ticked:
    """Tick until nothing more is to be waited for, or the time is up; an outage of whoever serves is waited out.

    Raises:
        UnavailableError: It lasts to the end.
    """
    clock = SystemClock()
    began = clock.elapsed()
    while True:
        late = clock.elapsed() - began + pace.every > pace.lasts
        try:
            found = await tick(world, key, ticking)
        except UnavailableError:
            if late:
                raise
        else:
            tell(found)
            if found.word.over or late:
                return found
        ticking = ticking._replace(abort="")
        await asyncio.sleep(pace.every)


async def _asked(environment: Environment, desired: Desired, ticking: Ticking, environ: Mapping[str, str]) -> _View:
    """Return how a gateway says that it stands, aborted first where that is wished."""
    gateway = _gateway(environment, environ)
    if ticking.abort and not await gateway.abort(one_line(ticking.abort), desired.generation):
        hint = "run it again, or `harness rollback`"
        raise UnavailableError("the gateway has no rollout of this state of git to end", hint=hint)
    view = _view(await gateway.look())
    if view.rollout.environment != environment.name:
        what = f"the gateway serves {view.rollout.environment}, and not {environment.name}"
        raise UsageError(what, hint="look at `target:` in the environment's file")
    return view


def _gateway(environment: Environment, environ: Mapping[str, str]) -> GatewayClient:
    target = environment.target
    url = target.url or environ.get(target.url_from, "")
    if not url:
        lack = f"the variable `{target.url_from}` is empty" if target.url_from else "its file names no URL"
        raise UsageError(f"nobody knows where {environment.name} is served: {lack}", hint="say it under `target:`")
    if wrong := url_problem(url):
        raise UsageError(f"the URL of the gateway of {environment.name} {wrong}", where=environment.target_origin)
    return GatewayClient(url, environ.get(KEY, "").strip())


def _view(said: Json) -> _View:
    """Return what a gateway answers.

    Raises:
        UnavailableError: It is nothing that a gateway of this harness answers.
    """
    if not isinstance(said, dict):
        raise UnavailableError("the gateway does not answer as one")
    try:
        rollout = read_rollout(said.get("rollout"), "the gateway's answer")
    except ContentError as fault:
        raise UnavailableError(f"the gateway does not answer as one: {fault.what}") from None
    holding = said.get("holding")
    return _View(rollout, one_line(holding) if isinstance(holding, str) else "")


def _recalled(at: _At, key: PublicKey, way: Way | None, word: Word) -> tuple[Edit, Delivered]:
    """Write into git that the release is taken back, with the evidence as the reason."""
    world, base = at.place
    edit = recall(at.place, key, at.environment.name, word.why, SystemClock())
    if way:
        return edit, deliver(world, way, base, edit)
    commit = commit_file(Git(world.root), path_of(edit.name), edit.data, edit.message)
    return edit, Delivered(Fate.PUSHED, commit)


def _record(at: _At, word: Word) -> None:
    """Tell the forge how the deployments of an environment stand."""
    environment, environ = at.environment, at.place.world.environ
    first = since(at.entries)
    generation = len(at.entries) - at.entries.index(first)
    now = Deployment(environment.name, environment.release, generation, first.version.commit, word.state, word.why)
    quarantined = {one.release: one.reason for one in environment.quarantine}
    with delivery_of(environ) as forge:
        for one in due(forge.deployments(environment.name), now, quarantined):
            known = one if one.id else one._replace(id=forge.deploy(one))
            forge.tell(known, url=run_url(environ))
