"""What a gate compares: commits, branches, a first commit without a parent, and no git at all."""

from pathlib import Path

import pytest

from tests.scenarios.scratch import PARAMS, Scratch


class TestFirstAdoption:
    def test_without_a_commit_only_bounds_are_judged(self, scratch: Scratch, tmp_path: Path) -> None:
        """There is nothing to compare with, and the verdict says so."""
        fresh = Scratch(tmp_path / "fresh")
        fresh.root.mkdir()
        fresh.git("init", "-q", "-b", "main")
        for path in (".gitignore", "params.yaml", "prompts/desk.prompt.yml", "evalsets/regression/desk.jsonl"):
            fresh.write(path, scratch.read(path))

        result = fresh.gate()

        assert (result.exit_code, result.verdict["mode"]) == (0, "absolute")
        only = "only absolute bounds are judged, by this tree's own policy"
        assert result.verdict["notices"] == [f"no base: nothing is committed yet; {only}"]
        fresh.commit()
        assert fresh.gate().verdict["notices"] == [f"no base: the first commit has no parent; {only}"]

    def test_a_missing_base_ref_names_git_fetch(self, scratch: Scratch) -> None:
        """A shallow clone must not turn into a gate without a base."""
        scratch.git("remote", "add", "origin", "https://localhost/nowhere")
        for words, environ in ((("--against", "origin/main"), {}), ((), {"GITHUB_BASE_REF": "main"})):
            result = scratch.harness("gate", *words, environ=environ)

            assert result.exit_code == 2
            assert "there is no ref `origin/main` to compare with" in result.err
            assert "git fetch" in result.err

    @pytest.mark.parametrize(
        ("words", "what"),
        [
            ("--against HEAD~99", "there is no ref `HEAD~99` to compare with"),
            ("--against man", "there is no ref `man` to compare with; did you mean `main`?"),
            ("--candidate chagne", "there is no commit `chagne`; did you mean `change`?"),
        ],
    )
    def test_a_ref_that_no_remote_can_have_names_those_that_are_here(
        self, scratch: Scratch, words: str, what: str
    ) -> None:
        """Fetching from nowhere helps nobody."""
        scratch.git("branch", "change")
        scratch.git("tag", "v1")

        result = scratch.harness("gate", *words.split())

        assert result.exit_code == 2
        option = words.split(maxsplit=1)[0]
        assert result.err == (
            f"error: {what}\n\nhint: name another with `{option} REF`; branches and tags here: change, main, v1\n"
        )

    def test_a_repository_whose_branch_has_another_name_says_which(self, scratch: Scratch) -> None:
        """Not everybody's branch is `main`."""
        scratch.git("branch", "-m", "trunk")

        assert scratch.harness("gate").err == (
            "error: there is no base: neither `origin/HEAD` nor `main` exists\n\n"
            "hint: name another with `--against REF`; branches and tags here: trunk\n"
        )

    @pytest.mark.parametrize(("options", "code"), [((), 3), (("--bootstrap",), 0)])
    def test_a_base_without_a_policy_is_at_most_inconclusive(
        self, scratch: Scratch, options: tuple[str, ...], code: int
    ) -> None:
        """Whoever brings the policy does not judge by it, unless told to."""
        scratch.write("params.yaml", PARAMS[: PARAMS.index("gates:")])
        scratch.commit("no gates yet")
        scratch.git("switch", "-q", "-c", "adopt")
        scratch.write("params.yaml", PARAMS)
        scratch.edit("prompts/desk.prompt.yml", "the document you used", "the source used")

        result = scratch.gate(*options)

        assert result.exit_code == code

    def test_a_base_without_params_is_no_base_to_compare_with(self, scratch: Scratch) -> None:
        """A repository that adopts the gate has prompts, and had no harness before."""
        scratch.git("rm", "-q", "-r", "--cached", "params.yaml", "prompts", "evalsets")
        scratch.git("commit", "-q", "-m", "before the gate")
        scratch.git("switch", "-q", "-c", "adopt")
        scratch.commit("adopt the gate")

        assert scratch.gate().exit_code == 3
        assert scratch.gate("--bootstrap").exit_code == 0

    def test_outside_of_git_only_all_can_judge(self, scratch: Scratch, tmp_path: Path) -> None:
        """Without git there is no base to find."""
        (scratch.root / ".git").rename(tmp_path / "away")

        result = scratch.harness("gate")

        assert result.exit_code == 2
        assert "is not in a git repository" in result.err
        assert scratch.harness("gate", "--all").exit_code == 0


class TestCommits:
    def test_a_commit_is_judged_from_gits_objects(self, scratch: Scratch) -> None:
        """Nothing is checked out, and what lies in the working tree does not count."""
        scratch.git("switch", "-q", "-c", "change")
        scratch.edit("prompts/desk.prompt.yml", "documents %}", "documents[:0] %}")
        scratch.commit("damage")
        scratch.git("switch", "-q", "main")
        scratch.write("prompts/broken.prompt.yml", "not: [a prompt")

        result = scratch.gate("--candidate", "change")

        assert (result.exit_code, result.verdict["checks"][0]["lost"]) == (1, 20)

    def test_the_base_is_the_merge_base_and_not_the_tip(self, scratch: Scratch) -> None:
        """What others merged meanwhile is not held against this change."""
        scratch.git("switch", "-q", "-c", "change")
        scratch.git("switch", "-q", "main")
        scratch.edit("prompts/desk.prompt.yml", "documents %}", "documents[:0] %}")
        scratch.commit("damage on main")
        scratch.git("switch", "-q", "change")

        assert "nothing to judge" in scratch.harness("gate").out

    def test_somebody_elses_template_cannot_hang_the_gate(self, scratch: Scratch) -> None:
        """It renders in a child process with limits; the error names the file."""
        scratch.git("switch", "-q", "-c", "bomb")
        bomb = "{% for a in range(9999) %}{% for b in range(9999) %}{% for c in range(9999) %}x{% endfor %}"
        scratch.edit("prompts/desk.prompt.yml", "Question:", f"{bomb}{{% endfor %}}{{% endfor %}}\n      Question:")
        scratch.commit("bomb")
        scratch.git("switch", "-q", "main")

        result = scratch.harness("gate", "--candidate", "bomb")

        assert result.exit_code == 2
        assert result.err.startswith("error: prompts/desk.prompt.yml:")
        assert "the template was stopped" in result.err

    @pytest.mark.slow
    def test_one_slow_case_does_not_lend_its_messages_to_the_next(self, scratch: Scratch) -> None:
        """A deleted case on which the new template hangs cannot be compared; the others are what they were."""
        cases = scratch.cases()
        scratch.git("switch", "-q", "-c", "slow")
        scratch.write_cases(cases[:5] + cases[6:])
        loop = "{% for a in range(9999) %}{% for b in range(9999) %}{% for c in range(9999) %}"
        loop += "{% endfor %}" * 3  # two loops would end in time on a fast machine
        scratch.edit(
            "prompts/desk.prompt.yml",
            "Question:",
            f"{{% if 'room 5 ' in question %}}{loop}{{% endif %}}\n      Question:",
        )
        scratch.commit("slow")
        scratch.git("switch", "-q", "main")

        verdict = scratch.gate("--candidate", "slow").verdict

        assert [item["case"] for item in verdict["incomparable"]] == ["room-05"]
        assert verdict["flips"] == []

    def test_changed_code_of_a_pull_request_is_not_run(self, scratch: Scratch) -> None:
        """A `python` expectation that differs from base is unable when a commit is judged."""
        scratch.write("checks.py", "def right(answer, case):\n    return 'minutes' in answer\n")
        scratch.write_cases([{**item, "expect": [{"python": "checks.py:right"}]} for item in scratch.cases()])
        scratch.commit("python expectations")
        assert scratch.gate("--all").exit_code == 0
        scratch.git("switch", "-q", "-c", "change")
        scratch.write(
            "checks.py", "import pathlib\npathlib.Path('owned').touch()\ndef right(answer, case):\n    return True\n"
        )
        scratch.commit("loosen")
        scratch.git("switch", "-q", "main")

        result = scratch.gate("--candidate", "change")

        assert result.exit_code == 3
        assert not (scratch.root / "owned").exists()


class TestABaseFromBeforeTheLimits:
    @pytest.mark.parametrize("adopted", [True, False])
    def test_lets_nobody_spend_what_its_branch_forbids_by_now(self, scratch: Scratch, adopted: bool) -> None:  # noqa: FBT001 (a parameter of the table)
        """Whoever proposes a change chooses the commit that it starts from."""
        scratch.edit("params.yaml", ", notional: true", "")
        scratch.commit("a price")
        if not adopted:
            scratch.git("switch", "-q", "-c", "empty")
            scratch.git("rm", "-q", "-r", "params.yaml", "prompts", "evalsets")
            scratch.commit("nothing")
            scratch.git("checkout", "-q", "-B", "old")
            scratch.git("checkout", "-q", "main", "--", ".")
        else:
            scratch.git("checkout", "-q", "-B", "old")
        scratch.edit("prompts/desk.prompt.yml", "only, in", "only, and in")
        scratch.commit("a change")
        scratch.git("checkout", "-q", "-f", "-B", "main", "old~1")
        scratch.git("checkout", "-q", "old~2" if not adopted else "old~1", "--", ".")
        scratch.write("params.yaml", scratch.read("params.yaml") + "budget: {run: 0.000001}\n")
        scratch.commit("a limit")

        result = scratch.harness("gate", "--candidate", "old", "--against", "main", "--policy", "base")

        assert result.exit_code == 3, result.told
        assert "`budget.run` is $0.000001" in result.told
