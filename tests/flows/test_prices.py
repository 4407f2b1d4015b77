"""What a pin costs: a pull request cannot make the model that it asks cheaper than it is."""

from dataclasses import replace

import pytest

from harness.core.pin import Endpoint, Pin, Price
from harness.flows.providers import Prices

OURS = Pin(
    "mini",
    "openai",
    "m-1",
    "1",
    parameters={"max_tokens": 9},
    endpoint=Endpoint("https://llm.example.com/v1"),
    price=Price(2_000, 8_000),
)
OTHER = replace(OURS, model="gpt-4o-mini-2024-07-18", endpoint=Endpoint("https://api.openai.com/v1"), price=None)


class TestAPriceOfAPullRequest:
    @pytest.mark.parametrize(
        ("pin", "price"),
        [
            pytest.param(replace(OURS, price=Price(0, 9_000)), Price(2_000, 9_000), id="the same model"),
            pytest.param(replace(OURS, revision="2", price=Price(0, 0)), Price(2_000, 8_000), id="another revision"),
            pytest.param(replace(OURS, revision="2", price=None), Price(2_000, 8_000), id="no word of its own"),
            pytest.param(replace(OTHER, price=Price(0, 0)), Price(150_000, 600_000), id="a model that base lacks"),
            pytest.param(replace(OURS, model="m-2", price=Price(1, 1)), Price(1, 1), id="one that nobody knows"),
        ],
    )
    def test_is_never_below_what_base_or_a_list_says(self, pin: Pin, price: Price) -> None:
        """A revision is a word of its author's: it is not sent, and makes nothing cheaper."""
        assert Prices({"mini": OURS})(pin) == price

    def test_of_base_stays_as_it_is(self) -> None:
        """Where base has two revisions, or one model in two places, each has its own price."""
        pins = [
            OURS,
            replace(OURS, revision="2", price=Price(1_000, 4_000)),
            replace(OURS, endpoint=Endpoint("https://here.example.com/v1"), price=Price(0, 0)),
            replace(OTHER, price=Price(100, 400)),
        ]
        prices = Prices({str(number): pin for number, pin in enumerate(pins)})

        assert [prices(pin) for pin in pins] == [pin.price for pin in pins]


class TestAPriceOfOnesOwn:
    def test_is_believed(self) -> None:
        """Nobody else's list says what was agreed with a provider."""
        assert Prices({})(replace(OTHER, price=Price(100, 400))) == Price(100, 400)
        assert Prices({})(OTHER) == Price(150_000, 600_000)
