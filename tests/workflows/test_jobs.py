"""Jobs: their order, their matrix, what they are permitted, and where they may enter."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.errors import ContentError, Origin
from harness.core.jsons import Json
from harness.workflows.events import Run, Trust
from harness.workflows.expressions import Scope
from harness.workflows.jobs import order, permitted, refusal, rows, within
from harness.workflows.lexer import ExpressionError
from harness.workflows.nouns import Environment, Job, Workflow

HERE = Origin("w.yml", 1)
ALL, READING = Trust(secrets=True, write=True), Trust(secrets=False, write=False)


def workflow(*jobs: Job, permissions: dict[str, str] | None = None) -> Workflow:
    """Return a workflow of some jobs."""
    return Workflow("w.yml", "w", {}, {job.id: job for job in jobs}, permissions=permissions)


class TestTheOrder:
    @given(st.lists(st.sets(st.integers(0, 7), max_size=3), min_size=1, max_size=8))
    def test_puts_each_job_after_all_that_it_needs(self, needs: list[set[int]]) -> None:
        """Whatever is written first."""
        jobs = [Job(HERE, f"j{at}", needs=tuple(f"j{n}" for n in some if n < at)) for at, some in enumerate(needs)]

        found = [job.id for job in order(workflow(*reversed(jobs)))]

        assert sorted(found) == sorted(job.id for job in jobs)
        assert all(found.index(need) < found.index(job.id) for job in jobs for need in job.needs)

    def test_is_not_that_of_writing_where_nothing_is_needed(self) -> None:
        """A `needs` that was forgotten shows only where the other order comes up."""
        assert [job.id for job in order(workflow(Job(HERE, "a"), Job(HERE, "b")))] == ["b", "a"]

    def test_of_a_ring_is_refused(self) -> None:
        """Each would wait for the other."""
        with pytest.raises(ContentError, match="need each other"):
            order(workflow(Job(HERE, "a", needs=("b",)), Job(HERE, "b", needs=("a",))))


def expanded(matrix: Json) -> list[dict[str, Json]]:
    """Return the rows of a matrix."""
    scope = Scope({"needs": {"plan": {"outputs": {"shards": '["1/2", "2/2"]'}}}})
    return [dict(row) for row in rows(Job(HERE, "a", matrix=matrix), scope)]


class TestTheMatrix:
    def test_is_every_combination(self) -> None:
        """In the order of its axes."""
        pairs = itertools.product([1, 2], ["x", "y"])

        assert expanded({"a": [1, 2], "b": ["x", "y"]}) == [{"a": a, "b": b} for a, b in pairs]

    def test_comes_from_an_output(self) -> None:
        """The plan of one job is the matrix of the next."""
        found = expanded({"shard": "${{ fromJSON(needs.plan.outputs.shards) }}"})

        assert found == [{"shard": "1/2"}, {"shard": "2/2"}]

    def test_loses_what_is_excluded_and_gains_what_is_included(self) -> None:
        """GitHub's own example in small: what agrees with no row is a row of its own."""
        matrix: Json = {
            "a": [1, 2],
            "b": ["x", "y"],
            "exclude": [{"a": 1, "b": "y"}],
            "include": [{"a": 2, "c": "more"}, {"a": 3}],
        }

        assert expanded(matrix) == [
            {"a": 1, "b": "x"},
            {"a": 2, "b": "x", "c": "more"},
            {"a": 2, "b": "y", "c": "more"},
            {"a": 3},
        ]

    @pytest.mark.parametrize("matrix", [{"a": []}, {"a": "x"}, "x", {"a": list(range(257))}])
    def test_that_comes_to_nothing_or_to_too_much_is_refused(self, matrix: Json) -> None:
        """A gate without a shard would be green."""
        with pytest.raises(ExpressionError):
            expanded(matrix)


class TestPermissions:
    @pytest.mark.parametrize(
        ("top", "own", "trust", "may"),
        [
            pytest.param({}, None, ALL, {}, id="nothing at the top, nothing in the job"),
            pytest.param({}, {"checks": "write"}, ALL, {"checks": "write"}, id="the job's word"),
            pytest.param({"checks": "write"}, {"issues": "read"}, ALL, {"issues": "read"}, id="not both"),
            pytest.param({"checks": "write"}, None, ALL, {"checks": "write"}, id="the top's word"),
            pytest.param(None, None, ALL, {"contents": "read", "packages": "read"}, id="nobody's word"),
            pytest.param({}, {"checks": "write"}, READING, {"checks": "read"}, id="of a fork's file"),
            pytest.param({}, {"id-token": "write"}, READING, {}, id="no identity for a fork's file"),
        ],
    )
    def test_are_what_is_said_and_no_more(
        self, top: dict[str, str] | None, own: dict[str, str] | None, trust: Trust, may: dict[str, str]
    ) -> None:
        """A token does just what the file says."""
        job = Job(HERE, "a", permissions=own)

        assert permitted(workflow(job, permissions=top), job, trust) == {"metadata": "read", **may}

    def test_of_a_called_workflow_stay_within_its_callers(self) -> None:
        """GitHub refuses to begin where a called workflow wants more."""
        assert within({"checks": "read"}, {"checks": "write"}) == "checks"
        assert within({"checks": "write"}, {"checks": "read"}) == ""


class TestAnEnvironment:
    @pytest.mark.parametrize(
        ("ref", "enters"),
        [
            ("refs/heads/main", True),
            ("refs/heads/release/1", True),
            ("refs/heads/other", False),
            ("refs/pull/7/merge", False),
            ("refs/tags/main", False),
        ],
    )
    def test_lets_in_the_branches_it_names(self, ref: str, *, enters: bool) -> None:
        """A pull request's own file is on no branch."""
        environment = Environment("e", branches=("main", "release/*"))

        assert (refusal(environment, Run("x", ref)) == "") is enters
