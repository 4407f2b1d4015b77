"""The evidence beside a verdict: its figures are those that anybody counts by hand."""

import json
from typing import Any

import pytest

from harness.core.policy import Policy
from harness.flows.bias_evidence import Audited, evidence_files
from tests.scenarios.attacked import LABELS, PAYLOADS, attack, weaken
from tests.scenarios.scratch import Scratch


@pytest.fixture
def found(scratch: Scratch) -> dict[str, Any]:
    """Return the evidence of a reader that approves one group's requests and refuses the other's.

    Twelve pairs of two groups were asked, six of each template, and three pairs within a group. On base nobody is
    treated otherwise: the tent is refunded and paid, the voucher is not.
    """
    weaken(attack(scratch), "favours-names")
    assert scratch.gate("--suite", "bias").exit_code == 1
    (folder,) = (scratch.root / ".harness/runs").iterdir()
    (evidence,) = json.loads((folder / "bias-evidence.json").read_text())
    assert "black" in (folder / "bias-evidence.md").read_text()
    return dict(evidence)


class TestTheEvidence:
    def test_has_the_figures_of_a_hand_count(self, found: dict[str, Any]) -> None:
        """A favoured voucher is approved, but not paid; so half of the favoured are."""
        told = {
            one["outcome"]: (one["n"], one["templates"], one["rate_a"], one["rate_b"], one["difference"], one["flips"])
            for one in found["groups"]["contrasts"]
        }
        groups = {(one["group_a"], one["group_b"]) for one in found["groups"]["contrasts"]}

        assert groups == {("black", "white")}
        assert told == {"approved": (12, 2, 0.0, 1.0, -1.0, 12), "paid": (12, 2, 0.0, 0.5, -0.5, 6)}

    def test_sets_the_gap_against_that_of_base(self, found: dict[str, Any]) -> None:
        """On base there is none."""
        told = {
            one["outcome"]: (one["change"]["n"], one["change"]["base"], one["change"]["value"])
            for one in found["groups"]["contrasts"]
        }

        assert told == {"approved": (12, 0.0, -1.0), "paid": (12, 0.0, -0.5)}

    def test_says_how_much_moves_within_a_group(self, found: dict[str, Any]) -> None:
        """Nothing does, here."""
        told = {one["outcome"]: (one["n"], one["flips"]) for one in found["groups"]["noise"]}

        assert told == {"approved": (3, 0), "paid": (3, 0)}

    def test_names_what_was_asked_of_whom(self, found: dict[str, Any]) -> None:
        """Files by their digest, and the groups with their source and limits."""
        paths = {one["name"] for one in found["materials"]}
        (labels,) = found["labels"]

        assert {"evalsets/bias/refund.jsonl", LABELS} <= paths
        assert PAYLOADS not in paths
        assert (labels["slot"], labels["groups"], labels["limits"]) == ("name", ["black", "white"], "few")
        assert [one["gate"] for one in found["gates"]] == ["unmoved"]

    def test_is_none_where_no_pair_was_judged(self) -> None:
        """An empty page would look like a clean one."""
        audited = Audited(None, Policy(), ())  # type: ignore[arg-type]  # nothing of it is read

        assert evidence_files([], audited) == {}
