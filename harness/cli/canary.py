"""`harness canary`."""

import asyncio
from pathlib import Path
from typing import Any

import click

from harness.adapters.folder import Folder
from harness.cli.options import trusting, world
from harness.cli.ways import delivering, told, way_of
from harness.core.digest import short
from harness.core.errors import ExitCode
from harness.flows.proofs import trusted_key
from harness.flows.tick import Pace, Ticked, Ticking, tick, watch
from harness.report.text import one_line

_SECONDS = click.FloatRange(min=0.05)


@click.command("canary")
@click.argument("environment")
@click.option("--watch", "watching", is_flag=True, help="Go on until the rollout is over.")
@click.option(
    "--every", type=_SECONDS, default=10.0, help="With --watch: between two looks.  [default: 10]", metavar="SECONDS"
)
@click.option(
    "--for", "lasts", type=_SECONDS, default=18000.0, help="With --watch: at most.  [default: 18000]", metavar="SECONDS"
)
@click.option("--abort", default="", help="End the rollout first, and say why.", metavar="WHY")
@click.option("--record", is_flag=True, help="Tell GitHub how it stands, as a deployment.")
@delivering
@trusting
@click.pass_obj
def command(folder: Path, /, *, environment: str, key: Path | None, **options: Any) -> int:  # noqa: ANN401 (click's own)
    """Look how the rollout of an environment stands, and do once what follows.

    A rollout that was aborted is taken back in git: what ran before runs again, and the release is quarantined. Exit
    codes: 0 all is well or under way, 1 it was aborted, 2 a file or an argument is wrong, 3 it is under way though the
    time of --watch is up, 4 whoever serves, the remote or GitHub does not answer.
    """
    here = world(folder)
    way = way_of(remote=options["remote"], branch=options["branch"], propose=options["propose"])
    signer = trusted_key(Folder(here.root), key)
    ticking = Ticking(environment, way, record=options["record"], abort=options["abort"])
    said: list[str] = []

    def tell(found: Ticked) -> None:
        lines = _lines(environment, found, ticking)
        if lines != said:
            said[:] = lines
            click.echo("\n".join(lines))

    if not options["watching"]:
        done = asyncio.run(tick(here, signer, ticking))
        tell(done)
        return _code(done)
    pace = Pace(options["every"], options["lasts"])
    done = asyncio.run(watch(here, signer, ticking, pace, tell))
    return _code(done) if done.word.over else ExitCode.INCONCLUSIVE


def _lines(environment: str, found: Ticked, ticking: Ticking) -> list[str]:
    state = f" {found.word.state.replace('_', ' ')}" if found.word.state else ""
    lines = [f"{environment}: {short(found.release) or 'nothing'}{state}: {one_line(found.word.why)}"]
    return lines + ([told(*found.recalled, ticking.way)] if found.recalled else [])


def _code(found: Ticked) -> int:
    return ExitCode.BLOCKED if found.word.state == "failure" else ExitCode.PASSED
