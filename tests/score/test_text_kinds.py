"""What the words of an answer come to: one line a fact, golden reasons character by character."""

from collections.abc import Callable

import pytest

from harness.core.completion import Completion
from harness.core.jsons import Json
from harness.core.score import CaseResult

type Judge = Callable[..., CaseResult]

LONG = "You may return any item that is unopened and unused, together with its receipt, within 30 days."


class TestTextKinds:
    @pytest.mark.parametrize(
        ("expect", "answer"),
        [
            pytest.param({"equals": "yes"}, " yes\n", id="outer white space does not matter"),
            pytest.param({"equals": " yes "}, "yes", id="nor that of the expected text"),
            pytest.param({"equals": ""}, " ", id="nothing equals nothing"),
            pytest.param({"equals": 1}, "1.0", id="a number is a number"),
            pytest.param({"equals": None}, "null", id="null is a value"),
            pytest.param({"equals": {"a": [1, True]}}, '{"a": [1.0, true]}', id="any JSON"),
            pytest.param({"not-equals": "yes"}, "Yes", id="case matters"),
            pytest.param({"not-equals": True}, "1", id="true is not 1"),
            pytest.param({"not-equals": 1}, "true", id="1 is not true"),
            pytest.param({"not-equals": {"a": 1}}, "a is 1", id="prose is not JSON"),
            pytest.param({"contains": "a.c"}, "xa.cx", id="contains is no pattern"),
            pytest.param({"not-contains": "a.c"}, "abc", id="a dot is a dot"),
            pytest.param({"icontains": "STRASSE"}, "die Straße", id="case folds as Unicode says"),
            pytest.param({"contains-any": ["x", "b"]}, "abc", id="any needs one"),
            pytest.param({"not-contains-any": ["x", "y"]}, "abc", id="not any means none"),
            pytest.param({"contains-all": ["a", "b"]}, "cab", id="all needs each"),
            pytest.param({"not-contains-all": ["a", "x"]}, "abc", id="not all means one is missing"),
            pytest.param({"icontains-any": ["X", "B"]}, "abc", id="icontains-any"),
            pytest.param({"icontains-all": ["C", "B"]}, "abc", id="icontains-all"),
            pytest.param({"starts-with": "Dear"}, "\n Dear you", id="the start after white space"),
            pytest.param({"not-starts-with": "Dear"}, "My Dear", id="only the start"),
            pytest.param({"ends-with": "bye."}, "and bye. \n", id="the end before white space"),
            pytest.param({"regex": r"^\d+ days$"}, "30 days", id="a pattern"),
            pytest.param({"not-regex": r"^\d+$"}, "30\n31", id="anchors mean the whole answer"),
            pytest.param({"regex": r"(?i)YES"}, "yes", id="flags inside the pattern"),
            pytest.param({"max-words": 2}, "two  words", id="as many words as allowed"),
            pytest.param({"not-max-words": 2}, "not two words", id="more words than allowed"),
            pytest.param({"min-words": 2}, "two\twords", id="as many as asked for"),
            pytest.param({"not-min-words": 1}, " ", id="no word"),
            pytest.param({"finish-reason": "stop"}, "", id="why it stopped"),
        ],
    )
    def test_are_met(self, judge: Judge, expect: Json, answer: str) -> None:
        """Each of these is met, and its opposite is not."""
        assert judge(answer, expect).passed

    @pytest.mark.parametrize(
        ("expect", "answer", "reason"),
        [
            ({"contains": "30 days"}, "Send it within 60 days.", 'contains "30 days": the answer says "60 days"'),
            ({"contains": "30 days"}, "It is 1 day.", 'contains "30 days": the answer says "1 day"'),
            ({"contains": "$49.90"}, "It costs $ 5.", 'contains "$49.90": the answer says "$ 5"'),
            ({"contains": "49,90 €"}, "Das kostet 5 €.", 'contains "49,90 €": the answer says "5 €"'),
            ({"contains": "20 %"}, "You save 30%.", 'contains "20 %": the answer says "30%"'),
            ({"contains": "30 days"}, "30\u202fdays", 'contains "30 days": the answer says "30\\u202fdays"'),
            ({"contains": "30 days"}, "It is 60 km.", 'contains "30 days": the answer says "It is 60 km."'),
            ({"contains": "room 12"}, "room 13", 'contains "room 12": the answer says "room 13"'),
            ({"contains": "30 days"}, " \n", 'contains "30 days": the answer is empty'),
            (
                {"contains": "free"},
                LONG,
                'contains "free": the answer says "You may return any item that is unopened and unused, toge..."',
            ),
            ({"not-contains": "60 days"}, "60 days", 'not-contains "60 days": the answer contains it'),
            ({"not-icontains-any": ["x", "Y"]}, "y", 'not-icontains-any "x", "Y": the answer contains "Y"'),
            ({"not-contains-all": ["x"]}, "x", 'not-contains-all "x": the answer contains them all'),
            (
                {"contains-any": ["a", "b", "c", "d", "e"]},
                "x",
                'contains-any "a", "b", "c" and 2 more: the answer says "x"',
            ),
            ({"equals": "5-7 days"}, "I don't know", 'equals "5-7 days": got "I don\'t know"'),
            ({"equals": "yes"}, " ", 'equals "yes": got an empty answer'),
            ({"equals": ""}, "x", 'equals "": got "x"'),
            ({"equals": True}, "false", "equals true: got false"),
            ({"equals": {"a": 1}}, '{"a": 2}', 'equals {"a": 1}: got {"a": 2}'),
            ({"equals": [1]}, "one", "equals [1]: the answer is not JSON: Expecting value at character 1"),
            ({"not-equals": "yes"}, "yes", 'not-equals "yes": the answer is equal'),
            (
                {"equals": LONG},
                LONG.replace("30", "60"),
                (
                    'equals "You may return any item that is unopened and unused, toge...":'
                    ' differs from character 88 on: "...t, within 60 days."'
                ),
            ),
            ({"starts-with": "Dear"}, "Hi", 'starts-with "Dear": the answer starts "Hi"'),
            (
                {"ends-with": "Bye"},
                LONG,
                'ends-with "Bye": the answer ends "...ed and unused, together with its receipt, within 30 days."',
            ),
            ({"regex": r"\d"}, "none", 'regex "\\d": no match in "none"'),
            ({"not-regex": r"\d+"}, "a 12", 'not-regex "\\d+": matches "12"'),
            ({"max-words": 1}, "two words", "max-words 1: the answer has 2 words"),
            ({"min-words": 2}, "one", "min-words 2: the answer has 1 word"),
        ],
    )
    def test_say_why_not(self, judge: Judge, expect: Json, answer: str, reason: str) -> None:
        """The line a reviewer reads names the demand and what was there instead."""
        result = judge(answer, expect)

        assert [score.reason for score in result.failed] == [reason]

    def test_finish_reason_reads_the_completion(self, judge: Judge) -> None:
        """An answer that was cut off is not one that ended."""
        result = judge(Completion("x", finish_reason="length"), {"finish-reason": "stop"})

        assert result.failed[0].reason == 'finish-reason "stop": got "length"'
