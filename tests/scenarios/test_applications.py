"""An application in place of a model: metered by what it reports, judged like any other, and never able to lie its way.

Over a real socket and in real processes, through the real command.
"""

import shutil

import pytest

from tests.endpoint.launch import endpoint
from tests.scenarios.application import HTTP, PROMPT, PYTHON, make, make_python, right, shop, verdict_of
from tests.scenarios.remote import KEY, asked, holding
from tests.scenarios.scratch import Scratch


class TestAnApplicationBehindHttp:
    def test_gets_the_inputs_and_gives_figures(self, scratch: Scratch) -> None:
        """Posted to the very URL of the pin, with its key; the second run finds everything in the store."""
        with shop(key=KEY) as server:
            make(scratch, HTTP.format(url=server.url))

            first, second = asked(scratch, "run"), asked(scratch, "run")

        assert first.out == "regression / desk  3/3 pass\n3 calls, 0 answers from the cache\n"
        assert second.out == "regression / desk  3/3 pass\n0 calls, 3 answers from the cache\n"
        assert {"question": "When does room 1 open?", "shop": "berlin"} in server.asked

    def test_is_judged_and_compared_but_three_cases_decide_nothing(self, scratch: Scratch) -> None:
        """It may answer otherwise tomorrow: so few leave the checks inconclusive, the answers stand side by side."""
        with shop() as server:
            make(scratch, HTTP.format(url=server.url))
            scratch.edit("prompts/desk.prompt.yml", "berlin", "paris")

            verdict = verdict_of(scratch)
            diff = asked(scratch, "diff", "r1")

        assert verdict["exit_code"] == 3
        assert verdict["pairs"][0]["why"] == ["inputs"]
        assert verdict["pairs"][0]["pin"] == "shop = http/shop@v7"
        assert "the answers are equal" in diff.out

    def test_is_recorded_and_replayed(self, scratch: Scratch) -> None:
        """The same verdict without the application, bit for bit."""
        with shop(lambda inputs: {**right(inputs), "usage": {"cost_usd": 0.5}}) as server:
            make(scratch, HTTP.format(url=server.url), price="0.02")
            seen = verdict_of(scratch, "--all")
            answers = str(scratch.root.parent / "answers.jsonl")
            asked(scratch, "record", answers, "--all")
        shutil.rmtree(scratch.root / ".harness")

        again = scratch.harness("gate", "--all", "--replay", answers, "--json").verdict

        assert {**again, "run": None} == {**seen, "run": None}

    @pytest.mark.parametrize(
        ("usage", "cost"),
        [
            pytest.param({"cost_usd": 0.0012345}, 3 * 1235, id="what it says, rounded up"),
            pytest.param({"cost_usd": 0.1, "input_tokens": 5, "output_tokens": 5}, 300_000, id="what it says first"),
            pytest.param({"cost_usd": 0}, 0, id="nothing, if it says so"),
            pytest.param({"input_tokens": 9, "output_tokens": 9}, 60_000, id="the most, where tokens have no price"),
            pytest.param({}, 60_000, id="the most, if it says nothing"),
        ],
    )
    def test_costs_what_it_reports(self, scratch: Scratch, usage: dict[str, float], cost: int) -> None:
        """To the micro-dollar; what is not said is not free."""
        with shop(lambda inputs: {**right(inputs), "usage": usage}) as server:
            make(scratch, HTTP.format(url=server.url), price="0.02")

            assert verdict_of(scratch, "--all")["run"]["cost"] == cost

    def test_costs_its_tokens_where_they_have_a_price(self, scratch: Scratch) -> None:
        """Most applications know their tokens and not their bill."""
        usage = {"input_tokens": 1000, "output_tokens": 100}
        with shop(lambda inputs: {**right(inputs), "usage": usage}) as server:
            price = "0.02, input_per_million: 1, output_per_million: 10"
            make(scratch, HTTP.format(url=server.url), price=price)

            assert verdict_of(scratch, "--all")["run"]["cost"] == 3 * 2000

    def test_that_costs_more_than_its_pin_says_is_reported_and_booked_whole(self, scratch: Scratch) -> None:
        """The budget of the day knows, and the verdict says so."""
        with shop(lambda inputs: {**right(inputs), "usage": {"cost_usd": 0.05}}) as server:
            make(scratch, HTTP.format(url=server.url), price="0.02", more="budget: {day: 1.00}\n")

            verdict = verdict_of(scratch, "--all")
            scratch.edit("params.yaml", "day: 1.00", "day: 0.16")
            scratch.edit("params.yaml", "v7", "v8")
            next_run = asked(scratch, "run")

        assert verdict["run"]["cost"] == 150_000
        assert "a call of `shop` (shop) cost $0.05, and its pin says $0.02 at most" in verdict["run"]["notices"]
        assert "`budget.day` is $0.16, of which $0.15 are spent" in next_run.err

    def test_without_a_price_fits_no_budget(self, scratch: Scratch) -> None:
        """Unknown is not zero."""
        with shop() as server:
            make(scratch, HTTP.format(url=server.url), more="budget: {run: 1.00}\n")

            result = asked(scratch, "run")

        assert result.exit_code == 3
        assert "pin `shop` has no price" in result.err
        assert server.asked == []

    def test_of_another_revision_has_not_answered(self, scratch: Scratch) -> None:
        """Its answers would be kept as those of the version that the pin names."""
        with shop(lambda inputs: {**right(inputs), "revision": "v8"}) as server:
            make(scratch, HTTP.format(url=server.url))

            result = asked(scratch, "run")

        assert result.exit_code == 4
        assert "the application says it is revision 'v8', the pin says 'v7'" in result.err

    def test_of_the_right_revision_has(self, scratch: Scratch) -> None:
        """The pin's revision is a part of the key."""
        with shop(lambda inputs: {**right(inputs), "revision": "v7"}) as server:
            make(scratch, HTTP.format(url=server.url))

            assert "3/3 pass" in asked(scratch, "run").out

    def test_that_answers_with_something_else_has_not_answered(self, scratch: Scratch) -> None:
        """Not half of it is believed: a usage that is no number would be a call for nothing."""
        with shop(lambda _inputs: {"text": "nine", "usage": {"cost_usd": "much"}}) as server:
            make(scratch, HTTP.format(url=server.url), cases=1)

            result = asked(scratch, "run")

        assert result.exit_code == 4
        assert "the application's answer is malformed: `usage.cost_usd` is no amount of money" in result.err

    def test_calls_tools(self, scratch: Scratch) -> None:
        """Its tool calls are scored like a model's; a text that is half a letter is no crash."""
        call = {"name": "refund", "arguments": {"order": "A7"}}
        with shop(lambda _inputs: {"text": "\ud800", "tool_calls": [call]}) as server:
            make(scratch, HTTP.format(url=server.url))
            expect = [{"tool-called": "refund"}, {"tool-args": {"name": "refund", "arguments": {"order": "A7"}}}]
            scratch.write_cases([{"id": "c", "vars": {"n": 1}, "expect": expect}])

            assert "1/1 pass" in asked(scratch, "run").out

    @pytest.mark.parametrize(
        ("mode", "reason"),
        [
            ("unauthorised", "HTTP 401"),
            pytest.param("html-500", "HTTP 500", marks=pytest.mark.slow),
            ("redirect", "redirects are not followed"),
            ("retry-after-huge", "HTTP 429"),
            ("wrong-content-type", "the endpoint's answer is no JSON"),
            ("echo-key", "HTTP 400"),
        ],
    )
    def test_fails_as_a_model_does(self, scratch: Scratch, mode: str, reason: str) -> None:
        """The same wire: a clear word, and the key is told to nobody."""
        with endpoint(redirect_to="http://127.0.0.1:9/") as server:
            make(scratch, HTTP.format(url=server.url(mode)), cases=1)

            result = asked(scratch, "gate", "--all")

            assert result.exit_code == 4, result.told
            assert reason in result.out
            assert holding(scratch, result, KEY) == []


class TestAMistakenPin:
    @pytest.mark.parametrize(
        ("pin", "error"),
        [
            (
                HTTP.replace("revision: v7", "licence: MIT"),
                "pin `shop`: an application needs `revision`, the version that is deployed: its answers are kept by it",
            ),
            (
                HTTP + "    parameters: {{temperature: 0}}\n",
                "pin `shop`: an application has no `parameters`: give them as inputs of the prompt",
            ),
            (HTTP.replace('url: "{url}", ', ""), "pin `shop`: `endpoint` needs either `url` or `url_from`"),
            (PYTHON + "    revision: v7\n", "is the digest of its files: drop `revision`"),
            (
                PYTHON.replace("timeout: 60", "url: 'http://127.0.0.1'"),
                "the `endpoint` of a Python application has `concurrency` and `timeout` alone",
            ),
            (PYTHON.replace("app/support", "support"), "`model` is a file in a folder and a function in it, such as"),
            (
                PYTHON.replace("app/support", "../support"),
                "`model` is a file in a folder and a function in it, such as",
            ),
            (
                PYTHON.replace("support.py", "suport.py"),
                "pin `shop`: there is no file app/suport.py in working tree; did you mean `app/support.py`?",
            ),
            (
                PYTHON.replace("python", "embedded").replace("app/support.py:answer", "reader\n    revision: '1'"),
                "the pin `shop` asks a model (`embedded`), which takes `messages`",
            ),
        ],
    )
    def test_is_told_by_check(self, scratch: Scratch, pin: str, error: str) -> None:
        """Before anything is asked, with the line."""
        make_python(scratch)
        make(scratch, pin.format(url="http://127.0.0.1:1/") if "{{" in pin else pin)

        result = scratch.harness("check")

        assert result.exit_code == 2
        assert error in result.err
        assert result.err.startswith(("error: params.yaml:2: ", "error: prompts/desk.prompt.yml:2: "))

    def test_is_an_application_that_gets_messages(self, scratch: Scratch) -> None:
        """The other way round."""
        make_python(scratch)
        scratch.write(
            "prompts/desk.prompt.yml", PROMPT[: PROMPT.index("inputs")] + "messages: [{role: user, content: a}]"
        )

        assert "the pin `shop` asks an application (`python`), which takes `inputs`" in scratch.harness("check").err
