"""A real Prometheus for tests: Debian's package has it, and `promtool` too."""

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

import pytest

PROGRAM, TOOL = shutil.which("prometheus"), shutil.which("promtool")
needed = pytest.mark.skipif(
    not (PROGRAM and TOOL), reason="Prometheus is not installed (Debian: apt install prometheus)"
)


class Prometheus(NamedTuple):
    """A Prometheus that runs."""

    url: str
    process: subprocess.Popen[bytes]

    def get(self, path: str, **params: str) -> Any:  # noqa: ANN401 (JSON)
        """Return the data of an answer."""
        with closing(HTTPConnection(self.url.removeprefix("http://"), timeout=10)) as line:
            line.request("GET", f"/api/v1/{path}?{urlencode(params)}")
            came = line.getresponse()
            said = came.read()
            assert came.status == 200, said
            return json.loads(said)["data"]

    def ask(self, query: str) -> dict[frozenset[tuple[str, str]], float]:
        """Return what a query answers, by labels."""
        found = self.get("query", query=query)
        return {frozenset(one["metric"].items()): float(one["value"][1]) for one in found["result"]}

    def value(self, query: str, **labels: str) -> float:
        """Return the one number that a query answers, for some labels."""
        (found,) = [value for one, value in self.ask(query).items() if labels.items() <= dict(one).items()]
        return found


@contextmanager
def prometheus(folder: Path, scraped: str, *, key: str = "", rules: str = "") -> Iterator[Prometheus]:
    """Run one that scrapes a URL while the block lasts."""
    assert PROGRAM
    (folder / "rules.yml").write_text(rules)
    config = {
        "global": {"scrape_interval": "200ms", "scrape_timeout": "200ms", "evaluation_interval": "1s"},
        "rule_files": [str(folder / "rules.yml")] if rules else [],
        "scrape_configs": [
            {
                "job_name": "harness",
                "static_configs": [{"targets": [scraped.removeprefix("http://")]}],
                **({"authorization": {"credentials": key}} if key else {}),
            }
        ],
    }
    (folder / "prometheus.yml").write_text(json.dumps(config))  # JSON is YAML
    port = free_port()
    words = ["--config.file", str(folder / "prometheus.yml"), "--storage.tsdb.path", str(folder / "data")]
    command = [PROGRAM, *words, "--web.listen-address", f"127.0.0.1:{port}", "--log.level", "error"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            found = Prometheus(f"http://127.0.0.1:{port}", process)
            wait_until(lambda: answers(found))
            yield found
        finally:
            process.terminate()


def answers(server: Prometheus) -> bool:
    """Return whether it has scraped already."""
    try:
        return bool(server.ask("harness_release_info"))
    except (OSError, HTTPException, AssertionError):
        return False


def free_port() -> int:
    """Return a port that nobody has."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def wait_until(seen: Callable[[], bool], seconds: float = 20) -> None:
    """Wait until something is seen."""
    until = time.monotonic() + seconds
    while not seen():
        assert time.monotonic() < until
        time.sleep(0.1)
