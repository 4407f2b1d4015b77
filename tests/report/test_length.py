"""How long a comment and a check can get, and that they are always the same."""

import hashlib
import os
import subprocess
import sys
import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.verdict import Verdict
from harness.report.check_run import LIMIT, as_check
from harness.report.comment import LIMIT as COMMENT
from harness.report.comment import as_comment, as_unavailable
from harness.report.parts import Part, fit
from tests.report.hostile import ATTACKS, FULL, planted
from tests.report.pages import Page
from tests.report.posting import POSTED


def many(number: int) -> Verdict:
    """Return a verdict with so many lost cases, each with a long answer and tags of its own."""
    flips = [
        replace(
            FULL.flips[0],
            case=f"case-{place:05}",
            tags=(f"tag-{place}", "all"),
            candidate_answer="no word of it " * 200,
        )
        for place in range(number)
    ]
    return replace(FULL, flips=tuple(flips))


class TestItsLength:
    @pytest.mark.parametrize("number", [10, 5_000])
    def test_stays_below_the_limit_in_less_than_a_second(self, number: int) -> None:
        """Five thousand lost cases are a page like any other."""
        verdict = many(number)
        begin = time.perf_counter()

        comment, check = as_comment(verdict, POSTED), as_check(verdict, POSTED)

        assert time.perf_counter() - begin < 1
        assert len(comment) <= COMMENT
        assert len(check.summary) <= LIMIT
        assert len(check.text) <= LIMIT

    @pytest.mark.parametrize("attack", ["long word", "long of backticks", "long of pipes", "many lines", "terminal"])
    def test_stays_below_it_whatever_is_planted(self, attack: str) -> None:
        """Each field is cut where it stands, for every pipe and escape takes more room than it had."""
        wide = replace(
            FULL,
            checks=FULL.checks * 100,
            flips=FULL.flips * 100,
            failing=FULL.failing * 100,
            pairs=FULL.pairs * 100,
            changed=FULL.changed * 100,
            notices=FULL.notices * 100,
            findings=FULL.findings * 100,
        )

        verdict = planted(ATTACKS[attack], wide)
        comment, check = as_comment(verdict, POSTED), as_check(verdict, POSTED)

        assert len(comment) <= COMMENT
        assert max(len(check.summary), len(check.text)) <= LIMIT
        assert len(as_unavailable(POSTED, ATTACKS[attack])) <= COMMENT
        assert Page(comment).tags.count("table") == Page(comment).tags.count("/table")

    def test_gives_up_whole_parts_and_says_which(self) -> None:
        """Half a table is worse than none."""
        parts = [Part("a", "A" * 100), Part("b", "B" * 200, 2), Part("c", "C" * 200, 1), Part("d", "D" * 50, 3)]

        text = fit(parts, 500, "the report")

        assert (
            text
            == "\n\n".join(["A" * 100, "C" * 200, "D" * 50, "**Left out for length:** b. The whole is in the report."])
            + "\n"
        )

    @given(st.lists(st.integers(1, 400), max_size=12), st.integers(300, 2000))
    def test_never_exceeds_what_it_is_given(self, sizes: list[int], limit: int) -> None:
        """Whatever the parts, as long as those that must stay are short."""
        parts = [Part("x", "x" * size, rank) for rank, size in enumerate(sizes, 1)]

        assert len(fit(parts, limit, "the report")) <= limit

    def test_leaves_nothing_out_that_fits(self) -> None:
        """A short report is whole."""
        assert "Left out" not in as_comment(FULL, POSTED)
        assert fit([Part("a", "A"), Part("b", "", 1)], 1_000, "x") == "A\n"


class TestTheSameVerdict:
    def test_is_the_same_comment_a_hundred_times(self) -> None:
        """A comment that changes without a reason mails everybody."""
        assert len({as_comment(FULL, POSTED) for _ in range(100)}) == 1

    def test_is_the_same_comment_in_every_process(self) -> None:
        """No set's order, and no process's own hashes, are in it."""
        program = (
            "import hashlib; from tests.report.test_length import FULL, POSTED, as_check, as_comment;"
            "print(hashlib.sha256((as_comment(FULL, POSTED) + repr(as_check(FULL, POSTED))).encode()).hexdigest())"
        )
        here = hashlib.sha256((as_comment(FULL, POSTED) + repr(as_check(FULL, POSTED))).encode()).hexdigest()

        found = {
            subprocess.run(
                [sys.executable, "-c", program],
                env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
                capture_output=True,
                text=True,
                check=True,
            ).stdout.strip()
            for seed in ("0", "1", "4711")
        }

        assert found == {here}
