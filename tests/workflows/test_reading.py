"""Reading workflow files: what is not understood is an error with its line, never a silence."""

import pytest

from harness.content.yaml_reader import read_yaml
from harness.core.errors import ContentError
from harness.workflows.files import masked, masks, read_pairs
from harness.workflows.keys import Source
from harness.workflows.reading import read_action, read_environments, read_workflow

JOB = "    runs-on: x\n    steps:\n      - run: 'true'\n"


def source(text: str) -> Source:
    """Return a file as it is read."""
    document = read_yaml(text.encode(), "w.yml")
    return Source("w.yml", document.value, document.origin)


class TestAWorkflow:
    @pytest.mark.parametrize(
        ("text", "error"),
        [
            pytest.param("on: push\njobs:\n  a:\n    run-on: x\n" + JOB, "4: the key `run-on`", id="of a job"),
            pytest.param("on: push\nname: x\nenvs: {}\njobs: {}\n", "3: the key `envs`", id="at the top"),
            pytest.param(f"on: push\njobs:\n  a:\n{JOB}        usess: x\n", "7: the key `usess`", id="of a step"),
            pytest.param("on: pull\njobs: {}\n", "1: the event `pull`", id="an event"),
            pytest.param("on:\n  push:\n    branch: x\njobs: {}\n", "3: the key `branch`", id="a filter"),
            pytest.param("on:\n  push:\n    branches: ['[z-a]']\njobs: {}\n", "3: `[z-a]` is no pattern", id="a range"),
            pytest.param("on:\n  push:\n    paths: ['!+x']\njobs: {}\n", "3: `!+x` is no pattern", id="a sign"),
            pytest.param(f"on: push\njobs:\n  a:\n    needs: b\n{JOB}", "4: `a` needs a job `b`", id="a needed job"),
            pytest.param(
                f"on: push\npermissions: {{content: read}}\njobs:\n  a:\n{JOB}", "2: `content: read`", id="a scope"
            ),
            pytest.param(
                "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - name: x\n", "6: a step has", id="a step"
            ),
            pytest.param(
                "on: push\njobs:\n  a:\n    steps:\n      - run: x\n", "says not what it runs on", id="no runner"
            ),
        ],
    )
    def test_with_something_unknown_is_refused_at_its_line(self, text: str, error: str) -> None:
        """GitHub ignores some of these, which is worse than to refuse them."""
        with pytest.raises(ContentError) as raised:
            read_workflow(source(text))

        assert error in str(raised.value)

    def test_says_what_it_says(self) -> None:
        """The nouns hold the words as they are written, expressions unread."""
        found = read_workflow(
            source(f"on: [push, pull_request]\npermissions: {{}}\njobs:\n  a:\n    if: always()\n{JOB}")
        )

        assert set(found.on) == {"push", "pull_request"}
        assert found.permissions == {}
        assert (found.jobs["a"].condition, found.jobs["a"].steps[0].run) == ("always()", "true")


class TestAnAction:
    def test_that_is_not_composite_is_refused(self) -> None:
        """Others bring a program of their own, which nothing here can stand in for unasked."""
        with pytest.raises(ContentError, match="only composite actions"):
            read_action(source("name: x\nruns: {using: node24, main: x.js}\n"))

    def test_needs_a_shell_for_each_script(self) -> None:
        """There is no default, as there is in a workflow."""
        with pytest.raises(ContentError, match="needs a `shell`"):
            read_action(source("name: x\nruns:\n  using: composite\n  steps:\n    - run: x\n"))


class TestEnvironments:
    def test_are_read_with_their_branches_and_secrets(self) -> None:
        """What a job may have is written down where a test can see it."""
        found = read_environments(source("environments:\n  e: {branches: [main], reviewers: true, secrets: [S]}\n"))

        assert (found["e"].branches, found["e"].reviewers, found["e"].secrets) == (("main",), True, ("S",))

    def test_are_entered_from_branches_by_sound_patterns_alone(self) -> None:
        """Nobody can tell which branches another one means."""
        with pytest.raises(ContentError, match="2: `\\?` is no pattern"):
            read_environments(source("environments:\n  e: {branches: ['?']}\n"))


class TestTheFilesOfAStep:
    @pytest.mark.parametrize(
        ("text", "pairs"),
        [
            pytest.param("a=1\nb=x=y\n", {"a": "1", "b": "x=y"}, id="lines"),
            pytest.param("a<<END\none\ntwo=2\nEND\nb=3\n", {"a": "one\ntwo=2", "b": "3"}, id="a block"),
            pytest.param("a=x<<y\n", {"a": "x<<y"}, id="marks behind an equals sign"),
            pytest.param("", {}, id="nothing"),
        ],
    )
    def test_hold_names_and_values(self, text: str, pairs: dict[str, str]) -> None:
        """As the runner reads them."""
        assert read_pairs(text) == pairs

    @pytest.mark.parametrize("text", ["nonsense\n", "a<<END\nx\n"])
    def test_that_hold_something_else_fail_the_step(self, text: str) -> None:
        """A value that is lost is an empty text in the next job."""
        with pytest.raises(ContentError):
            read_pairs(text)

    def test_hide_what_they_are_told_to_hide(self) -> None:
        """Each line of a secret by itself, since a log is read line by line."""
        assert masks("::add-mask:: word \nplain\n") == ["word"]
        assert masked("a key1 b\nkey2", ["key1\nkey2"]) == "a *** b\n***"
