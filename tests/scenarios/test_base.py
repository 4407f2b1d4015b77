"""A base that does not read: whoever repairs it is told so, and is not stopped."""

from collections.abc import Callable

import pytest

from tests.scenarios.scratch import Scratch

PARAMS, CASES, PROMPT = "params.yaml", "evalsets/regression/desk.jsonl", "prompts/desk.prompt.yml"
FAULTS = [
    pytest.param((PARAMS, "margin:", "marign:"), "params.yaml:13", "unknown key `marign`", id="an unknown key"),
    pytest.param((CASES, '"id": "room-03"', '"id": 3'), f"{CASES}:4", "`id` should be a text", id="a bad case"),
    pytest.param((PARAMS, 'revision: "1"', 'revision: "2"'), "params.yaml:2", "in revision `1`", id="a refused pin"),
    pytest.param((PROMPT, "{% endfor %}", ""), PROMPT, "template: ", id="a broken template"),
    pytest.param((PROMPT, "model: reader", "model: writer"), PROMPT, "there is no pin `writer`", id="no such pin"),
]

type Fault = tuple[str, str, str]


@pytest.fixture
def faulty(scratch: Scratch) -> Callable[[Fault], str]:
    """Commit a fault and mend it in the working tree; return how the base is called."""

    def make(fault: Fault) -> str:
        path, old, new = fault
        scratch.edit(path, old, new)
        scratch.commit("a fault")
        scratch.edit(path, new, old) if new else scratch.write(path, scratch.git("show", f"HEAD^:{path}") + "\n")
        return f"in base (main@{scratch.git('rev-parse', 'HEAD')[:7]})"

    return make


class TestABaseThatDoesNotRead:
    @pytest.mark.parametrize(("fault", "where", "what"), FAULTS)
    def test_is_inconclusive_and_the_bounds_are_judged(
        self, scratch: Scratch, faulty: Callable[[Fault], str], fault: Fault, where: str, what: str
    ) -> None:
        """The error says in which tree the file is, and how the candidate does by itself."""
        base = faulty(fault)

        result = scratch.gate()

        assert result.exit_code == 3, result.told
        doubt, bound = result.verdict["checks"]
        assert doubt["reason"].startswith(f"the base cannot be read: {where}")
        assert base in doubt["reason"]
        assert what in doubt["reason"]
        assert (bound["rule"], bound["outcome"]) == ("absolute", "passed")

    def test_cannot_be_passed_by_adopting_a_policy(self, scratch: Scratch, faulty: Callable[[Fault], str]) -> None:
        """`--bootstrap` is for a base without one; a damaged one had one."""
        faulty((PARAMS, "margin:", "marign:"))

        assert scratch.gate("--bootstrap").exit_code == 3

    def test_is_nothing_to_show_a_difference_from(self, scratch: Scratch, faulty: Callable[[Fault], str]) -> None:
        """`diff` says why, and `plan` notes it."""
        base = faulty((PARAMS, "margin:", "marign:"))

        assert f"there is nothing to compare with: the base cannot be read: params.yaml:13: {base}" in (
            scratch.harness("diff", "room-03").err
        )
        assert base in scratch.harness("plan").out

    def test_is_not_one_that_asks_for_another_harness(self, scratch: Scratch) -> None:
        """Otherwise no pull request could move to a new version."""
        scratch.edit(PARAMS, "models:", 'harness: "<0.1"\nmodels:')
        scratch.commit("an old harness")
        scratch.edit(PARAMS, "<0.1", ">=0.1")
        scratch.edit(PROMPT, "the document you used", "the source used")

        result = scratch.gate()

        assert (result.exit_code, result.verdict["mode"]) == (0, "paired")
