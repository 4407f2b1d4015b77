"""Labelling: a person is shown answers one by one, and each grade is a line in the judge's file of labels at once."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Protocol

from harness.adapters.clock import SystemClock
from harness.adapters.git import Git
from harness.adapters.shared_file import SharedFile
from harness.compare.skill import FAILS, LABELS
from harness.content import judges
from harness.content.judge_labels import pile, with_label, without_label
from harness.content.suggest import brief
from harness.core.errors import UsageError
from harness.core.judge import Judge, Label
from harness.core.labelling import Act, Shown, Standing, keys, standing
from harness.flows.judge_calibrate import judge_named
from harness.flows.trees import World
from harness.report.judge_labelling import closing, exchange, opening, question, rubric

NEED = Standing(LABELS - FAILS, FAILS, 0)


class Person(Protocol):
    """Whoever sits at the terminal."""

    @property
    def width(self) -> int:
        """The terminal's columns."""

    def tell(self, lines: Iterable[str]) -> None:
        """Show lines."""

    def hear(self, question: str) -> str | None:
        """Return what is typed; None when nothing more will be."""


def who(world: World, by: str) -> str:
    """Return under which name a person labels: the one that is given, or what git knows.

    Raises:
        UsageError: Nobody says.
    """
    git = Git(world.root)
    told = (git.run("config", f"user.{key}", maybe=True).decode(errors="replace") for key in ("email", "name"))
    name = by.strip() or next(filter(None, map(str.strip, told)), "")
    if not name:
        raise UsageError("nobody says who labels", hint="give `--by NAME`, or set git's `user.email`")
    return name.encode(errors="replace").decode()


class Desk:
    """Where one person labels: a judge, its file of labels, and what was done here since they sat down."""

    def __init__(self, world: World, judge: Judge, by: str) -> None:
        """Open the file; nothing is written yet."""
        self.judge = judge
        self.by = by
        self._today = SystemClock().now().date().isoformat()
        self._path = f"{judges.FOLDER}{judge.name}{judges.LABELS}"
        self._file = SharedFile(world.root / self._path, self._path, world.state / "labels.lock")

    def put(self, shown: Shown, grade: str) -> Label | None:
        """Write a label, and return it; None if this person has labelled the answer elsewhere meanwhile."""
        label = Label(shown.answer, grade, self.by, self._today, shown.asked)
        add = partial(with_label, path=self._path, judge=self.judge, label=label)
        return label if self._file.change(add) else None

    def take_back(self, label: Label) -> bool:
        """Take a label out of the file, and return whether it was still there as it was written."""
        return self._file.change(partial(without_label, label=label))


def label_answers(world: World, name: str, by: str, person: Person, answers: Callable[[], list[Shown]]) -> None:
    """Show a person the answers that they have not labelled yet, and write down what they say.

    Args:
        world: The repository.
        name: The judge's.
        by: Under which name they label.
        person: They.
        answers: Which answers; asked when the judge is known.

    Raises:
        ContentError: A file is wrong.
        UsageError: There is no such judge.
        UnavailableError: A label cannot be written; those before it are.
    """
    judge, labels = judge_named(world.root, name)
    found = pile(answers(), labels, by)
    person.tell(opening(judge, found, by))
    added = _sit(Desk(world, judge, by), found.shown, person)
    _, labels = judge_named(world.root, name)
    person.tell(["", *closing(name, added, standing(judge, labels), NEED)])


def _sit(desk: Desk, shown: tuple[Shown, ...], person: Person) -> int:
    """Go through answers until the last or until the person has enough; return how many labels were added."""
    said: list[Label | None] = []
    while len(said) < len(shown):
        here = shown[len(said)]
        person.tell(["", *exchange(here, f"{len(said) + 1} of {len(shown)}", person.width)])
        match _hear(desk.judge, person):
            case Act.QUIT:
                break
            case Act.BACK:
                person.tell([_back(desk, said)])
            case Act.SKIP:
                said.append(None)
            case str(grade):
                said.append(desk.put(here, grade))
                if said[-1] is None:
                    person.tell(["you have labelled it elsewhere meanwhile; that stays"])
    return sum(label is not None for label in said)


def _hear(judge: Judge, person: Person) -> str | Act:
    """Return the grade that is typed, or what else is to be done; the rubric is shown on the way."""
    known = keys(judge.grades)
    while (typed := person.hear(question(known))) is not None:
        word = typed.strip().casefold()
        meant = known.get(word)
        if meant and meant is not Act.RUBRIC:
            return meant
        person.tell(rubric(judge) if meant else [f"`{brief(word)}` is no grade and no key"])
    return Act.QUIT


def _back(desk: Desk, said: list[Label | None]) -> str:
    """Return to the answer before, and say what became of its label."""
    if not said:
        return "this is the first; labels of before are changed in the file itself"
    label = said.pop()
    if label is None:
        return "back; it got no label from here"
    return f"taken back: {label.grade}" if desk.take_back(label) else "somebody has changed that label; it stays"
