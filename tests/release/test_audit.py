"""The audit log: who asked what, in a chain of which no link can be changed, moved or taken away unseen."""

import os
import random
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from harness.adapters.audit_log import AuditLog
from harness.core.errors import UnavailableError
from harness.flows.audit import Recorder, verify
from harness.flows.trees import World
from harness.gateway.audit import Survey
from tests.release.full_disk import no_room
from tests.release.guarded import events
from tests.release.still_clock import StillClock
from tests.scenarios.scratch import Result, Scratch

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


def recorder(folder: Path, *, full: int = 1 << 20, told: list[str] | None = None) -> Recorder:
    """Return who writes the log of `staging` below a repository."""
    log = AuditLog(folder / ".harness/audit", "staging", full=full)
    return Recorder(log, StillClock(NOW), (told if told is not None else []).append)


def written(folder: Path, lines: int = 9, *, full: int = 1 << 20, name: str = "id") -> Path:
    """Write a log of so many lines, the first of which says that it begins; return its last file."""
    writer = recorder(folder, full=full)
    for number in range(2, lines + 1):
        writer.add({"what": "ask", "id": f"{name}-{number}", "status": 200})
    writer.close()
    return folder / ".harness/audit/staging.jsonl"


def lines_of(path: Path) -> list[bytes]:
    """Return the lines of a file, with their ends."""
    return path.read_bytes().splitlines(keepends=True)


@pytest.fixture
def place(tmp_path: Path) -> Scratch:
    """Return an empty folder to work in."""
    return Scratch(tmp_path)


def verified(place: Scratch, *words: str) -> tuple[int, list[str]]:
    """Return the exit code of `harness audit verify`, and what it says below its first line."""
    told: Result = place.harness("audit", "verify", *words)
    return told.exit_code, [line.strip().removeprefix(f"{place.root}/") for line in told.out.splitlines()[1:]]


LOG = ".harness/audit/staging.jsonl"


class TestAWholeLog:
    def test_is_whole(self, place: Scratch) -> None:
        """And says its head, for somebody to note elsewhere."""
        written(place.root)

        told = place.harness("audit", "verify")

        head = (place.root / ".harness/audit/staging.head").read_text().split()[1]
        assert (told.exit_code, told.out) == (0, f"staging: lines 1 to 9 in 1 file, head {head}\n")
        assert verified(place, "--head", head) == (0, [])

    def test_goes_on_where_it_ended(self, place: Scratch) -> None:
        """A gateway that starts again begins no new chain."""
        written(place.root)
        written(place.root)

        assert place.harness("audit", "verify").out.startswith("staging: lines 1 to 18 in 1 file")
        assert [event["what"] for event in events(place.root)].count("begin") == 2

    def test_may_be_of_several_files(self, place: Scratch) -> None:
        """A new file begins at a size, and carries the digest of the last line of the one before."""
        written(place.root, 30, full=1000)
        written(place.root, 30, full=1000)
        files = sorted((place.root / ".harness/audit").glob("*.jsonl"))

        told = place.harness("audit", "verify")

        assert len(files) > 5
        assert (told.exit_code, told.out.startswith(f"staging: lines 1 to 60 in {len(files)} files")) == (0, True)
        assert max(file.stat().st_size for file in files) <= 1000
        assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}

    def test_is_whole_from_its_first_line_on(self, place: Scratch) -> None:
        """Before anything is durable: whoever is killed that soon has cut nothing off."""
        writer = recorder(place.root)

        assert verified(place) == (0, [])
        writer.close()

    def test_is_written_by_one_process(self, place: Scratch) -> None:
        """Two would break each other's chain."""
        writer = recorder(place.root)

        with pytest.raises(UnavailableError, match="another process writes"):
            recorder(place.root)
        writer.close()


def survey_of(path: Path) -> Survey:
    """Return what `verify` finds, without a process of its own."""
    (checked,) = verify(World(path.parents[2], {}), [], "")
    return checked.found


def drop(*numbers: int) -> Callable[[list[bytes]], list[bytes]]:
    """Return what takes lines away, by their numbers from 1."""
    return lambda lines: [line for at, line in enumerate(lines, 1) if at not in numbers]


def swap(lines: list[bytes]) -> list[bytes]:
    """Let two lines change places."""
    return [*lines[:3], lines[4], lines[3], *lines[5:]]


def change(number: int) -> Callable[[list[bytes]], list[bytes]]:
    """Return what changes a line."""
    return lambda lines: [
        line.replace(b'"status":200', b'"status":500') if at == number else line for at, line in enumerate(lines, 1)
    ]


def garble(lines: list[bytes]) -> list[bytes]:
    """Put something else in the place of a line."""
    return [*lines[:3], b"nonsense\n", *lines[4:]]


def insert(lines: list[bytes]) -> list[bytes]:
    """Let a line stand twice."""
    return [*lines[:4], lines[3], *lines[4:]]


CHANGED = "it was changed after it was written"


class TestATamperedLog:
    @pytest.mark.parametrize(
        ("change", "found"),
        [
            (drop(5), [f"{LOG}:5: 1 line missing before it: 6 follows 4"]),
            (drop(4, 5, 6), [f"{LOG}:4: 3 lines missing before it: 7 follows 3"]),
            (drop(1), [f"{LOG}:1: 1 line missing before it"]),
            (drop(9), [f"{LOG}:8: 1 line missing at the end: the head knows line 9"]),
            (drop(*range(1, 10)), ["the audit log: 9 lines missing at the end: the head knows line 9"]),
            (change(4), [f"{LOG}:4: {CHANGED}: the next line carries another digest of it"]),
            (change(9), [f"{LOG}:9: {CHANGED}: the head carries another digest of it"]),
            (garble, [f"{LOG}:4: it is no line of an audit log"]),
            (insert, [f"{LOG}:5: it is out of its place: 4 follows 4"]),
            (
                swap,
                [
                    f"{LOG}:4: 1 line missing before it: 5 follows 3",
                    f"{LOG}:5: it is out of its place: 4 follows 5",
                    f"{LOG}:6: 1 line missing before it: 6 follows 4",
                ],
            ),
        ],
        ids=[
            "drop",
            "drop some",
            "drop first",
            "drop last",
            "drop all",
            "change",
            "change last",
            "garble",
            "twice",
            "swap",
        ],
    )
    def test_is_told_where(
        self, place: Scratch, change: Callable[[list[bytes]], list[bytes]], found: list[str]
    ) -> None:
        """By file and line, and nothing else is said of the rest."""
        path = written(place.root)
        path.write_bytes(b"".join(change(lines_of(path))))

        assert verified(place) == (1, found)

    def test_is_found_wherever_a_byte_is_changed(self, place: Scratch) -> None:
        """Any byte of any line, by any other: tried at 200 places."""
        path = written(place.root)
        whole, dice = path.read_bytes(), random.Random(7)  # noqa: S311 (seeded, to be the same each time)
        places = dice.sample(range(len(whole)), 200)
        unseen = []

        for at in places:
            path.write_bytes(whole[:at] + bytes([(whole[at] + dice.randrange(1, 256)) % 256]) + whole[at + 1 :])
            if not survey_of(path).faults:
                unseen.append(at)

        assert unseen == []

    def test_that_was_cut_is_found_after_the_next_start_too(self, place: Scratch) -> None:
        """The gateway writes down what it finds; the head, which it then writes anew, no longer tells."""
        path = written(place.root)
        path.write_bytes(b"".join(lines_of(path)[:6]))
        written(place.root, 3)

        assert verified(place) == (
            1,
            [f"{LOG}:7: 3 lines missing before it: the gateway found them gone when it began"],
        )

    def test_whose_head_is_missing_is_told(self, place: Scratch) -> None:
        """Before the next start and after it."""
        written(place.root)
        (place.root / ".harness/audit/staging.head").unlink()
        before = verified(place)
        written(place.root, 1)

        assert before == (
            1,
            [f"{LOG}: nobody can tell whether lines were cut off its end: staging.head is missing or damaged"],
        )
        assert verified(place)[1][0].startswith(f"{LOG}:10: the gateway found no head when it began")

    def test_that_was_written_anew_is_found_by_a_head_that_was_noted(self, place: Scratch) -> None:
        """Whoever may write the folder can write a whole new chain: by itself nothing tells it."""
        path = written(place.root)
        head = path.with_suffix(".head").read_text().split()[1]
        for file in (path, path.with_suffix(".head")):
            file.unlink()
        written(place.root, 20, name="other")

        assert verified(place) == (0, [])
        assert verified(place, "--head", head) == (
            1,
            [f"{LOG}:20: no line has the digest {head}: what was noted is not of this log"],
        )

    def test_is_not_held_against_what_is_no_digest(self, place: Scratch) -> None:
        """Twelve digits of it are in no line."""
        written(place.root)

        told = place.harness("audit", "verify", "--head", "0d1f")

        assert (told.exit_code, told.err.splitlines()[0]) == (2, "error: `0d1f` is no digest")

    def test_without_an_earlier_file_is_told(self, place: Scratch) -> None:
        """Of all that is here; whoever names files need not name all."""
        path = written(place.root, 30, full=1000)
        first, *rest = sorted(path.parent.glob("staging.0*.jsonl"))
        first.unlink()

        assert verified(place)[0] == 1
        assert verified(place)[1][0].endswith("lines missing before it")
        assert verified(place, *map(str, rest), str(path)) == (0, [])


WRITER = """
import asyncio, sys
from pathlib import Path
from harness.adapters.audit_log import AuditLog
from harness.adapters.clock import SystemClock
from harness.flows.audit import Recorder

async def write():
    recorder = Recorder(AuditLog(Path(sys.argv[1]), "staging", full=4000), SystemClock(), print)
    keeping = asyncio.create_task(recorder.keep())
    print("ready", flush=True)
    while True:
        recorder.add({"what": "ask", "status": 200})
        await asyncio.sleep(0.001)

asyncio.run(write())
"""


class TestAKilledProcess:
    def test_leaves_a_line_that_the_next_takes_away(self, place: Scratch) -> None:
        """A line that was never written to its end is no tampering, and is told as what it is."""
        path = written(place.root)
        with path.open("ab") as stream:
            stream.write(b'{"n":10,"at":"2026-05')

        torn = verified(place)
        written(place.root, 1)

        assert torn == (0, [f"{LOG}:10: never written to its end, as after a kill; the next start takes it away"])
        assert verified(place) == (0, [])
        assert events(place.root, "begin")[-1]["mended"] is True

    @pytest.mark.slow
    def test_leaves_a_whole_log_at_any_moment(self, place: Scratch) -> None:
        """Thirty times, each begun where the last ended; a new file is begun every dozen lines."""
        dice, folder = random.Random(11), place.root / ".harness/audit"  # noqa: S311 (seeded, to be the same each time)
        for _ in range(30):
            with subprocess.Popen([sys.executable, "-c", WRITER, str(folder)], stdout=subprocess.PIPE) as process:
                assert process.stdout
                process.stdout.readline()
                time.sleep(dice.random() * 0.2)
                process.kill()

            assert survey_of(folder / "staging.jsonl").faults == ()

        assert survey_of(folder / "staging.jsonl").head.lines > 300


class TestAFullDisk:
    def test_loses_lines_and_says_how_many(self, place: Scratch) -> None:
        """The chain holds none of them; the next line that can be written tells of them."""
        told: list[str] = []
        path = written(place.root)
        writer = recorder(place.root, told=told)
        with no_room(os.getpid(), path):
            came = [writer.add({"what": "ask", "id": f"lost-{number}"}) for number in range(3)]
        came.append(writer.add({"what": "ask", "id": "kept"}))
        writer.close()

        assert came == [False, False, False, True]
        assert (writer.lost, told) == (3, ["the audit log cannot be written: no room for a whole line"])
        assert [event["what"] for event in events(place.root)][-3:] == ["begin", "lost", "ask"]
        assert events(place.root, "lost")[0]["lines"] == 3
        assert verified(place) == (0, [])
