"""The files of the default branch, each broken alone, and looked at alone where there is no GitHub."""

import json

import pytest

from tests.doctor.clinic import Clinic
from tests.scenarios.scratch import Scratch

GATE = ".github/workflows/gate.yml"
MUTANTS = {
    "a gate for another branch": (GATE, "branches: [main]", "branches: [stable]", "workflows", "broken"),
    "a gate that a push escapes": (GATE, "[opened, synchronize, reopened, edited]", "[opened]", "workflows", "broken"),
    "a gate by the pull request's own file": (GATE, "  pull_request_target:", "  pull_request:", "workflows", "broken"),
    "an action by its tag": (
        GATE,
        "actions/setup-python@a309ff8b426b58ec0e2a45f0f869d46889d02405",
        "actions/setup-python@v6",
        "trusted files",
        "broken",
    ),
    "an action in the open": (
        ".github/workflows/pr-eval.yml",
        "actions/setup-python@a309ff8b426b58ec0e2a45f0f869d46889d02405",
        "actions/setup-python@v6",
        "other workflows",
        "weaker",
    ),
    "an event that nobody knows": (
        ".github/workflows/pr-eval.yml",
        "  pull_request:",
        "  deployment_status:",
        "other workflows",
        "weaker",
    ),
    "prompts of nobody": (".github/CODEOWNERS", "/prompts/ ", "/prompt/ ", "CODEOWNERS", "weaker"),
    "a policy of nobody": (".github/CODEOWNERS", "/params.yaml  @", "/params.yaml  # @", "CODEOWNERS", "weaker"),
    "waivers that cannot be read": (".github/waivers.yaml", "managers: [mia]", "manager: mia", "waivers", "broken"),
}  # fmt: skip


class TestAFileThatIsBroken:
    @pytest.mark.parametrize(("path", "old", "new", "about", "state"), MUTANTS.values(), ids=MUTANTS)
    def test_is_found(self, sound: Clinic, path: str, old: str, new: str, about: str, state: str) -> None:
        """One at a time, on the branch that counts."""
        sound.scratch.edit(path, old, new)
        sound.push()

        found = sound.found()

        assert (about, state) in found.ill
        assert found.exit_code == (1 if state == "broken" else 0)

    @pytest.mark.parametrize(
        ("path", "about", "state"),
        [(GATE, "workflows", "broken"), (".github/CODEOWNERS", "CODEOWNERS", "weaker")],
    )
    def test_is_found_where_it_is_missing(self, sound: Clinic, path: str, about: str, state: str) -> None:
        """Nothing is as wrong as something wrong."""
        sound.scratch.remove(path)
        sound.push()

        assert (about, state) in sound.found().ill


class TestTheDefaultBranch:
    def test_that_was_not_fetched_is_not_known(self, sound: Clinic) -> None:
        """Somebody has pushed since; the working tree is looked at, and not taken for what counts."""
        git = sound.github.world.git
        tip = git.tip("refs/heads/main")
        newer = git.commit(git.tip("refs/heads/main^{tree}"), (tip,), "newer")
        git.set_ref("refs/heads/main", newer)

        found = sound.found()

        assert found.ill == [("files", "not known")]
        assert found.told("files")["remedy"] == "git fetch, and ask again"

    def test_may_have_another_name(self, sound: Clinic) -> None:
        """A gate that listens to main judges nothing where main is not what counts."""
        world = sound.github.world
        world.git.set_ref("refs/heads/trunk", world.git.tip("refs/heads/main"))
        world.branch = "trunk"

        assert ("workflows", "broken") in sound.found().ill


class TestFilesAlone:
    def test_are_looked_at_without_github(self, sound: Clinic) -> None:
        """What could not be looked at is said, and is not taken for ok."""
        told = sound.scratch.harness("doctor")

        assert told.exit_code == 0
        assert "not looked at: the rules of the default branch\n" in told.out
        assert "required check" not in told.out

    def test_are_data_for_programs(self, sound: Clinic) -> None:
        """The same, by keys."""
        told = json.loads(sound.scratch.harness("doctor", "--json").out)

        assert told["repository"] == ""
        assert told["files"] == "working tree"
        assert {"about", "state", "what", "risk", "remedy"} == set(told["diagnoses"][0])
        assert len(told["unseen"]) == 7

    def test_of_a_repository_without_a_gate_are_broken(self, scratch: Scratch) -> None:
        """The first answer to somebody who has set up nothing yet."""
        told = scratch.harness("doctor")

        assert told.exit_code == 1
        assert "broken     workflows: .github/workflows/gate.yml does not judge" in told.out
        assert "`harness init`" in told.out

    def test_show_no_control_characters(self, scratch: Scratch) -> None:
        """A branch's files are somebody else's text."""
        scratch.write(".github/workflows/x.yml", 'on: "\\e[31mred"\njobs: {}\n')

        assert "\x1b" not in scratch.harness("doctor").out
