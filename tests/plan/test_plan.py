"""The union of cases, pair digests, scopes and estimates."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.case import Case, Expectation
from harness.core.errors import Origin
from harness.core.pair import Pair
from harness.core.pin import Pin, Price
from harness.core.pricing import FRAME
from harness.core.prompt import Message, Request
from harness.plan.estimate import Estimate, call_of, estimate
from harness.plan.pairs import pair_digest
from harness.plan.scope import Scope
from harness.plan.union import Change, unite

CASE = Case("c1", {"question": "When?"}, (Expectation("contains", "9 am"),), tags=("hours",))


def version(_item: Expectation) -> str:
    """Give every scorer one version."""
    return "1"


class TestUnite:
    def test_sees_every_case_of_either_tree_once(self) -> None:
        """No case leaves, enters or changes without being seen."""
        base = {name: replace(CASE, id=name) for name in ("same", "edited", "removed")}
        candidate = {name: replace(CASE, id=name) for name in ("same", "edited", "added")}
        candidate["edited"] = replace(candidate["edited"], reference="new")

        found = {pairing.id: pairing for pairing in unite(base, candidate)}

        assert {name: pairing.change for name, pairing in found.items()} == {
            "same": Change.SAME,
            "edited": Change.EDITED,
            "added": Change.ADDED,
            "removed": Change.REMOVED,
        }
        assert found["edited"].form.reference == "new"
        assert found["edited"].base_form.reference == ""

    def test_takes_a_moved_line_for_the_same_case(self) -> None:
        """Where a case stands is not what it says."""
        moved = replace(CASE, origin=Origin("elsewhere.jsonl", 7))

        assert [pairing.change for pairing in unite({"c1": CASE}, {"c1": moved})] == [Change.SAME]

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            pytest.param(replace(CASE, vars={"paid": 1}), replace(CASE, vars={"paid": True}), id="true is not 1"),
            pytest.param(replace(CASE, vars={"paid": [1]}), replace(CASE, vars={"paid": [1.0]}), id="1.0 is not 1"),
            pytest.param(
                replace(CASE, expect=(Expectation("equals", value=True),)),
                replace(CASE, expect=(Expectation("equals", 1),)),
                id="nor in what is expected",
            ),
            pytest.param(
                replace(CASE, vars={"paid": {"a": 1, "b": 2}}),
                replace(CASE, vars={"paid": {"b": 2, "a": 1}}),
                id="an order that a template prints",
            ),
            pytest.param(
                replace(CASE, arms=(replace(CASE, vars={"paid": 1}),)),
                replace(CASE, arms=(replace(CASE, vars={"paid": True}),)),
                id="nor in a question that is asked instead",
            ),
        ],
    )
    def test_sees_an_edit_that_python_takes_for_none(self, old: Case, new: Case) -> None:
        """What renders or marks otherwise is another form."""
        assert [pairing.change for pairing in unite({"c1": old}, {"c1": new})] == [Change.EDITED]

    @given(st.sets(st.sampled_from("abcdef")), st.sets(st.sampled_from("abcdef")))
    def test_has_the_ids_of_the_union(self, base: set[str], candidate: set[str]) -> None:
        """Sets are the oracle."""
        pairings = list(unite(dict.fromkeys(base, CASE), dict.fromkeys(candidate, CASE)))

        assert len(pairings) == len(base | candidate)


class TestPairDigest:
    DIGEST = pair_digest([(CASE, "k1")], version)

    @pytest.mark.parametrize(
        "case",
        [
            pytest.param(replace(CASE, expect=(Expectation("contains", "8 am"),)), id="expected value"),
            pytest.param(replace(CASE, expect=(Expectation("contains", "9 am", negated=True),)), id="negation"),
            pytest.param(replace(CASE, expect=(Expectation("contains", "9 am", weight=2),)), id="weight"),
            pytest.param(replace(CASE, expect=(Expectation("contains", "9 am", threshold=0.5),)), id="threshold"),
            pytest.param(replace(CASE, expect=(Expectation("any-of", parts=CASE.expect),)), id="nesting"),
            pytest.param(replace(CASE, tags=()), id="tags"),
            pytest.param(replace(CASE, critical=True), id="critical"),
            pytest.param(replace(CASE, threshold=0.5), id="case threshold"),
            pytest.param(replace(CASE, reference="9 am"), id="reference"),
        ],
    )
    def test_changes_with_all_that_judges_an_answer(self, case: Case) -> None:
        """An edit that could change a verdict is never skipped."""
        assert pair_digest([(case, "k1")], version) != self.DIGEST

    def test_changes_with_the_trial_and_the_scorers_version(self) -> None:
        """A new answer or a new way to mark it must be judged."""
        assert pair_digest([(CASE, "k2")], version) != self.DIGEST
        assert pair_digest([(CASE, "k1")], lambda _item: "2") != self.DIGEST

    def test_does_not_change_with_the_order_of_lines(self) -> None:
        """Sorting an evalset is not a change."""
        other = replace(CASE, id="c2")

        assert pair_digest([(CASE, "a"), (other, "b")], version) == pair_digest([(other, "b"), (CASE, "a")], version)


class TestScope:
    def test_is_partial_as_soon_as_anything_is_left_out(self) -> None:
        """A partial verdict neither publishes nor releases."""
        assert not Scope().partial
        assert all(scope.partial for scope in (Scope(prompt="a"), Scope(tags=frozenset({"t"})), Scope(first=1)))

    def test_selects_by_suite_prompt_case_and_tag(self) -> None:
        """Filters narrow; all given ones must hold."""
        scope = Scope("regression", "desk", frozenset({"c1"}), frozenset({"hours", "other"}))

        assert scope.has_pair(Pair("regression", "desk"))
        assert not scope.has_pair(Pair("regression", "other"))
        assert not scope.has_pair(Pair("other", "desk"))
        desk = Pair("regression", "desk")
        assert scope.has_case(desk, CASE)
        assert not scope.has_case(desk, replace(CASE, id="c2"))
        assert not scope.has_case(desk, replace(CASE, tags=()))

    def test_can_name_a_case_of_one_prompt(self) -> None:
        """Another prompt may have a case of the same id."""
        scope = Scope(only=frozenset({(Pair("regression", "desk"), "c1")}))

        assert scope.has_case(Pair("regression", "desk"), CASE)
        assert not scope.has_case(Pair("regression", "porter"), CASE)
        assert not scope.has_pair(Pair("regression", "porter"))


class TestEstimate:
    PIN = Pin("reader", "embedded", "reader", price=Price(1_000_000, 2_000_000))
    REQUEST = Request((Message("user", "x" * 400),), {"max_tokens": 10})

    def test_prices_what_is_sent_and_what_may_come_back(self) -> None:
        """400 bytes are 100 tokens at 1 micro-USD each, and ten tokens of answer at two."""
        assert self.of(self.PIN, self.REQUEST).expected == 100 + 20

    def test_knows_the_most_that_it_can_cost(self) -> None:
        """A token stands for one byte at least, and a message has a frame of its own."""
        assert self.of(self.PIN, self.REQUEST).worst == 400 + 2 * FRAME + 20

    def test_expects_a_usual_answer_where_no_limit_is_set(self) -> None:
        """An absent limit is not a free answer."""
        assert self.of(self.PIN, replace(self.REQUEST, parameters={})).expected == 100 + 400

    def test_names_the_pins_without_a_price(self) -> None:
        """Unknown is not zero."""
        assert self.of(replace(self.PIN, price=None), self.REQUEST) == Estimate(1, 0, 0, ("reader",))

    def of(self, pin: Pin, request: Request) -> Estimate:
        """Return the estimate of one call."""
        return estimate([call_of(pin, request)], lambda pin: pin.price)
