"""Clones that lack a part: none may turn into a gate by the candidate's own rules, and each says what to fetch."""

import subprocess
from pathlib import Path

import pytest

from tests.scenarios.scratch import Scratch

ONLY = "only absolute bounds are judged, by this tree's own policy"
IN_CI = {"GITHUB_BASE_REF": "main"}


@pytest.fixture
def loosened(scratch: Scratch) -> Scratch:
    """Return a repository with a branch `pr` that damages the prompt, and the policy that would say so."""
    scratch.git("switch", "-q", "-c", "pr")
    scratch.edit("params.yaml", "at_least: 0.9", "at_least: 0.01")
    scratch.edit("params.yaml", "margin: 0.05", "margin: 1.0")
    scratch.edit("prompts/desk.prompt.yml", ", and cite the document you used as [id]", "")
    scratch.commit("loosen the policy")
    scratch.git("switch", "-q", "main")
    return scratch


def clone(scratch: Scratch, folder: Path, *options: str) -> Scratch:
    """Return a clone, made with some options of git's."""
    command = ["git", "clone", "-q", *options, f"file://{scratch.root}", str(folder)]
    subprocess.run(command, env=scratch.environ(), check=True)
    return Scratch(folder)


class TestAMissingBase:
    @pytest.mark.parametrize("options", [("--depth", "1"), ("--single-branch",)], ids=" ".join)
    def test_that_ci_names_is_an_error_that_says_what_to_fetch(
        self, loosened: Scratch, tmp_path: Path, options: tuple[str, ...]
    ) -> None:
        """With `--all` too, which is what `make gate` runs; the command of the hint mends it."""
        pull = clone(loosened, tmp_path / "clone", "-b", "pr", *options)

        result = pull.harness("gate", "--all", environ=IN_CI)

        assert result.exit_code == 2
        assert "there is no ref `origin/main` to compare with" in result.err
        pull.git(*result.err.split("`git ")[1].split("`")[0].split())
        assert pull.harness("gate", "--all", environ=IN_CI).exit_code == 1

    def test_is_none_where_git_is_missing_in_ci(self, loosened: Scratch, tmp_path: Path) -> None:
        """An archive of a pull request has no history, and CI has named a base."""
        (loosened.root / ".git").rename(tmp_path / "away")

        assert loosened.harness("gate", "--all", environ=IN_CI).exit_code == 2

    def test_is_an_error_for_a_commit_that_is_somebody_elses(self, loosened: Scratch) -> None:
        """Nobody's base and somebody's commit would be judged by that commit."""
        loosened.git("branch", "-m", "main", "trunk")

        result = loosened.harness("gate", "--all", "--candidate", "pr")

        assert result.exit_code == 2
        assert "there is no base: neither `origin/HEAD` nor `main` exists" in result.err

    def test_without_history_in_common_is_an_error(self, loosened: Scratch, tmp_path: Path) -> None:
        """Two ends of a history do not show where they part."""
        pull = clone(loosened, tmp_path / "clone", "--depth", "1", "--no-single-branch")
        pull.git("switch", "-q", "pr")

        result = pull.harness("gate", "--all")

        assert result.exit_code == 2
        assert result.err == (
            "error: `origin/HEAD` shares no history with the candidate\n\n"
            "hint: run `git fetch --unshallow origin`, or name another with `--against REF`\n"
        )

    @pytest.mark.parametrize("words", [(), ("--all",)])
    def test_before_a_branchs_first_commit_is_an_error(self, loosened: Scratch, words: tuple[str, ...]) -> None:
        """An empty branch beside `main` is no empty history."""
        loosened.git("switch", "-q", "--orphan", "fresh")
        loosened.git("checkout", "-q", "pr", "--", ".")

        assert "`main` shares no history" in loosened.harness("gate", *words).err


class TestAPlainClone:
    @pytest.mark.parametrize("words", [(), ("--all",)])
    def test_of_the_last_commit_only_is_judged_by_its_own_bounds(
        self, scratch: Scratch, tmp_path: Path, words: tuple[str, ...]
    ) -> None:
        """Nobody names a base, and what came before is not there; the verdict says so, and not that it is the first."""
        result = clone(scratch, tmp_path / "clone", "--depth", "1").gate(*words)

        assert (result.exit_code, result.verdict["mode"]) == (0, "absolute")
        assert result.verdict["notices"] == [f"no base: the clone is shallow, and ends at this commit; {ONLY}"]

    def test_that_knows_no_branch_is_judged_by_its_own_bounds(self, scratch: Scratch, tmp_path: Path) -> None:
        """A tag was cloned; with `--all` only, as there is nothing else to judge."""
        scratch.git("tag", "v1")
        tagged = clone(scratch, tmp_path / "clone", "--depth", "1", "-b", "v1")

        result = tagged.gate("--all")

        assert (result.exit_code, tagged.harness("gate").exit_code) == (0, 2)
        assert result.verdict["notices"] == [f"no base: neither `origin/HEAD` nor `main` exists; {ONLY}"]

    def test_with_a_detached_head_is_compared_with_origin(self, loosened: Scratch, tmp_path: Path) -> None:
        """A commit is a commit, whatever the branch is called."""
        whole = clone(loosened, tmp_path / "clone")
        whole.git("checkout", "-q", "--detach", "origin/pr")

        assert whole.harness("gate", "--all").exit_code == 1


class TestARepositoryThatGitDoesNotRead:
    def test_is_not_taken_for_none(self, loosened: Scratch) -> None:
        """A container's user is not the owner of what CI mounted; git says what to do."""
        loosened.git("switch", "-q", "pr")

        result = loosened.harness("gate", "--all", environ={"GIT_TEST_ASSUME_DIFFERENT_OWNER": "1"})

        assert result.exit_code == 4
        assert result.err == (
            f"error: git rev-parse failed: fatal: detected dubious ownership in repository at '{loosened.root}'\n\n"
            f"hint: run `git config --global --add safe.directory {loosened.root}`\n"
        )

    def test_is_an_error_when_its_git_folder_is_gone(self, scratch: Scratch, tmp_path: Path) -> None:
        """A work tree whose repository was moved away."""
        (scratch.root / ".git").rename(tmp_path / "away")
        scratch.write(".git", "gitdir: /nowhere\n")

        result = scratch.harness("gate", "--all")

        assert result.exit_code == 4
        assert "not a git repository: /nowhere" in result.err
