"""GitHub is spoken to as its own description says, patiently, and nothing is said twice."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

pytest.importorskip("ghapi", reason="the extra `github` is not installed")

from harness.adapters.github import Account, Client, GitHub
from harness.core.errors import UnavailableError, UsageError
from harness.core.forge import Annotation, CheckRun, Conclusion, Level
from tests.github.faults import reset, secondary_limit, status
from tests.github.people import GitHub as Fake
from tests.github.server import github

ME = "harness-gate[bot]"
NEEDED = {"pull_requests": "write", "checks": "write", "security_events": "write"}


class Waits:
    """Time that passes only when somebody waits."""

    def __init__(self) -> None:
        """Begin at nothing."""
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.slept.append(seconds)

    def clock(self) -> float:
        """Return the time."""
        return sum(self.slept)


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[Fake]:
    """Return a GitHub with one pull request, which must have seen nothing that breaks its contract."""
    with github(tmp_path) as found:
        tree = found.world.git.git("mktree", feed=b"")
        base = found.world.git.commit(tree, (), "base")
        found.world.git.set_ref("refs/heads/main", base)
        blob = found.world.git.git("hash-object", "-w", "--stdin", feed=b"hello\n")
        change = found.world.git.git("mktree", feed=f"100644 blob {blob}\tprompt.yml\n".encode())
        found.world.git.set_ref("refs/heads/change", found.world.git.commit(change, (base,), "change"))
        found.member("ana")
        found.open_pull_request("change", "main", author="ana")
        yield found
        assert found.violations == []


@pytest.fixture
def waits() -> Waits:
    """Return time."""
    return Waits()


def number(fake: Fake) -> int:
    """Return the pull request's number."""
    return next(iter(fake.world.issues))


def head(fake: Fake) -> str:
    """Return the commit that is proposed."""
    return fake.world.git.tip("refs/heads/change")


@pytest.fixture
def us(fake: Fake, waits: Waits) -> Iterator[GitHub]:
    """Return ourselves, with the permissions that publishing needs."""
    with connected(fake, waits, NEEDED) as found:
        yield found


@contextmanager
def connected(fake: Fake, waits: Waits, permissions: dict[str, str]) -> Iterator[GitHub]:
    """Yield ourselves, with a token of just these permissions."""
    account = Account(fake.world.full_name, fake.token(permissions, app="harness-gate"), fake.world.url)
    with closing(GitHub(Client(account, wait=waits.sleep, clock=waits.clock), ME)) as found:
        yield found


def check(fake: Fake, annotations: int = 0, conclusion: Conclusion | None = Conclusion.FAILURE) -> CheckRun:
    """Return a check with so many annotations."""
    lines = tuple(
        Annotation("prompt.yml", line, Level.FAILURE, f"lost {line}", "why") for line in range(1, annotations + 1)
    )
    return CheckRun("harness", head(fake), "7.1", "blocked", "summary", conclusion=conclusion, annotations=lines)


class TestAPullRequest:
    def test_is_read_as_it_is(self, fake: Fake, us: GitHub) -> None:
        """The head decides what is judged, and the branch it goes to who may let it through."""
        found = us.pull_request(number(fake))
        assert (found.head, found.base) == (head(fake), "main")

    def test_that_is_not_there_is_an_error_of_usage(self, us: GitHub) -> None:
        """A wrong number is the caller's."""
        with pytest.raises(UsageError, match="acme/desk has no pull request 99"):
            us.pull_request(99)

    def test_is_approved_by_those_whose_last_word_is_approval(self, fake: Fake, us: GitHub) -> None:
        """A reviewer who took it back does not approve; a remark alone changes nothing."""
        for login in ("bo", "cleo", "dina"):
            fake.member(login)
        fake.approve(number(fake), "bo")
        fake.approve(number(fake), "cleo")
        fake.review(number(fake), "cleo", "REQUEST_CHANGES", body="no")
        fake.review(number(fake), "bo", "COMMENT", body="nice")
        fake.review(number(fake), "dina", "COMMENT", body="hm")
        assert [tuple(one) for one in us.approvals(number(fake))] == [("bo", head(fake))]

    def test_is_labelled_without_a_word_too_many(self, fake: Fake, us: GitHub) -> None:
        """Labels that it has, and those it lacks, cost no request."""
        us.label(number(fake), add=["gate:running"], remove=["gate:passed"])
        us.label(number(fake), add=["gate:passed"], remove=["gate:running", "gate:blocked"])
        assert us.pull_request(number(fake)).labels == {"gate:passed"}
        assert len(fake.writes) == 3


class TestComments:
    def test_are_read_to_the_last_page(self, fake: Fake, us: GitHub) -> None:
        """Ours may stand behind hundreds of others."""
        for turn in range(205):
            fake.comment(number(fake), "ana", f"remark {turn}")
        found = list(us.comments(number(fake)))
        assert [one.body for one in found] == [f"remark {turn}" for turn in range(205)]
        assert sum(call.operation == "issues/list-comments" for call in fake.log) == 3

    def test_are_written_and_written_over(self, fake: Fake, us: GitHub) -> None:
        """One comment is kept up to date."""
        us.comment(number(fake), "first")
        (mine,) = us.comments(number(fake))
        us.comment(number(fake), "second", over=mine.id)
        assert [(one.author, one.body) for one in us.comments(number(fake))] == [(ME, "second")]

    def test_are_not_written_twice_when_an_answer_is_lost(self, fake: Fake, us: GitHub) -> None:
        """GitHub made the comment and the connection broke: it is looked for before it is made again."""
        fake.faults.next("POST", "comments", reset(after=True))
        us.comment(number(fake), "once")
        assert [one.body for one in us.comments(number(fake))] == ["once"]

    def test_are_written_again_when_they_were_not_made(self, fake: Fake, us: GitHub) -> None:
        """The connection broke before anything happened."""
        fake.faults.next("POST", "comments", reset())
        us.comment(number(fake), "once")
        assert [one.body for one in us.comments(number(fake))] == ["once"]


class TestPatience:
    def test_waits_as_long_as_github_asks(self, fake: Fake, us: GitHub, waits: Waits) -> None:
        """A secondary limit says when to come back; coming earlier prolongs it."""
        fake.faults.next("POST", "comments", secondary_limit(37), times=2)
        us.comment(number(fake), "patient")
        assert waits.slept == [37.0, 37.0]

    @pytest.mark.parametrize("code", [500, 502, 503])
    def test_outlasts_faults_that_pass(self, fake: Fake, us: GitHub, waits: Waits, code: int) -> None:
        """A server that stumbles twice is no reason to say nothing."""
        fake.faults.next("GET", "pulls", status(code), times=2)
        assert us.pull_request(number(fake)).base == "main"
        assert waits.slept == [1.0, 2.0]

    def test_ends(self, fake: Fake, us: GitHub, waits: Waits) -> None:
        """A job that waits for hours costs more than one that says it could not."""
        fake.faults.next("GET", "pulls", status(502), times=50)
        with pytest.raises(UnavailableError, match="GitHub does not answer"):
            us.pull_request(number(fake))
        assert sum(waits.slept) < 60

    def test_is_not_wasted_on_refusals(self, fake: Fake, waits: Waits) -> None:
        """What is forbidden now is forbidden in a minute; the error says what to look at."""
        with (
            connected(fake, waits, {"pull_requests": "read"}) as us,
            pytest.raises(UnavailableError, match="403") as told,
        ):
            us.comment(number(fake), "no")
        assert told.value.hint == "the job's `permissions:` lack what this needs"
        assert waits.slept == []


class TestChecks:
    @pytest.mark.parametrize(("annotations", "writes"), [(0, 1), (50, 1), (51, 2), (200, 4)])
    def test_take_fifty_annotations_a_request(self, fake: Fake, us: GitHub, annotations: int, writes: int) -> None:
        """More in one are refused as a whole."""
        made = us.check(check(fake, annotations))
        assert len(fake.writes) == writes
        assert len(fake.world.annotations.get(made, [])) == annotations

    def test_run_and_end_in_one_place(self, fake: Fake, us: GitHub) -> None:
        """Who looks sees one check, running and then ended."""
        first = us.check(check(fake, conclusion=None))
        assert [one.running for one in us.checks(head(fake), "harness")] == [True]
        assert us.check(check(fake), over=first) == first
        ((run),) = us.checks(head(fake), "harness")
        assert (run.id, run.app, run.external_id, run.running) == (first, "harness-gate", "7.1", False)

    def test_are_not_made_twice_when_an_answer_is_lost(self, fake: Fake, us: GitHub) -> None:
        """Two checks of one run would leave one of them running for ever."""
        fake.faults.next("POST", "check-runs", reset(after=True))
        made = us.check(check(fake))
        assert [one.id for one in us.checks(head(fake), "harness")] == [made]


class TestFindings:
    def test_are_taken(self, fake: Fake, us: GitHub) -> None:
        """Packed as GitHub wants them."""
        assert us.upload(b'{"version": "2.1.0", "runs": []}', head=head(fake), ref="refs/pull/1/head")
        ((upload),) = fake.world.sarifs.values()
        assert upload["document"]["version"] == "2.1.0"

    def test_may_be_unwanted(self, fake: Fake, us: GitHub) -> None:
        """Private repositories need a licence for it; the gate does without."""
        fake.world.scanning = False
        assert not us.upload(b"{}", head=head(fake), ref="refs/pull/1/head")


class TestSecrets:
    def test_stand_in_no_error(self, fake: Fake, waits: Waits) -> None:
        """The library's errors hold the request with its token; ours hold words."""
        with connected(fake, waits, {}) as us, pytest.raises(UnavailableError) as told:
            us.comment(number(fake), "no")
        shown: BaseException | None = told.value
        while shown:
            assert "ghs_" not in repr(shown) + repr(vars(shown))
            shown = shown.__cause__ or (None if shown.__suppress_context__ else shown.__context__)

    def test_are_not_looked_for_in_the_surroundings(self) -> None:
        """Loading the library changes no variable of the environment, and asks nobody."""
        code = (
            "import os; before = dict(os.environ)\n"
            "from harness.adapters.github import Account, Client\n"
            "Client(Account('a/b', 't'))\n"
            "assert dict(os.environ) == before"
        )
        done = subprocess.run([sys.executable, "-P", "-c", code], env={**os.environ}, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()
