"""The suites' own door: how many cases are composed, of what, and what their answers become."""

import io
import json
from collections.abc import Sequence
from dataclasses import replace

import pytest

from harness.content.tree import Content
from harness.core.bias import Group, LabelSet
from harness.core.carrier import Carrier
from harness.core.case import Case, Expectation
from harness.core.errors import ContentError
from harness.core.jsons import Json
from harness.core.pair import Pair
from harness.core.policy import Policy, SuitePolicy
from harness.flows.suites import Materials, Profile, compose, reduction
from harness.score.expectation import parse_expectation
from harness.score.registry import Scorers
from tests.suites.injection.grounds import DOCUMENT, PROMPT, QUESTION, payload

HOST = {
    "id": "h",
    "vars": {"question": "When?", "documents": [{"id": "a", "text": "At nine."}]},
    "expect": [{"contains": "nine"}],
}
TEMPLATE = {"id": "t", "vars": {"note": "From {name}"}, "outcomes": [{"starts-with": "yes", "metric": "approved"}]}
NAMES = LabelSet("name", "ours", "few", (Group("one", tuple("abcdefgh")), Group("two", tuple("ijklmnop"))))
PAYLOADS = tuple(payload(f"p{number}") for number in range(4))


def policy(*carriers: Carrier, cases: int | None = None) -> Policy:
    """Return a policy that carries attacks so."""
    suites = {"injection": SuitePolicy("injection", cases=cases, carriers={"desk": carriers} if carriers else {})}
    return replace(Policy(), suites=suites | {"bias": SuitePolicy("bias", cases=cases)})


def materials(suite: str, judge: Policy, own: Policy, profile: Profile = Profile.PR) -> Materials:
    """Return what the cases of a pair are composed of."""
    content = Content(
        {"desk": PROMPT}, {}, {}, own, has_policy=True, sources={}, payloads=PAYLOADS, labels={"name": NAMES}
    )
    return Materials(Pair(suite, "desk"), content, judge, profile)


def parsed(raw: Sequence[Json], reference: str) -> tuple[Expectation, ...]:
    """Return expectations as a tree's reader does."""
    return tuple(parse_expectation(one, reference, Scorers()) for one in raw)


def composed(made: Materials, *lines: object) -> list[Case]:
    """Return the cases that are made of some lines."""
    text = "".join(json.dumps(line) + "\n" for line in lines).encode()
    files = [(io.BytesIO(text), f"evalsets/{made.pair.suite}/desk.jsonl")]
    return list(compose(made, files, parsed).values())


def carriers(cases: Sequence[Case]) -> set[str]:
    """Return the kinds of carrier of some attacks."""
    return {case.tags[2] for case in cases}


class TestAProfile:
    @pytest.mark.parametrize(
        ("profile", "cases", "count"),
        [
            (Profile.PR, None, 120),
            (Profile.PR, 7, 7),
            (Profile.NIGHTLY, None, 600),
            (Profile.NIGHTLY, 7, 35),
            (Profile.RELEASE, None, 0),
            (Profile.RELEASE, 7, 0),
        ],
    )
    def test_says_how_many_cases_are_composed(self, profile: Profile, cases: int | None, count: int) -> None:
        """Five times as many at night, and before a release all, which is 0."""
        own = policy(QUESTION, cases=cases)

        assert materials("injection", own, own, profile).count(120) == count

    @pytest.mark.parametrize(("suite", "line"), [("injection", HOST), ("bias", TEMPLATE)])
    def test_that_is_larger_holds_the_smaller_ones(self, suite: str, line: object) -> None:
        """What was found on a pull request is asked at night again."""
        own = policy(QUESTION, cases=3)
        small, large, whole = (composed(materials(suite, own, own, profile), line) for profile in Profile)

        ids = [{case.id for case in cases} for cases in (small, large, whole)]
        assert ids[0] < ids[1] < ids[2]

    def test_is_counted_by_the_policy_that_judges(self) -> None:
        """A change cannot ask for fewer."""
        made = materials("injection", policy(QUESTION, cases=9), policy(QUESTION, cases=1))

        assert len(composed(made, HOST)) == 9


class TestCarriers:
    def test_are_those_of_the_policy_that_judges(self) -> None:
        """A change cannot take one away."""
        made = materials("injection", policy(QUESTION, DOCUMENT), policy(QUESTION))

        assert carriers(composed(made, HOST)) == {"user", "document-end"}

    def test_are_the_trees_own_where_the_policy_knows_none(self) -> None:
        """A prompt that is new has carriers that base does not know."""
        made = materials("injection", policy(), policy(DOCUMENT))

        assert carriers(composed(made, HOST)) == {"document-end"}

    def test_that_do_not_fit_any_more_give_way_to_those_that_do(self) -> None:
        """A variable may be renamed."""
        gone = Carrier("email", "mail")

        assert carriers(composed(materials("injection", policy(gone, QUESTION), policy(DOCUMENT)), HOST)) == {"user"}
        assert carriers(composed(materials("injection", policy(gone), policy(DOCUMENT)), HOST)) == {"document-end"}

    def test_of_the_tree_must_fit_though_others_compose(self) -> None:
        """Or the next change finds a base that is broken."""
        with pytest.raises(ContentError, match="the carrier `email` names `mail`"):
            composed(materials("injection", policy(QUESTION), policy(Carrier("email", "mail"))), HOST)


class TestALine:
    @pytest.mark.parametrize(("suite", "line"), [("injection", HOST), ("bias", TEMPLATE), ("regression", HOST)])
    def test_whose_id_stands_twice_is_refused(self, suite: str, line: object) -> None:
        """One would hide the other."""
        own = policy(QUESTION)

        with pytest.raises(ContentError, match="stands twice") as told:
            composed(materials(suite, own, own), line, line)

        assert str(told.value.where) == f"evalsets/{suite}/desk.jsonl:2"
        assert told.value.hint.startswith(f"it stands at evalsets/{suite}/desk.jsonl:1 too")

    def test_of_any_other_suite_is_a_case(self) -> None:
        """Nothing is composed of it."""
        own = policy(QUESTION)

        (case,) = composed(materials("regression", own, own), HOST)

        assert (case.id, case.arms) == ("h", ())


class TestAReduction:
    def test_belongs_to_the_suites_whose_cases_have_arms(self) -> None:
        """Each has as many as its results are made of."""
        own = policy(QUESTION, cases=1)

        for suite, line, arms in (("injection", HOST, 3), ("bias", TEMPLATE, 2)):
            assert {len(case.arms) for case in composed(materials(suite, own, own), line)} == {arms}
            assert reduction(suite) is not None
        assert reduction("regression") is None
