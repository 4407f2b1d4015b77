"""Waivers: a case that judges nothing for a while, by whom and why."""

from tests.scenarios.scratch import Scratch
from tests.scenarios.varying import harm


class TestAWaiver:
    WAIVER = "waivers:\n  - {{suite: regression, prompt: desk, case: room-03, owner: ana, why: a bug, until: {}}}\n"

    def waived(self, scratch: Scratch, until: str) -> None:
        """Break one critical case, and waive it in base."""
        scratch.write("params.yaml", scratch.read("params.yaml") + self.WAIVER.format(until))
        scratch.write_cases([{**one, "critical": True} for one in scratch.cases()])
        scratch.commit("a waiver")
        harm(scratch, where="room 3 ")

    def test_keeps_a_case_from_judging_and_says_so(self, scratch: Scratch) -> None:
        """By whom, until when, and why."""
        self.waived(scratch, "9999-12-31")

        result = scratch.gate()

        assert result.exit_code == 0, result.told
        notice = "`desk/room-03` of regression is waived by ana until 9999-12-31 (a bug): it judges nothing"
        assert notice in result.verdict["notices"]

    def test_ends(self, scratch: Scratch) -> None:
        """Then the case counts again, and the report says that too."""
        self.waived(scratch, "2026-01-01")

        result = scratch.gate()

        assert result.exit_code == 1
        assert "which is over: it counts again" in result.verdict["notices"][0]

    def test_of_no_case_is_a_fault_of_the_file(self, scratch: Scratch) -> None:
        """A typing error would waive nothing, and nobody would know."""
        scratch.write("params.yaml", scratch.read("params.yaml") + self.WAIVER.format("9999-12-31"))
        scratch.edit("params.yaml", "case: room-03", "case: room-3")

        result = scratch.harness("check")

        assert result.exit_code == 2
        assert "params.yaml:16: there is no case `room-3` of regression / desk to waive" in result.told

    def test_of_the_change_itself_does_not_count(self, scratch: Scratch) -> None:
        """Nobody waives a case that he breaks."""
        scratch.write("params.yaml", scratch.read("params.yaml") + self.WAIVER.format("9999-12-31"))
        harm(scratch)

        assert scratch.gate().exit_code == 1
