"""What a pull request says that would let an environment run another release: what people decide it by."""

import difflib
from collections.abc import Iterator
from dataclasses import asdict
from typing import NamedTuple

from harness.core.digest import canonical, short
from harness.core.environment import Step, StepKind, Strategy
from harness.core.release import Release, ServedPrompt
from harness.core.verdict import Verdict
from harness.report.quoting import block, code, link
from harness.report.spending import spending_tables

LINES = 200
"""Lines of a diff that are shown; all of it is in git."""


class Promotion(NamedTuple):
    """A release that may go into an environment."""

    environment: str
    digest: str
    """All 64 digits."""
    after: Release
    before: Release | None
    """What runs there now; None for nothing, or where it cannot be read."""
    strategy: Strategy
    verdict: Verdict | None
    """By which it may; None for one of another harness, which is not read."""
    url: str = ""
    """Where the gate's run is seen."""


def as_promotion(found: Promotion) -> str:
    """Return the text of the pull request."""
    return "\n".join(_lines(found)) + "\n"


def _lines(found: Promotion) -> Iterator[str]:
    yield f"Whoever merges this lets {code(found.environment)} run release `{short(found.digest)}`."
    yield ""
    report = link("the gate's report", found.url) if found.url else ""
    summary = f": {code(found.verdict.summary)}" if found.verdict else ""
    yield f"It was judged and may be promoted{summary}{f' ({report})' if report else ''}."
    if found.verdict:
        yield from (f"- {code(told)}" for told in found.verdict.told)
        yield from spending_tables(found.verdict)
    yield ""
    yield "## How it comes there"
    yield ""
    yield from (f"{number}. {_step(step)}" for number, step in enumerate(found.strategy.steps, start=1))
    if not found.strategy.steps:
        yield "All of the traffic at once."
    yield ""
    yield "## What it serves otherwise"
    yield from _changes(found.before, found.after)


def _step(step: Step) -> str:
    what = {
        StepKind.WARM: f"warmed up by {step.sessions} probes",
        StepKind.SHADOW: f"asked beside the other in {step.weight} % of the requests; nobody sees its answers",
        StepKind.SPLIT: f"answers {step.weight} % of the sessions",
        StepKind.BAKE: f"answers {step.weight} % of the sessions, and is watched",
    }[step.kind]
    least = f", for {step.least} at least" if step.least else ""
    most = f", after {step.most} undecided: {step.on_max}" if step.most is not None else ""
    approval = f", then waits for the approval {code(step.approve)}" if step.approve else ""
    return what + least + most + approval


def _changes(before: Release | None, after: Release) -> Iterator[str]:
    old = _texts(before) if before else {}
    new = _texts(after)
    same = True
    for name in sorted(old | new):
        if (was := old.get(name, "")) != (now := new.get(name, "")):
            same = False
            yield ""
            yield code(name)
            yield ""
            yield from block(_diff(was, now), "diff")
    if same:
        yield ""
        yield "Nothing."


def _texts(release: Release) -> dict[str, str]:
    """Return what a release serves as texts to compare, by name."""
    prompts = {f"prompt {name}": _prompt(prompt) for name, prompt in release.prompts.items()}
    partials = {f"partial {name}": text for name, text in release.partials.items()}
    pins = {f"pin {name}": canonical(asdict(pin)).decode() for name, pin in release.pins.items()}
    return {**prompts, **partials, **pins}


def _prompt(prompt: ServedPrompt) -> str:
    """Return a prompt as its texts, and the rest of it on one line."""
    turns = [f"{turn.role}:\n{turn.content}" for turn in prompt.messages]
    inputs = [f"{name}:\n{text}" for name, text in prompt.inputs.items()]
    rest = {name: value for name, value in asdict(prompt).items() if name not in {"messages", "inputs"}}
    return "\n".join([*turns, *inputs, canonical(rest).decode()])


def _diff(was: str, now: str) -> str:
    lines = list(difflib.unified_diff(was.splitlines(), now.splitlines(), lineterm="", n=2))[2:]
    more = [f"... {len(lines) - LINES} more lines"] if len(lines) > LINES else []
    return "\n".join([*lines[:LINES], *more])
