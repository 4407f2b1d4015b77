"""A scratch repository: real git, real files, the real command."""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.scenarios.warm import POOL

PARAMS = """\
models:
  reader:
    provider: embedded
    model: reader
    revision: "1"
    parameters: {temperature: 0}
    price: {input_per_million: 0.15, output_per_million: 0.60, notional: true}
suites:
  regression: {max_incomparable: 0.05}
gates:
  right:
    suite: regression
    margin: 0.05
    at_least: 0.9
"""

DESK = """\
name: Desk
model: reader
messages:
  - role: system
    content: |
      Answer from the documents only, in at most 40 words, and cite the document you used as [id].
      If the documents do not answer the question, reply exactly: "I don't know."
  - role: user
    content: |
      {% for d in documents %}<document id="{{ d.id }}">
      {{ d.text }}
      </document>
      {% endfor %}
      Question: {{ question }}
"""

ROOMS = ("atlas", "botany", "cinema", "drama", "engine", "fable", "garden", "harbour", "island", "jazz")
CASES = 20


def case(number: int, **more: object) -> dict[str, Any]:
    """Return a case that any sound reader passes."""
    room = f"{ROOMS[number % len(ROOMS)]} room {number}"
    text = f"The {room} opens at {number + 3} minutes past nine."
    documents = [{"id": f"rooms/{number}", "text": text}, {"id": "coffee", "text": "Coffee is sold downstairs."}]
    return {
        "id": f"room-{number:02}",
        "vars": {"question": f"When does the {room} open?", "documents": documents},
        "expect": [{"contains": f"{number + 3} minutes"}, {"cites": f"rooms/{number}"}, {"max-words": 40}],
        **more,
    }


@dataclass(frozen=True)
class Result:
    """What one command came to."""

    exit_code: int
    out: str
    err: str

    @cached_property
    def verdict(self) -> dict[str, Any]:
        """The document that `--json` printed."""
        found: dict[str, Any] = json.loads(self.out)
        return found

    @property
    def calls(self) -> int:
        """How many answers were asked for."""
        calls: int = self.verdict["run"]["calls"]
        return calls

    @property
    def told(self) -> str:
        """Everything that was printed."""
        return self.out + self.err


@dataclass(frozen=True)
class Scratch:
    """A repository that a test may change as it likes."""

    root: Path

    @staticmethod
    def environ() -> dict[str, str]:
        """Return surroundings in which nobody's git configuration or CI leaks in."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "GITHUB_"))}
        who = {f"GIT_{role}_{part}": value for role in ("AUTHOR", "COMMITTER") for part, value in _WHO.items()}
        return {**kept, **who, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}

    def git(self, *words: str) -> str:
        """Run git and return what it prints."""
        command = ["git", "-C", str(self.root), *words]
        done = subprocess.run(command, env=self.environ(), capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def harness(self, *words: str, environ: dict[str, str] | None = None, folder: Path | None = None) -> Result:
        """Run the command in this repository."""
        return Result(*POOL.run(words, folder or self.root, {**self.environ(), **(environ or {})}))

    def gate(self, *words: str) -> Result:
        """Run a gate and return its verdict as data."""
        return self.harness("gate", "--json", *words)

    def commit(self, message: str = "change") -> None:
        """Commit everything."""
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)

    def write(self, path: str, text: str) -> None:
        """Write a file."""
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")

    def read(self, path: str) -> str:
        """Read a file."""
        return (self.root / path).read_text(encoding="utf-8")

    def edit(self, path: str, old: str, new: str) -> None:
        """Replace a piece of a file that must be there."""
        text = self.read(path)
        assert old in text, f"{old!r} is not in {path}"
        self.write(path, text.replace(old, new))

    def remove(self, path: str) -> None:
        """Delete a file."""
        (self.root / path).unlink()

    def move(self, old: str, new: str) -> None:
        """Rename a file."""
        (self.root / old).rename(self.root / new)

    def cases(self, prompt: str = "desk") -> list[dict[str, Any]]:
        """Return the cases of a prompt."""
        lines = self.read(f"evalsets/regression/{prompt}.jsonl").splitlines()
        return [json.loads(line) for line in lines]

    def write_cases(self, cases: list[dict[str, Any]], prompt: str = "desk") -> None:
        """Write the cases of a prompt."""
        text = "".join(json.dumps(item) + "\n" for item in cases)
        self.write(f"evalsets/regression/{prompt}.jsonl", text)

    def age_runs(self) -> None:
        """Let the runs until now be of long ago: their folders are named by the second in which they began."""
        for folder in (self.root / ".harness/runs").iterdir():
            folder.rename(folder.with_name(f"20200101T{folder.name.partition('T')[2]}"))

    def copy(self, root: Path) -> "Scratch":
        """Return a copy to change."""
        shutil.copytree(self.root, root, symlinks=True)
        return Scratch(root)


_WHO = {"NAME": "Scratch", "EMAIL": "scratch@localhost", "DATE": "2026-01-01T00:00:00Z"}


def make(root: Path) -> Scratch:
    """Return a committed repository on `main`: one prompt, twenty cases that pass, one gate."""
    root.mkdir(parents=True)
    scratch = Scratch(root)
    scratch.git("init", "-q", "-b", "main")
    scratch.write("params.yaml", PARAMS)
    scratch.write("prompts/desk.prompt.yml", DESK)
    scratch.write_cases([case(number) for number in range(CASES)])
    scratch.write(".gitignore", ".harness\n")
    scratch.commit("begin")
    scratch.commit("base")
    return scratch
