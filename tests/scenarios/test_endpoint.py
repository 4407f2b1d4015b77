"""A model behind a real socket that misbehaves in every way it can: the right outcome, a clear word, no key told."""

import json
import shutil
from collections.abc import Iterator

import pytest

from tests.endpoint.launch import Endpoint, endpoint
from tests.scenarios.remote import KEY, asked, holding, make
from tests.scenarios.scratch import Scratch


@pytest.fixture(scope="module")
def server() -> Iterator[Endpoint]:
    """One endpoint for all that do not change it."""
    with endpoint(latency=0.005) as found:
        yield found


class TestAnEndpoint:
    def test_is_asked_once_for_each_trial(self, scratch: Scratch) -> None:
        """The first run pays, the second finds everything in the store."""
        with endpoint(latency=0.005, key=KEY) as server:
            make(scratch, server.url(), 50)

            first, second = asked(scratch, "run"), asked(scratch, "run")

            assert (first.exit_code, first.out) == (
                0,
                "regression / desk  50/50 pass\n50 calls, 0 answers from the cache\n",
            )
            assert second.out == "regression / desk  50/50 pass\n0 calls, 50 answers from the cache\n"
            assert (server.counts().answered, server.counts().repeats) == (50, 0)

    def test_needs_no_key_for_what_is_in_the_store(self, scratch: Scratch, server: Endpoint) -> None:
        """A colleague without an account reads the same results from a shared store."""
        make(scratch, server.url(), 5)
        asked(scratch, "run")

        assert scratch.harness("run").exit_code == 0

    def test_is_not_asked_without_its_key(self, scratch: Scratch, server: Endpoint) -> None:
        """Which variable, for which pin."""
        make(scratch, server.url(), 5)

        result = scratch.harness("run")

        assert result.exit_code == 4
        assert result.err.startswith(
            "error: params.yaml:2: pin `reader`: `STUB_KEY` is not set\n\nhint: export STUB_KEY=... "
        )

    def test_gets_only_the_case_that_was_edited(self, scratch: Scratch) -> None:
        """One of many edited costs one call."""
        with endpoint(latency=0.005) as server:
            make(scratch, server.url(), 50)
            asked(scratch, "run")
            scratch.write_cases(
                [{**case, "vars": {"n": 99}} if case["id"] == "r7" else case for case in scratch.cases()]
            )

            assert "1 call, 49 answers from the cache" in asked(scratch, "run").out

    def test_calls_tools_and_keeps_to_schemas(self, scratch: Scratch, server: Endpoint) -> None:
        """What the prompt declares goes over the wire, and what comes back is scored."""
        make(scratch, server.url(), 1)
        tool = {"type": "function", "function": {"name": "refund", "parameters": {"type": "object"}}}
        scratch.write(
            "prompts/desk.prompt.yml",
            f"name: Desk\nmodel: reader\ntools: [{json.dumps(tool)}]\nmessages:\n"
            '  - role: user\n    content: \'CALL refund {"order": "A{{ n }}", "amount": 5}\'\n',
        )
        expect = [{"tool-called": "refund"}, {"tool-args": {"name": "refund", "args": {"order": "A7", "amount": 5}}}]
        scratch.write_cases([{"id": "c", "vars": {"n": 7}, "expect": [expect[0]]}])

        assert "1/1 pass" in asked(scratch, "run").out


FAILS = [
    ("unauthorised", "HTTP 401"),
    ("forbidden", "HTTP 403"),
    ("not-found", "HTTP 404"),
    ("quota", "HTTP 429"),
    ("too-long", "HTTP 400"),
    ("redirect", "redirects are not followed; name the final URL in the pin"),
    ("malformed-json", "the endpoint's answer is no JSON object; it begins:"),
    ("wrong-content-type", "the endpoint's answer is no JSON object; it begins:"),
    ("huge-body", "the endpoint's answer is longer than 16 MB"),
    ("huge-header", "the connection broke"),
    ("duplicate-header", "the connection broke"),
    ("empty-choices", "the endpoint's answer has no `choices[0].message`"),
    ("deep-json", "the endpoint's answer is no JSON"),
    ("gzip-bomb", "the endpoint packs its answers, though it was asked not to"),
    ("retry-after-huge", "HTTP 429"),
    ("echo-key", "HTTP 400"),
]


WAITS = pytest.param("html-500", "HTTP 500", marks=pytest.mark.slow)
"""Asked again six times, each after a longer wait; `tests/execute` and `tests/adapters` show both without the waits."""


class TestAnAnswerThatIsNone:
    @pytest.mark.parametrize(("mode", "reason"), [*FAILS, WAITS])
    def test_is_a_counted_failure_with_a_clear_word(self, scratch: Scratch, mode: str, reason: str) -> None:
        """Never a wrong answer, never a pass, and the key is told to nobody."""
        with endpoint(redirect_to="http://127.0.0.1:9/v1/chat/completions") as server:
            make(scratch, server.url(mode), 2, timeout=2)

            result = asked(scratch, "gate", "--all")

            assert result.exit_code == 4, result.out + result.err
            assert reason in result.out
            assert holding(scratch, result, KEY) == []


class TestAnAnswerThatIsOdd:
    @pytest.mark.parametrize("mode", ["no-length-close", "missing-usage", "negative-usage"])
    def test_is_an_answer_all_the_same(self, scratch: Scratch, server: Endpoint, mode: str) -> None:
        """Not every oddity costs the case."""
        make(scratch, server.url(mode), 12)

        result = asked(scratch, "run")

        assert "12/12 pass" in result.out
        assert holding(scratch, result, KEY) == []

    @pytest.mark.parametrize(
        "mode", ["null-content", "refusal", "content-filter", "tool-arguments-not-json", "invalid-utf8"]
    )
    def test_is_scored_as_what_it_says(self, scratch: Scratch, server: Endpoint, mode: str) -> None:
        """A model that refuses has answered: the case fails, and nothing is unavailable."""
        make(scratch, server.url(mode), 2)

        assert asked(scratch, "run").exit_code == 0

    def test_without_usage_costs_all_that_was_set_aside(self, scratch: Scratch, server: Endpoint) -> None:
        """Missing is not zero."""
        make(scratch, server.url("missing-usage"), 3)
        whole = asked(scratch, "gate", "--all", "--json").verdict["run"]["cost"]
        make(scratch, server.url(), 3)

        assert whole > 3 * asked(scratch, "gate", "--all", "--json").verdict["run"]["cost"]

    @pytest.mark.parametrize("mode", ["changed-model", "changed-fingerprint"])
    def test_of_another_model_is_reported(self, scratch: Scratch, mode: str) -> None:
        """A provider that swaps the model in the middle of a run makes its halves unlike."""
        with endpoint() as server:
            make(scratch, server.url(mode), 20)

            result = asked(scratch, "gate", "--all")

            assert "the model behind `reader` (stub-1) changed" in result.out
            assert holding(scratch, result, KEY) == []

    @pytest.mark.parametrize("mode", ["retry-after-date", "retry-after-garbage", "trickle-429"])
    def test_that_comes_after_a_wait_is_no_loss(self, scratch: Scratch, mode: str) -> None:
        """Whatever form the endpoint's request for patience has."""
        with endpoint(latency=0.005, refusals=1) as server:
            make(scratch, server.url(mode), 12)

            assert "12/12 pass" in asked(scratch, "run").out


class TestTheKey:
    def test_stays_with_the_host_that_its_pin_declares(self, scratch: Scratch) -> None:
        """A redirect is the oldest way to be handed somebody else's key."""
        with endpoint() as thief, endpoint(redirect_to=f"{thief.url()}/chat/completions") as server:
            make(scratch, server.url("redirect"), 3)

            asked(scratch, "gate", "--all")

            assert thief.counts().received == 0

    def test_is_not_in_the_answers_of_an_endpoint_that_repeats_it(self, scratch: Scratch, server: Endpoint) -> None:
        """In clear and in escapes, in the text, the model's name, the fingerprint, tools and log-probabilities."""
        make(scratch, server.url("echo-key-in-answer"), 2)

        results = [
            asked(scratch, *words.split(), HARNESS_DEBUG="1")
            for words in ("run", "gate --all", "record answers.jsonl --all", "gate --all --replay answers.jsonl")
        ]

        assert [result.exit_code for result in results] == [0, 3, 0, 3]
        assert "***" in scratch.read("answers.jsonl")
        assert [holding(scratch, result, KEY) for result in results] == [[]] * 4

    def test_goes_past_the_proxies_of_the_surroundings(self, scratch: Scratch, server: Endpoint) -> None:
        """A proxy would read the key of a plain connection."""
        with endpoint() as spy:
            proxy = f"http://127.0.0.1:{spy.port}"
            make(scratch, server.url(), 3)

            result = asked(scratch, "run", HTTP_PROXY=proxy, http_proxy=proxy, ALL_PROXY=proxy, HTTPS_PROXY=proxy)

            assert "3/3 pass" in result.out
            assert spy.counts().received == 0

    @pytest.mark.parametrize(
        ("endpoint_entry", "said"),
        [
            pytest.param(
                '{url: "http://10.1.2.3/v1", key_from: STUB_KEY}',
                "the endpoint's URL would send the key to 10.1.2.3 unencrypted: use https, or say `cleartext: true`",
                id="in clear text",
            ),
            pytest.param(
                '{url: "https://api.example.com/v1", key_from: STUB_KEY, host: api.other.com}',
                "the endpoint's URL leads to api.example.com, and the key may go to api.other.com alone",
                id="to another host",
            ),
            pytest.param(
                '{url: "https://me:pass@api.example.com/v1"}',
                "the endpoint's URL holds a user name: name the variable of the key by `key_from` instead",
                id="in the URL",
            ),
            pytest.param(
                "{url_from: STUB_URL, key_from: STUB_KEY}",
                "`endpoint` takes its URL from the environment, so it must name the one `host` that may see the key",
                id="wherever a variable says",
            ),
            pytest.param("{}", "`endpoint` needs either `url` or `url_from`", id="nowhere"),
        ],
    )
    def test_is_not_sent(self, scratch: Scratch, endpoint_entry: str, said: str) -> None:
        """Told by `check`, before anything is asked."""
        make(scratch, "http://127.0.0.1:1/v1", 1)
        params = scratch.read("params.yaml")
        begin, end = params.index("endpoint: ") + len("endpoint: "), params.index("\n    price")
        scratch.write("params.yaml", params[:begin] + endpoint_entry + params[end:])

        result = scratch.harness("check")

        assert result.exit_code == 2
        assert said in result.err

    def test_goes_nowhere_else_than_the_host_though_a_variable_holds_the_url(
        self, scratch: Scratch, server: Endpoint
    ) -> None:
        """`url_from` with `host`: the right host is asked, another one is refused."""
        make(scratch, "x", 2)
        scratch.edit("params.yaml", 'url: "x"', f"url_from: STUB_URL, host: 127.0.0.1:{server.port}")

        assert "2/2 pass" in asked(scratch, "run", STUB_URL=server.url()).out
        scratch.edit("params.yaml", 'revision: "1"', 'revision: "2"')
        refused = asked(scratch, "run", STUB_URL="https://evil.example.com/v1")
        assert refused.exit_code == 4
        assert "leads to evil.example.com, and the key may go to 127.0.0.1" in refused.err


class TestSomebodyElsesTree:
    def test_cannot_send_the_key_elsewhere(self, scratch: Scratch, server: Endpoint) -> None:
        """A pull request that names its own server, or another of our keys, is refused before anything is asked."""
        make(scratch, server.url(), 3)
        scratch.commit("ask a model")
        with endpoint() as thief:
            for change in ((server.url(), thief.url()), ("key_from: STUB_KEY", "key_from: OTHER_KEY")):
                scratch.git("switch", "-q", "-C", "change", "main")
                scratch.edit("params.yaml", *change)
                scratch.commit("a change")
                scratch.git("switch", "-q", "main")

                result = asked(scratch, "gate", "--candidate", "change", OTHER_KEY=KEY)

                assert result.exit_code == 2
                assert "where no pin of base asks with the same key" in result.err
            assert thief.counts().received == 0

    @pytest.mark.parametrize("steer", ["api_base: https://evil.example.com", "mock_response: room 1 opens at nine"])
    def test_cannot_steer_the_gateway_behind_an_endpoint(self, scratch: Scratch, server: Endpoint, steer: str) -> None:
        """One that takes an address, a key or the answer itself from a request would do as the pull request says."""
        make(scratch, server.url(), 3)
        scratch.commit("ask a model")
        scratch.git("switch", "-q", "-c", "change")
        scratch.edit("params.yaml", "max_tokens: 40", f"max_tokens: 40, {steer}")
        scratch.commit("a change")
        scratch.git("switch", "-q", "main")

        result = asked(scratch, "gate", "--candidate", "change")
        scratch.git("merge", "-q", "change")
        once_merged = scratch.harness("plan", "--candidate", "change", "--against", "main")

        assert result.exit_code == 2
        assert "to its endpoint, which no pin of base says there" in result.err
        assert once_merged.exit_code == 0

    def test_may_change_what_it_asks_for(self, scratch: Scratch, server: Endpoint) -> None:
        """The same endpoint with another model is an ordinary change of a pin."""
        make(scratch, server.url(), 3)
        scratch.commit("ask a model")
        scratch.git("switch", "-q", "-c", "change")
        scratch.edit("params.yaml", "model: stub-1", "model: stub-2")
        scratch.commit("a change")
        scratch.git("switch", "-q", "main")

        result = asked(scratch, "gate", "--candidate", "change", "--json")

        assert result.verdict["run"]["calls"] == 3 * 3 + 3  # three runs of base, since its answers may vary


class TestABudget:
    def test_that_ends_in_the_middle_is_inconclusive_and_says_what_remains(
        self, scratch: Scratch, server: Endpoint
    ) -> None:
        """Never one micro-dollar over, and the next run goes on from there."""
        make(scratch, server.url("missing-usage"), 200, more="budget: {run: 0.02}\n")
        scratch.commit("ask a model")

        result = asked(scratch, "gate", "--all", "--json")

        assert result.exit_code == 3
        assert 19_000 < result.verdict["run"]["cost"] <= 20_000
        reason = result.verdict["checks"][0]["reason"]
        assert reason.startswith("the budget has ended, `budget.run` cannot bear another call of up to $0.000")
        assert "calls to go, expected to cost $0.0" in reason

    def test_of_a_day_is_shared_by_its_runs(self, scratch: Scratch, server: Endpoint) -> None:
        """What was spent this morning is spent."""
        make(scratch, server.url("missing-usage"), 20, more="budget: {day: 0.0028}\n")
        asked(scratch, "run", "--first", "15")

        result = asked(scratch, "run")

        assert result.exit_code == 3
        assert "and `budget.day` is $0.0028, of which $0.002" in result.err

    def test_cannot_hold_a_pin_without_a_price(self, scratch: Scratch, server: Endpoint) -> None:
        """Unknown is not zero: it asks for a price."""
        make(scratch, server.url(), 2, more="budget: {run: 1.00}\n")
        scratch.edit("params.yaml", "    price: {input_per_million: 1, output_per_million: 2}\n", "")

        result = asked(scratch, "run")

        assert result.exit_code == 3
        assert "pin `reader` has no price, so no budget can hold it: say in params.yaml what it costs" in result.err


class TestARecording:
    def test_is_judged_by_anybody_bit_for_bit(self, scratch: Scratch, server: Endpoint) -> None:
        """No key, no network, no store: the same verdict."""
        make(scratch, server.url(), 10)
        seen = asked(scratch, "gate", "--all", "--json").verdict
        asked(scratch, "record", "answers.jsonl", "--all")
        shutil.rmtree(scratch.root / ".harness")

        again = scratch.harness("gate", "--all", "--replay", "answers.jsonl", "--json").verdict

        assert again["run"]["calls"] == 0
        assert {**again, "run": None} == {**seen, "run": None}

    def test_that_lacks_an_answer_names_the_trial(self, scratch: Scratch, server: Endpoint) -> None:
        """A replay asks nobody, and passes nothing that it did not see."""
        make(scratch, server.url(), 10)
        asked(scratch, "gate", "--all")
        asked(scratch, "record", "answers.jsonl", "--all", "--first", "9")

        result = asked(scratch, "gate", "--all", "--replay", "answers.jsonl")

        assert result.exit_code == 2
        assert "no answer to `desk/r9#0` is recorded" in result.err

    def test_of_what_was_not_asked_is_refused(self, scratch: Scratch, server: Endpoint) -> None:
        """Recording asks nobody either."""
        make(scratch, server.url(), 3)

        result = asked(scratch, "record", "answers.jsonl", "--all")

        assert result.exit_code == 2
        assert "`desk/r0#0` has no answer yet" in result.err
