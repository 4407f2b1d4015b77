"""An environment is pointed at a release and back by commits, and by nothing else."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from harness.adapters.folder import Folder
from harness.adapters.signing import make_keys
from harness.core.environment import RefusedError
from harness.flows.promote import promote
from harness.flows.proofs import trusted_key
from harness.flows.trees import World
from tests.release.shop import Line
from tests.release.still_clock import StillClock
from tests.scenarios.scratch import Scratch

ENVIRONMENTS = ".github/environments"


class TestAPromotion:
    def test_is_a_commit_of_one_line(self, line: Line) -> None:
        """Which a reviewer reads at a glance, and git reverts."""
        before = line.git("rev-parse", "HEAD")

        told = line.harness("promote", "staging", line.first)

        assert (told.exit_code, told.err) == (0, "")
        assert told.out == f"staging: nothing -> {line.first}, commit {line.git('rev-parse', '--short=7', 'HEAD')}\n"
        assert line.git("rev-parse", "HEAD~1") == before
        assert line.git("diff", "--stat", "HEAD~1", "--format=").endswith("1 file changed, 1 insertion(+)")
        assert line.git("log", "-1", "--format=%B") == (
            f"Promote release {line.first} to staging\n\nIt ran none before."
        )
        assert line.runs("staging") == line.first
        assert line.git("status", "--porcelain") == ""

    def test_goes_from_one_environment_to_the_next(self, line: Line) -> None:
        """Where nobody says which release, it is the one that stands before; the comment of the file stays."""
        line.promote("staging", line.first)
        line.promote("production")
        line.promote("staging", line.second)
        line.promote("production")

        assert line.environment("production").startswith("# what customers get\nrelease: sha256:")
        assert line.runs("production") == line.second
        assert line.git("log", "-1", "--format=%b") == f"It ran {line.first} before."

    def test_takes_what_head_serves_into_the_first(self, line: Line) -> None:
        """There is nothing before it."""
        line.promote("staging")

        assert line.runs("staging") == line.third

    def test_done_twice_is_done_once(self, line: Line) -> None:
        """A job that is run again makes no second commit."""
        line.promote("staging", line.first)
        before = line.git("rev-parse", "HEAD")

        told = line.harness("promote", "staging", f"release/{line.first}")

        assert (told.exit_code, told.out) == (0, f"staging runs {line.first} already\n")
        assert line.git("rev-parse", "HEAD") == before

    def test_leaves_alone_what_else_is_changed(self, line: Line) -> None:
        """Staged or not."""
        line.write("staged.txt", "x")
        line.git("add", "staged.txt")

        line.promote("staging", line.first)

        assert line.git("status", "--porcelain") == "A  staged.txt"

    def test_works_in_another_clone(self, line: Line, tmp_path: Path) -> None:
        """All that it needs is in git."""
        Scratch(tmp_path).git("clone", "-q", "repository", "clone")

        assert Scratch(tmp_path / "clone").harness("promote", "staging", line.first).exit_code == 0


class TestARefusedPromotion:
    def refused(self, line: Line, *words: str, code: int = 1) -> str:
        """Return why a promotion is refused; nothing is changed by it."""
        before = line.git("rev-parse", "HEAD")
        told = line.harness("promote", *words)
        assert (told.exit_code, told.out, line.git("rev-parse", "HEAD")) == (code, "", before)
        return told.err

    def test_has_no_verdict(self, line: Line) -> None:
        """A tag alone is no proof."""
        for tag in line.git("tag", "-l", f"verdict/{line.first}/*").split():
            line.git("tag", "-d", tag)

        error = self.refused(line, "staging", line.first)

        assert error == (
            f"error: there is no verdict for release {line.first} here\n\n"
            "hint: make it by `harness release`, or get it by `git fetch --tags`\n"
        )

    def test_has_a_verdict_of_another_release(self, line: Line) -> None:
        """Its files are put under the name of this one."""
        for tag in line.git("tag", "-l", f"verdict/{line.first}/*").split():
            line.git("tag", "-d", tag)
        other = line.git("tag", "-l", f"verdict/{line.second}/*")
        line.git("tag", f"verdict/{line.first}/{other.rsplit('/')[-1]}", f"refs/tags/{other}^{{tree}}")

        error = self.refused(line, "staging", line.first)

        assert f"release.json: this is release {line.second}, not {line.first}\n" in error

    def test_is_signed_by_somebody_else(self, line: Line, tmp_path: Path) -> None:
        """Whose key does not count here."""
        make_keys(tmp_path / "theirs")

        error = self.refused(line, "staging", line.first, "--key", "../theirs.pub")

        assert "attestation.dsse.json: no signature holds by the key" in error

    def test_has_a_verdict_that_nobody_signed(self, line: Line) -> None:
        """People read the verdict, and believe what stands beside a good signature."""
        (tag,) = line.git("tag", "-l", f"verdict/{line.first}/*").split()
        line.git("read-tree", tag)
        line.write("verdict.json", line.git("show", f"{tag}:verdict.json").replace("desk", "disk"))
        line.git("add", "verdict.json")
        line.git("tag", "-f", tag, line.git("write-tree"))
        line.git("reset", "-q", "--hard")

        error = self.refused(line, "staging", line.first)

        assert error == f"error: {tag}:verdict.json: the verdict is not the one that was signed\n"

    def test_lacks_a_file_of_its_proof(self, line: Line) -> None:
        """A tag that names a commit, and no files."""
        (tag,) = line.git("tag", "-l", f"verdict/{line.first}/*").split()
        line.git("tag", "-f", tag, "HEAD")

        assert f"error: {tag}: there is no file release.json\n" in self.refused(line, "staging", line.first, code=2)

    def test_never_stood_where_it_must(self, line: Line) -> None:
        """No shortcut to production."""
        line.promote("staging", line.first)

        error = self.refused(line, "production", line.second)

        assert error == (
            f"error: {ENVIRONMENTS}/production.yaml:2: release {line.second} has never stood in staging\n\n"
            f"hint: run `harness promote staging {line.second}` first\n"
        )

    def test_has_nothing_before_it(self, line: Line) -> None:
        """Nobody promotes what is not there."""
        assert "staging runs no release yet" in self.refused(line, "production")

    def test_is_quarantined(self, line: Line) -> None:
        """Until somebody deletes the line."""
        line.promote("staging", line.first)
        line.promote("staging", line.second)
        line.harness("rollback", "staging", "--reason", "slow")

        error = self.refused(line, "staging", line.second)
        assert f"release {line.second} is quarantined in staging: slow, by Scratch" in error

        path = f"{ENVIRONMENTS}/staging.yaml"
        line.write(path, line.read(path).partition("quarantine:")[0])
        line.commit("let it come back")
        line.promote("staging", line.second)

    def test_is_frozen(self, line: Line) -> None:
        """At any hour of the week, here."""
        days = "[mon, tue, wed, thu, fri, sat, sun]"
        line.add("staging", f"freeze:\n  - {{days: {days}, at: '00:00', hours: 48, reason: a fair}}\n")

        assert "error: staging is frozen until " in self.refused(line, "staging", line.first)

    @pytest.mark.parametrize(
        ("words", "error"),
        [
            (["stagign", "x"], "there is no environment `stagign`; did you mean `staging`?"),
            (["staging", "v1"], "`v1` names no release"),
            (["staging", "0" * 12], "there is no release 000000000000 here"),
        ],
    )
    def test_names_what_is_not_there(self, line: Line, words: list[str], error: str) -> None:
        """With what is near."""
        assert self.refused(line, *words, code=2).startswith(f"error: {error}")

    def test_does_not_suggest_the_tag_that_names_none(self, line: Line) -> None:
        """Somebody made it by hand, and it does not say all 64 digits."""
        line.git("tag", "-f", f"release/{line.first}", "-m", "mine")

        told = self.refused(line, "staging", line.first, code=2)

        assert told.startswith(f"error: there is no release {line.first} here\n")

    def test_would_take_somebody_elses_change_along(self, line: Line) -> None:
        """A file that is being edited is left alone."""
        path = f"{ENVIRONMENTS}/staging.yaml"
        line.write(path, line.read(path) + "# mine\n")

        assert f"{path} has changes that are not committed" in self.refused(line, "staging", line.first, code=2)

    def test_is_refused_by_git(self, line: Line) -> None:
        """A hook that says no leaves the file as it was."""
        hook = line.root / ".git/hooks/pre-commit"
        hook.parent.mkdir(exist_ok=True)
        hook.write_text("#!/bin/sh\necho no >&2\nexit 1\n")
        hook.chmod(0o755)

        assert "git commit failed: no" in self.refused(line, "staging", line.first, code=4)
        assert line.git("status", "--porcelain", ENVIRONMENTS) == ""

    def test_is_too_early(self, line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
        """By a clock that is handed in, and the time of the commit that put it there."""
        line.add("production", "soak: 2h\n")
        line.promote("staging", line.first)
        stood = datetime.fromisoformat(line.git("log", "-1", "--format=%cI"))
        world, key = World(line.root, {}), trusted_key(Folder(line.root), None)
        for name, value in line.environ().items():
            monkeypatch.setenv(name, value)

        with pytest.raises(RefusedError) as fault:
            promote(world, key, "production", "", StillClock(stood + timedelta(minutes=90)))
        promote(world, key, "production", "", StillClock(stood + timedelta(minutes=120)))

        assert "has stood in staging for 1 h 30 m without a break, and must for 2 h" in str(fault.value)
        assert line.runs("production") == line.first

    def test_cannot_see_the_history(self, line: Line, tmp_path: Path) -> None:
        """A clone that was cut off does not know how long something stood."""
        line.promote("staging", line.first)
        Scratch(tmp_path).git("clone", "-q", "--depth", "1", f"file://{line.root}", "clone")

        told = Scratch(tmp_path / "clone").harness("history", "staging")

        assert told.exit_code == 2
        assert told.err == (
            "error: the clone is shallow, and its history not whole\n\nhint: run `git fetch --unshallow`\n"
        )


class TestARollback:
    def test_goes_back_and_says_why_in_one_commit(self, line: Line) -> None:
        """Traffic and quarantine change together, or not at all."""
        line.promote("staging", line.first)
        line.promote("staging", line.second)
        before = line.git("rev-parse", "HEAD")

        told = line.harness("rollback", "staging", "--reason", 'five times\nthe "errors"')

        assert (told.exit_code, told.err) == (0, "")
        assert told.out.startswith(f"staging: {line.second} -> {line.first}, commit ")
        assert line.git("rev-parse", "HEAD~1") == before
        assert line.runs("staging") == line.first
        assert f'  - release: "sha256:{line.second}' in line.environment("staging")
        assert "five times the" in line.git("log", "-1", "--format=%b")
        assert line.harness("check").exit_code == 0

    def test_goes_back_one_more_each_time(self, line: Line) -> None:
        """What was recalled does not come back by the next one."""
        for one in line.releases:
            line.promote("staging", one)

        line.harness("rollback", "staging")
        line.harness("rollback", "staging")

        assert line.runs("staging") == line.first
        told = line.harness("rollback", "staging")
        assert (told.exit_code, told.err) == (
            1,
            "error: nothing that staging ran before may come back\n\nhint: promote another release\n",
        )

    def test_passes_over_what_nobody_can_prove(self, line: Line) -> None:
        """It is never the way by which an unsigned release gets in."""
        for one in line.releases:
            line.promote("staging", one)
        (tag,) = line.git("tag", "-l", f"verdict/{line.second}/*").split()
        line.git("tag", "-d", tag)

        told = line.harness("rollback", "staging")

        assert told.out.startswith(f"passed over release {line.second}: there is no verdict")
        assert line.runs("staging") == line.first

    def test_is_not_held_up_by_a_freeze(self, line: Line) -> None:
        """Nothing new comes, so that nothing speaks against it."""
        line.promote("staging", line.first)
        line.promote("staging", line.second)
        line.add("staging", "freeze:\n  - {from: 2000-01-01, until: 2999-12-31, reason: for ever}\n")

        assert line.harness("rollback", "staging").exit_code == 0
        assert "frozen until 3000-01-01 00:00 UTC: for ever\n" in line.harness("status").out

    def test_of_nothing_is_refused(self, line: Line) -> None:
        """There is nothing to quarantine."""
        told = line.harness("rollback", "staging")

        assert (told.exit_code, told.err) == (1, f"error: {ENVIRONMENTS}/staging.yaml:1: staging runs no release\n")
