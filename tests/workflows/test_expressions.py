"""Expressions: what stands between `${{` and `}}` comes to what GitHub says it comes to."""

import json
from math import inf, isnan
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from harness.core.jsons import Json
from harness.workflows.expressions import Scope, bare
from harness.workflows.functions import Function
from harness.workflows.lexer import ExpressionError
from harness.workflows.numbers import to_number, to_text
from harness.workflows.values import as_text
from tests.workflows.node import NoNodeError
from tests.workflows.oracle import ANSWERS, answers

TABLE = json.loads(ANSWERS.read_text(encoding="utf-8"))
SCOPE = Scope(TABLE["contexts"])


def plain(value: Json) -> Json:
    """Return a value as the table writes it: what JSON has no number for is named."""
    if isinstance(value, float) and (isnan(value) or abs(value) == inf):
        return {"number": to_text(value)}
    return [plain(item) for item in value] if isinstance(value, list) else value


class TestTheTable:
    @pytest.mark.parametrize("answer", TABLE["answers"], ids=lambda answer: answer["source"])
    def test_of_githubs_own_library_says_the_same(self, answer: dict[str, Json]) -> None:
        """A runner that reads an expression differently tests another workflow than the one that will run."""
        source = str(answer["source"])
        if "refused" in answer:
            with pytest.raises(ExpressionError):
                SCOPE.value(source)
            return

        value = SCOPE.value(source)

        assert plain(value) == answer["value"]
        assert type(plain(value)) is type(answer["value"]) or isinstance(value, int | float)
        assert as_text(value) == answer["text"]

    def test_is_large_enough_and_says_where_it_comes_from(self) -> None:
        """Sixty expressions at least, by a version and a licence that are named."""
        assert len(TABLE["answers"]) >= 60
        assert TABLE["from"] == {"library": "@actions/expressions", "version": "0.3.61", "license": "MIT"}

    def test_is_what_the_library_says_today(self, tmp_path: Path) -> None:
        """The table is made by a script, never by hand."""
        try:
            told = answers(tmp_path)
        except NoNodeError as error:
            pytest.skip(str(error))

        assert told == ANSWERS.read_text(encoding="utf-8")


class TestAText:
    def test_that_is_one_expression_keeps_its_type(self) -> None:
        """A matrix is a list, not the letters of one."""
        assert SCOPE.fill("${{ github.list }}") == ["one", "Two", "3"]

    def test_with_expressions_in_it_is_a_text(self) -> None:
        """What stands around an expression makes it text."""
        assert SCOPE.fill("pr-${{ github.number }}-${{ github.name }}") == "pr-7-Shop"

    def test_may_hold_braces_in_quotes(self) -> None:
        """The end of an expression is not the first `}}` that comes along."""
        assert SCOPE.fill("${{ format('{{{0}}}', 'x') }}") == "{x}"

    def test_names_no_value_by_an_endless_number(self) -> None:
        """An error, like any number that names none."""
        with pytest.raises(ExpressionError, match="is not a format"):
            SCOPE.fill(f"${{{{ format('{{{'9' * 5000}}}') }}}}")

    def test_whose_expression_does_not_end_is_refused(self) -> None:
        """GitHub would refuse the whole file."""
        with pytest.raises(ExpressionError, match="does not close"):
            SCOPE.fill("a ${{ github.name")


class TestACondition:
    @pytest.mark.parametrize(
        ("condition", "holds"),
        [
            pytest.param("", False, id="nothing is written"),
            pytest.param("github.yes", False, id="no status is asked for"),
            pytest.param("always()", True, id="always"),
            pytest.param("${{ always() && github.yes }}", True, id="always, and something else"),
            pytest.param("github.yes || ALWAYS()", True, id="by another case"),
        ],
    )
    def test_without_a_status_function_asks_for_success(self, condition: str, *, holds: bool) -> None:
        """A step after a failure runs only where it says that it wants to."""
        status = {"success": Function(lambda _: False, 0, 0), "always": Function(lambda _: True, 0, 0)}

        assert Scope(TABLE["contexts"], status).holds(condition) is holds

    def test_with_text_beside_its_expression_is_refused(self) -> None:
        """`${{ x }} == 'y'` is a text that is not empty, so it always holds."""
        with pytest.raises(ExpressionError, match="is always true"):
            bare("${{ github.name }} == 'other'")


class TestNumbers:
    @given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e15, max_value=1e15))
    def test_are_read_back_as_they_were_written(self, number: float) -> None:
        """Fifteen digits behind the point are kept, and what is smaller is nothing."""
        assert to_number(to_text(number)) == pytest.approx(number, abs=1e-15)

    @given(st.text())
    @example("0x" + "f" * 400)
    def test_are_read_from_any_text_without_a_crash(self, text: str) -> None:
        """A title of a pull request is compared with a number without an error."""
        assert isinstance(to_number(text), float)
