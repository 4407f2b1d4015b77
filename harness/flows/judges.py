"""Judges seated: each with its pin, and with what is known of how far it can be believed."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from harness.compare.skill import advisory
from harness.content.suggest import did_you_mean
from harness.content.tree import Content
from harness.core.calibration import Table
from harness.core.case import Expectation
from harness.core.digest import digest
from harness.core.judge import Judge, Judged, agreed
from harness.core.pin import Pin
from harness.core.prompt import Prompt
from harness.flows.asking import Roles
from harness.flows.grading import Grading, purpose_of
from harness.flows.providers import provider_of
from harness.flows.vectors import Embedder
from harness.plan.trials import Asking, asking
from harness.score.grades import grader_of
from harness.score.judge import KIND, judges_of
from harness.score.marking import leaves
from harness.score.registry import Scorers


def asking_of(pin: Pin) -> Asking:
    """Return how a pin is asked by itself.

    Raises:
        ContentError: Its provider is not known, or refuses the pin.
    """
    return asking(Prompt("", pin.alias, ()), pin, provider_of(pin).identity(pin))


def identity_of(judge: Judge, asked: Asking) -> str:
    """Return what addresses a judge with its pin: another one judges otherwise."""
    return digest("seated judge", [judge.digest, asked.common])


def table_of(judge: Judge, people: Mapping[str, bool], judged: Iterable[Judged], by: str) -> Table:
    """Return what a judge, as it is now, said of labelled answers, against what people say.

    Args:
        judge: Whose scale it is.
        people: Whether people pass each answer, by its digest.
        judged: What was said, by whichever version.
        by: What addresses the judge as it is now.
    """
    told = [one for one in judged if one.by == by and one.about in people]
    cells = Counter((judge.passed(one.grade), people[one.about]) for one in told if one.grade is not None)
    return Table(cells[True, True], cells[True, False], cells[False, True], cells[False, False])


def grading_of(scorers: Scorers, trees: Sequence[Content], judge: Pin | None, embedder: Embedder | None) -> Grading:
    """Return who grades answers.

    Args:
        scorers: By kind.
        trees: The candidate, and the base if there is one: where both have a judge or a pin, it is base's.
        judge: Who is asked by kinds that do not say whom.
        embedder: Who makes vectors.
    """
    judges = {name: one for tree in trees for name, one in tree.judges.items()}
    pins = {alias: pin for tree in trees for alias, pin in tree.pins.items()}
    asked = {one.model: asking_of(pins[one.model]) for one in judges.values() if one.model in pins}
    whose = {name: tree for tree in trees for name in tree.judges}
    why = {name: _advisory(one, whose[name], asked) for name, one in judges.items()}
    return Grading(scorers, Roles({**asked, **({"": asking_of(judge)} if judge else {})}, embedder), judges, why)


def _advisory(judge: Judge, tree: Content, asked: Mapping[str, Asking]) -> str:
    people = agreed(judge, tree.said.get(judge.name, ()))
    table = table_of(judge, people, tree.judged.get(judge.name, ()), identity_of(judge, asked[judge.model]))
    why = advisory(table)
    if why and people and not sum(table):
        why = "what people labelled was not judged by it as it is now: run `harness judge calibrate`"
    return f"judge `{judge.name}` only advises: {why}" if why else ""


def refuse_unjudged(expect: Iterable[Expectation], content: Content, scorers: Scorers) -> None:
    """Refuse expectations that ask a judge whom the tree does not have.

    Raises:
        ValueError: One does; a note says what to do.
    """
    for leaf in leaves(expect):
        grader = grader_of(scorers, leaf.kind)
        if leaf.kind == KIND:
            for name in judges_of(leaf.value):
                if name not in content.judges:
                    error = ValueError(f"there is no judge `{name}`{did_you_mean(name, content.judges)}")
                    error.add_note(
                        f"judges are evalsets/judges/<name>.yml; there are: {', '.join(content.judges) or 'none'}"
                    )
                    raise error
        elif grader and grader.calls(leaf.value) and content.policy.judge is None:
            error = ValueError(f"`{purpose_of(leaf)}` asks a model, and params.yaml names no `judge`")
            error.add_note("add `judge: ALIAS`, a pin of `models:`")
            raise error
