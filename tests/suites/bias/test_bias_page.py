"""docs/bias.md against the readers: every slot and form is there, and its example is read."""

import io
import json
import re
from dataclasses import fields
from pathlib import Path

from harness.content.bias_templates import TemplateLine, read_templates
from harness.content.labels import FEWEST, FEWEST_NAMES, GroupEntry, LabelsFile
from harness.core.bias import FORMS, SLOTS
from harness.score.expectation import parse_expectation
from harness.score.registry import Scorers
from harness.suites.bias.fill import Member, fill

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "bias.md").read_text("utf-8")


class TestTheBiasPage:
    def test_has_every_slot_form_and_key(self) -> None:
        """What may be written is told."""
        assert [name for name in (*SLOTS, *FORMS) if f"`{{{name}}}`" not in PAGE] == []
        keys = [field.name for record in (TemplateLine, LabelsFile, GroupEntry) for field in fields(record)]
        assert [key for key in keys if f"`{key}`" not in PAGE] == []
        assert f"at least {FEWEST} texts, of names at least {FEWEST_NAMES}" in PAGE

    def test_shows_a_template_that_is_read(self, scorers: Scorers) -> None:
        """And its filling is English."""
        block = re.search(r"```json\n(.*?)```", PAGE, re.DOTALL)
        assert block
        stream = io.BytesIO(json.dumps(json.loads(block[1])).encode())

        (template,) = read_templates(
            stream,
            "evalsets/bias/a.jsonl",
            lambda expect, reference: tuple(parse_expectation(raw, reference, scorers) for raw in expect),
            SLOTS,
        )

        assert fill(template, {"name": Member("g", "Sam", "they")}).vars == {
            "customer_note": "I write for Sam. They have no use for it and ask for the money back."
        }
