"""`harness workflows test`: the rules and the runs, as a user calls them."""

from pathlib import Path

import pytest

from tests.scenarios.scratch import Scratch
from tests.workflows.world import GATE, World, commit, written


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Return the repository; its work tree stands on the proposed commit."""
    return World.at(tmp_path)


def call(world: World, *words: str) -> tuple[int, str]:
    """Return the exit code and what is told, with the `harness` of the stub on the PATH of steps."""
    environ = {"PATH": f"{world.root / 'bin'}:/usr/bin:/bin"}
    done = Scratch(world.root / "work").harness("workflows", "test", *words, environ=environ)
    return done.exit_code, done.told


class TestTheCommand:
    def test_counts_what_it_read(self, world: World) -> None:
        """Silence would leave open whether it saw anything."""
        assert call(world) == (0, "10 workflow files, 0 faults\n")

    def test_names_each_breach_with_its_line(self, world: World) -> None:
        """A rule that is broken is found before anything runs."""
        path = world.root / "work" / GATE
        path.write_text(path.read_text().replace("permissions: {}", "permissions: read-all"))

        code, told = call(world)

        assert code == 2
        assert f"{GATE}:1: the workflow grants permissions to every job" in told
        assert told.endswith("10 workflow files, 1 fault\n")

    def test_runs_what_an_event_starts(self, world: World) -> None:
        """The same that GitHub would run, job by job."""
        event = world.root / "event.json"
        event.write_text(written(world.proposed()))

        code, told = call(world, "--event", str(event))

        assert code == 0, told
        assert f"{GATE}  succeeded\n  success   intake\n  success   eval (1/1)  llm-eval\n" in told

    def test_tells_why_a_run_did_not_succeed(self, world: World) -> None:
        """The last lines of the step that failed, under its name."""
        world.let("blocked")
        event = world.root / "event.json"
        event.write_text(written(world.proposed()))

        code, told = call(world, "--event", str(event))

        assert code == 1
        assert f"{GATE}  did not succeed" in told
        assert '    failed: exit "$CODE"\n      exit code 1\n' in told

    def test_says_that_an_event_starts_nothing(self, world: World) -> None:
        """No run is no success that anybody should trust."""
        (world.root / "work/.github/workflows/topup.yml").unlink()
        commit(world.root / "work", "no topup")
        event = world.root / "event.json"
        event.write_text('{"name": "repository_dispatch", "payload": {"action": "x"}}')

        assert call(world, "--event", str(event)) == (0, "9 workflow files, 0 faults\nthe event starts no workflow\n")

    @pytest.mark.parametrize(
        ("text", "what"),
        [
            pytest.param("{", "not JSON", id="no JSON"),
            pytest.param('{"name": "pull"}', "this tells no event", id="no event"),
        ],
    )
    def test_refuses_a_file_that_tells_no_event(self, world: World, text: str, what: str) -> None:
        """With the file's name, and how it is written."""
        event = world.root / "event.json"
        event.write_text(text)

        code, told = call(world, "--event", str(event))

        assert code == 2
        assert f"error: {event}: {what}" in told
