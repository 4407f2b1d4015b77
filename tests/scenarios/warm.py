"""Commands without the wait for their start: a process that has read every module forks one for each of them.

Whatever runs still runs in a process of its own, with its own folder, surroundings and streams; that a start from
nothing does the same is shown by `tests/cli`, by the README's commands and wherever a variable is read at the start.
"""

import gc
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from pkgutil import walk_packages
from typing import IO, cast

ROOT = Path(__file__).parents[2]
LIBRARIES = ("aiohttp", "genai_prices", "jsonschema", "rapidfuzz", "regex", "rich.console", "sacrebleu", "sqlite3")
"""What the harness imports only where it is needed."""
EXTRAS = ("harness.adapters.attackers.", "harness.adapters.graders.")
"""What imports libraries that start threads, and that are not always there."""
LATE = {"provider: any-llm": "any_llm"}
"""What takes seconds to import, by the words of a `params.yaml` that asks for it."""
EARLY = ("PYTHON", "SSL_", "LANG", "LC_")
"""How the variables begin that the interpreter, or a library, reads at its start."""

PAIR = 2

type Ended = tuple[int, str, str]


def run_cold(words: Sequence[str], folder: Path, environ: Mapping[str, str]) -> Ended:
    """Return the exit code, the output and the errors of a command that starts from nothing."""
    command = [sys.executable, "-m", "harness", *words]
    done = subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


class Warm:
    """One process that waits for commands."""

    def __init__(self) -> None:
        """Start it; while it reads its modules, others may be asked."""
        self._streams = [tempfile.NamedTemporaryFile() for _ in range(2)]  # noqa: SIM115 (closed below)
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def run(self, words: Sequence[str], folder: Path, environ: Mapping[str, str]) -> Ended:
        """Return the exit code, the output and the errors of a command."""
        names = [stream.name for stream in self._streams]
        orders, answers = cast("IO[str]", self._process.stdin), cast("IO[str]", self._process.stdout)
        print(json.dumps([list(words), str(folder), dict(environ), names]), file=orders, flush=True)
        code = int(answers.readline())
        out, err = (Path(name).read_text() for name in names)
        return code, out, err

    def kill(self) -> None:
        """End it, whatever it is at."""
        self._process.kill()
        self.close()

    def close(self) -> None:
        """Let it end, with what it knows of coverage on disk."""
        self._process.communicate()
        for stream in self._streams:
            stream.close()


class Pool:
    """Two that take turns: what depends on the order of a set comes out otherwise in the one than in the other."""

    def __init__(self) -> None:
        """Start nothing yet."""
        self._waiting: list[Warm] = []

    def run(self, words: Sequence[str], folder: Path, environ: Mapping[str, str]) -> Ended:
        """Return the exit code, the output and the errors of a command."""
        if any(os.environ.get(name) != value for name, value in environ.items() if name.startswith(EARLY)):
            return run_cold(words, folder, environ)
        while len(self._waiting) < PAIR:
            self._waiting.append(Warm())
        self._waiting.reverse()
        first = self._waiting[0]
        try:
            return first.run(words, folder, environ)
        except BaseException:  # a test that ran out of time: its answer, come late, would be taken for the next one's
            self._waiting.remove(first)
            first.kill()
            raise

    def close(self) -> None:
        """End them."""
        while self._waiting:
            self._waiting.pop().close()


POOL = Pool()


def serve() -> None:
    """Run one command after the other, until the input ends."""
    import harness
    from harness.content.evalsets import CaseLine
    from harness.content.params import ParamsFile
    from harness.content.prompts import PromptFile
    from harness.content.records import adapter

    for module in walk_packages(harness.__path__, "harness."):
        if not module.name.startswith(EXTRAS):
            __import__(module.name)
    for name in LIBRARIES:
        __import__(name)
    for record in (ParamsFile, PromptFile, CaseLine):
        adapter(record)
    for line in sys.stdin:
        words, folder, environ, streams = json.loads(line)
        prepare(Path(folder))
        gc.freeze()  # or each command, as it ends, looks through all that it shares, and copies it by that
        child = os.fork()
        if child == 0:
            become(words, folder, environ, streams)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)  # noqa: T201 (the answer)


def prepare(folder: Path) -> None:
    """Import what a command in this folder will import, once for all commands."""
    params = folder / "params.yaml"
    said = params.read_bytes() if params.is_file() else b""
    for name in [name for words, name in LATE.items() if words.encode() in said]:
        __import__(name)


def become(words: list[str], folder: str, environ: dict[str, str], streams: list[str]) -> None:
    """Be a command that has just been started."""
    from harness.cli.main import run

    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environ)
    sys.argv[1:] = words
    sys.path[0] = folder
    for number, name in enumerate([os.devnull, *streams]):
        os.dup2(os.open(name, os.O_RDWR | os.O_TRUNC), number)
    sys.exit(run())


if __name__ == "__main__":
    serve()
