"""The kind `similar` over a real socket: vectors are trials like any other, and many go out in one request."""

import json
import shutil
from collections.abc import Iterator

import pytest

from tests.endpoint.launch import Endpoint, endpoint
from tests.scenarios.remote import asked, embed, make_similar
from tests.scenarios.scratch import Scratch


@pytest.fixture(scope="module")
def running() -> Iterator[Endpoint]:
    """One endpoint for all that do not change it."""
    with endpoint(latency=0.005) as found:
        yield found


@pytest.fixture
def server(running: Endpoint) -> Endpoint:
    """The endpoint, with nothing counted."""
    running.reset()
    return running


def embeddings(server: Endpoint) -> int:
    """Return how many requests for vectors came."""
    return sum(one.path.endswith("/embeddings") for one in server.requests())


def expect(scratch: Scratch, *expected: object) -> None:
    """Let every case expect the same."""
    scratch.write_cases([{**case, "expect": list(expected)} for case in scratch.cases()])


class TestSimilar:
    def test_passes_what_is_near_and_blocks_what_is_not(self, scratch: Scratch, server: Endpoint) -> None:
        """Its vectors come from a service, and the comparison is exact all the same: a text has one vector."""
        embed(scratch, server.url())
        cases = scratch.cases()
        for case in cases:
            text = case["vars"]["documents"][0]["text"]
            case["expect"] = [{"any-of": [{"similar": [text, "Ask us."], "threshold": 0.7}]}]
        scratch.write_cases(cases)
        scratch.commit("compare answers")
        scratch.edit("prompts/desk.prompt.yml", "at most 40 words", "at most 39 words")
        passed = asked(scratch, "gate")
        scratch.edit("prompts/desk.prompt.yml", "documents %}", "documents[1:] %}")

        blocked = asked(scratch, "gate", "--json")

        assert passed.exit_code == 0
        assert blocked.exit_code == 1
        assert len(blocked.verdict["flips"]) == 20
        reason = blocked.verdict["flips"][0]["reason"]
        assert reason.startswith(
            'any-of: similar "The atlas room 0 opens at 3 minutes past nine.", "Ask us.": similarity 0.'
        )
        assert reason.endswith("(at least 0.7)")

    def test_asks_for_many_vectors_by_one_request(self, scratch: Scratch, server: Endpoint) -> None:
        """200 answers and 200 references are 400 texts, and seven requests of 64."""
        make_similar(scratch, server.url(), 200)

        first = asked(scratch, "gate", "--all", "--json")

        assert (first.verdict["pairs"][0]["passed"], first.calls) == (200, 600)
        assert embeddings(server) <= 12

    def test_asks_nothing_a_second_time(self, scratch: Scratch, server: Endpoint) -> None:
        """A vector is found by its text, so that the same answer always gets the same mark."""
        make_similar(scratch, server.url(), 30)
        first = asked(scratch, "gate", "--all", "--json").verdict
        server.reset()

        second = scratch.gate("--all").verdict

        assert (second["run"]["calls"], server.counts().received) == (0, 0)
        assert {**second, "run": None} == {**first, "run": None}

    def test_asks_for_equal_texts_once(self, scratch: Scratch, server: Endpoint) -> None:
        """One reference of fifty cases is one text, wherever it stands."""
        make_similar(scratch, server.url(), 50)
        text = "Room 7 opens at nine."
        parts = [{"not-similar": "Ask us.", "threshold": 0.1}, {"similar": [text, "Ask us."], "threshold": 0.1}]
        expect(scratch, {"all-of": parts})

        assert "50/50 pass\n102 calls" in asked(scratch, "run").out

    def test_takes_the_reference_of_the_case(self, scratch: Scratch, server: Endpoint) -> None:
        """As the other similarities do."""
        make_similar(scratch, server.url(), 3)
        expected = [{"similar": True, "threshold": 0.7}]
        scratch.write_cases(
            [
                {**case, "expect": expected, "reference": f"room {n} opens at nine"}
                for n, case in enumerate(scratch.cases())
            ]
        )

        assert "3/3 pass" in asked(scratch, "run").out


class TestAnEmbedder:
    @pytest.mark.parametrize("most", [1, 20, 32])
    def test_that_takes_few_texts_at_once_gets_few(self, scratch: Scratch, most: int) -> None:
        """Servers differ in how many they take; what is refused is asked again in smaller parts, and costs nothing."""
        with endpoint(most_texts=most) as server:
            make_similar(scratch, server.url(), 60)

            assert "60/60 pass" in asked(scratch, "run").out
            counts = server.counts()
            assert counts.by_status[200] <= 60 + 120 // max(1, most // 2) + 6
            assert counts.by_status[413] <= 64

    def test_that_refuses_one_text_embeds_the_others(self, scratch: Scratch) -> None:
        """A text that is too long is a failure of its own case, with the endpoint's reason."""
        with endpoint(longest_text=2000) as server:
            make_similar(scratch, server.url(), 60)
            cases = scratch.cases()
            cases[7]["expect"][0]["similar"] = "long " * 500
            scratch.write_cases(cases)

            result = asked(scratch, "gate", "--all", "--json")

            assert result.exit_code == 4
            (check,) = [one for one in result.verdict["checks"] if one["outcome"] == "unavailable"]
            assert check["reason"].startswith(
                "no answer to 1 trial, which is no evidence either way: desk/r7#0 (vector"
            )
            assert "HTTP 400: This model's maximum context length" in check["reason"]
            assert result.calls == 60 + 120
            assert embeddings(server) < 40

    def test_that_refuses_a_text_of_many_cases_fails_each_of_them(self, scratch: Scratch) -> None:
        """One vector that ten answers lack is no small share of the run."""
        with endpoint(longest_text=2000) as server:
            make_similar(scratch, server.url(), 10)
            expect(scratch, {"similar": "long " * 500, "threshold": 0.5})
            scratch.edit("params.yaml", "suites: {regression: {}}", "suites: {regression: {max_failures: 0.5}}")
            scratch.commit("bear failures")

            result = asked(scratch, "gate", "--all", "--json")

            assert result.exit_code == 4
            assert result.verdict["run"]["failures"] == 10

    def test_that_fails_now_and_then_loses_nothing(self, scratch: Scratch) -> None:
        """Each call asks again by itself, and those that come back go out together."""
        with endpoint(seed=3, faults={"429": 0.1, "500": 0.05}, retry_after="0") as server:
            make_similar(scratch, server.url(), 200)

            assert "200/200 pass" in asked(scratch, "run").out
            assert server.counts().billed_repeats == 0
            assert embeddings(server) < 80

    @pytest.mark.parametrize(
        ("mode", "reason"),
        [
            ("unauthorised", "HTTP 401"),
            ("too-long", "HTTP 400"),
            ("fewer-vectors", "vectors for"),
            pytest.param("empty-choices", "the endpoint's answer has 0 vectors for", marks=pytest.mark.slow),
            pytest.param("nan-vector", "the endpoint's answer is no JSON object", marks=pytest.mark.slow),
        ],
    )
    def test_that_fails_decides_nothing(self, scratch: Scratch, server: Endpoint, mode: str, reason: str) -> None:
        """Never a wrong answer, never a pass."""
        make_similar(scratch, server.url(), 3, embeds=server.url(mode))

        result = asked(scratch, "gate", "--all", "--json")

        assert result.exit_code == 4
        assert all(one["unable"] for one in result.verdict["failing"])
        assert any(reason in check["reason"] for check in result.verdict["checks"])
        assert asked(scratch, "run").exit_code == 4

    @pytest.mark.parametrize(
        ("most", "exit_code", "reason"),
        [(64, 4, "the endpoint's answer has vectors of "), (1, 3, "the vectors differ in length")],
    )
    def test_that_changes_the_length_decides_nothing(
        self, scratch: Scratch, most: int, exit_code: int, reason: str
    ) -> None:
        """Within one answer, and from one answer to the next."""
        with endpoint(most_texts=most) as server:
            make_similar(scratch, server.url(), 30, embeds=server.url("uneven-vectors"))

            result = asked(scratch, "gate", "--all", "--json")

            assert result.exit_code == exit_code
            assert all(one["unable"] for one in result.verdict["failing"])
            assert any(reason in one["reason"] for one in result.verdict["failing"])

    def test_that_lists_its_vectors_otherwise_is_understood(self, scratch: Scratch, server: Endpoint) -> None:
        """The index says whose they are."""
        make_similar(scratch, server.url(), 20, embeds=server.url("vectors-backwards"))

        assert "20/20 pass" in asked(scratch, "run").out

    def test_may_pack_its_vectors(self, scratch: Scratch, server: Endpoint) -> None:
        """Whatever stands under `parameters` is sent, and both forms are read."""
        make_similar(scratch, server.url(), 20)
        scratch.edit(
            "params.yaml", "    model: embed-1", "    model: embed-1\n    parameters: {encoding_format: base64}"
        )

        assert "20/20 pass" in asked(scratch, "run").out

    def test_is_not_asked_about_nothing(self, scratch: Scratch, server: Endpoint) -> None:
        """An empty answer is near to no text, and no endpoint takes one."""
        make_similar(scratch, server.url("null-content"), 3, embeds=server.url())

        assert "0/3 pass" in asked(scratch, "run").out
        assert embeddings(server) == 0

    def test_counts_what_it_costs(self, scratch: Scratch, server: Endpoint) -> None:
        """Our bill is the endpoint's, to the token: the shares of a request come to its whole."""
        make_similar(scratch, server.url(), 40)

        cost = asked(scratch, "gate", "--all", "--json").verdict["run"]["cost"]

        counts = server.counts()
        assert cost == counts.prompt_tokens + 2 * counts.completion_tokens


class TestTheBudget:
    def test_holds_vectors_too(self, scratch: Scratch) -> None:
        """Never one micro-dollar over, and what is left undecided is said."""
        with endpoint(latency=0.005) as server:
            make_similar(scratch, server.url(), 100, embeds=server.url("missing-usage"))
            scratch.write("params.yaml", scratch.read("params.yaml") + "budget: {run: 0.014}\n")
            scratch.commit("a budget")

            result = asked(scratch, "gate", "--all", "--json")

            assert result.exit_code == 3
            assert 0 < result.verdict["run"]["cost"] <= 14_000
            assert "the budget has ended" in result.verdict["checks"][0]["reason"]

    def test_is_held_against_the_vectors_ahead(self, scratch: Scratch, server: Endpoint) -> None:
        """Of references, and of answers that are still to be given."""
        make_similar(scratch, server.url(), 10)

        told = asked(scratch, "plan", "--all").out.splitlines()[-1]

        assert told == "calls 30, expected $0.00134, at most $0.00301"

    def test_stops_before_any_call(self, scratch: Scratch, server: Endpoint) -> None:
        """As for answers."""
        make_similar(scratch, server.url(), 50)
        asked(scratch, "run")
        text = "A word that stands for many. " * 400
        expect(scratch, {"similar": text, "threshold": 0.1})
        scratch.write("params.yaml", scratch.read("params.yaml") + "budget: {run: 0.002}\n")
        server.reset()

        result = asked(scratch, "run")

        assert result.exit_code == 3
        assert "stopped before any call: 1 call expected to cost $0.002" in result.err
        assert server.counts().received == 0


class TestWhoseEmbedder:
    def test_is_base_s(self, scratch: Scratch, server: Endpoint) -> None:
        """A pull request cannot choose a kinder one for its own judgement."""
        make_similar(scratch, server.url(), 10)
        scratch.commit("ask a model")
        scratch.edit("params.yaml", "model: embed-1", "model: embed-2")
        scratch.edit("prompts/desk.prompt.yml", "opens at nine", "opens at nine today")
        server.reset()

        result = asked(scratch, "gate", "--json")

        assert {one.model for one in server.requests()} == {"stub-1", "embed-1"}
        assert any("the policy is changed" in notice for notice in result.verdict["notices"])

    def test_is_the_candidate_s_where_base_has_none(self, scratch: Scratch, server: Endpoint) -> None:
        """The first one must be adopted by a change that uses it."""
        make_similar(scratch, server.url(), 10)
        mine, cases = scratch.read("params.yaml"), scratch.cases()
        scratch.write("params.yaml", mine.replace("embedder: near\n", ""))
        expect(scratch, {"contains": "room"})
        scratch.commit("ask a model")
        scratch.write("params.yaml", mine)
        scratch.write_cases(cases)

        result = asked(scratch, "gate", "--json")

        assert "base names no `embedder`: similarity is measured by the candidate's" in result.verdict["notices"]
        assert result.verdict["pairs"][0]["passed"] == 10

    def test_that_is_somebody_elses_first_is_asked_nothing(self, scratch: Scratch, server: Endpoint) -> None:
        """Their texts would go out with our key, to wherever they say."""
        scratch.git("switch", "-q", "-c", "change")
        embed(scratch, server.url())
        expect(scratch, {"similar": "Ask us.", "threshold": 0.7})
        scratch.commit("compare answers")
        scratch.git("switch", "-q", "main")

        result = asked(scratch, "gate", "--candidate", "change")

        assert result.exit_code == 2
        assert "where no pin of base asks with the same key" in result.err
        assert server.counts().received == 0

    def test_changes_the_digest_of_what_it_measures(self, scratch: Scratch, server: Endpoint) -> None:
        """As a scorer's version does: the same answer may get another mark."""
        make_similar(scratch, server.url(), 3)
        first = asked(scratch, "plan", "--all").out
        scratch.edit("params.yaml", "model: embed-1", "model: embed-2")
        scratch.commit("another embedder")

        second = asked(scratch, "plan", "--all").out

        assert "on both sides (3 cases)" in first
        assert first != second

    @pytest.mark.parametrize("words", [("check",), ("gate", "--all"), ("run",)])
    def test_must_be_named(self, scratch: Scratch, server: Endpoint, words: tuple[str, ...]) -> None:
        """Nothing is compared by nobody."""
        make_similar(scratch, server.url(), 2)
        scratch.edit("params.yaml", "embedder: near\n", "")

        result = asked(scratch, *words)

        assert result.exit_code == 2
        assert result.err == (
            "error: evalsets/regression/desk.jsonl:1: case `r0`: `similar` compares vectors, and params.yaml names no "
            "`embedder`\n\nhint: add `embedder: ALIAS`, a pin of `models:` whose provider is `openai-embeddings`\n"
        )

    @pytest.mark.parametrize("words", [("check",), ("gate", "--all")])
    @pytest.mark.parametrize(
        ("alias", "said"),
        [
            pytest.param(
                "nearr",
                "params.yaml:16: there is no pin `nearr`; did you mean `near`?\n\nhint: models: reader, near\n",
                id="a pin that is not there",
            ),
            pytest.param(
                "reader",
                "params.yaml:2: `embedder: reader` makes no vectors\n\n"
                "hint: its provider must be one such as `openai-embeddings`\n",
                id="a pin that answers prompts",
            ),
        ],
    )
    def test_must_make_vectors(self, scratch: Scratch, words: tuple[str, ...], alias: str, said: str) -> None:
        """One error, at its line."""
        make_similar(scratch, "http://127.0.0.1:1/v1", 2)
        scratch.edit("params.yaml", "embedder: near", f"embedder: {alias}")

        result = asked(scratch, *words)

        assert (result.exit_code, result.err) == (2, f"error: {said}")

    def test_answers_no_prompt(self, scratch: Scratch) -> None:
        """A prompt that asks it would get numbers."""
        make_similar(scratch, "http://127.0.0.1:1/v1", 2)
        scratch.edit("prompts/desk.prompt.yml", "model: reader", "model: near")

        result = scratch.harness("check")

        assert result.exit_code == 2
        assert "prompts/desk.prompt.yml:2: pin `near` makes vectors, and answers no prompt" in result.err


class TestARecording:
    def test_holds_the_vectors(self, scratch: Scratch, server: Endpoint) -> None:
        """No key, no network, no store: the same verdict."""
        make_similar(scratch, server.url(), 10)
        seen = asked(scratch, "gate", "--all", "--json").verdict
        asked(scratch, "record", "../answers.jsonl", "--all")
        shutil.rmtree(scratch.root / ".harness")

        again = scratch.harness("gate", "--all", "--replay", "../answers.jsonl", "--json").verdict

        assert again["run"]["calls"] == 0
        assert {**again, "run": None} == {**seen, "run": None}

    def test_that_lacks_a_vector_names_the_trial(self, scratch: Scratch, server: Endpoint) -> None:
        """A replay asks nobody, and passes nothing that it did not see."""
        make_similar(scratch, server.url(), 3)
        asked(scratch, "gate", "--all")
        asked(scratch, "record", "../answers.jsonl", "--all")
        first, *lines = scratch.read("../answers.jsonl").splitlines(keepends=True)
        left = [line for line in lines if '(vector of \\"Room 2' not in line]
        head = {**json.loads(first), "answers": len(left)}
        scratch.write("../answers.jsonl", json.dumps(head) + "\n" + "".join(left))

        result = asked(scratch, "gate", "--all", "--replay", "../answers.jsonl")

        assert (len(left), result.exit_code) == (len(lines) - 1, 2)
        assert 'no answer to `desk/r2#0 (vector of "Room 2 opens at nine o\'clock.")` is recorded' in result.err

    def test_of_vectors_that_were_not_asked_is_refused(self, scratch: Scratch, server: Endpoint) -> None:
        """Recording asks nobody either."""
        make_similar(scratch, server.url(), 3, embeds=server.url("unauthorised"))
        asked(scratch, "gate", "--all")

        result = asked(scratch, "record", "../answers.jsonl", "--all")

        assert result.exit_code == 2
        assert '`desk/r0#0 (vector of "Room 0 opens at nine o\'clock.")` has no answer yet' in result.err


class TestTelling:
    def test_of_a_trial_names_its_vectors(self, scratch: Scratch, server: Endpoint) -> None:
        """Which of them is missing, and since what changed."""
        make_similar(scratch, server.url(), 1)
        asked(scratch, "run")
        scratch.edit("params.yaml", "model: embed-1", "model: embed-2")

        said = scratch.harness("explain", "desk/r0#0").out.splitlines()

        assert "desk/r0#0   key" in said[0]
        assert said[0].endswith("answered: in the store")
        assert 'desk/r0#0 (vector of "room 0 opens at nine")' in said[1]
        assert said[1].endswith("missed: not in the store")
        assert said[2].startswith("  model: ")

    def test_of_a_case_compares_both_trees(self, scratch: Scratch, server: Endpoint) -> None:
        """`harness diff` asks for what it lacks."""
        make_similar(scratch, server.url(), 2)
        scratch.commit("ask a model")
        scratch.edit("prompts/desk.prompt.yml", "room {{ n }} opens at nine", "please call us, visitor {{ n }}")

        said = asked(scratch, "diff", "r1").out

        assert 'expects    similar "Room 1 opens at nine o\'clock." (threshold 0.65)' in said
        assert "base       passes" in said
        assert "candidate  fails: similar" in said
