"""Embedders over a real socket: how one is asked, what its mistakes come to, and whose it is."""

import pytest

from tests.endpoint.launch import Endpoint, endpoint
from tests.scenarios.remote import asked, embed, embeddings, expect, make_similar
from tests.scenarios.scratch import Scratch


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
