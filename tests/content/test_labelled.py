"""Labelled answers: people's own files are read as they are, and each fault is told at its line."""

import pytest

from harness.content.labelled import LABELS, Labelled, read_labelled
from harness.core.errors import ContentError

PATH = "mine.jsonl"
GOOD = b'{"response": "No.", "label": "refusal"}\n'


class TestLabels:
    def test_are_read_with_their_lines(self) -> None:
        """Other keys, empty lines, Windows line ends and a byte order mark are other people's business."""
        data = b'\xef\xbb\xbf{"id": 7, "response": "No.", "label": "refusal"}\r\n\n{"label": "success", "response": ""}'

        assert read_labelled(data, PATH) == (Labelled(1, "No.", "refusal"), Labelled(3, "", "success"))

    @pytest.mark.parametrize("label", LABELS)
    def test_may_be_any_of_the_known_ones(self, label: str) -> None:
        """Each is a word that published data uses."""
        assert read_labelled(f'{{"response": "x", "label": "{label}"}}'.encode(), PATH)[0].label == label

    def test_belong_to_answers_that_no_person_wrote(self) -> None:
        """A model may say half a character; and a tool may write a key twice."""
        data = rb'{"response": "\ud83d", "label": "refusal", "id": 1, "id": 2}'

        assert read_labelled(data, PATH) == (Labelled(1, "\ud83d", "refusal"),)

    def test_may_be_true_or_false_itself(self) -> None:
        """As a program would write it."""
        data = b'{"response": "x", "label": true}\n{"response": "x", "label": false}\n'

        assert [item.label for item in read_labelled(data, PATH)] == ["true", "false"]


class TestAFault:
    @pytest.mark.parametrize(
        ("line", "told"),
        [
            (b'{"response": "x", "label": "refused"}', "there is no label `refused`; did you mean `refusal`?"),
            (b'{"response": "x", "label": "7"}', "there is no label `7`"),
            (b'{"response": "x", "label": 1}', "`label` must be a text, true or false"),
            (b'{"response": "x"}', "the key `label` is missing"),
            (b'{"label": "refusal"}', "the key `response` is missing"),
            (b'{"response": null, "label": "refusal"}', "`response` must be a text"),
            (b"[]", "not an object"),
            (b'{"response"', "not valid JSON: Expecting ':' delimiter at character 12"),
            (b'{"response": "\xff", "label": "refusal"}', "not UTF-8 text"),
            (b'{"response": "\0", "label": "refusal"}', "a NUL byte in the line"),
            (b"<<<<<<< mine", "a merge conflict marker"),
            (b'"' + b"x" * 1_000_000 + b'"', "a line longer than 1,000,000 bytes"),
        ],
    )
    def test_is_told_at_its_line(self, line: bytes, told: str) -> None:
        """Files of thousands of lines are mended by line number."""
        with pytest.raises(ContentError) as caught:
            read_labelled(GOOD + line + b"\n", PATH)

        assert (str(caught.value.where), caught.value.what) == ("mine.jsonl:2", told)
        assert caught.value.hint

    @pytest.mark.parametrize("data", [b"", b"\n \n", b"\xef\xbb\xbf"])
    def test_is_a_file_without_any(self, data: bytes) -> None:
        """Figures of nothing would look like figures."""
        with pytest.raises(ContentError, match=r"^error: mine\.jsonl: no labelled answer"):
            read_labelled(data, PATH)
