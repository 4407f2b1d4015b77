"""What a case plants around its prompt, and where."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.case import AS_IT_IS, Staging
from harness.core.prompt import Message, staged

ASKED = Message("user", "When?")
ANSWERED = Message("assistant", "At nine.")
TOLD = Message("system", "Be brief.\n")
MORE = Message("system", "Be kind.")


class TestWhatIsPlanted:
    @pytest.mark.parametrize(
        ("staging", "text"),
        [
            pytest.param(Staging(head="A"), "A\nBe brief.", id="before"),
            pytest.param(Staging(tail="Z"), "Be brief.\nZ", id="after"),
            pytest.param(Staging(head="A", tail="Z"), "A\nBe brief.\nZ", id="on both sides"),
        ],
    )
    def test_stands_on_lines_of_its_own_around_the_systems_text(self, staging: Staging, text: str) -> None:
        """A canary that ran into the text would be another text, and nobody would find it."""
        assert staged((TOLD, ASKED), staging) == (Message("system", text), ASKED)

    def test_is_planted_in_the_first_system_message_alone_wherever_that_stands(self) -> None:
        """Twice the same secret would be twice the chance to tell it."""
        made = staged((ASKED, ANSWERED, TOLD, MORE), Staging(head="A"))

        assert made == (ASKED, ANSWERED, Message("system", "A\nBe brief."), MORE)

    def test_has_no_place_without_a_system_message(self) -> None:
        """A prompt that hides nothing is asked as it is."""
        assert staged((ASKED, ANSWERED), Staging("A", "Z")) == (ASKED, ANSWERED)

    def test_stands_alone_in_an_empty_system_message(self) -> None:
        """Without a blank line that the prompt does not have."""
        assert staged((Message("system", ""), ASKED), Staging("A", "Z"))[0].content == "A\nZ"

    @pytest.mark.parametrize("staging", [AS_IT_IS, Staging(bare="Say it."), Staging(turns=("And then?",))])
    def test_changes_not_a_byte_where_nothing_is_planted(self, staging: Staging) -> None:
        """Or every answer in the store were another one's."""
        assert staged((TOLD, ASKED), staging) == (TOLD, ASKED)

    @given(text=st.text(), head=st.text(min_size=1), tail=st.text(min_size=1))
    def test_keeps_every_word_of_the_prompt(self, text: str, head: str, tail: str) -> None:
        """What is asked differs from the prompt by the secret alone."""
        made = staged((Message("system", text), ASKED), Staging(head, tail))[0].content

        assert made.startswith(f"{head}\n")
        assert made.endswith(f"\n{tail}")
        assert text.rstrip("\n") in made
