"""Conversations as cases: what the user says next stands in the line, and every command knows all of it."""

import json
from pathlib import Path

import pytest

from tests.graders.bench import seat
from tests.graders.server import judging
from tests.scenarios.application import HTTP, make
from tests.scenarios.budgeted import budget
from tests.scenarios.scratch import Scratch, case
from tests.scenarios.varying import content

TURNS = ["When does the botany room 1 open?", "And when does the cinema room 2 open?"]
TOOLS = json.dumps(
    [
        {"type": "function", "function": {"name": name, "parameters": {"type": "object"}}}
        for name in ("look_up", "note", "refund")
    ]
)
ROOMS = [case(number)["vars"]["documents"][0] for number in (1, 2, 3)]


def talk(number: int, *turns: str, minutes: tuple[int, ...]) -> dict[str, object]:
    """Return a case that asks of one room and then of others."""
    asked = case(number)["vars"]["question"]
    expect = [{"contains": f"{minute} minutes"} for minute in minutes]
    return {"id": f"talk-{number}", "vars": {"question": asked, "documents": ROOMS}, "expect": expect, "turns": turns}


@pytest.fixture
def talks(scratch: Scratch) -> Scratch:
    """Return a repository with three conversations beside a plain case: seven questions and one."""
    scratch.write_cases(
        [
            case(0),
            talk(1, TURNS[1], minutes=(4, 5)),
            talk(2, TURNS[0], minutes=(5, 4)),
            talk(3, *TURNS, minutes=(6, 4, 5)),
        ]
    )
    scratch.commit("conversations")
    return scratch


def with_turns(scratch: Scratch, name: str, *turns: str) -> None:
    """Let the user say something else in a case."""
    cases = scratch.cases()
    scratch.write_cases([{**one, "turns": turns} if one["id"] == name else one for one in cases])


def expecting(scratch: Scratch, name: str, *expect: dict[str, str]) -> None:
    """Let a case expect something else."""
    scratch.write_cases([{**one, "expect": expect} if one["id"] == name else one for one in scratch.cases()])


class TestAConversation:
    def test_is_asked_turn_by_turn_and_never_again(self, talks: Scratch) -> None:
        """All of it is known the second time."""
        checked, first, again = talks.harness("check"), talks.gate("--all"), talks.gate("--all")

        assert checked.exit_code == 0, checked.told
        assert (first.exit_code, first.calls, again.calls) == (0, 1 + 2 + 2 + 3, 0)
        assert content(again) == content(first)

    def test_is_planned_with_every_call(self, talks: Scratch) -> None:
        """Before a cent is spent."""
        assert "calls 8, " in talks.harness("plan", "--all").out

    def test_is_planned_from_where_it_was_left(self, talks: Scratch) -> None:
        """Of two that begin with one question, which is asked once, each goes on in its own way."""
        third = talks.cases()[3]
        talks.write_cases([third, {**third, "id": "talk-4", "turns": [TURNS[1], TURNS[0]]}])
        talks.commit()
        begun = talks.harness("plan", "--all").out
        asked = talks.gate("--all").calls
        with_turns(talks, "talk-4", TURNS[1], "Where is coffee sold?")

        left = talks.harness("plan", "--all").out

        assert "calls 5, " in begun
        assert asked == 1 + 2 + 2
        assert "calls 1, " in left

    def test_is_judged_by_what_was_said_in_any_turn(self, talks: Scratch) -> None:
        """The answers are one text to what is expected."""
        with_turns(talks, "talk-1", "And when does the cinema room 2 open?", "Where is coffee sold?")
        expecting(talks, "talk-1", {"not-contains": "4 minutes"})

        (failed,) = talks.gate("--all").verdict["failing"]

        assert failed["reason"].startswith('not-contains "4 minutes": ')

    def test_with_other_turns_is_another_one(self, talks: Scratch) -> None:
        """Though its first question is the same: nothing that is said is overlooked."""
        talks.gate("--all")
        with_turns(talks, "talk-2", "When does the cinema room 2 open?")

        result = talks.gate()

        assert [(one["status"], one["why"]) for one in result.verdict["pairs"]] == [("changed", ["cases"])]
        assert [one["edited"] for one in result.verdict["pairs"]] == [1]
        assert [one["case"] for one in result.verdict["failing"]] == ["talk-2"]
        assert result.calls == 1

    def test_is_graded_once_by_a_judge(self, talks: Scratch) -> None:
        """The last answer, as the one to all that was said before."""
        with judging() as server:
            seat(talks, server)
            expecting(talks, "talk-3", {"contains": "4 minutes"}, {"judge": "grounded"})
            talks.commit("ask a judge")
            planned = talks.harness("plan", "--all").out
            first, planned_again, again = talks.gate("--all"), talks.harness("plan", "--all").out, talks.gate("--all")

            (asked,) = server.asked

        assert "calls 9, " in planned
        assert "calls 0" in planned_again
        assert (first.exit_code, first.calls, again.calls) == (0, 9, 0)
        shown = asked["messages"][-1]["content"]
        assert [text in shown for text in (TURNS[0], TURNS[1], "4 minutes", "5 minutes")] == [True] * 4

    def test_is_held_to_the_tools_of_all_its_turns(self, talks: Scratch) -> None:
        """One call an answer, and one trajectory over all of them."""
        talks.write("prompts/desk.prompt.yml", f"{talks.read('prompts/desk.prompt.yml')}tools: {TOOLS}\n")
        steps = [
            'call look_up with {"id": "A-1"}',
            'call note with {"text": "called"}',
            'call refund with {"id": "A-1"}',
        ]
        listed = [{"name": "refund", "arguments": {"id": "A-1"}}, {"name": "look_up"}, {"name": "note"}]
        orders = {"right": ("exact", [1, 2, 0]), "mixed": ("any", [0, 1, 2]), "some": ("subset", [1, 0])}
        orders |= {"wrong": ("exact", [1, 0, 2]), "back": ("subset", [0, 1])}
        talks.write_cases(
            [
                {
                    **case(1, id=name),
                    "turns": steps,
                    "expect": [{"trajectory": {"calls": [listed[at] for at in places], "order": order}}],
                }
                for name, (order, places) in orders.items()
            ]
        )

        failing = talks.gate("--all").verdict["failing"]

        assert {one["case"]: one["reason"] for one in failing} == {
            "wrong": "trajectory: call 2 is note, not refund",
            "back": "trajectory: no call of look_up fits after call 3",
        }


class TestItsAnswers:
    def test_are_shown_whole(self, talks: Scratch) -> None:
        """With what the user said; a mistake may stand in the last of them."""
        talks.edit("prompts/desk.prompt.yml", "in at most 40 words", "in at most 30 words")
        expecting(talks, "talk-3", {"contains": "never"})

        told = talks.harness("diff", "talk-3").out
        (failed,) = talks.gate().verdict["failing"]

        for text in (told, failed["answer"]):
            assert [word in text for word in ("6 minutes", "4 minutes", "5 minutes")] == [True] * 3
        for text in (told, failed["vars"]):
            assert 'then "When does the botany room 1 open?", "And when does the cinema room 2 open?"' in text

    def test_are_written_with_the_results(self, talks: Scratch) -> None:
        """Where DVC and people find them."""
        talks.harness("run")

        lines = (talks.root / ".harness/results/regression/desk.jsonl").read_text("utf-8").splitlines()

        assert ["4 minutes" in json.loads(line)["answer"] for line in lines] == [False, True, True, True]

    def test_are_explained_turn_by_turn(self, talks: Scratch) -> None:
        """Each has an answer of its own in the store, and a reason why it has none."""
        before = talks.harness("explain", "desk/talk-3#0").out
        talks.gate("--all")
        after = talks.harness("explain", "desk/talk-3#0").out
        with_turns(talks, "talk-3", TURNS[0], "Thank you.")
        changed = talks.harness("explain", "desk/talk-3#0").out

        assert before.splitlines()[-1] == "2 turns can be told of when the answer before is there"
        assert [line.split()[0] for line in after.splitlines()] == [f"desk/talk-3#0{at}" for at in ("", "@2", "@3")]
        assert after.count("answered: in the store") == 3
        assert changed.count("answered: in the store") == 2
        assert changed.splitlines()[-1].startswith("  turn 6: ")

    def test_are_recorded_and_replayed(self, talks: Scratch) -> None:
        """So that anybody can judge by them."""
        first = talks.gate("--all")
        answers = str(talks.root.parent / "answers.jsonl")
        talks.harness("record", answers, "--all")
        (talks.root / ".harness/state.db").unlink()

        assert content(talks.gate("--all", "--replay", answers)) == content(first)

    def test_cost_what_their_requests_cost_on_average(self, talks: Scratch) -> None:
        """A later one sends all that was said before."""
        talks.write_cases([{**talks.cases()[3], "turns": []}])
        budget(talks)
        short = talks.gate("--all").verdict["spending"][0]["candidate"]
        with_turns(talks, "talk-3", *TURNS)

        long = talks.gate("--all").verdict["spending"][0]["candidate"]

        assert (short["requests"], long["requests"]) == (1, 1)
        assert short["input_tokens"] < long["input_tokens"] < 2 * short["input_tokens"]


class TestALine:
    @pytest.mark.parametrize(
        ("turns", "fault"),
        [
            (["again"] * 21, "`turns` should have at most 20"),
            (["And?", ""], "`turns.1` should have at least 1 character"),
            ("And?", "`turns` should be a list"),
            ([{"role": "user"}], "`turns.0` should be a text"),
        ],
    )
    def test_that_is_wrong_is_told_by_file_and_line(self, talks: Scratch, turns: object, fault: str) -> None:
        """Before anybody is asked."""
        cases = talks.cases()
        talks.write_cases([cases[0], {**cases[1], "turns": turns}])

        told = talks.harness("check")

        assert told.exit_code == 2
        assert f"error: evalsets/regression/desk.jsonl:2: {fault}" in told.err

    def test_of_an_application_is_refused(self, scratch: Scratch, tmp_path: Path) -> None:
        """It is posted its inputs, and would never hear what was said."""
        del tmp_path
        make(scratch, HTTP.format(url="http://127.0.0.1:9/"))
        with_turns(scratch, "r1", "And then?")

        told = scratch.harness("check")

        assert told.exit_code == 2
        assert "evalsets/regression/desk.jsonl:2: case `r1` has turns, and an application is asked by" in told.err

    def test_of_a_host_of_attacks_is_refused(self, desk: Scratch) -> None:
        """Its turns would be dropped without a word."""
        path = "evalsets/injection/desk.jsonl"
        first, *rest = desk.read(path).splitlines(keepends=True)
        desk.write(path, "".join([json.dumps({**json.loads(first), "turns": ["And then?"]}) + "\n", *rest]))

        told = desk.harness("check")

        assert told.exit_code == 2
        assert "evalsets/injection/desk.jsonl:1: case `" in told.err
        assert "` has turns, and attacks are put into cases of one question" in told.err
