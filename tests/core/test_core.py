"""The nouns: digests, money, errors and outcomes."""

import hashlib
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.digest import canonical, digest, fraction, short
from harness.core.errors import ContentError, ExitCode, HarnessError, Origin, UnavailableError, UsageError
from harness.core.money import micro_usd, show_usd, token_cost
from harness.core.pin import Price
from harness.core.verdict import Outcome, worst

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc", max_size=3), inner, max_size=4),
    max_leaves=12,
)


class TestDigests:
    def test_name_a_record_by_its_kind_and_content(self) -> None:
        """The bytes under the hash are written out, so that another language can reproduce them."""
        assert canonical(["case", {"b": 0.5, "a": [1, "é", None, True]}]) == (
            '["case",{"a":[1,"é",null,true],"b":{"decimal":"0.5"}}]'.encode()
        )
        assert digest("case", 1) == hashlib.sha256(b'["case",1]').hexdigest()

    @given(JSON)
    def test_do_not_depend_on_the_order_of_keys(self, value: object) -> None:
        """Two files that say the same in another order are the same."""
        turned = dict(reversed(value.items())) if isinstance(value, dict) else value

        assert canonical(turned) == canonical(value)  # type: ignore[arg-type]  # JSON by construction

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            (0.5, "0.5"),
            (0.5, {"decimal": "0.5"}),
            ({"decimal": "0.5"}, {"decimal": {"decimal": "0.5"}}),
            (1, 1.0),
            (1, "1"),
            (None, "null"),
            ([], {}),
            (True, 1),
        ],
    )
    def test_tell_values_of_different_types_apart(self, one: object, other: object) -> None:
        """Otherwise an expectation could change its type unseen."""
        assert digest("value", one) != digest("value", other)  # type: ignore[arg-type]  # JSON by construction

    @pytest.mark.parametrize("said", ["much", "0.50", "nan", "1"])
    def test_leave_a_mapping_alone_that_is_no_number(self, said: str) -> None:
        """What was named before keeps its name."""
        assert canonical({"decimal": said}) == f'{{"decimal":"{said}"}}'.encode()

    def test_are_named_by_twelve_digits(self) -> None:
        """Enough for people; machines compare all 64."""
        assert short(digest("x", 1)) == digest("x", 1)[:12]

    def test_of_texts_give_numbers_that_no_rerun_changes(self) -> None:
        """The empty text's digest begins with e3b0c442: a gate rounds its repeats by such a number."""
        assert fraction("") == 0xE3B0C442 / 0x1_0000_0000

    def test_of_texts_give_numbers_that_are_spread_evenly(self) -> None:
        """Of a thousand, about a tenth lies in each tenth."""
        found = [int(10 * fraction(f"text {number}")) for number in range(1000)]

        assert sorted(set(found)) == list(range(10))
        assert all(70 <= found.count(tenth) <= 130 for tenth in range(10))


class TestMoney:
    def test_is_rounded_up_to_whole_micro_usd(self) -> None:
        """A budget must never be missed by a fraction."""
        assert micro_usd("0.0000001") == 1
        assert micro_usd(5.0) == 5_000_000

    @pytest.mark.parametrize("amount", [-1, "NaN", "Infinity"])
    def test_refuses_what_is_no_amount(self, amount: float | str) -> None:
        """A negative price would refill the budget."""
        with pytest.raises(ValueError, match="not an amount of money"):
            micro_usd(amount)

    @given(st.integers(0, 10**9), st.integers(0, 10**9))
    def test_of_tokens_is_the_exact_product_rounded_up(self, tokens: int, price: int) -> None:
        """Decimal arithmetic is the oracle."""
        exact = Decimal(tokens) * price / 1_000_000

        assert 0 <= token_cost(tokens, price) - exact < 1

    def test_of_a_call_adds_both_sides(self) -> None:
        """Reading and writing have prices of their own."""
        assert Price(150_000, 600_000).of(1000, 100) == 150 + 60

    @pytest.mark.parametrize(
        ("amount", "shown"), [(0, "$0.00"), (310_000, "$0.31"), (60, "$0.00006"), (10_000, "$0.01")]
    )
    def test_is_shown_with_more_digits_only_below_a_cent(self, amount: int, shown: str) -> None:
        """A cost that exists is never shown as zero."""
        assert show_usd(amount) == shown


class TestErrors:
    def test_say_where_what_and_what_to_do(self) -> None:
        """The form is fixed, since people and tools read it."""
        error = ContentError("unknown key `modle`", where=Origin("params.yaml", 31), hint="known keys: model")

        assert str(error) == "error: params.yaml:31: unknown key `modle`\n\nhint: known keys: model"

    def test_name_a_whole_file_without_a_line(self) -> None:
        """Line 0 is not a line."""
        assert str(ContentError("empty", where=Origin("a.yml"))) == "error: a.yml: empty"

    @pytest.mark.parametrize(
        ("error", "code"),
        [(ContentError, 2), (UsageError, 2), (UnavailableError, 4), (HarnessError, 70)],
    )
    def test_carry_their_exit_code(self, error: type[HarnessError], code: int) -> None:
        """The tree of errors is the tree of exit codes."""
        assert error("x").exit_code == code


class TestOutcomes:
    def test_the_worst_one_is_the_verdict(self) -> None:
        """Evidence against the change outweighs a missing service, which outweighs doubt."""
        assert worst([Outcome.PASSED, Outcome.INCONCLUSIVE, Outcome.UNAVAILABLE, Outcome.BLOCKED]) is Outcome.BLOCKED
        assert worst([Outcome.PASSED, Outcome.INCONCLUSIVE]) is Outcome.INCONCLUSIVE

    def test_none_at_all_is_inconclusive(self) -> None:
        """Nothing shown is nothing passed."""
        assert worst([]) is Outcome.INCONCLUSIVE

    def test_have_the_promised_exit_codes(self) -> None:
        """Scripts rely on these numbers."""
        assert {outcome.value: int(outcome.exit_code) for outcome in Outcome} == {
            "passed": ExitCode.PASSED,
            "blocked": ExitCode.BLOCKED,
            "inconclusive": ExitCode.INCONCLUSIVE,
            "unavailable": ExitCode.UNAVAILABLE,
        }
