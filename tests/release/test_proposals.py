"""What a pull request changes of the environments is held to the rules that its base has."""

from pathlib import Path

import pytest

from harness.adapters.signing import make_keys
from tests.release.shop import Line

ENVIRONMENTS = ".github/environments"


class TestAProposal:
    @pytest.fixture
    def proposed(self, line: Line) -> Line:
        """Return a branch off a main that runs the first release everywhere, and the second in staging since."""
        line.promote("staging", line.first)
        line.promote("production")
        line.promote("staging", line.second)
        line.git("checkout", "-q", "-b", "proposed")
        return line

    def edit(self, line: Line, environment: str, text: str) -> None:
        """Commit a file that somebody wrote by hand."""
        line.write(f"{ENVIRONMENTS}/{environment}.yaml", text)
        line.commit("by hand")

    def test_that_promotes_by_the_rules_may_be_merged(self, proposed: Line) -> None:
        """The same whether the command wrote it or a hand."""
        proposed.promote("production")

        told = proposed.harness("status", "--against", "main")

        assert (told.exit_code, told.err) == (0, "")
        assert told.out == f"production: {proposed.first} -> {proposed.second}, may be merged\n"

    def test_that_changes_nothing_of_it_is_none(self, proposed: Line) -> None:
        """Most pull requests are about something else, and need no key either."""
        proposed.remove(".github/gate.pem.pub")
        proposed.reword("quickly")

        told = proposed.harness("status", "--against", "main")

        assert (told.exit_code, told.told) == (0, "")

    def test_that_rolls_back_may_be_merged_at_any_time(self, proposed: Line) -> None:
        """Though production is frozen, and staging has another release."""
        proposed.git("checkout", "-q", "main")
        proposed.promote("production")
        proposed.add("production", "freeze:\n  - {from: 2000-01-01, until: 2999-12-31, reason: for ever}\n")
        proposed.git("checkout", "-q", "-B", "proposed")
        proposed.harness("rollback", "production")

        assert proposed.harness("status", "--against", "main").exit_code == 0

    def test_that_skips_an_environment_is_refused(self, proposed: Line) -> None:
        """What it does to staging itself does not count before it is merged, nor a rule that it takes away."""
        whole = proposed.git("rev-parse", f"release/{proposed.third}")
        digest = proposed.git("cat-file", "tag", whole).rpartition("sha256:")[2]
        self.edit(proposed, "staging", f"target: {{kind: git}}\nrelease: sha256:{digest}\n")
        self.edit(proposed, "production", f"target: {{kind: git}}\nrelease: sha256:{digest}\n")

        told = proposed.harness("status", "--against", "main")

        assert (told.exit_code, told.out) == (1, "")
        assert f"production.yaml:3: release {proposed.third} has never stood in staging" in told.err

    def test_that_takes_a_release_off_the_quarantine_and_promotes_it_is_refused(self, proposed: Line) -> None:
        """These are two decisions."""
        proposed.git("checkout", "-q", "main")
        before = proposed.read(f"{ENVIRONMENTS}/staging.yaml")
        proposed.harness("rollback", "staging", "--reason", "slow")
        proposed.git("checkout", "-q", "-B", "proposed")
        self.edit(proposed, "staging", before)

        told = proposed.harness("status", "--against", "main")

        assert (told.exit_code, told.out) == (1, "")
        assert f"release {proposed.second} is quarantined in staging: slow" in told.err

    def test_that_brings_its_own_key_is_refused(self, proposed: Line, tmp_path: Path) -> None:
        """The base says whose signature counts."""
        make_keys(tmp_path / "theirs")
        proposed.write(".github/gate.pem.pub", (tmp_path / "theirs.pub").read_text())
        proposed.reword("badly")
        assert proposed.harness("gate", "--against", "HEAD~1").exit_code == 0
        assert proposed.harness("attest", "--key", "../theirs").exit_code == 0
        release = proposed.release().out.split()[1]
        proposed.promote("staging", release)

        told = proposed.harness("status", "--against", "main")

        assert (told.exit_code, told.out) == (1, "")
        assert "no signature holds by the key" in told.err

    def test_of_an_environment_that_is_new_brings_its_own_rules(self, proposed: Line) -> None:
        """There are no others."""
        self.edit(proposed, "test", proposed.read(f"{ENVIRONMENTS}/production.yaml"))

        told = proposed.harness("status", "--against", "main")

        assert (told.exit_code, told.out) == (0, f"test: nothing -> {proposed.first}, may be merged\n")

    def test_without_a_common_past_is_none(self, proposed: Line) -> None:
        """There is nothing to hold it against."""
        proposed.git("checkout", "-q", "--orphan", "alone")
        proposed.commit("alone")

        told = proposed.harness("status", "--against", "main")

        assert (told.exit_code, told.err.splitlines()[0]) == (2, "error: `main` shares no history with HEAD")
