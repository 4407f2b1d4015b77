"""Environments, secrets and tokens: who can reach the keys by which the gate asks, and speaks."""

from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import NamedTuple

from harness.core.diagnosis import Diagnosis, State
from harness.core.settings import Kept, Known, Place, TokenDefaults, Unknown
from harness.core.words import named
from harness.doctor.unread import unread

APP_KEY = "LLM_GATE_APP_KEY"
"""By which the verdict is spoken: whoever has it can post the check."""
APP_ID = "LLM_GATE_APP_ID"
_SIGNING = frozenset({"HARNESS_SIGNING_KEY"})
"""Without it nothing becomes a release."""
_SPARED = frozenset({"GATEWAY_URL", "HARNESS_GATEWAY_KEY", "LLM_RELEASE_APP_ID", "LLM_RELEASE_APP_KEY"})
"""What deliveries can do without."""


class Declared(NamedTuple):
    """An environment as .github/environments.yaml asks for it."""

    name: str
    branches: tuple[str, ...]
    reviewers: bool
    secrets: frozenset[str]
    variables: frozenset[str]


class Found(NamedTuple):
    """An environment as it is."""

    place: Known[Place | None]
    """None where there is none."""
    kept: Kept


def needed(declared: Iterable[Declared], *, delivers: bool) -> Iterator[Declared]:
    """Yield the environments that are needed, with what they must hold.

    Args:
        declared: All of them.
        delivers: Whether the repository has environments that run releases: without, nobody signs for one.
    """
    spared = _SPARED if delivers else _SPARED | _SIGNING
    for one in declared:
        left = one._replace(secrets=one.secrets - spared, variables=one.variables - spared)
        if delivers or left.secrets or not one.secrets:
            yield left


def app_of(*kept: Kept, told: str) -> Known[int]:
    """Return the App that the gate speaks as, 0 for none.

    Args:
        kept: What the job is given, the nearest first.
        told: What stands in for what cannot be read.
    """
    for one in kept:
        if isinstance(one.variables, Unknown):
            return _number(told) if told else one.variables
        if value := one.variables.get(APP_ID):
            return _number(value)
    return 0


def _number(text: str) -> Known[int]:
    return int(text) if text.isascii() and text.isdecimal() else Unknown(f"the App's number as {APP_ID}, not `{text}`")


def of_place(declared: Declared, found: Found, *, branch: str, app: bool) -> Iterator[Diagnosis]:
    """Yield what an environment comes to.

    Args:
        declared: What it should be.
        found: What it is.
        branch: The default branch.
        app: Whether the gate speaks as an App of its own.
    """
    about, place = f"environment {declared.name}", found.place
    if isinstance(place, Unknown):
        yield unread(about, place)
        return
    if place is None:
        risk = "the gate finds no key there; its first run makes the environment, open to every branch"
        yield Diagnosis(about, State.BROKEN, "it does not exist", risk, "make it in the settings under Environments")
        return
    yield _entered(about, declared, place, branch)
    if declared.reviewers:
        yield _reviewed(about, place)
    yield _kept(about, declared, found.kept, app=app)


def _entered(about: str, declared: Declared, place: Place, branch: str) -> Diagnosis:
    if place.branches is not None and not any(fnmatchcase(branch, one) for one in place.branches):
        what = f"jobs of `{branch}` may not enter, only those of {named(place.branches) or 'no branch'}"
        return Diagnosis(about, State.BROKEN, what, "the check could never pass", f"let `{branch}` in")
    extra = ["any"] if place.branches is None else sorted(set(place.branches) - set(declared.branches or (branch,)))
    if not extra or not declared.branches:
        return Diagnosis(about, State.OK, f"only {named(place.branches or ('any branch',))} may enter")
    what = f"jobs of {'any branch' if place.branches is None else named(extra)} may enter"
    remedy = f"let only {named(declared.branches)} in, by name: Deployment branches, Selected branches"
    speaks = APP_KEY in declared.secrets
    gain = "take the App's key and post the check as passed" if speaks else "read the keys that it holds"
    return Diagnosis(about, State.BROKEN if speaks else State.WEAKER, what, f"who can push a branch can {gain}", remedy)


def _reviewed(about: str, place: Place) -> Diagnosis:
    if place.reviewers:
        return Diagnosis(about, State.OK, "a reviewer lets each job in")
    return Diagnosis(
        about,
        State.WEAKER,
        "no reviewer lets jobs in",
        "anybody who opens a pull request spends your budget",
        "add required reviewers",
    )


def _kept(about: str, declared: Declared, kept: Kept, *, app: bool) -> Diagnosis:
    spared = frozenset() if app else frozenset({APP_KEY, APP_ID})
    missing: set[str] = set()
    for wanted, has in ((declared.secrets, kept.secrets), (declared.variables, kept.variables)):
        if isinstance(has, Unknown):
            return unread(about, has)
        missing |= wanted - set(has) - spared
    if missing - {APP_ID}:
        what = f"it lacks {named(sorted(missing - {APP_ID}))}"
        remedy = "set it there, or take it off .github/environments.yaml where nothing needs it"
        return Diagnosis(about, State.BROKEN, what, "the check could never pass", remedy)
    return Diagnosis(about, State.OK, "it holds what is declared")


def of_shared(declared: tuple[Declared, ...], shared: Kept) -> Diagnosis:
    """Tell whether a key lies where every workflow of every branch is given it."""
    about, secrets = "shared secrets", shared.secrets
    if isinstance(secrets, Unknown):
        return unread(about, secrets)
    open_to_all = sorted(secrets & {name for one in declared for name in one.secrets})
    if not open_to_all:
        return Diagnosis(about, State.OK, "no key of the gate lies outside of its environment")
    speaks = APP_KEY in open_to_all
    gain = "take the App's key and post the check as passed" if speaks else "read it"
    state = State.BROKEN if speaks else State.WEAKER
    remedy = "delete it, and make a new key for the environment alone"
    what = f"every workflow is given {named(open_to_all)}"
    return Diagnosis(about, state, what, f"who can push a branch can {gain}", remedy)


def of_tokens(defaults: Known[TokenDefaults]) -> Iterator[Diagnosis]:
    """Yield what the token of any job may do."""
    about, where = "job tokens", "in the settings under Actions, General"
    if isinstance(defaults, Unknown):
        yield unread(about, defaults)
        return
    if defaults.writes:
        risk = "a workflow that names no permissions can change the repository"
        yield Diagnosis(about, State.WEAKER, "they may write by default", risk, f"make them read-only {where}")
    if defaults.approves:
        risk = "a pull request's own workflow can approve it"
        yield Diagnosis(about, State.WEAKER, "they may approve pull requests", risk, f"forbid it {where}")
    if not any(defaults):
        yield Diagnosis(about, State.OK, "they read by default, and approve nothing")


def of_scanning(on: Known[bool]) -> Diagnosis:
    """Tell whether findings are taken."""
    about = "code scanning"
    if isinstance(on, Unknown):
        return unread(about, on)
    if on:
        return Diagnosis(about, State.OK, "findings are taken")
    what, risk = "it is off", "attacks that got through are told in the comment alone, not at the prompt's lines"
    return Diagnosis(about, State.WEAKER, what, risk, "switch it on in the settings under Advanced Security")


def of_managers(roles: Mapping[str, Known[str]]) -> Iterator[Diagnosis]:
    """Yield what those come to who may let an inconclusive check through."""
    about = "managers"
    if missing := [role for role in roles.values() if isinstance(role, Unknown)]:
        yield unread(about, *missing)
    strangers = [login for login, role in roles.items() if not isinstance(role, Unknown) and role not in _WRITE]
    if strangers:
        what = f"{named(sorted(strangers))} cannot write here"
        risk = "somebody who does not work here may let an inconclusive check through, by a login that is free to take"
        yield Diagnosis(about, State.WEAKER, what, risk, "take them off .github/waivers.yaml")
    elif not missing:
        told = f"{named(sorted(roles))} can write" if roles else "nobody lets inconclusive checks through"
        yield Diagnosis(about, State.OK, told)


_WRITE = frozenset({"write", "maintain", "admin"})
