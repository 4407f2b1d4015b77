"""A forge that is a folder: what would be said on a pull request, as files, where no forge is asked."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from harness.core.errors import UnavailableError
from harness.core.forge import Approval, CheckRun, Comment, Posted, PullRequest

ME = "harness"


class FilesForge:
    """See `ports.Forge`; for one pull request: `comment.md`, `check.json`, `labels.json`, `findings.sarif`."""

    def __init__(self, folder: Path, head: str) -> None:
        """Take the folder, made when something is written, and the commit that is proposed."""
        self._folder = folder
        self._head = head

    def me(self) -> str:
        """Return the one who writes."""
        return ME

    def pull_request(self, number: int) -> PullRequest:
        """Return what can be known of a pull request without a forge."""
        labels = self._folder / "labels.json"
        has = json.loads(labels.read_text(encoding="utf-8")) if labels.exists() else []
        return PullRequest(number, self._head, base="", labels=frozenset(has))

    def approvals(self, number: int) -> Sequence[Approval]:  # noqa: ARG002 (a folder knows none)
        """Return nothing: nobody approves in a folder."""
        return ()

    def comments(self, number: int) -> Iterator[Comment]:  # noqa: ARG002 (a folder is of one pull request)
        """Yield the comment, if it stands."""
        path = self._folder / "comment.md"
        if path.exists():
            yield Comment(1, ME, path.read_text(encoding="utf-8"))

    def comment(self, number: int, body: str, *, over: int = 0) -> None:  # noqa: ARG002 (there is one)
        """Write the comment."""
        self._write("comment.md", body)

    def checks(self, head: str, name: str) -> Sequence[Posted]:
        """Return the check, if it stands."""
        path = self._folder / "check.json"
        if not path.exists():
            return ()
        found = json.loads(path.read_text(encoding="utf-8"))
        same = (found["head"], found["name"]) == (head, name)
        return (Posted(1, ME, found["external_id"], found["conclusion"] is None),) if same else ()

    def check(self, run: CheckRun, *, over: int = 0) -> int:  # noqa: ARG002 (there is one)
        """Write the check."""
        annotations = [one._asdict() for one in run.annotations]
        self._write("check.json", json.dumps({**asdict(run), "annotations": annotations}, indent=1) + "\n")
        return 1

    def label(self, number: int, *, add: Iterable[str], remove: Iterable[str]) -> None:
        """Write the labels."""
        has = (self.pull_request(number).labels | set(add)) - set(remove)
        self._write("labels.json", json.dumps(sorted(has)) + "\n")

    def upload(self, sarif: bytes, *, head: str, ref: str) -> bool:  # noqa: ARG002 (a folder is of one head)
        """Write the findings."""
        self._write("findings.sarif", sarif.decode())
        return True

    def _write(self, name: str, text: str) -> None:
        """Write a file whole or not at all."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            part = self._folder / f".{name}"
            part.write_text(text, encoding="utf-8")
            part.replace(self._folder / name)
        except OSError as error:
            raise UnavailableError(f"{self._folder / name} cannot be written: {error.strerror}") from None
