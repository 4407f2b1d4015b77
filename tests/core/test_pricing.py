"""What a call costs at most: no way of writing its limit makes it look cheaper than it can become."""

import pytest

from harness.core.jsons import Json
from harness.core.pin import Pin, Price
from harness.core.pricing import limit_of, unbounded
from harness.core.prompt import Request


class TestTheLimitOfAnAnswer:
    @pytest.mark.parametrize(
        ("parameters", "limit"),
        [
            pytest.param({"max_tokens": 300}, 300, id="one"),
            pytest.param({"max_tokens": 1, "max_completion_tokens": 9_000}, 9_000, id="a prompt's over its pin's"),
            pytest.param({"max_tokens": None}, None, id="none at all"),
        ],
    )
    def test_is_the_most_that_an_endpoint_may_take_it_for(self, parameters: dict[str, Json], limit: int | None) -> None:
        """Some endpoints keep to the one and some to the other: a small one beside a large one sets nothing aside."""
        assert limit_of(Request((), parameters)) == limit

    @pytest.mark.parametrize("said", [None, "9000"])
    def test_is_a_number_or_none(self, said: Json) -> None:
        """A key without a number limits nothing, and a text is whatever the endpoint takes it for."""
        pin = Pin("m", "openai", "m-1", parameters={"max_completion_tokens": said}, price=Price(1, 1))

        assert [*unbounded(pin)] == [
            "a pin with a price needs `max_tokens` among its parameters, so that a call's worst is known"
        ]
