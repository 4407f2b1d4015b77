"""`harness judge label`: a person at a terminal, or a program in their place, and the answers that they are given."""

import json
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from tests.content.test_judges import JUDGE, LABEL, PATH, SAID
from tests.graders.bench import seat
from tests.graders.server import judging
from tests.house.scratch import ROOT
from tests.scenarios.scratch import Scratch
from tests.scenarios.sitting import sit

ANSWERS = "".join(json.dumps({"answer": f"answer {n}", "grade": "invented", "why": "No."}) + "\n" for n in range(3))
LABELLING = ("judge", "label", "grounded", "--by", "ana", "--from", "answers.jsonl")
COMMAND = (sys.executable, "-m", "harness", *LABELLING)


@pytest.fixture
def place(scratch: Scratch) -> Scratch:
    """Return a repository with a judge, and a file of three answers with its judgements."""
    scratch.write(PATH, JUDGE.replace("model: judge", "model: reader"))
    scratch.write("answers.jsonl", ANSWERS)
    return scratch


def grades(place: Scratch) -> list[str]:
    """Return what people said."""
    return [json.loads(line)["grade"] for line in place.read(SAID).splitlines()]


def at_a_terminal(place: Scratch, *typed: bytes) -> tuple[int, str]:
    """Label at a terminal; return the exit code and all that was seen."""
    return sit(LABELLING, place.root, place.environ(), typed=typed, asked=b"q quit: ")


def by_a_program(place: Scratch, typed: bytes) -> subprocess.CompletedProcess[bytes]:
    """Label without a terminal."""
    return subprocess.run(COMMAND, cwd=place.root, env=place.environ(), input=typed, capture_output=True, check=False)


class TestAPerson:
    def test_labels_at_a_terminal(self, place: Scratch) -> None:
        """What they type is seen once, as they type it; what the judge said is not seen at all."""
        code, seen = at_a_terminal(place, b"1\n", b"grounded\n", b"b\n", b"1\n", b"s\n")

        assert code == 0
        assert grades(place) == ["invented", "invented"]
        assert "1 invented, 2 grounded, s skip, b back, ? rubric, q quit: 1\n\n--- 2 of 3\n" in seen
        assert "quit: b\ntaken back: grounded\n\n--- 2 of 3\n" in seen
        assert "No." not in seen
        assert seen.endswith("\nbefore it may decide, it needs 100 (98 more), 30 of them fails (28 more)\n")

    @pytest.mark.parametrize("key", [b"\x03", b"\x04"], ids=["Ctrl-C", "Ctrl-D"])
    def test_ends_when_they_like(self, place: Scratch, key: bytes) -> None:
        """What they said is kept, and nothing went wrong."""
        code, seen = at_a_terminal(place, b"2\n", key)

        assert (code, grades(place)) == (0, ["grounded"])
        assert "\n\n1 label added; people agree on 1 answer of `grounded` and fail 0\n" in seen


class TestAProgram:
    def test_labels_by_lines(self, place: Scratch) -> None:
        """Until they end; bytes that are no text are no key."""
        done = by_a_program(place, b"1\n\xff\n2")

        assert (done.returncode, done.stderr, grades(place)) == (0, b"", ["invented", "grounded"])

    def test_is_told_of_what_cannot_be_written(self, place: Scratch) -> None:
        """The labels before it are there, and no half of one."""
        place.write("answers.jsonl", "".join(json.dumps({"answer": f"{n}" * 2_500}) + "\n" for n in range(3)))
        command = ["bash", "-c", f"ulimit -f 6; exec {' '.join(COMMAND)}"]
        environ = {name: value for name, value in place.environ().items() if not name.startswith("COVERAGE_")}
        done = subprocess.run(
            command, cwd=place.root, env=environ, input=b"1\n2\n1\n", capture_output=True, check=False
        )

        assert done.returncode == 4
        assert done.stderr.startswith(f"error: {SAID}: nothing more can be written: File too large\n\nhint: ".encode())
        assert grades(place) == ["invented", "grounded"]


class TestTheAnswers:
    def label(self, place: Scratch, *words: str) -> str:
        """Return what is shown to somebody who says nothing."""
        done = place.harness("judge", "label", "grounded", "--by", "ana", *words)
        assert done.exit_code == 0, done.err
        return done.out

    def test_are_those_of_the_cases_that_ask_the_judge(self, scratch: Scratch) -> None:
        """Alone, in a vote, or within other expectations; and nobody is shown what it said."""
        asking = ({"judge": "grounded"}, {"judge": ["kind", "grounded"]}, {"any-of": [{"judge": "grounded"}]})
        others = ({"judge": "kind"}, {"contains": "grounded"})
        cases = [{**case, "expect": [one]} for case, one in zip(scratch.cases(), asking + others, strict=False)]
        with judging() as server:
            seat(scratch, server)
            scratch.write("evalsets/judges/kind.yml", scratch.read(PATH))
            scratch.write_cases(cases)
            scratch.commit("judge")
            scratch.harness("run")

        seen = self.label(scratch)

        assert "3 answers to label as ana\n" in seen

    def test_are_those_of_a_prompt_on_both_trees(self, place: Scratch) -> None:
        """Each once, as the judge is shown it; who labels cannot tell from which tree it is."""
        place.harness("gate", "--all")
        place.edit("prompts/desk.prompt.yml", "documents %}", "documents[:0] %}")
        place.harness("gate")

        seen = self.label(place, "--prompt", "desk")

        assert "40 answers to label as ana\n" in seen

    def test_are_the_last_of_each_conversation(self, place: Scratch, desk: Scratch) -> None:
        """And what a composed case asks beside is an answer of its own."""
        desk.remove("evalsets/injection/payloads/override.yaml")
        shutil.copy(ROOT / "evalsets/injection/payloads/crescendo.yaml", desk.root / "evalsets/injection/payloads")
        desk.edit(
            "params.yaml", "        - {kind: html-comment, var: documents}", "        - {kind: user, var: question}"
        )
        desk.commit("talk")

        run = desk.harness("run", "--suite", "injection")

        assert "20 calls" in run.out
        assert "9 answers to label as ana\n" in self.label(place, "--suite", "injection")

        with closing(sqlite3.connect(desk.root / ".harness/state.db")) as store, store:
            store.execute("DELETE FROM answers WHERE key IN (SELECT key FROM ledger WHERE trial LIKE '%@3')")

        assert "6 answers to label as ana\n" in self.label(place, "--suite", "injection")

    def test_are_those_of_cases_that_a_tree_can_render(self, place: Scratch) -> None:
        """Base's form of a case lacks what the candidate's prompt asks for."""
        place.edit("prompts/desk.prompt.yml", "Question: {{ question }}", "Question: {{ question }} {{ tone }}")
        place.write_cases([{**case, "vars": {**case["vars"], "tone": "Kindly."}} for case in place.cases()])
        place.harness("gate")

        seen = self.label(place, "--prompt", "desk")

        assert "40 answers to label as ana\n" in seen

    def test_are_those_that_are_kept(self, place: Scratch) -> None:
        """Nothing is asked to be labelled."""
        told = place.harness("judge", "label", "grounded", "--by", "ana", "--prompt", "desk")

        assert (told.exit_code, told.out) == (2, "")
        assert told.err == (
            "error: no answer is kept of these cases as they are now\n\n"
            "hint: run `harness run` first; labelling asks nobody\n"
        )


class TestAFault:
    @pytest.mark.parametrize(
        ("words", "told"),
        [
            (["grouned"], "there is no judge `grouned`; did you mean `grounded`?\n\nhint: judges are evalsets/judges/"),
            (["grounded"], "no case asks the judge `grounded`\n\nhint: give answers by `--from FILE`, or name a pair"),
            (["grounded", "--from", "none"], "there is no file none\n\nhint: give a file of answers\n"),
            (["grounded", "--from", "params.yaml"], "params.yaml:1: not valid JSON: "),
            (
                ["grounded", "--prompt", "dsek"],
                "there is no prompt `dsek`; did you mean `desk`?\n\nhint: prompts: desk",
            ),
            (["grounded", "--prompt", "desk", "--from", "answers.jsonl"], "`--from` names all answers\n\nhint: leave "),
        ],
    )
    def test_is_one_error(self, place: Scratch, words: list[str], told: str) -> None:
        """Exit code 2, and nothing printed."""
        found = place.harness("judge", "label", "--by", "ana", *words)

        assert (found.exit_code, found.out) == (2, "")
        assert found.err.startswith(f"error: {told}")

    def test_is_nobody_who_labels(self, place: Scratch) -> None:
        """Git knows nobody here."""
        found = place.harness("judge", "label", "grounded", "--from", "answers.jsonl")

        assert found.err == ("error: nobody says who labels\n\nhint: give `--by NAME`, or set git's `user.email`\n")

    def test_of_a_name_that_is_no_text_ends_nothing(self, place: Scratch) -> None:
        """It is written as far as it goes."""
        command: list[str | bytes] = [*COMMAND, "--by", b"bo\xff"]
        done = subprocess.run(
            command, cwd=place.root, env=place.environ(), input=b"1\n", capture_output=True, check=False
        )

        assert (done.returncode, json.loads(place.read(SAID))["by"]) == (0, "bo?")

    def test_is_in_the_labels(self, place: Scratch) -> None:
        """Its line is told, and none is added to it."""
        place.write(SAID, LABEL + LABEL)

        found = place.harness("judge", "label", "grounded", "--by", "ana", "--from", "answers.jsonl")

        assert found.err.startswith(f"error: {SAID}:2: `ana` labels this answer a second time\n")
