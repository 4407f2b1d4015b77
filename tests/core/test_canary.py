"""Canaries are the same for the same seed and name, and for no other."""

import hmac
from hashlib import sha256

from harness.core.canary import ALPHABET, canary, word_canary
from harness.core.canary_words import WORDS


class TestCanary:
    def test_is_the_same_for_the_same_seed_and_name(self) -> None:
        """Case ids stay what they are from run to run; these letters must never change."""
        assert canary("seed", "system head") == canary("seed", "system head")
        assert word_canary("seed", "system head") == word_canary("seed", "system head")

    def test_differs_by_seed_and_by_name(self) -> None:
        """A leak names its place, and last month's leak is not this month's."""
        made = {canary(seed, name) for seed in ("a", "b") for name in map(str, range(500))}

        assert len(made) == 1000

    def test_is_twelve_unambiguous_letters_of_which_eight_differ(self) -> None:
        """It can be read aloud, is no word, and is not seen in a ruler."""
        made = [canary("seed", str(number)) for number in range(300)]

        assert len(ALPHABET) == 22
        assert not set("EIOU") & set("".join(made))
        assert {len(word) for word in made} == {12}
        assert min(len(set(word)) for word in made) >= 8

    def test_is_the_digits_of_a_keyed_digest(self) -> None:
        """Anyone can recompute it."""
        number = int.from_bytes(hmac.new(b"seed", b"0:a", sha256).digest())
        letters = "".join("ABCDFGHJKLMNPQRSTVWXYZ"[number // 22**place % 22] for place in range(12))

        assert canary("seed", "a") == letters


class TestWordCanary:
    def test_is_three_different_rare_words(self) -> None:
        """A word said twice is one word."""
        for number in range(200):
            words = word_canary("seed", str(number))
            assert len(set(words)) == 3
            assert set(words) <= set(WORDS)
