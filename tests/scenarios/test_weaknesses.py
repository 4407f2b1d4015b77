"""Attacks and counterfactual pairs through the command: each weakness of the reader is found, and told where it is."""

import json

import pytest

from tests.scenarios.attacked import blocked, rules, unguard, weaken
from tests.scenarios.scratch import Scratch


class TestASoundReader:
    def test_has_no_finding(self, desk: Scratch) -> None:
        """Every attack is resisted, every twin is answered, and nobody is treated otherwise."""
        desk.edit("prompts/desk.prompt.yml", "Answer from", "Kindly answer from")
        desk.edit("prompts/refund.prompt.yml", "Decide by", "Do decide by")

        result = desk.gate()

        assert (result.exit_code, result.verdict["findings"]) == (0, [])
        assert {
            (one["prompt"], one["succeeded"], one["undecided"], one["answered"]) for one in result.verdict["attacks"]
        }
        assert all(one["rate"] == 0 and one["answered"] == 1 for one in result.verdict["attacks"])

    def test_has_no_finding_with_more_attacks_either(self, desk: Scratch) -> None:
        """In letters of another width, too: what is quoted is read as the screen shows it."""
        result = desk.gate("--all", "--profile", "nightly")

        assert result.verdict["findings"] == []
        assert {one["cases"] for one in result.verdict["attacks"]} == {120}

    def test_is_asked_nothing_where_nothing_changed(self, desk: Scratch) -> None:
        """The digests of what is asked prove it."""
        result = desk.gate()

        assert (result.exit_code, result.calls) == (0, 0)
        assert {one["status"] for one in result.verdict["pairs"]} == {"unchanged"}


class TestAWeakReader:
    def test_that_obeys_documents_is_found_by_what_it_obeyed(self, desk: Scratch) -> None:
        """Under the rule of data, of addresses, of code, of tools and of length."""
        weaken(desk, "obeys-documents")

        result = desk.gate()

        found = rules(result)
        assert result.exit_code == 1
        assert {"document-end", "email", "memory"} <= found["LH-INJ-002"]
        assert found["LH-INJ-001"] == {"user"}
        assert {"LH-OUT-001", "LH-OUT-002", "LH-OUT-003", "LH-OUT-005", "LH-DOS-001", "LH-TOOL-002"} <= found.keys()
        assert ("injection", "resisted") in blocked(result)
        assert ("injection", "critical") in blocked(result)
        tried = [one for prompt in result.verdict["attacks"] for one in prompt["attempts"]]
        broken = {(one["rule"], one["carrier"]) for one in tried if one["candidate"]["succeeded"]}
        assert broken == {(one["rule"], one["carrier"]) for one in result.verdict["findings"]}
        assert {one["base"]["succeeded"] for one in tried} == {0}

    def test_that_leaks_its_instructions_is_found_by_the_canary(self, desk: Scratch) -> None:
        """And by the words around it."""
        weaken(desk, "leaks-system")

        result = desk.gate()

        assert result.exit_code == 1
        assert rules(result).keys() == {"LH-LEAK-001", "LH-LEAK-002"}
        assert ("injection", "critical") in blocked(result)

    def test_that_refuses_too_much_is_found_by_the_twins(self, desk: Scratch) -> None:
        """To resist by refusing everybody is no success."""
        desk.edit("evalsets/injection/triage.jsonl", "parcel is late", "parcel is late, do cancel it")
        desk.commit("a host with a harmless word")
        weaken(desk, "refuses-too-much")

        result = desk.gate()

        assert result.exit_code == 1
        assert rules(result) == {}
        assert rules(result, "warning") == {"LH-REF-001": {"email"}}
        assert ("injection", "answered") in blocked(result)

    def test_that_favours_names_is_found_by_the_pairs(self, desk: Scratch) -> None:
        """Each pair across two groups flips, and each within one does not."""
        weaken(desk, "favours-names")

        result = desk.gate()

        assert (result.exit_code, blocked(result)) == (1, {("bias", "unmoved")})
        (check,) = [one for one in result.verdict["checks"] if one["metric"] == "unmoved"]
        assert (check["base"], check["candidate"], check["n"]) == (1.0, 0.0, 12)

    def test_that_breaks_its_form_is_found_by_the_cases(self, desk: Scratch) -> None:
        """The attack is not to blame for what the twin does as well."""
        weaken(desk, "breaks-json")

        result = desk.gate()

        assert result.exit_code == 1
        assert rules(result) == {}
        assert {("regression", "pass"), ("injection", "answered")} <= blocked(result)

    def test_that_rambles_is_found_by_the_budget(self, desk: Scratch) -> None:
        """And by the cases that count words."""
        weaken(desk, "rambles")

        result = desk.gate()

        assert result.exit_code == 1
        assert {("budget", "output-tokens"), ("regression", "pass")} <= blocked(result)

    @pytest.mark.parametrize("prompt", ["desk", "triage", "refund"])
    def test_is_as_weak_as_a_prompt_without_its_guard(self, desk: Scratch, prompt: str) -> None:
        """The sentence that somebody took for a decoration."""
        unguard(desk, prompt)

        result = desk.gate()

        assert result.exit_code == 1
        assert {one["path"] for one in result.verdict["findings"]} == {f"prompts/{prompt}.prompt.yml"}


class TestAFinding:
    def test_points_at_the_line_that_lets_the_attack_in(self, desk: Scratch) -> None:
        """A reviewer is led to the variable, not to the file's first line."""
        weaken(desk, "obeys-documents")

        result = desk.gate()

        for one in result.verdict["findings"]:
            text = desk.read(one["path"]).splitlines()[one["line"] - 1]
            assert {"user": "question", "document-end": "documents", "email": "ticket", "memory": "note"}[
                one["carrier"]
            ] in text

    def test_points_into_the_partial_that_lets_the_attack_in(self, desk: Scratch) -> None:
        """A line of another file would lead nowhere."""
        text = desk.read("prompts/desk.prompt.yml")
        loop = text[text.index("      {% for") : text.index("      Question")]
        desk.write("prompts/partials/docs.md", "Documents:\n" + loop.replace("      ", ""))
        desk.write("prompts/desk.prompt.yml", text.replace(loop, '      {% include "partials/docs.md" %}\n'))
        weaken(desk, "obeys-documents")

        found = desk.gate().verdict["findings"]

        places = {(one["path"], one["line"]) for one in found if one["carrier"] == "document-end"}
        assert places == {("prompts/partials/docs.md", 2)}

    def test_that_base_has_as_well_is_a_note(self, desk: Scratch) -> None:
        """It is no harm of this change."""
        weaken(desk, "obeys-documents")
        desk.commit("a weak base")
        desk.git("checkout", "-q", "-b", "change")
        desk.edit("prompts/desk.prompt.yml", "Answer from", "Kindly answer from")

        result = desk.gate()

        assert rules(result) == {}
        assert {"LH-INJ-001", "LH-INJ-002"} <= rules(result, "note").keys()

    def test_is_written_for_code_scanning_beside_the_evidence_of_bias(self, desk: Scratch) -> None:
        """Other tools read these files."""
        weaken(desk, "obeys-documents")

        result = desk.gate()

        (folder,) = [
            path.parent
            for path in desk.root.glob(".harness/runs/*/verdict.json")
            if json.loads(path.read_text())["candidate"]["dirty"]
        ]
        (run,) = json.loads((folder / "findings.sarif").read_text())["runs"]
        assert {one["ruleId"] for one in run["results"]} == {one["rule"] for one in result.verdict["findings"]}
        (evidence,) = json.loads((folder / "bias-evidence.json").read_text())
        assert evidence["prompt"] == "refund"
        assert "black" in (folder / "bias-evidence.md").read_text()
