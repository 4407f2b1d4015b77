"""Somebody else's prompts, each at arm's length: however many they are, the machine bears them."""

import pytest

from harness.core.errors import Origin
from harness.core.prompt import Message, Prompt
from harness.flows import foreign
from harness.flows.foreign import ForeignTemplates

CASE = Origin("evalsets/regression/a.jsonl", 1)


class TestManyPrompts:
    def test_have_few_children_at_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """One that had to end is started again when its prompt is rendered again."""
        monkeypatch.setattr(foreign, "AT_ONCE", 2)
        prompts = [Prompt("a", "m", (Message("user", f"{number} {{{{ x }}}}"),)) for number in range(3)]
        one, two, three = (ForeignTemplates(prompt, {}) for prompt in prompts)
        assert ForeignTemplates.awake == [two, three]

        said = one.render({"x": "y"}, CASE)[0].content

        assert said == "0 y"
        assert ForeignTemplates.awake == [three, one]
