"""Recordings: what was written is what is read, and nothing that a hand has put in its place."""

from pathlib import Path

import pytest

from harness.adapters.recording import Recording, write_recording
from harness.core.completion import Completion, ToolCall
from harness.core.errors import ContentError

SAID = Completion("said", (ToolCall("pay", {"amount": 5}),), cost=7, logprobs=[-0.1])


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """Return a recording of one answer."""
    path = tmp_path / "answers.jsonl"
    write_recording(path, {"ab12": ("desk/r1#0", SAID)})
    return path


class TestARecording:
    def test_gives_back_what_was_said(self, recording: Path) -> None:
        """Each field as it was, its tool calls among them."""
        assert Recording(recording).find(["ab12", "cd34"]) == {"ab12": SAID}

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ('"text":"said"', '"text":5'),
            ('"text":"said"', '"text":"\\ud800"'),
            ('"cost":7', '"cost":"7"'),
            ('"latency_ms":0.0', '"latency_ms":null'),
            ('"finish_reason":"stop"', '"finish_reason":["stop"]'),
            ('"amount":5', '"amount":NaN'),
            ('"metered":true', '"metered":true,"more":1'),
        ],
    )
    def test_in_which_somebody_wrote_is_an_error_at_its_line(self, recording: Path, old: str, new: str) -> None:
        """It may come from anywhere; a wrong type would else be found far from here, as a bug of ours."""
        text = recording.read_text(encoding="utf-8")
        recording.write_text(text.replace(old, new), encoding="utf-8")

        with pytest.raises(ContentError, match=r"answers\.jsonl:2: not a line of a recording"):
            Recording(recording)
        assert old in text
