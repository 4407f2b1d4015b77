"""The page about conversations, held to the code that it describes."""

import io
import re

from harness.content.evalsets import read_cases
from harness.content.params import read_params
from harness.content.users import MOST_TURNS
from harness.plan.users import LONGEST
from harness.score.expectation import parse_expectation
from harness.score.registry import Scorers
from tests.house.scratch import ROOT

PAGE = (ROOT / "docs/conversations.md").read_text(encoding="utf-8")


class TestTheConversationsPage:
    def test_shows_what_is_read(self) -> None:
        """The first thing that anybody does with an example is to copy it."""
        line, params = re.findall(r"```(?:json|yaml)\n(.*?)```", PAGE, re.DOTALL)
        scorers = Scorers()
        one_line = line.replace("\n", " ").encode()

        (case,) = read_cases(
            io.BytesIO(one_line),
            "a.jsonl",
            lambda expect, _: tuple(parse_expectation(one, "", scorers) for one in expect),
        )

        assert case.staging.user
        assert case.staging.user.turns == 6
        policy = read_params(params.encode(), version="").policy
        assert policy.user
        assert policy.user.alias == "chatty"

    def test_says_how_much_is_too_much(self) -> None:
        """As it is."""
        assert f"(1 to {MOST_TURNS})" in PAGE
        assert f"more than {LONGEST:,} characters at once" in PAGE
