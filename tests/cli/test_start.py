"""Starting up: what each command may load, and that help is whole and documented."""

import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from harness.cli.main import VERBS, harness

ROOT = Path(__file__).parents[2]
GOLDEN = Path(__file__).parent / "golden"

HEAVY = (
    *("aiohttp", "asyncio", "deepeval", "dvc", "genai_prices", "ghapi", "giskard", "jinja2", "jsonschema", "lxml"),
    *("numpy", "pydantic", "ragas", "rapidfuzz", "regex", "requests", "rich", "sacrebleu", "scipy", "sqlite3", "yaml"),
    VERDICT := "harness.core.verdict",
)
"""Modules whose import is felt, or that no command needs."""

CONTENT = {"jinja2", "pydantic", "yaml"}
MAY_LOAD = {
    "--help": set[str](),
    "run": CONTENT | {"asyncio", "sqlite3"},
    "gate --help": CONTENT | {"asyncio", "sqlite3", VERDICT},
    "gate": CONTENT | {"asyncio", "sqlite3", VERDICT},
    "plan": CONTENT | {"asyncio", "sqlite3", VERDICT},
    "check": CONTENT | {"asyncio"},
    "schema --print case": CONTENT | {"asyncio", VERDICT},
    "cache size": {"asyncio", "sqlite3", "jinja2", "pydantic", "yaml"},
}
"""What each command may load of those; a new entry needs a reason."""


def loaded(folder: Path, command: str) -> set[str]:
    """Return the heavy modules in memory after a command, in a process of its own."""
    code = f"import sys\nfrom harness.cli.main import run\nrun({command.split()!r})\n"
    code += f"print('LOADED', *(name for name in {HEAVY!r} if name in sys.modules))"
    environ = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    program = [sys.executable, "-c", code]
    done = subprocess.run(program, cwd=folder, env=environ, capture_output=True, text=True, check=True)
    return set(done.stdout.split("LOADED")[-1].split())


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a repository fresh from `harness init`."""
    folder = tmp_path_factory.mktemp("started")
    subprocess.run([sys.executable, "-m", "harness", "init", str(folder)], check=True, capture_output=True)
    return folder


class TestStartUp:
    @pytest.mark.parametrize("command", MAY_LOAD)
    def test_loads_no_heavy_module_that_the_command_does_not_need(self, started: Path, command: str) -> None:
        """Start-up is felt many times a day, and a library once imported at the top is never noticed again."""
        assert loaded(started, command) <= MAY_LOAD[command]

    def test_of_a_gate_needs_what_it_needs(self, started: Path) -> None:
        """The list above is checked to see anything at all."""
        assert loaded(started, "gate --all") >= {"pydantic", "jinja2", "yaml", "sqlite3", "asyncio"}


def commands() -> dict[str, click.Command]:
    """Return every command by the words that call it."""
    found: dict[str, click.Command] = {"": harness}
    context = click.Context(harness)
    for verb in VERBS:
        command = harness.get_command(context, verb)
        assert command is not None
        found[verb] = command
        if isinstance(command, click.Group):
            found |= {f"{verb} {name}": inner for name, inner in command.commands.items()}
    return found


class TestHelp:
    @pytest.mark.parametrize("words", commands())
    def test_is_the_same_to_the_character(self, words: str) -> None:
        """A user's first page is looked at before it changes."""
        command = [sys.executable, "-m", "harness", *words.split(), "--help"]
        shown = subprocess.run(
            command, capture_output=True, text=True, check=True, env={"COLUMNS": "100", "PATH": "/usr/bin:/bin"}
        )

        golden = GOLDEN / f"help-{words.replace(' ', '-') or 'harness'}.txt"
        assert shown.stdout == golden.read_text(encoding="utf-8")

    @pytest.mark.parametrize("words", commands())
    def test_knows_no_option_that_the_documentation_does_not(self, words: str) -> None:
        """Each command and option is documented, or the build fails."""
        page = (ROOT / "docs/commands.md").read_text(encoding="utf-8")
        command = commands()[words]
        options = [name for param in command.params for name in param.opts if name.startswith("-")]

        assert f"harness {words}".strip() in page
        assert [name for name in options if not re.search(rf"{re.escape(name)}\b", page)] == []


class TestUsageErrors:
    @pytest.mark.parametrize(
        ("words", "told"),
        [
            ("gaet", "there is no command `gaet`; did you mean `gate`?\n\nhint: run `harness --help`\n"),
            ("xyz", "there is no command `xyz`\n\nhint: run `harness --help`\n"),
            ("cache siez", "there is no command `siez`; did you mean `size`?\n\nhint: run `harness cache --help`\n"),
            ("gate --al", "there is no option `--al`; did you mean `--all`?\n\nhint: run `harness gate --help`\n"),
            ("gate --foo", "there is no option `--foo`\n\nhint: run `harness gate --help`\n"),
            ("gate -q", "there is no option `-q`\n\nhint: run `harness gate --help`\n"),
            ("--al gate", "there is no option `--al`\n\nhint: run `harness --help`\n"),
            ("gate --policy mine", "`--policy`: 'mine' is not one of 'base', 'candidate'\n\nhint: run `harness gate "),
            ("gate --first 0", "`--first`: 0 is not in the range x>=1\n\nhint: run `harness gate --help`\n"),
            ("gate --first", "option '--first' requires an argument\n"),
            ("gate x", "got unexpected extra argument (x)\n\nhint: run `harness gate --help`\n"),
            ("explain", "`TRIAL` is missing\n\nhint: run `harness explain --help`\n"),
            ("cache prune", "`--older-than` is missing\n\nhint: run `harness cache prune --help`\n"),
            ("explain nonsense", "`nonsense` is not a trial"),
            ("-C /nowhere gate", "there is no folder /nowhere"),
        ],
    )
    def test_exit_2_with_one_sentence(self, tmp_path: Path, words: str, told: str) -> None:
        """A typo costs no traceback."""
        command = [sys.executable, "-m", "harness", *words.split()]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

        assert done.returncode == 2
        assert done.stderr.startswith(f"error: {told}")
        assert "Traceback" not in done.stderr

    def test_without_any_word_show_the_help(self, tmp_path: Path) -> None:
        """Somebody who does not know yet what there is."""
        command = [sys.executable, "-m", "harness"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

        assert (done.returncode, done.stderr.split("\n")[0]) == (2, "Usage: harness [OPTIONS] COMMAND [ARGS]...")
