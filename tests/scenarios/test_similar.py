"""The kind `similar` over a real socket: vectors are trials like any other, and many go out in one request."""

import json
import shutil

from tests.endpoint.launch import Endpoint, endpoint
from tests.scenarios.remote import asked, embed, embeddings, expect, make_similar
from tests.scenarios.scratch import Scratch


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

        told = asked(scratch, "plan", "--all").out.splitlines()[-2]

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
        assert '`desk/r0#0 (vector of "room 0 opens at nine")` has no answer yet' in result.err


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
