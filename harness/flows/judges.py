"""Judges seated: each with its pin, and with what is known of how far it can be believed."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from harness.compare.skill import advisory
from harness.content.suggest import did_you_mean
from harness.content.tree import Content
from harness.core.calibration import Table
from harness.core.case import Expectation
from harness.core.digest import digest
from harness.core.errors import ContentError
from harness.core.judge import Judge, agreed
from harness.core.pin import Pin
from harness.core.prompt import Prompt
from harness.flows.asking import Roles
from harness.flows.grading import Grading, judges_of, purpose_of
from harness.flows.providers import provider_of
from harness.flows.vectors import Embedder
from harness.plan.trials import Asking, asking
from harness.score.expectation import Kinds
from harness.score.grades import grader_of
from harness.score.marking import leaves
from harness.score.registry import Scorers


def asking_of(pin: Pin) -> Asking:
    """Return how a pin is asked by itself.

    Raises:
        ContentError: Its provider is not known, refuses the pin, or makes vectors and says nothing.
    """
    provider = provider_of(pin)
    if provider.embeds:
        what = f"the pin `{pin.alias}` makes vectors (`{pin.provider}`), and is asked for an answer"
        raise ContentError(what, where=pin.origin, hint="name the pin of a model that answers")
    return asking(Prompt("", pin.alias, ()), pin, provider.identity(pin))


def refuse_mute(content: Content) -> None:
    """Refuse pins that a tree wants for judges, and that say nothing.

    Raises:
        ContentError: As above.
    """
    wanted = {one.model for one in content.judges.values()}
    pins = [pin for alias, pin in content.pins.items() if alias in wanted]
    for pin in [*pins, *([content.policy.judge] if content.policy.judge else [])]:
        asking_of(pin)


def identity_of(judge: Judge, asked: Asking) -> str:
    """Return what addresses a judge with its pin: another one judges otherwise."""
    return digest("seated judge", [judge.digest, asked.common])


def table_of(judge: Judge, people: Mapping[str, bool], said: Mapping[str, str | None]) -> Table:
    """Return what a judge said of labelled answers, against what people say.

    Args:
        judge: Whose scale it is.
        people: Whether people pass each answer, by its digest.
        said: The grade that the judge gave each; None where it could not tell.
    """
    cells = Counter((judge.passed(grade), people[about]) for about, grade in said.items() if grade and about in people)
    return Table(cells[True, True], cells[True, False], cells[False, True], cells[False, False])


def grading_of(scorers: Scorers, trees: Sequence[Content], judge: Pin | None, embedder: Embedder | None) -> Grading:
    """Return who grades answers.

    Args:
        scorers: By kind.
        trees: Whose judges and pins they are; where two trees have one of a name, it is the last one's.
        judge: Who is asked by kinds that do not say whom.
        embedder: Who makes vectors.
    """
    judges = {name: one for tree in trees for name, one in tree.judges.items()}
    pins = {alias: pin for tree in trees for alias, pin in tree.pins.items()}
    asked = {one.model: asking_of(pins[one.model]) for one in judges.values() if one.model in pins}
    whose = {name: tree for tree in trees for name in tree.judges}
    people = {name: agreed(one, whose[name].said.get(name, ())) for name, one in judges.items()}
    tables = {name: _table(one, people[name], whose[name], asked) for name, one in judges.items()}
    why = {name: _advisory(whose[name].judges[name], whose[name], table) for name, table in tables.items()}
    roles = Roles({**asked, **({"": asking_of(judge)} if judge else {})}, embedder)
    return Grading(scorers, roles, judges, why, tables, people)


def _table(judge: Judge, people: Mapping[str, bool], tree: Content, asked: Mapping[str, Asking]) -> Table:
    by = identity_of(judge, asked[judge.model])
    said = {one.about: one.grade for one in tree.judged.get(judge.name, ()) if one.by == by}
    return table_of(judge, people, said)


def _advisory(judge: Judge, tree: Content, table: Table) -> str:
    why = advisory(table)
    if why and not sum(table) and tree.said.get(judge.name):
        why = f"what people labelled was not shown to it as it is now: run `harness judge calibrate {judge.name}`"
    return f"judge `{judge.name}` only advises: {why}" if why else ""


def changed_judges(old: Content, new: Content) -> tuple[str, ...]:
    """Return a sentence for each judge of base that a change makes another, or that it knows otherwise.

    Such a change judges nothing itself, and those that come after it are judged by what it leaves.
    """
    found = []
    for name in old.judges:
        before, after = _standing(old, name), _standing(new, name)
        if before != after:
            loses = bool(after and after[-1] and not (before and before[-1]))
            then = ", and only advises until it is calibrated" if loses else ""
            found.append(f"judge `{name}` is changed: judged by base's; the new one counts once merged{then}")
    return tuple(found)


def _standing(content: Content, name: str) -> tuple[object, ...] | None:
    """Return who a judge of a tree is, what is known of it, and why it only advises; None where there is none."""
    judge = content.judges.get(name)
    if judge is None or judge.model not in content.pins:
        return None
    asked = asking_of(content.pins[judge.model])
    labels = content.said.get(name, ())
    why = _advisory(judge, content, _table(judge, agreed(judge, labels), content, {judge.model: asked}))
    return identity_of(judge, asked), labels, content.judged.get(name, ()), why


def refuse_unjudged(expect: Iterable[Expectation], content: Content, scorers: Kinds) -> None:
    """Refuse expectations that ask a judge whom the tree does not have.

    Raises:
        ValueError: One does; a note says what to do.
    """
    for leaf in leaves(expect):
        grader = grader_of(scorers, leaf.kind)
        if names := judges_of(leaf):
            for name in names:
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
