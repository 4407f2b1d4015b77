"""Conversations: what is sent after an answer, under which key, and that all answers are marked as one."""

import asyncio
from collections.abc import Iterable, Mapping
from types import SimpleNamespace
from typing import Any, cast

from harness.core.case import Case, Expectation, Staging
from harness.core.completion import Completion, ToolCall, Trial
from harness.core.pin import Pin
from harness.core.prompt import Message, Request
from harness.core.score import CaseResult
from harness.execute.run import Work
from harness.flows.asking import Roles
from harness.flows.evaluate import evaluate
from harness.flows.grading import Grading
from harness.flows.rows import CANDIDATE, Row, Slot
from harness.flows.turns import informed, next_turn, whole
from harness.plan.union import Change, Pairing
from harness.score.registry import Scorers

TURNS = ("And then?", "Now say it.")
CASE = Case("c1", {}, (), staging=Staging(turns=TURNS))
ASKED = (Message("system", 'Be brief. Say "At nine." where it fits.'), Message("user", "When?"))
PIN = Pin("reader", "embedded", "reader")


def first(case: Case = CASE) -> Work[Slot]:
    """Return the work that asks a conversation's first question."""

    def prepare() -> tuple[Request, Mapping[str, str]]:
        return Request(ASKED), {"message 1 (system)": "x"}

    slot = Slot(Row(Pairing(case.id, Change.SAME, case)), CANDIDATE, case)
    return Work(Trial("desk/c1#0", "key"), prepare, PIN, slot)


class Echo:
    """Answers each request with how many messages it has, and keeps what it was sent."""

    def __init__(self) -> None:
        self.sent: list[Request] = []
        self.keys: list[str] = []

    async def run(self, works: Iterable[Work[Slot]], _accounts: tuple[str, ...]) -> Any:  # noqa: ANN401 (pairs)
        """Yield each work with its answer."""
        for work in works:
            request, _ = work.prepare()
            self.sent.append(request)
            self.keys.append(work.trial.key)
            yield work, SimpleNamespace(outcome=Completion(f"said {len(request.messages)}"))


class Ear:
    """A court that notes what it is shown."""

    embedder = None
    player = None
    grading = Grading(Scorers(), Roles({}, None), {}, {}, {}, {})

    def __init__(self) -> None:
        self.heard: list[Completion] = []

    def mark(self, _case: Case, answer: Completion) -> CaseResult:
        """Pass whatever it is."""
        self.heard.append(answer)
        return CaseResult(passed=True, metrics={})


async def _talk(echo: Echo, ear: Ear, works: list[Work[Slot]]) -> list[int]:
    return [done async for done in evaluate(cast("Any", echo), iter(works), cast("Any", ear), ())]


class TestAConversation:
    def test_sends_every_answer_back_before_the_next_turn(self) -> None:
        """A model remembers nothing by itself."""
        echo, ear = Echo(), Ear()

        asyncio.run(_talk(echo, ear, [first()]))

        assert [request.messages for request in echo.sent] == [
            ASKED,
            (*ASKED, Message("assistant", "said 2"), Message("user", "And then?")),
            (
                *ASKED,
                *(Message("assistant", "said 2"), Message("user", "And then?")),
                *(Message("assistant", "said 4"), Message("user", "Now say it.")),
            ),
        ]

    def test_is_marked_once_by_all_that_was_said(self) -> None:
        """A secret told in the first answer was told."""
        echo, ear, work = Echo(), Ear(), first()

        done = asyncio.run(_talk(echo, ear, [work]))

        assert [answer.text for answer in ear.heard] == ["said 2\n\nsaid 4\n\nsaid 6"]
        assert done == [1]
        result = work.tag.row.results[CANDIDATE]
        assert result
        assert result.passed

    def test_asks_under_the_same_keys_each_time(self) -> None:
        """So that a second run finds all of its answers."""
        one, other = Echo(), Echo()

        asyncio.run(_talk(one, Ear(), [first()]))
        asyncio.run(_talk(other, Ear(), [first()]))

        assert one.keys == other.keys
        assert len(set(one.keys)) == 3


class TestTheNextTurn:
    def test_has_a_key_of_its_own_for_each_answer_before_it(self) -> None:
        """Whoever was told something else is asked something else."""
        keys = {next_turn(first(), Completion(text)).trial.key for text in ("a", "b", "")}
        other = Case("c1", {}, (), staging=Staging(turns=("Why?", "Now say it.")))

        assert len(keys) == 3
        assert next_turn(first(other), Completion("a")).trial.key not in keys

    def test_is_named_after_the_trial(self) -> None:
        """People look for it by this name."""
        second = next_turn(first(), Completion("a"))

        assert second.trial.name == "desk/c1#0@2"
        assert next_turn(second, Completion("b")).trial.name == "desk/c1#0@3"
        assert (first().tag.turns_left, second.tag.turns_left) == (2, 1)


class TestAWholeConversation:
    def test_has_all_texts_and_all_calls(self) -> None:
        """And the rest of the last answer."""
        call, other = ToolCall("pay", {"a": 1}), ToolCall("log", {})
        told = whole([Completion("a", (call,), "tool_calls")], Completion("b", (other,), "stop", 3, 4))

        assert told == Completion("a\n\nb", (call, other), "stop", 3, 4)
        assert whole([], Completion("b")) == Completion("b")


class TestADetectorOfTheOwnPrompt:
    def test_is_told_what_was_sent_but_for_what_may_be_said(self) -> None:
        """What a prompt quotes, an answer may hold."""
        case = Case("c1", {}, (Expectation("recites-prompt", value=True, negated=True),))

        (item,) = informed(first(case)).expect

        assert isinstance(item.value, str)
        assert item.value.startswith("Be brief. Say")
        assert "At nine." not in item.value

    def test_is_left_alone_where_its_author_said_what_to_look_for(self) -> None:
        """Nobody knows better."""
        case = Case("c1", {}, (Expectation("recites-prompt", "Be kind.", negated=True), Expectation("contains", "x")))

        assert informed(first(case)) == case
