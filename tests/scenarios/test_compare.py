"""`harness compare`: pins beside each other on the same cases."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.endpoint.launch import Endpoint
from tests.scenarios import remote
from tests.scenarios.scratch import Scratch

READER = "provider: embedded, model: reader, revision: '1'"
PINS = f"""\
  broken: {{{READER}, parameters: {{temperature: 0, weaknesses: [rambles]}}, price: {{input_per_million: 0.01, output_per_million: 0.01}}}}
  same: {{{READER}, parameters: {{temperature: 0, max_tokens: 100}}, price: {{input_per_million: 0.14, output_per_million: 0.40}}}}
  warm: {{{READER}, parameters: {{temperature: 0.4}}, price: {{input_per_million: 0.10, output_per_million: 0.40}}}}
"""  # noqa: E501 (a pin a line)


@pytest.fixture
def scratch(pristine: Scratch, tmp_path: Path) -> Scratch:
    """Return a repository with three more pins."""
    copy = pristine.copy(tmp_path / "repository")
    copy.edit("params.yaml", "suites:", f"{PINS}suites:")
    return copy


def compared(scratch: Scratch, *words: str) -> dict[str, Any]:
    """Return the comparison of the one prompt."""
    result = scratch.harness("compare", "--json", *words)
    assert result.exit_code == 0, result.err
    (found,) = json.loads(result.out)
    return dict(found)


def standings(found: dict[str, Any]) -> dict[str, str]:
    """Return where each pin stands."""
    return {one["pin"]: one["standing"] for one in found["pins"]}


class TestPins:
    def test_stand_beside_the_present_one(self, scratch: Scratch) -> None:
        """The cheapest one that is not worse is named, not the cheapest one."""
        found = compared(scratch, "--models", "broken,same")

        assert standings(found) == {"reader": "present", "broken": "worse", "same": "not worse"}
        assert (found["cheapest"], found["open"], found["cases"], found["margin"]) == ("same", [], 20, 0.05)
        assert [one["front"] for one in found["pins"]] == [False, True, True]
        assert [(one["quality"], one["agreement"]) for one in found["pins"]] == [(1.0, None), (0.0, None), (1.0, None)]

    def test_whose_answers_vary_are_asked_repeatedly(self, scratch: Scratch) -> None:
        """Their quality has an interval, their repeats agree in part, and what is not decided is said so."""
        found = compared(scratch, "--models", "warm", "--runs", "4")

        warm = found["pins"][1]
        assert warm["usage"]["requests"] == 80
        assert warm["low"] < warm["quality"] < warm["high"] <= 1.0
        assert 0 < warm["agreement"] < 1
        assert warm["standing"] in {"undecided", "worse"}
        assert found["open"] == (["warm"] if warm["standing"] == "undecided" else [])
        assert found["cheapest"] == "reader"

    def test_are_asked_once(self, scratch: Scratch) -> None:
        """A second comparison is the same, from the store; so is the gate's share of it."""
        first = compared(scratch, "--models", "same,warm")

        assert compared(scratch, "--models", "same,warm") == first
        assert scratch.gate("--all").calls == 0

    def test_are_shown_as_a_table(self, scratch: Scratch) -> None:
        """Quality, cost, latency, and what follows; two prompts make two tables."""
        told = scratch.harness("compare", "--models", "broken,same").out.splitlines()

        assert told[0] == "desk: 20 cases, a drop of 5.0% is worth catching"
        assert [line.split()[0] for line in told[1:5]] == ["pin", "reader", "broken", "same"]
        assert told[4].endswith("not worse")
        assert told[5] == "  cheapest that is not worse: same"

    def test_of_one_prompt_alone(self, scratch: Scratch) -> None:
        """The others are not asked."""
        scratch.write("prompts/till.prompt.yml", scratch.read("prompts/desk.prompt.yml"))
        scratch.write_cases(scratch.cases()[:3], "till")

        assert compared(scratch, "--models", "same", "--prompt", "till")["cases"] == 3
        assert len(json.loads(scratch.harness("compare", "--models", "same", "--json").out)) == 2

    @pytest.mark.parametrize(
        ("words", "told"),
        [
            (("--models", "sme"), "error: there is no pin `sme`; did you mean `same`?"),
            (("--models", "same", "--prompt", "dask"), "there are no cases of a prompt `dask`; did you mean `desk`?"),
        ],
    )
    def test_that_are_not_there_are_named(self, scratch: Scratch, words: tuple[str, ...], told: str) -> None:
        """With what is near."""
        found = scratch.harness("compare", *words)

        assert found.exit_code == 2
        assert told in found.err

    def test_of_applications_are_not_compared_with_models(self, scratch: Scratch) -> None:
        """The one is given inputs, the other messages."""
        pin = "shop: {provider: http, model: shop, revision: v1, endpoint: {url: 'http://127.0.0.1:9/ask'}}"
        scratch.edit("params.yaml", "suites:", f"  {pin}\nsuites:")

        found = scratch.harness("compare", "--models", "shop")

        assert found.exit_code == 2
        assert "the pins `reader` and `shop` are not alike" in found.err


class TestMoney:
    def test_is_demanded_before_the_first_call(self, scratch: Scratch, server: Endpoint) -> None:
        """The estimate covers every pin; nothing is asked of any when they do not fit together."""
        remote.make(scratch, server.url(), cases=12, more="budget: {run: 0.000001}\n")

        found = remote.asked(scratch, "compare", "--models", "reader")

        assert found.exit_code == 3
        assert "stopped before any call: 36 calls expected to cost" in found.err
        assert len(server.requests()) == 0

    def test_that_nobody_knows_is_not_nothing(self, scratch: Scratch, server: Endpoint) -> None:
        """Without the present pin's price there is no cheapest one."""
        remote.make(scratch, server.url(), cases=12)
        scratch.edit("params.yaml", "    price: {input_per_million: 1, output_per_million: 2}\n", "")

        told = remote.asked(scratch, "compare", "--models", "reader").out

        assert "  unknown  " in told
        assert "nobody knows what the present pin costs: say its `price` in params.yaml" in told
