"""An evalset in an S3 bucket, over a real socket."""

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from tests.dvc.conftest import EVALSET, dvc_in
from tests.scenarios.scratch import Scratch

KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_EC2_METADATA_DISABLED": "true"}
QUICKLY = {**KEYS, "AWS_MAX_ATTEMPTS": "1"}
"""One attempt: what is down stays down for the length of a test."""


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """Return the address of an S3 server, on loopback and for these tests only, with a bucket in it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            address = f"http://127.0.0.1:{port}"
            make_bucket(port)
            yield address
        finally:
            server.terminate()


def make_bucket(port: int) -> None:
    """Make the bucket `evalsets`, as soon as the server listens."""
    request = b"PUT /evalsets HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    for _ in range(300):
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=5) as link:
                link.sendall(request)
                assert link.recv(100).startswith(b"HTTP/1.1 200")
                return
        except ConnectionRefusedError:
            time.sleep(0.1)
    pytest.fail("the S3 server does not listen")


@pytest.fixture
def bucket(kept: Scratch, endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Scratch:
    """Return a repository whose evalset is in the bucket and nowhere else."""
    for name, value in QUICKLY.items():
        monkeypatch.setenv(name, value)
    dvc = dvc_in(kept)
    dvc("remote", "add", "--default", "--force", "--quiet", "shelf", "s3://evalsets/dvc")
    dvc("remote", "modify", "--quiet", "shelf", "endpointurl", endpoint)
    dvc("push", "--quiet")
    kept.commit("keep the evalset in a bucket")
    kept.remove(EVALSET)
    shutil.rmtree(kept.root / ".dvc/cache")
    return kept


class TestABucket:
    def test_gives_what_was_pushed(self, bucket: Scratch) -> None:
        """Found by its hash, checked, and kept in the cache."""
        result = bucket.gate("--all")

        assert (result.exit_code, result.verdict["pairs"][0]["cases"]) == (0, 20), result.told

    def test_that_does_not_answer_is_unavailable(self, bucket: Scratch) -> None:
        """Exit 4, and never a pass on what is left."""
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            dead = f"http://127.0.0.1:{closed.getsockname()[1]}"
        dvc_in(bucket)("remote", "modify", "--quiet", "shelf", "endpointurl", dead)

        result = bucket.harness("gate", "--all")

        assert result.exit_code == 4
        assert f"{EVALSET}: DVC's remote did not answer: " in result.err
        assert "hint: check the remote (`dvc remote list`), or run `dvc pull" in result.err
