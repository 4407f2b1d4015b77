"""What a person who labels answers is shown on the terminal; the answers are a model's, and may try to steer it."""

from collections.abc import Iterator, Mapping

from harness.core.judge import Judge
from harness.core.labelling import Act, Pile, Shown, Standing
from harness.core.words import count
from harness.report.text import visible

_IN = "    "
_NARROW = 20


def opening(judge: Judge, pile: Pile, by: str) -> Iterator[str]:
    """Yield the lines at the beginning."""
    yield f"`{judge.name}`, version {judge.version}"
    yield from rubric(judge)
    yield ""
    more = [f"{pile.labelled} you labelled before"] if pile.labelled else []
    more += [f"{pile.unfit} that no label can hold (too long, or half a character)"] if pile.unfit else []
    yield f"{count(len(pile.shown), 'answer')} to label as {visible(by)}{''.join(f', beside {one}' for one in more)}"


def rubric(judge: Judge) -> Iterator[str]:
    """Yield what the judge is told, and its grades from the worst on."""
    yield from (f"{_IN}{line}" for line in visible(judge.rubric.strip()).split("\n"))
    width = max(map(len, judge.grades))
    for grade in judge.scale:
        result = "passes" if judge.passed(grade.name) else "fails"
        yield f"{grade.name:{width}}  {result:6}  {visible(' '.join(grade.means.split()))}"


def question(keys: Mapping[str, str | Act]) -> str:
    """Return what may be typed, each with the first of its keys."""
    first: dict[str, str] = {}
    for key, meant in keys.items():
        first.setdefault(meant.value if isinstance(meant, Act) else meant, key)
    return f"{', '.join(name if key == name else f'{key} {name}' for name, key in first.items())}: "


def exchange(shown: Shown, at: str, width: int) -> Iterator[str]:
    """Yield one answer with what it answers: each line of them a few columns in, where nothing of ours stands.

    Args:
        shown: The two.
        at: Which one it is.
        width: The terminal's columns, in which a line is broken that would go on in the first one.
    """
    yield f"--- {at}"
    if shown.asked:
        yield "asked"
        yield from _indented(shown.asked.strip("\n"), width)
    yield "answer"
    yield from _indented(shown.answer.strip("\n") or "(empty)", width)


def _indented(text: str, width: int) -> Iterator[str]:
    room = max(_NARROW, width - len(_IN) - 1)
    for line in visible(text).expandtabs(4).split("\n"):
        yield from (f"{_IN}{line[at : at + room]}".rstrip() for at in range(0, len(line) or 1, room))


def closing(name: str, added: int, found: Standing, need: Standing) -> Iterator[str]:
    """Yield how far the labels of a judge have come.

    Args:
        name: The judge's.
        added: Labels of this time.
        found: What people say.
        need: What they have to say before the judge may decide, at least.
    """
    agree, wanted = found.passes + found.fails, need.passes + need.fails
    split = f"; they are split on {found.split}" if found.split else ""
    told = f"people agree on {count(agree, 'answer')} of `{name}` and fail {found.fails}{split}"
    yield f"{count(added, 'label')} added; {told}"
    if agree >= wanted and found.fails >= need.fails:
        yield f"enough to measure it: `harness judge calibrate {name}`"
    else:
        fails = f"{need.fails} of them fails ({_more(need.fails - found.fails)})"
        yield f"before it may decide, it needs {wanted} ({_more(wanted - agree)}), {fails}"


def _more(number: int) -> str:
    return f"{number} more" if number > 0 else "there"
