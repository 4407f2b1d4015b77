"""Twenty mistakes, written down by someone who had not read the reader: the gate must not pass them."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.house.scratch import ROOT
from tests.scenarios.scratch import Scratch

FAULTS: list[dict[str, Any]] = json.loads((Path(__file__).parent / "faults.json").read_text(encoding="utf-8"))
UNSEEN = {"support-exception-inverted", "support-english-only"}
"""They change no answer: the reader follows neither instruction, so no gate on it can see them."""
MISSED = {"pin-obeys-documents"}
"""One answer changes, in a case that failed before; attacks in documents need a suite of their own."""


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault["id"])
def test_a_fault_that_changes_answers_is_caught(fault: dict[str, Any], example: Scratch, tmp_path: Path) -> None:
    """Caught is blocked, or inconclusive where the cases were redefined; never passed."""
    scratch = example.copy(tmp_path / "shop")
    for edit in fault["edits"]:
        scratch.edit(edit["file"], edit["find"], edit["replace"])

    result = scratch.gate()

    if fault["id"] in UNSEEN:
        assert (result.exit_code, result.verdict["flips"]) == (0, [])
    elif fault["id"] in MISSED:
        assert result.exit_code == 0
    else:
        assert result.exit_code in ({1, 3} if fault["kind"] == "case" else {1})
        assert result.verdict["flips"]


def test_nine_in_ten_are_caught() -> None:
    """The promise, over those that change answers at all."""
    visible = len(FAULTS) - len(UNSEEN)

    assert len(FAULTS) == 20
    assert (visible - len(MISSED)) / visible >= 0.9


def test_the_misses_are_known_to_users() -> None:
    """A limit that only we know is a trap."""
    page = (ROOT / "docs" / "reader.md").read_text(encoding="utf-8")

    assert [fault for fault in sorted(UNSEEN | MISSED) if f"`{fault}`" not in page] == []
