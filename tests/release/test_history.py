"""What runs where, since when and what ran before: git says it, and nothing beside it."""

from datetime import UTC, datetime
from pathlib import Path

from harness.flows.environments import status
from harness.flows.trees import World
from tests.release.shop import Line
from tests.release.still_clock import StillClock
from tests.scenarios.scratch import Scratch

ENVIRONMENTS = ".github/environments"


class TestWhatIsKnown:
    def test_is_what_git_says(self, line: Line, tmp_path: Path) -> None:
        """The same in each clone, with no state beside it."""
        line.promote("staging", line.first)
        line.promote("staging", line.second)
        line.harness("rollback", "staging", "--reason", "slow")
        Scratch(tmp_path).git("clone", "-q", "repository", "clone")
        clone = Scratch(tmp_path / "clone")

        shown, past = clone.harness("status"), clone.harness("history", "staging")

        sha = line.git("log", "-4", "--format=%h", "--abbrev=7", "--", ENVIRONMENTS).split()
        when = "2026-01-01 00:00 UTC"
        back = f"{line.first}  {when}  {sha[0]}  Scratch: Roll staging back to release {line.first}"
        assert shown.out.splitlines() == [
            f"production  nothing       {when}  {sha[3]}  Scratch: environments",
            f"staging     {back}",
            f"            quarantined: {line.second}, slow",
        ]
        assert past.out.splitlines() == [
            back,
            f"{line.second}  {when}  {sha[1]}  Scratch: Promote release {line.second} to staging",
            f"{line.first}  {when}  {sha[2]}  Scratch: Promote release {line.first} to staging",
            f"nothing       {when}  {sha[3]}  Scratch: environments",
        ]

    def test_is_the_line_of_merges(self, line: Line) -> None:
        """What happened on a branch happened when it was merged."""
        line.git("checkout", "-q", "-b", "change")
        line.promote("staging", line.first)
        line.promote("staging", line.second)
        line.git("checkout", "-q", "main")
        line.git("merge", "-q", "--no-ff", "-m", "Promote it", "change")

        past = line.harness("history", "staging").out.splitlines()

        assert [row.split("  ")[-1] for row in past] == ["Scratch: Promote it", "Scratch: environments"]
        assert past[0].startswith(line.second)

    def test_stays_known_though_the_file_was_gone(self, line: Line) -> None:
        """An environment that was closed for a while."""
        line.promote("staging", line.first)
        line.git("rm", "-q", f"{ENVIRONMENTS}/staging.yaml")
        line.commit("close it")
        line.git("revert", "--no-edit", "HEAD")

        past = line.harness("history", "staging").out.splitlines()

        assert [row[:12].strip() for row in past] == [line.first, "nothing", line.first, "nothing"]

    def test_stays_known_after_a_revert_or_a_broken_file(self, line: Line) -> None:
        """The button on the forge does as well; a file that nobody can read ran nothing."""
        path = f"{ENVIRONMENTS}/staging.yaml"
        line.promote("staging", line.first)
        line.promote("staging", line.second)
        line.git("revert", "--no-edit", "HEAD")
        line.write(path, line.read(path) + "{")
        line.commit("broken")
        line.git("revert", "--no-edit", "HEAD")

        past = line.harness("history", "staging").out.splitlines()

        assert [row[:12].strip() for row in past] == [
            line.first,
            "nothing",
            line.first,
            line.second,
            line.first,
            "nothing",
        ]

    def test_shows_no_control_characters(self, line: Line) -> None:
        """A commit's words are anybody's."""
        line.write(f"{ENVIRONMENTS}/staging.yaml", "target: {kind: git} # x\n")
        line.commit("\x1b[2J::error::a")

        assert "\\u001b[2J::error::a" in line.harness("history", "staging").out

    def test_is_nothing_where_there_is_none(self, shop: Scratch) -> None:
        """With what to do about it."""
        told = shop.harness("status")

        assert (told.exit_code, told.err.splitlines()[0]) == (2, "error: HEAD has no environment")

    def test_says_what_is_frozen(self, line: Line) -> None:
        """By the clock that is handed in."""
        line.add("staging", "freeze:\n  - {from: 2026-03-01, until: 2026-03-02, reason: a fair}\n")
        now = datetime(2026, 3, 1, 12, tzinfo=UTC)

        production, staging = status(World(line.root, {}), StillClock(now))

        assert (production.frozen, staging.frozen) == (None, ("a fair", datetime(2026, 3, 3, tzinfo=UTC)))
