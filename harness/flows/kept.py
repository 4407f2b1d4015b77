"""What git must not keep: answers and verdicts, which are evidence only because a run of ours left them there."""

from collections.abc import Iterable, Iterator

from harness.core.errors import ContentError, Origin

_FOLDER = ".harness"
STORE = f"{_FOLDER}/state.db"
_KEPT = (STORE, f"{_FOLDER}/runs")


def watched() -> Iterator[str]:
    """Yield git's patterns for the paths of which none may be tracked."""
    yield from (f":(icase){path}*" for path in _KEPT)
    yield f":(icase,literal){_FOLDER}"


def refuse_kept(paths: Iterable[str]) -> None:
    """Refuse answers or verdicts that git keeps, whatever is in their place, in small letters or in capitals.

    Raises:
        ContentError: One of the paths is theirs.
    """
    for path in paths:
        if path.lower() == _FOLDER or path.lower().startswith(_KEPT):
            what = "a verdict" if path.lower().startswith(_KEPT[1:]) else "the store of answers"
            hint = f"run `git rm --cached {path}`, and keep it in .gitignore"
            raise ContentError(f"{what} is tracked by git", where=Origin(path), hint=hint)
