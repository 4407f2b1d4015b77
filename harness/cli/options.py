"""What several verbs share: where they run, which cases they look at, how they print."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from harness.adapters.git import Git
from harness.flows.suites import Profile
from harness.flows.trees import World
from harness.plan.scope import Scope


def world(folder: Path) -> World:
    """Return the repository around a folder: git's top, or the folder itself outside of git.

    Its surroundings are those of the start: to keep a library quiet changes them, and no application may notice.
    """
    root = Git(folder).top() or folder.resolve()
    return World(root, dict(os.environ))


def compared[F: Callable[..., Any]](command: F) -> F:
    """Add to a verb the choice of what is compared with what."""
    command = click.option(
        "--candidate",
        default="",
        help="Judge the commit REF from git's objects.  [default: the working tree]",
        metavar="REF",
    )(command)
    base = "Compare with the merge base of REF.  [default: CI's base, origin/HEAD, main]"
    return click.option("--against", default="", help=base, metavar="REF")(command)


def scoped[F: Callable[..., Any]](command: F) -> F:
    """Add the filters to a verb; with any of them its verdict is partial."""
    for option in (
        click.option(
            "--first",
            type=click.IntRange(min=1),
            default=None,
            help="Only the first N cases of each pair.",
            metavar="N",
        ),
        click.option("--tag", "tags", multiple=True, help="Only cases with this tag; may be repeated.", metavar="TAG"),
        click.option("--case", "cases", multiple=True, help="Only this case; may be repeated.", metavar="ID"),
        click.option("--prompt", default="", help="Only this prompt.", metavar="NAME"),
        click.option("--suite", default="", help="Only this suite.", metavar="NAME"),
    ):
        command = option(command)
    return command


def profiled[F: Callable[..., Any]](command: F) -> F:
    """Add to a verb how many cases are composed."""
    return click.option(
        "--profile",
        type=click.Choice([str(profile) for profile in Profile]),
        default=str(Profile.PR),
        show_default=True,
        help="How many attacks and pairs are composed: as for a pull request, five times as many, or all.",
    )(command)


def trusting[F: Callable[..., Any]](command: F) -> F:
    """Add to a verb the choice of whose signature counts."""
    return click.option(
        "--key",
        type=click.Path(path_type=Path),
        help="The public key whose signature counts.  [default: .github/gate.pem.pub]",
        metavar="PUB",
    )(command)


def scope_of(*, suite: str, prompt: str, cases: tuple[str, ...], tags: tuple[str, ...], first: int | None) -> Scope:
    """Return the filters as a scope."""
    return Scope(suite, prompt, frozenset(cases), frozenset(tags), first=first or 0)
