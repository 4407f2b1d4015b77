"""What a Python file says of its functions, without running it."""

import ast

import pytest

from harness.score.signature import fault

TAKES = "must take an answer and a case, and need no more"


def told(source: str, name: str = "polite") -> str:
    """Return what is wrong with a function of a file."""
    return fault(ast.parse(source), "checks/tone.py", name)


class TestAFunction:
    @pytest.mark.parametrize(
        "source",
        [
            "def polite(answer, case): ...",
            "def polite(answer, case, /): ...",
            "def polite(answer, case, strict=False, *, words=()): ...",
            "def polite(answer, case=None): ...",
            "def polite(*given): ...",
            "def polite(answer, *rest, **more): ...",
            "def polite(): ...\ndef polite(answer, case): ...",
            "if True:\n    def polite(answer, case): ...\nelse:\n    def polite(answer, case): ...",
            "@wraps\ndef polite(): ...",
            "polite = partial(other, 3)",
            "polite, rude = pair",
            "from tones import polite",
            "import tones as polite",
            "from tones import *",
            "class polite: ...",
        ],
    )
    def test_that_can_be_called_with_an_answer_and_a_case_is_believed(self, source: str) -> None:
        """What only running would tell is left to the run."""
        assert told(source) == ""

    @pytest.mark.parametrize(
        ("source", "wrong"),
        [
            ("def polit(answer, case): ...", "checks/tone.py has no function `polite`; did you mean `polit`?"),
            ("", "checks/tone.py has no function `polite`"),
            ("class Tone:\n    def polite(self, answer): ...", "checks/tone.py has no function `polite`"),
            ("def outer():\n    def polite(a, b): ...", "checks/tone.py has no function `polite`"),
            ("\ndef polite(answer): ...", f"checks/tone.py:2: `polite` {TAKES}"),
            ("def polite(): ...", f"checks/tone.py:1: `polite` {TAKES}"),
            ("def polite(a, b, c): ...", f"checks/tone.py:1: `polite` {TAKES}"),
            ("def polite(a, *, b): ...", f"checks/tone.py:1: `polite` {TAKES}"),
            ("def polite(a, b, *, c): ...", f"checks/tone.py:1: `polite` {TAKES}"),
            ("async def polite(a, b): ...", "checks/tone.py:1: `polite` is async, and nothing waits for it"),
        ],
    )
    def test_that_no_call_would_reach_is_told(self, source: str, wrong: str) -> None:
        """Otherwise each case would be unable, one by one, in a gate that asked a model first."""
        assert told(source) == wrong

    def test_is_found_in_a_file_of_any_depth(self) -> None:
        """Python's own stack is not ours to lose."""
        assert told(f"x = {'+'.join(['1'] * 900)}\ndef polite(answer, case): ...") == ""
