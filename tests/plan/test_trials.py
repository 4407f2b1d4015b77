"""Trial keys: everything that determines an answer is in them, and nothing else."""

from dataclasses import replace

import pytest

from harness.core.pin import Pin, Price
from harness.core.prompt import Message, Prompt
from harness.plan.trials import Asking, asking

PROMPT = Prompt("desk", "reader", (Message("user", "{{ question }}"),), {"max_tokens": 50})
PIN = Pin("reader", "embedded", "reader", "1", {"temperature": 0, "max_tokens": 9}, price=Price(1, 2), licence="MIT")
SAID = (Message("user", "When?"),)
ASKING = asking(PROMPT, PIN, {"reader": "abc"})


def key(one: Asking, messages: tuple[Message, ...] = SAID, repeat: int = 0) -> str:
    """Return the key of a trial."""
    return one.trial("c1", messages, repeat).key


class TestTheKey:
    @pytest.mark.parametrize(
        "other",
        [
            pytest.param(asking(PROMPT, replace(PIN, model="other"), {"reader": "abc"}), id="model"),
            pytest.param(asking(PROMPT, replace(PIN, revision="2"), {"reader": "abc"}), id="revision"),
            pytest.param(asking(PROMPT, replace(PIN, provider="other"), {"reader": "abc"}), id="provider"),
            pytest.param(asking(PROMPT, PIN, {"reader": "abd"}), id="provider's own version"),
            pytest.param(
                asking(PROMPT, replace(PIN, parameters={"temperature": 1}), {"reader": "abc"}), id="parameter"
            ),
            pytest.param(asking(replace(PROMPT, json_object=True), PIN, {"reader": "abc"}), id="response format"),
            pytest.param(asking(replace(PROMPT, json_schema={"a": 1}), PIN, {"reader": "abc"}), id="schema"),
            pytest.param(asking(replace(PROMPT, tools=({"a": 1},)), PIN, {"reader": "abc"}), id="tools"),
        ],
    )
    def test_changes_with_each_ingredient(self, other: Asking) -> None:
        """A stale answer must never be taken for a fresh one."""
        assert key(other) != key(ASKING)

    def test_changes_with_a_message_its_role_and_the_repeat(self) -> None:
        """The same words in another role, or asked again, are another trial."""
        keys = {
            key(ASKING),
            key(ASKING, (Message("user", "When? "),)),
            key(ASKING, (Message("system", "When?"),)),
            key(ASKING, repeat=1),
        }

        assert len(keys) == 4

    @pytest.mark.parametrize(
        "other",
        [
            pytest.param(asking(PROMPT, replace(PIN, alias="renamed"), {"reader": "abc"}), id="alias"),
            pytest.param(asking(PROMPT, replace(PIN, price=None), {"reader": "abc"}), id="price"),
            pytest.param(asking(PROMPT, replace(PIN, licence="none"), {"reader": "abc"}), id="licence"),
            pytest.param(asking(replace(PROMPT, id="renamed"), PIN, {"reader": "abc"}), id="the prompt's name"),
        ],
    )
    def test_does_not_change_with_what_no_model_sees(self, other: Asking) -> None:
        """Renaming or repricing a pin pays for nothing again."""
        assert key(other) == key(ASKING)


class TestAsking:
    def test_lets_the_prompt_override_its_pin(self) -> None:
        """A prompt's parameters are nearer to the author than its pin's."""
        assert ASKING.request(SAID).parameters == {"temperature": 0, "max_tokens": 50}

    def test_names_a_trial_for_people(self) -> None:
        """`explain` takes this name."""
        assert ASKING.trial("c1", SAID, 2).name == "desk/c1#2"

    def test_tells_the_ingredients_apart_so_that_a_miss_can_be_explained(self) -> None:
        """Exactly what changed differs, by a name people know."""
        before = ASKING.ingredients(SAID)
        after = asking(PROMPT, replace(PIN, revision="2"), {"reader": "abc"}).ingredients((Message("user", "Where?"),))

        assert {name for name in after if after[name] != before[name]} == {"revision", "message 1 (user)"}
