"""Runs that are killed, meet a full disk, or a service that fails in every way: nothing is lost or paid twice."""

import signal
import subprocess
import sys
import time

import pytest

from tests.endpoint.launch import endpoint
from tests.scenarios.remote import KEY, asked, make
from tests.scenarios.scratch import Scratch


class TestADisk:
    def test_that_is_full_ends_the_run_and_loses_nothing_that_was_written(self, scratch: Scratch) -> None:
        """The limit on the size of a file stands for the disk; afterwards the run goes on from where it was."""
        with endpoint(latency=0.005) as server:
            make(scratch, server.url(), 400)
            command = ["bash", "-c", f"ulimit -f 120; exec {sys.executable} -m harness run"]

            full = subprocess.run(
                command,
                cwd=scratch.root,
                env={**scratch.environ(), "STUB_KEY": KEY},
                capture_output=True,
                text=True,
                check=False,
            )
            again = asked(scratch, "run")

            assert full.returncode == 4, full.stderr
            assert "the store cannot be used: " in full.stderr
            assert "hint: check that the disk has room, and that the file is yours" in full.stderr
            assert "400/400 pass" in again.out
            assert " 0 answers from the cache" not in again.out
            assert server.counts().answered <= 400 + 16


FAST = (1, 150)
"""Moments at the end and in the middle, which are shown each time; `make nightly` shows them all."""
FAULTS = {"429": 0.05, "500": 0.02, "reset": 0.01, "hang": 0.005}


class TestAThousandCases:
    @pytest.mark.slow
    @pytest.mark.timeout(120)
    def test_survive_a_service_that_fails_in_every_way(self, scratch: Scratch) -> None:
        """None lost, none misjudged, none paid twice, and the hangs cost seconds."""
        with endpoint(latency=0.05, seed=7, faults=FAULTS) as server:
            make(scratch, server.url(), 1000, concurrency=32, timeout=600)
            began = time.monotonic()

            result = asked(scratch, "run")

            assert "1000/1000 pass" in result.out
            assert (server.counts().answered, server.counts().repeats) == (1000, 0)
            assert time.monotonic() - began <= 20

    @pytest.mark.parametrize(
        "moment", [pytest.param(one, marks=[] if one in FAST else [pytest.mark.slow]) for one in range(200)]
    )
    @pytest.mark.timeout(120)
    def test_killed_at_any_moment_are_asked_once_but_for_those_in_flight(self, scratch: Scratch, moment: int) -> None:
        """After the second run: every answer, and at most 32 that were asked twice."""
        with endpoint(latency=0.01, seed=moment) as server:
            make(scratch, server.url(), 1000, concurrency=32)
            command = [sys.executable, "-m", "harness", "run"]
            running = subprocess.Popen(
                command, cwd=scratch.root, env={**scratch.environ(), "STUB_KEY": KEY}, stderr=subprocess.DEVNULL
            )
            while running.poll() is None and server.counts().answered < moment * 997 % 1000:
                time.sleep(0.002)

            running.send_signal(signal.SIGKILL)
            running.wait()
            again = asked(scratch, "run")

            assert "1000/1000 pass" in again.out
            assert 1000 <= server.counts().answered <= 1000 + 32
