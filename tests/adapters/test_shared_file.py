"""A file that several change at once, and that is whole however a change ends."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from harness.adapters.shared_file import SharedFile
from harness.core.errors import UnavailableError
from tests.house.scratch import ROOT

WRITER = """
import sys
from pathlib import Path
from harness.adapters.shared_file import SharedFile

name, times, size = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
file = SharedFile(Path("shared.txt"), "shared.txt", Path("state/lock"))
for number in range(times):
    file.change(lambda data: data + f"{name} {number} {'x' * size}\\n".encode())
    print(number, flush=True)
"""


def writer(folder: Path, name: str, times: int, size: int = 1) -> subprocess.Popen[bytes]:
    """Start a process that adds lines."""
    command = [sys.executable, "-c", WRITER, name, str(times), str(size)]
    return subprocess.Popen(command, cwd=folder, env={"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE)


class TestASharedFile:
    def test_has_every_line_of_all_who_write_at_once(self, tmp_path: Path) -> None:
        """None is written over."""
        running = [writer(tmp_path, name, 20) for name in "abc"]
        for one in running:
            one.communicate()

        lines = (tmp_path / "shared.txt").read_text().splitlines()
        assert sorted(lines) == sorted(f"{name} {number} x" for name in "abc" for number in range(20))

    def test_is_whole_when_its_writer_is_killed(self, tmp_path: Path) -> None:
        """Each time it holds what was written before, and perhaps the line that was under way."""
        path, size = tmp_path / "shared.txt", 300_000
        for wait in (0.0, 0.001, 0.003):
            path.unlink(missing_ok=True)
            with writer(tmp_path, "a", 1_000, size) as running:
                assert running.stdout
                running.stdout.readline()
                time.sleep(wait)
                running.send_signal(signal.SIGKILL)
                told = 1 + running.stdout.read().count(b"\n")

            lines = path.read_text().split("\n")
            assert lines.pop() == ""
            assert len(lines) in {told, told + 1}
            assert {len(line.split(" ")[2]) for line in lines} == {size}

    def test_is_as_it_was_where_nothing_more_can_be_written(self, tmp_path: Path) -> None:
        """One error, and nothing half."""
        path = tmp_path / "shared.txt"
        path.write_text("before\n")
        code = f"ulimit -f 8; exec {sys.executable} -c '{WRITER.replace(chr(39), chr(34))}' a 1 20000"
        limited = ["bash", "-c", code]

        done = subprocess.run(
            limited, cwd=tmp_path, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False
        )

        assert "error: shared.txt: nothing more can be written: File too large" in done.stderr
        assert path.read_text() == "before\n"
        assert [one.name for one in tmp_path.iterdir() if one.is_file()] == ["shared.txt"]

    def test_that_has_no_place_is_told(self, tmp_path: Path) -> None:
        """With what helps."""
        file = SharedFile(tmp_path / "gone/a", "a", tmp_path / "lock")

        with pytest.raises(UnavailableError, match="error: a: nothing more can be written: No such file"):
            file.change(lambda data: data + b"x")

    def test_that_does_not_change_is_not_written(self, tmp_path: Path) -> None:
        """Nor made."""
        file = SharedFile(tmp_path / "a", "a", tmp_path / "lock")

        assert file.change(lambda data: data) is False
        assert not (tmp_path / "a").exists()
