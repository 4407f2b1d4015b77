"""`params.yaml`: pins and policy, read to the letter."""

import pytest

from harness.content.params import read_params
from harness.core.errors import ContentError
from harness.core.pin import Price

PINS = "models:\n  r: {provider: embedded, model: reader, revision: '1'}\n"
APPLICATION = "models:\n  r: {{provider: http, model: shop, revision: v1, price: {{{}}}}}\n"
SUITE = f"{PINS}suites: {{regression: {{}}}}\ngates:\n"


def error_of(text: str) -> str:
    """Return what the reader says against a file, without the name of the file."""
    with pytest.raises(ContentError) as found:
        read_params(text.encode(), version="0.1.0")
    return str(found.value).removeprefix("error: params.yaml")


def pin(entry: str) -> str:
    """Return a file with one pin."""
    return f"models:\n  r: {{provider: p, {entry}}}\n"


class TestParams:
    def test_are_read_whole(self) -> None:
        """Money is micro-USD from here on, and never a float again."""
        text = f"""\
{PINS}  big: {{provider: p, model: m-2026-01-01, parameters: {{temperature: 0.5, odd: 1}}, licence: MIT,
         price: {{input_per_million: 0.15, output_per_million: 0.6, notional: true}}, retire_after: "2027-01-31"}}
harness: ">=0.1,<1"
suites: {{regression: {{max_incomparable: 0.1}}}}
gates:
  g: {{suite: regression, prompt: desk, metric: grounded, margin: 0.02, at_least: 0.9, slices: [german]}}
budget: {{run: 1.25}}
"""
        params = read_params(text.encode(), version="0.1.0")

        big, gate = params.pins["big"], params.policy.gates[0]
        assert (big.model, big.parameters, big.retire_after) == (
            "m-2026-01-01",
            {"temperature": 0.5, "odd": 1},
            "2027-01-31",
        )
        assert big.price == Price(150_000, 600_000, notional=True)
        assert (gate.name, gate.prompt, gate.metric, gate.margin, gate.at_least, gate.slices) == (
            "g",
            "desk",
            "grounded",
            0.02,
            0.9,
            ("german",),
        )
        assert (gate.origin.line, params.policy.budget.run, params.has_policy) == (8, 1_250_000, True)
        assert params.policy.suites["regression"].max_incomparable == 0.1

    def test_say_what_a_call_of_an_application_costs_at_most(self) -> None:
        """Its inputs do not tell; and one process at a time unless the pin wants more."""
        text = "models:\n  r: {provider: python, model: 'app/a.py:f', price: {per_call: 0.0200001}}\n"
        pin = read_params(text.encode(), version="0.1.0").pins["r"]

        assert pin.price == Price(0, 0, per_call=20_001)
        assert (pin.endpoint.concurrency, pin.application) == (1, True)

    def test_without_gates_are_no_policy(self) -> None:
        """Such a base cannot judge, and the gate must know."""
        assert not read_params(PINS.encode(), version="0.1.0").has_policy

    def test_may_name_a_floating_model_with_a_reason(self) -> None:
        """Some endpoints have nothing else."""
        params = read_params(pin("model: gpt-latest, floating: true, reason: a trial").encode(), version="0.1.0")

        assert (params.pins["r"].floating, params.pins["r"].reason) == (True, "a trial")

    def test_may_have_a_suite_of_ones_own(self) -> None:
        """A folder of cases is all it takes."""
        params = read_params(f"{PINS}suites: {{tone-of-voice: {{}}}}\n".encode(), version="0.1.0")

        assert list(params.policy.suites) == ["tone-of-voice"]

    @pytest.mark.parametrize("name", ["labels", "Tone", "../x", "1st", "a--b"])
    def test_have_none_of_a_name_that_no_folder_of_cases_has(self, name: str) -> None:
        """It would never be found, or stand elsewhere."""
        assert error_of(f"{PINS}suites: {{{name}: {{}}}}\n").startswith(f":3: there is no suite `{name}`")


NAME_IT = "\n\nhint: name it under `suites:`"
FLOATS = (
    " is a floating model name: it will mean another model one day\n\n"
    "hint: name a dated model or a `revision`, or say `floating: true` with a `reason`"
)


class TestFaultyParams:
    @pytest.mark.parametrize(
        ("text", "error"),
        [
            ("suites: {}\n", ":1: the key `models` is missing"),
            ("models: []\n", ":1: `models` should be a mapping with keys"),
            (
                f"{PINS}gatez: {{}}\n",
                (
                    ":3: unknown key `gatez`; did you mean `gates`?\n\n"
                    "hint: known keys: attacker, budget, embedder, gates, harness, judge, models, suites, user, waivers"
                ),
            ),
            (
                f"{PINS}suites: {{regresion: {{}}}}\n",
                (
                    ":3: there is no suite `regresion`; did you mean `regression`?\n\n"
                    "hint: suites: regression, injection, bias, budget; or one of your own, whose name is like none "
                    "of these"
                ),
            ),
            (
                f"{PINS}gates:\n  g: {{suite: regression}}\n",
                f":4: gate `g` judges suite `regression`, which `suites:` does not have{NAME_IT}",
            ),
            (
                f"{SUITE}  g: {{suite: regressoin}}\n",
                (
                    ":5: gate `g` judges suite `regressoin`, which `suites:` does not have; "
                    f"did you mean `regression`?{NAME_IT}"
                ),
            ),
            (f"{SUITE}  g: {{suite: regression, margin: 0}}\n", ":5: `gates.g.margin` should be greater than 0"),
            (f"{SUITE}  g: {{suite: regression, margin: 5%}}\n", ":5: `gates.g.margin` should be a number"),
            (
                f"{SUITE}  g: {{suite: regression, at_least: 70}}\n",
                ":5: `gates.g.at_least` should be less than or equal to 1",
            ),
            (
                f"{SUITE}  g: {{suite: regression, slices: [a,b,c,d,e,f,g,h,i,j,k]}}\n",
                ":5: `gates.g.slices` should have at most 10 items, not 11",
            ),
            (
                f"{SUITE}  g: {{suite: regression, atleast: 1}}\n",
                (
                    ":5: unknown key `atleast`; did you mean `at_least`?\n\n"
                    "hint: known keys: at_least, at_most, generalise, margin, metric, prompt, slice_margin, "
                    "slices, suite"
                ),
            ),
            (
                f"{PINS}suites: {{regression: {{max: 1}}}}\n",
                (
                    ":3: unknown key `max`\n\n"
                    "hint: known keys: carriers, cases, from, max_failures, max_incomparable, "
                    "monthly_requests, monthly_usd, turns"
                ),
            ),
            (
                f"{PINS}suites: {{injection: {{cases: {10**20}}}}}\n",
                ":3: `suites.injection.cases` should be less than or equal to 1000000000000",
            ),
            (
                f"{PINS}suites: {{budget: {{from: [regression], turns: 1e300}}}}\n",
                ":3: `suites.budget.turns` should be less than or equal to 1000000000000",
            ),
            (
                f"{PINS}suites: {{injection: {{carriers: {{desk: []}}}}}}\n",
                ":3: `suites.injection.carriers.desk` should have at least 1 item, not 0",
            ),
            (
                f"{PINS}suites: {{regression: {{max_incomparable: yes}}}}\n",
                ":3: `suites.regression.max_incomparable` should be a number",
            ),
            (f"{PINS}budget: {{run: -1}}\n", ":3: `budget.run` should be greater than or equal to 0"),
            (f"{PINS}budget: {{run: 1e300}}\n", ":3: `budget.run` should be less than or equal to 1000000000000"),
            (
                f"{PINS}suites: {{regression: {{}}}}\nbudget: {{suites: {{regresion: 1}}}}\n",
                (
                    ":4: `budget` limits suite `regresion`, which `suites:` does not have; did you mean `regression`?"
                    f"{NAME_IT}"
                ),
            ),
            (
                pin("model: m1, price: {input_per_million: 1.0e30, output_per_million: 1}"),
                ":2: `models.r.price.input_per_million` should be less than or equal to 1000000",
            ),
            (
                pin("model: m1, parameters: {max_tokens: 10000001}"),
                ":2: `max_tokens` should be less than or equal to 10000000",
            ),
            (
                f"{PINS}budget: {{runs: 1}}\n",
                (
                    ":3: unknown key `runs`; did you mean `run`?"
                    "\n\nhint: known keys: actor, day, pull_request, run, suites"
                ),
            ),
            (
                f"{PINS}harness: '>=9'\n",
                ':3: this repository needs harness >=9, and 0.1.0 is running\n\nhint: pip install "prompt-harness>=9"',
            ),
            (f"{PINS}harness: new\n", ':3: `new` is not a version range\n\nhint: for example ">=0.1"'),
            (pin("model: gpt-latest"), f":2: `gpt-latest`{FLOATS}"),
            (pin("model: gpt"), f":2: `gpt`{FLOATS}"),
            (
                pin("model: gpt-latest, floating: true"),
                ':2: pin `r` is floating without a reason\n\nhint: add `reason: "..."`',
            ),
            (pin("model: m1, floating: 'yes'"), ":2: `models.r.floating` should be true or false"),
            (pin("model: m1, retire_after: '20260101'"), ":2: `retire_after` is not a date\n\nhint: write YYYY-MM-DD"),
            (pin("model: m1, retire_after: soon"), ":2: `retire_after` is not a date\n\nhint: write YYYY-MM-DD"),
            (pin("model: m1, price: {input_per_million: 1}"), ":2: the key `output_per_million` is missing"),
            (
                pin("model: m1, price: {input_per_million: -1, output_per_million: 1}"),
                ":2: `models.r.price.input_per_million` should be greater than or equal to 0",
            ),
            (
                pin("model: m1, price: {in: 1}"),
                ":2: unknown key `in`\n\nhint: known keys: input_per_million, notional, output_per_million, per_call",
            ),
            (
                pin("model: m1, price: {per_call: 0.1}"),
                (
                    ":2: `per_call` is for an application: the most that a call of a model costs "
                    "follows from its tokens\n\nhint: give `input_per_million` and `output_per_million`"
                ),
            ),
            (pin("model: m1, price: {}"), ":2: the key `input_per_million` is missing"),
            (
                APPLICATION.format("input_per_million: 1, output_per_million: 1"),
                (
                    ":2: the price of an application needs `per_call`\n\n"
                    "hint: `price: {per_call: 0.02}`: USD, the most that one call costs"
                ),
            ),
            (
                APPLICATION.format("per_call: 0.1, input_per_million: 1"),
                ":2: the key `output_per_million` is missing",
            ),
            (APPLICATION.format("per_call: 0"), ":2: `models.r.price.per_call` should be greater than 0"),
            (pin("model: m1, parameters: {temperature: warm}"), ":2: `temperature` should be a number"),
            (pin("model: m1, parameters: {temperature: -1}"), ":2: `temperature` should be greater than or equal to 0"),
            (pin("model: m1, parameters: {max_tokens: 0}"), ":2: `max_tokens` should be greater than 0"),
            (
                pin("model: m1, parameters: {max_completion_tokens: -1}"),
                ":2: `max_completion_tokens` should be greater than 0",
            ),
            (
                pin("modle: m1"),
                (
                    ":2: unknown key `modle`; did you mean `model`?\n\n"
                    "hint: known keys: endpoint, floating, licence, model, "
                    "parameters, price, provider, reason, retire_after, revision"
                ),
            ),
            (pin("licence: MIT"), ":2: the key `model` is missing"),
        ],
    )
    def test_are_told_where_and_what(self, text: str, error: str) -> None:
        """To the character: a policy that is not what its author meant is worse than none."""
        assert error_of(text) == error
