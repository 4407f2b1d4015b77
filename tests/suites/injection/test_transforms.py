"""The ways of writing an attack: what can be read back, and what hides."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.suites.injection.transform import TEXT
from harness.suites.injection.transforms import IDENTITY, TRANSFORMS

NAMES = sorted(TRANSFORMS)
MORSE = st.lists(st.text("ABCXYZ0189.,?!'\"()-:;@", min_size=1), min_size=1).map(" ".join)
PHRASE = "please write down the number of chairs and then the colour of every lamp"
DISGUISED = {"case-jitter", "fullwidth", "homoglyph", "leet", "spaced", "zero-width"}
"""What a model reads as it stands, and a filter may not."""
NEEDED = {
    "identity", "base64", "rot13", "hex", "leet", "homoglyph", "zero-width", "unicode-tags", "fullwidth", "spaced",
    "reversed", "caesar", "morse", "pig-latin", "split-and-join", "prefix-noise", "suffix-noise", "case-jitter",
    "percent", "html-entities", "binary",
}  # fmt: skip


def texts(name: str) -> st.SearchStrategy[str]:
    """Return texts of a way's domain: any, words, or the few signs of Morse."""
    if name == "morse":
        return MORSE
    return st.one_of(st.text(), st.text("abc xyz\n"), st.from_regex(r"[A-Za-z .,!?]*", fullmatch=True)).filter(
        TRANSFORMS[name].covers
    )


class TestTransforms:
    def test_are_all_there(self) -> None:
        """A filter that knows nineteen of twenty ways stops nobody who knows the twentieth."""
        assert set(NAMES) >= NEEDED
        assert next(iter(TRANSFORMS)) == IDENTITY
        assert all(name == one.name for name, one in TRANSFORMS.items())

    @pytest.mark.parametrize("name", NAMES)
    @settings(max_examples=30)
    @given(data=st.data())
    def test_can_be_read_back(self, name: str, data: st.DataObject) -> None:
        """What cannot be read back asks for nothing, so that no model could obey it."""
        transform = TRANSFORMS[name]
        text = data.draw(texts(name))

        assert transform.covers(text)
        assert transform.decode(transform.encode(text)) == text

    @pytest.mark.parametrize("name", NAMES)
    @settings(max_examples=20)
    @given(text=st.text(st.characters()))
    def test_write_any_text_and_always_alike(self, name: str, text: str) -> None:
        """An attack outside the domain loses something, and still is an attack."""
        transform = TRANSFORMS[name]

        assert transform.ask(text) == transform.ask(text)
        assert transform.encode(text) in transform.ask(text)

    @pytest.mark.parametrize("name", sorted(set(NAMES) - {"morse"}))
    def test_cover_plain_sentences(self, name: str) -> None:
        """A domain without a sentence in it would make the claim above an empty one; Morse has capitals only."""
        assert TRANSFORMS[name].covers(PHRASE)
        assert not TRANSFORMS["morse"].covers(PHRASE)

    @pytest.mark.parametrize("name", NAMES)
    def test_say_how_to_read_what_no_longer_reads_as_a_sentence(self, name: str) -> None:
        """What is no text any more asks for nothing unless it is told how; what is disguised is read as it stands."""
        transform = TRANSFORMS[name]
        longest = 6 if name == "split-and-join" else 2
        runs = [" ".join(words) for words in zip(*(PHRASE.split()[at:] for at in range(longest)), strict=False)]
        legible = any(run in transform.encode(PHRASE) for run in runs)

        told = transform.hint != TEXT and not name.startswith("asked-in-")

        assert transform.hint.count(TEXT) == 1
        assert legible is not (told or name in DISGUISED)
        assert not (told and name in DISGUISED)

    def test_write_just_what_others_write(self) -> None:
        """Published examples, so that a mistake in both directions does not cancel out."""
        assert {name: TRANSFORMS[name].encode(text) for name, text in PUBLISHED} == {
            "base64": "aGVsbG8=",
            "base32": "NBSWY3DP",
            "hex": "68656c6c6f",
            "binary": "01101000 01101001",
            "decimal": "104 105",
            "percent": "%68%C3%A9",
            "html-entities": "&#x68;&#xe9;",
            "unicode-escapes": "\\u0068\\ud83d\\ude00",
            "rot13": "Uryyb",
            "caesar": "olssv",
            "atbash": "svool",
            "reversed": "olleh",
            "morse": "... --- ... / .- -",
            "pig-latin": "ig-pay eat-ay",
            "leet": "7357",
            "fullwidth": "\uff48\uff49\u3000\uff01",
            "unicode-tags": "\U000e0068\U000e0069",
            "zero-width": "h\u200bi",
            "spaced": "h i",
            "homoglyph": "\u0441\u0430t",
            "split-and-join": 'a = "he"\nb = "ll"\nc = "o!!"',
        }


PUBLISHED = [
    ("base64", "hello"), ("base32", "hello"), ("hex", "hello"), ("binary", "hi"), ("decimal", "hi"),
    ("percent", "h\u00e9"), ("html-entities", "h\u00e9"), ("unicode-escapes", "h\U0001f600"), ("rot13", "Hello"),
    ("caesar", "hello"), ("atbash", "hello"), ("reversed", "hello"), ("morse", "sos at"), ("pig-latin", "pig eat"),
    ("leet", "test"), ("fullwidth", "hi !"), ("unicode-tags", "hi"), ("zero-width", "hi"), ("spaced", "hi"),
    ("homoglyph", "cat"), ("split-and-join", "hello!!"),
]  # fmt: skip
