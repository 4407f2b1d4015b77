"""The cases of `evalsets/` as pytest's items: chosen by pytest, answered together before the first of them is told."""

import asyncio
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.content.evalsets import FOLDER
from harness.core.errors import HarnessError
from harness.core.pair import Pair
from harness.flows.cases import Examination
from harness.flows.rows import Row
from harness.flows.trees import World
from harness.report.text import as_error

TAG = re.compile(r"[A-Za-z][\w.-]*")
"""A tag that can be a marker."""
_EXAMINATIONS = pytest.StashKey[dict[Path, Examination]]()


def collected(file: Path, parent: pytest.Collector) -> "CaseFile | None":
    """Return what collects a file; of one that DVC has checked out, the file itself is collected."""
    path = file.with_suffix("") if file.suffix == ".dvc" else file
    if path != file and path.exists():
        return None
    return CaseFile.from_parent(parent, path=file)


class CaseFile(pytest.File):
    """One file of cases."""

    def collect(self) -> Iterator["CaseItem"]:
        """Yield its cases.

        Raises:
            CollectError: A file of the repository is wrong.
        """
        evalsets = self.path.parents[1]
        path = f"{FOLDER}{self.path.relative_to(evalsets).as_posix()}".removesuffix(".dvc")
        try:
            exam = self._examination(evalsets.parent)
            for pair, row in exam.cases(path):
                yield CaseItem.from_parent(self, name=row.pairing.id, exam=exam, pair=pair, row=row)
        except HarnessError as error:
            raise self.CollectError(as_error(error)) from None

    def _examination(self, root: Path) -> Examination:
        known = self.config.stash.setdefault(_EXAMINATIONS, {})
        if root not in known:
            known[root] = Examination(World(root, dict(os.environ)))
        return known[root]


class CaseItem(pytest.Item):
    """One case; it fails on its answer, and is an error where nobody can judge it."""

    def __init__(self, *, exam: Examination, pair: Pair, row: Row, **given: Any) -> None:  # noqa: ANN401 (pytest's own)
        """Take the case, and let its tags select it."""
        super().__init__(**given)
        self.exam = exam
        self.pair = pair
        self.row = row
        for tag in filter(TAG.fullmatch, row.pairing.form.tags):
            known = f"{tag}: a tag of cases"
            if known not in self.config.getini("markers"):
                self.config.addinivalue_line("markers", known)
            self.add_marker(tag)

    def setup(self) -> None:
        """Refuse what nobody can judge."""
        told = self.exam.told(self.pair, self.row)
        if told.passed is None:
            pytest.fail("\n".join(told.lines), pytrace=False)

    def runtest(self) -> None:
        """Say why it fails."""
        told = self.exam.told(self.pair, self.row)
        if not told.passed:
            pytest.fail("\n".join(told.lines), pytrace=False)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return where it stands."""
        return self.path, max(self.row.pairing.form.origin.line - 1, 0), self.name


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Take the tags off again when `-m` has read them: a case tagged `skip` or `xfail` is a case."""
    for item in items:
        if isinstance(item, CaseItem):
            item.own_markers.clear()


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> None:
    """Answer all that was chosen, in one run; pytest-timeout, which counts for single tests, does not see it."""
    option = session.config.option
    if option.collectonly or (session.testsfailed and not option.continue_on_collection_errors):
        return
    chosen = [item for item in session.items if isinstance(item, CaseItem)]
    for exam in {item.exam: None for item in chosen}:
        asyncio.run(exam.answer([(item.pair, item.row) for item in chosen if item.exam is exam]))
