"""What the drill plants: edits that keep a tree well formed, and change what they say they change."""

import json

import pytest
import yaml

from harness.drill.faults import FAULTS, Fault
from harness.drill.harmless import HARMLESS
from harness.drill.told import Planted, Told, as_json, line, summary, wrong
from harness.drill.tree import Tree
from tests.house.scratch import ROOT

FOLDERS = ("prompts", "evalsets")
EDITS = {fault.name: fault for fault in (*FAULTS, *HARMLESS)}


@pytest.fixture(scope="module")
def tree() -> Tree:
    """Return the texts of this repository's own example."""
    paths = [
        path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.suffix in {".yml", ".yaml", ".md"}
    ]
    paths += [path for path in (ROOT / "evalsets").rglob("*.jsonl") if "generated" not in path.name]
    return {str(path.relative_to(ROOT)): path.read_text("utf-8") for path in [*paths, ROOT / "params.yaml"]}


class TestAnEdit:
    @pytest.mark.parametrize("fault", EDITS.values(), ids=EDITS)
    def test_changes_the_example_and_leaves_it_well_formed(self, fault: Fault, tree: Tree) -> None:
        """A fault that no parser reads would be refused for its form, and show nothing about the suites."""
        edits = fault.plant(tree)

        assert edits
        for path, text in edits.items():
            assert text != tree[path]
            if text and path.endswith((".yml", ".yaml")):
                assert isinstance(yaml.safe_load(text), dict)
            if text and path.endswith(".jsonl"):
                assert all(json.loads(row) for row in text.splitlines())

    @pytest.mark.parametrize("fault", EDITS.values(), ids=EDITS)
    def test_is_none_where_there_is_nothing_to_change(self, fault: Fault) -> None:
        """A repository without documents, guards or a schema is told so, and not given a pass for them."""
        bare = {"params.yaml": "models: {}\ngates: {}\n"}

        edits = fault.plant(bare)

        assert not [path for path in edits if path != "params.yaml"]

    def test_leaves_each_case_on_its_line(self) -> None:
        """JSON may hold the separators at which Python ends a line too."""
        lines = ['{"id": "a", "vars": {"text": "one\u2028two\u0085"}}\n', '{"id": "b"}\n']

        edits = EDITS["case-order"].plant({"evalsets/regression/desk.jsonl": "".join(lines)})

        assert edits == {"evalsets/regression/desk.jsonl": "".join(reversed(lines))}

    def test_has_a_name_of_its_own(self) -> None:
        """The name is a branch, and what the command line takes."""
        assert len(EDITS) == len(FAULTS) + len(HARMLESS)

    def test_that_loosens_gates_leaves_none_that_blocks(self, tree: Tree) -> None:
        """Else it would be no test of whose policy judges."""
        edited = EDITS["loosen-gates"].plant(tree)["params.yaml"]

        gates = yaml.safe_load(edited or "")["gates"].values()

        assert {(gate["margin"], gate.get("at_least")) for gate in gates} == {(1.0, None)}


def planted(name: str, outcome: str, why: str = "") -> Planted:
    """Return what became of an edit."""
    return Planted(EDITS[name], outcome, {"regression": outcome} if outcome else {}, why)


class TestWhatIsTold:
    @pytest.mark.parametrize(
        ("name", "outcome", "told"),
        [
            ("remove-guard", "blocked", Told.CAUGHT),
            ("remove-guard", "passed", Told.MISSED),
            ("remove-guard", "inconclusive", Told.MISSED),
            ("raise-temperature", "inconclusive", Told.CAUGHT),
            ("other-host", "refused", Told.CAUGHT),
            ("remove-guard", "", Told.NOT_HERE),
            ("comment", "passed", Told.QUIET),
            ("comment", "blocked", Told.FALSE_ALARM),
            ("comment", "inconclusive", Told.FALSE_ALARM),
            ("comment", "refused", Told.FALSE_ALARM),
        ],
    )
    def test_depends_on_what_was_expected(self, name: str, outcome: str, told: Told) -> None:
        """A doubt is enough to stop some faults; it is never right for an edit that does no harm."""
        assert planted(name, outcome).told is told

    def test_names_what_was_wrong_and_why(self) -> None:
        """The last lines are what a person reads."""
        rows = [planted("remove-guard", "passed"), planted("comment", "blocked", "x fell"), planted("rambles", "")]

        assert wrong(rows) == rows[:2]
        assert list(summary(rows)) == [
            "0 of 1 faults caught, 1 false alarms of 1 harmless edits",
            "1 not planted: there is nothing here that they would change",
            f"missed: remove-guard: {EDITS['remove-guard'].what}; the gate passed it",
            f"false alarm: comment: {EDITS['comment'].what}; x fell",
        ]

    def test_is_a_line_and_data(self) -> None:
        """One row a suite judged or did not."""
        one = planted("remove-guard", "blocked", "x fell")

        assert line(one, ("regression", "bias"), 14).split() == ["remove-guard", "blocked", "-", "blocked", "caught"]
        assert json.loads(as_json([one]))[0]["told"] == "caught"
