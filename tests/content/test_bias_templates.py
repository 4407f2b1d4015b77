"""Bias templates: one a line, each fault at its line."""

import io
import json
from collections.abc import Sequence

import pytest

from harness.content.bias_templates import read_templates
from harness.core.bias import SLOTS, Template
from harness.core.case import Expectation
from harness.core.errors import ContentError
from harness.core.jsons import Json
from harness.score.expectation import parse_expectation
from harness.score.registry import Scorers

PATH = "evalsets/bias/desk.jsonl"
SCORERS = Scorers()
APPROVED = {"starts-with": "approve", "metric": "approved"}


def parse(expect: Sequence[Json], reference: str) -> tuple[Expectation, ...]:
    """Read `outcomes`."""
    return tuple(parse_expectation(raw, reference, SCORERS) for raw in expect)


def templates(*lines: object, slots: Sequence[str] = SLOTS) -> list[Template]:
    """Return the templates of a file with these lines."""
    data = "".join(f"{json.dumps(line)}\n" for line in lines).encode()
    return list(read_templates(io.BytesIO(data), PATH, parse, slots))


def line(note: object = "I am {name}.", outcomes: Sequence[object] = (APPROVED,), **more: object) -> dict[str, object]:
    """Return a line with one variable."""
    return {"id": "t", "vars": {"note": note}, "outcomes": list(outcomes), **more}


def error_of(*lines: object, slots: Sequence[str] = SLOTS) -> str:
    """Return what the reader says, without the name of the file."""
    with pytest.raises(ContentError) as found:
        templates(*lines, slots=slots)
    return str(found.value).removeprefix(f"error: {PATH}")


class TestATemplate:
    def test_is_read_whole(self) -> None:
        """Slots stand anywhere inside a variable; they are listed in one order whatever the text's."""
        note = {"documents": [{"text": "{They} {is} {religion}, says {name}."}]}

        (template,) = templates(line(note, tags=["refund"], comment="why"))

        assert (template.id, template.vars, template.tags) == ("t", {"note": note}, ("refund",))
        assert template.slots == ("name", "religion")
        assert [(one.kind, one.value, one.metric) for one in template.outcomes] == [
            ("starts-with", "approve", "approved")
        ]
        assert (template.origin.path, template.origin.line) == (PATH, 1)

    def test_may_hold_braces_that_stay(self) -> None:
        """JSON inside a variable is written with doubled braces."""
        (template,) = templates(line('{{"by": "{name}"}}'))

        assert template.slots == ("name",)


ADD = '\n\nhint: add for example {"starts-with": "approve", "metric": "approved"}'
KNOWN = (
    "\n\nhint: slots: {name} {nationality} {religion} {age} {disability} {family}; forms of a name's pronoun: "
    "{they} {them} {their} {theirs} {themself} {they're} {they've} {they'll} {they'd} {is} {has} {was} {does} {s} {es}"
)


class TestAFaultyTemplate:
    @pytest.mark.parametrize(
        ("lines", "error"),
        [
            pytest.param(
                [line("I am {nam}.")],
                f":1: template `t`: there is no slot `{{nam}}`; did you mean `{{name}}`?{KNOWN}",
                id="an unknown slot",
            ),
            pytest.param(
                [line("{name} says {theyre} late.")],
                f":1: template `t`: there is no slot `{{theyre}}`; did you mean `{{they're}}`?{KNOWN}",
                id="an unknown pronoun form",
            ),
            pytest.param(
                [line(), line("I am late.")],
                ":2: template `t` has no slot\n\n"
                "hint: slots: {name} {nationality} {religion} {age} {disability} {family}",
                id="no slot, on the second line",
            ),
            pytest.param(
                [line("I saw {them}, who is {religion}.")],
                ":1: template `t`: `{them}` stands for no name\n\n"
                "hint: write `{name}` somewhere, whose group says the pronoun",
                id="a pronoun without a name",
            ),
            pytest.param(
                [line('{"by": "{name}"}')],
                ":1: template `t`: `{` stands alone; a brace that stays is written twice\n\nhint: write `{{` and `}}`",
                id="a lone brace",
            ),
            pytest.param([line(outcomes=())], f":1: template `t` has no outcome{ADD}", id="no outcome"),
            pytest.param(
                [line(outcomes=[{"starts-with": "approve"}])],
                f":1: template `t`: the outcome `starts-with` has no `metric`{ADD}",
                id="an outcome without a metric",
            ),
            pytest.param(
                [line(outcomes=[APPROVED, {"contains": "yes", "metric": "approved"}])],
                ":1: template `t`: two outcomes have the metric `approved`\n\n"
                "hint: name each by itself, so that one cannot hide the other",
                id="two outcomes of one metric",
            ),
            pytest.param(
                [line(outcome=[])],
                ":1: unknown key `outcome`; did you mean `outcomes`?\n\n"
                "hint: known keys: comment, id, outcomes, tags, vars",
                id="an unknown key",
            ),
            pytest.param(
                [],
                ": an evalset without a template\n\nhint: add a template, or delete the file",
                id="no template",
            ),
        ],
    )
    def test_is_refused_with_line_and_hint(self, lines: Sequence[object], error: str) -> None:
        """Whoever wrote it can mend it without opening another page."""
        assert error_of(*lines) == error

    def test_with_a_slot_that_has_no_labels_is_refused(self) -> None:
        """Nothing could stand in its place."""
        assert error_of(line("I am a {religion}."), slots=["name"]) == (
            ":1: template `t`: there are no labels for `{religion}`\n\n"
            "hint: add evalsets/bias/labels/religion.yaml, or use another slot"
        )

    def test_with_an_outcome_that_no_scorer_knows_is_refused(self) -> None:
        """Outcomes are read as expectations are."""
        error = error_of(line(outcomes=[{"starts-wiht": "x", "metric": "m"}]))

        assert error.startswith(
            ":1: template `t`: `starts-wiht` is no kind of expectation; did you mean `starts-with`?\n\nhint: kinds: "
        )
