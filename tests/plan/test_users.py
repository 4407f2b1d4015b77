"""A user whom a model plays: what it is told, and which of its answers are of use."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.case import User
from harness.core.prompt import Message
from harness.plan.users import LONGEST, Said, questions, said_of
from tests.core.test_fence import HOSTILE
from tests.graders.user import seen

USER = User("a new lamp", 6, "You are in a hurry.")


class TestWhatAUserIsTold:
    def test_is_whom_it_plays(self) -> None:
        """A persona where there is one."""
        system, shown = questions(USER, [Message("user", "Hello!"), Message("assistant", "Good day.")])
        bare, _ = questions(USER._replace(persona=""), [])

        assert "What the person wants:\na new lamp\n\nWho the person is:\nYou are in a hurry.\n\n" in system.content
        assert "Who the person is" not in bare.content
        assert shown.role == "user"

    @given(st.lists(st.text() | st.sampled_from(HOSTILE), min_size=1, max_size=6))
    def test_says_of_every_message_who_said_it(self, texts: list[str]) -> None:
        """Whatever stands in it."""
        roles = ["assistant" if at % 2 else "user" for at in range(len(texts))]
        dialogue = [Message("assistant" if at % 2 else "user", text) for at, text in enumerate(texts)]

        told = [{"content": message.content} for message in questions(USER, dialogue)]

        assert [who for who, _ in seen({"messages": told})] == roles


class TestWhatAUserSays:
    @pytest.mark.parametrize(
        ("answer", "said"),
        [
            ('{"says": "And?", "done": false}', Said("And?", done=False)),
            ('```json\n{"says": "", "done": true}\n```', Said("", done=True)),
            (json.dumps({"says": "a" * LONGEST, "done": False, "why": "so"}), Said("a" * LONGEST, done=False)),
        ],
    )
    def test_is_read(self, answer: str, said: Said) -> None:
        """One who is done need say nothing."""
        assert said_of(answer) == said

    @pytest.mark.parametrize(
        ("answer", "why"),
        [
            ("I would rather not.", "answered no JSON"),
            ("", "answered no JSON"),
            ('{"says": "\\ud83d", "done": false}', "answered no JSON"),
            ('{"says": "And?", "done": false, "done": true}', "answered no JSON"),
            ('["And?", false]', "did not answer in the form that it was asked for"),
            ('{"says": "And?", "done": "no"}', "did not answer in the form that it was asked for"),
            ('{"says": "And?"}', "did not answer in the form that it was asked for"),
            ('{"says": " ", "done": false}', "let the user say nothing"),
            (json.dumps({"says": "a" * (LONGEST + 1), "done": False}), "let the user say 8,001 characters at once"),
        ],
    )
    def test_is_refused_with_its_reason(self, answer: str, why: str) -> None:
        """Nothing is sent that the model did not say in the form it was asked for."""
        with pytest.raises(ValueError, match=why):
            said_of(answer)
