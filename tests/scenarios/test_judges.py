"""A repository with a judge: its files are read and checked with all others, on both trees."""

import pytest

from tests.content.test_judges import JUDGE, LABEL, PATH, SAID
from tests.scenarios.scratch import Scratch

OURS = JUDGE.replace("model: judge", "model: reader")


class TestARepositoryWithAJudge:
    def test_is_judged_as_before(self, scratch: Scratch) -> None:
        """Nothing asks a judge yet, and nothing is asked again because of one."""
        scratch.harness("gate")
        scratch.write(PATH, OURS)
        scratch.write(SAID, LABEL)

        assert scratch.harness("check").exit_code == 0
        assert scratch.harness("gate").exit_code == 0

    @pytest.mark.parametrize(
        ("judge", "label", "told"),
        [
            pytest.param(
                JUDGE.replace("model: judge", "model: raeder"),
                LABEL,
                f"error: {PATH}:2: there is no pin `raeder`; did you mean `reader`?\n\n"
                "hint: models in params.yaml: reader\n",
                id="a pin that is not there",
            ),
            pytest.param(
                OURS.replace("passes: grounded", "passes: ground"),
                LABEL,
                f"error: {PATH}:10: there is no grade `ground`; did you mean `grounded`?\n\n"
                "hint: grades of this judge: invented, grounded\n",
                id="a grade that is not there",
            ),
            pytest.param(
                OURS,
                LABEL + LABEL,
                f"error: {SAID}:2: `ana` labels this answer a second time\n\n"
                "hint: line 1 is the first; keep one of them\n",
                id="a label that stands twice",
            ),
        ],
    )
    @pytest.mark.parametrize("verb", ["gate", "check"])
    def test_is_told_of_a_fault_with_its_line(
        self, scratch: Scratch, verb: str, judge: str, label: str, told: str
    ) -> None:
        """Before anybody is asked."""
        scratch.write(PATH, judge)
        scratch.write(SAID, label)

        result = scratch.harness(verb)

        assert (result.exit_code, result.err) == (2, told)

    def test_is_not_judged_by_an_application(self, scratch: Scratch) -> None:
        """A pin of one's own code answers questions; it follows no rubric."""
        scratch.edit(
            "params.yaml",
            "models:\n",
            "models:\n  shop: {provider: python, model: shop:answer, price: {per_call: 0.01}}\n",
        )
        scratch.write(PATH, JUDGE.replace("model: judge", "model: shop"))

        assert (
            f"{PATH}:2: the pin `shop` asks an application (`python`), which is no judge"
            in scratch.harness("check").err
        )
