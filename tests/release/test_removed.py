"""A prompt that is removed while an environment runs it: somebody may be asking for it."""

import pytest

from tests.release.shop import PROMPT, Line


@pytest.fixture
def running(line: Line) -> Line:
    """Return a repository whose staging runs its first release, and which has another prompt by now."""
    line.promote("staging", line.first)
    line.write("prompts/till.prompt.yml", line.read(PROMPT))
    line.write_cases(line.cases(), "till")
    line.commit("another prompt")
    return line


def remove(line: Line) -> None:
    """Commit that the prompt is gone, with its cases."""
    line.remove(PROMPT)
    line.remove("evalsets/regression/desk.jsonl")
    line.commit("no desk any more")


class TestARemovedPrompt:
    def test_that_an_environment_runs_is_inconclusive(self, running: Line) -> None:
        """The file says where; a manager may let it pass, since no release without it could be made before."""
        remove(running)

        told = running.gate("--against", "HEAD~1")

        place = ".github/environments/staging.yaml:1"
        what = f"{place}: staging runs release {running.first}, which answers by `desk`, removed here: "
        assert told.exit_code == 3
        assert [check["reason"] for check in told.verdict["checks"]] == [
            f"{what}whoever asks for it would get no answer"
        ]

    def test_that_no_environment_runs_passes(self, line: Line) -> None:
        """It was never promoted, and no environment has it."""
        line.write("prompts/till.prompt.yml", line.read(PROMPT))
        line.write_cases(line.cases(), "till")
        line.commit("another prompt")
        remove(line)

        assert line.gate("--against", "HEAD~1").exit_code == 0

    def test_that_no_release_had_passes(self, running: Line) -> None:
        """What staging runs is older than the prompt."""
        running.remove("prompts/till.prompt.yml")
        running.remove("evalsets/regression/till.jsonl")
        running.commit("no till after all")

        assert running.gate("--against", "HEAD~1").exit_code == 0

    def test_is_inconclusive_where_the_release_is_not_here(self, running: Line) -> None:
        """A clone without tags knows nothing of what runs."""
        for tag in running.git("tag", "-l", "verdict/*").split():
            running.git("tag", "-d", tag)
        remove(running)

        told = running.gate("--against", "HEAD~1")

        assert told.exit_code == 3
        assert "which is not here, so nobody can tell" in told.verdict["checks"][0]["reason"]

    def test_is_inconclusive_where_an_environment_does_not_read(self, running: Line) -> None:
        """A file of base that is wrong says nothing of what it runs."""
        running.write(".github/environments/broken.yaml", "target: 7\n")
        running.commit("wrong")
        remove(running)

        told = running.gate("--against", "HEAD~1")

        assert told.exit_code == 3
        assert told.verdict["checks"][0]["reason"].startswith(".github/environments/broken.yaml:1: ")
