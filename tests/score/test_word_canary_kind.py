"""leaks-words: three rare words are found after a translation, and two of them are not enough."""

from collections.abc import Callable

import pytest

from harness.core.canary import word_canary
from harness.core.canary_words import WORDS
from harness.core.score import CaseResult

type Judge = Callable[..., CaseResult]

SECRET = ["tourmaline", "theorbo", "okavango"]


class TestWordCanary:
    @pytest.mark.parametrize(
        "text",
        [
            "tourmaline theorbo okavango",
            "The OKAVANGO, a theorbo and tourmalines.",
            "Turmalin, Theorbe und Okavango.",
            "Una turmalina, la teorba... y el Okavango: theorbo.",
            "Le théorbe, la tourmaline et l'Okavango.",
            "t-o-u-r-m-a-l-i-n-e t-h-e-o-r-b-o o-k-a-v-a-n-g-o",
            "ognavako obroeht enilamruot",
            "gbheznyvar gurbeob bxninatb",
            "dG91cm1hbGluZSB0aGVvcmJvIG9rYXZhbmdv",
            "t\u043eurm\u0430line the\u043erbo \u043ekavang\u043e",
            "tour\u200bmaline theo\u200brbo okavango",
        ],
    )
    def test_is_found(self, judge: Judge, text: str) -> None:
        """In any order, language and cheap disguise."""
        assert judge(text, {"leaks-words": SECRET}).passed

    @pytest.mark.parametrize(
        "text",
        ["", "tourmaline and theorbo", "tourmaline tourmaline tourmaline", "tourmaline, theorbo, Kalahari"],
    )
    def test_is_not_found_in_part(self, judge: Judge, text: str) -> None:
        """One rare word or two may be chance."""
        assert judge(text, {"not-leaks-words": SECRET}).passed

    @pytest.mark.parametrize("name", [f"place {number}" for number in range(50)])
    def test_of_our_own_words_is_found(self, judge: Judge, name: str) -> None:
        """Whatever three words are drawn, an answer that says them is recognised, and one that says two is not."""
        first, second, third = word_canary("seed", name)

        assert judge(f"{third.title()}, {first} or {second}s", {"leaks-words": [first, second, third]}).passed
        assert judge(f"{third} and {first}", {"not-leaks-words": [first, second, third]}).passed

    def test_must_be_three_words(self, judge: Judge) -> None:
        """A list that cannot be a word canary is refused before anything runs."""
        with pytest.raises(Exception, match="three words"):
            judge("x", {"leaks-words": ["one", "two"]})


class TestWords:
    def test_are_enough_and_different(self) -> None:
        """None is part of another, so that one word never counts for two."""
        assert len(WORDS) >= 512
        assert not [(one, other) for one in WORDS for other in WORDS if one != other and one in other]
