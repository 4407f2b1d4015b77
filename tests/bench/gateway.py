"""Figures of the gateway: what a request takes of its processor, and what it adds to the model's own time."""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from urllib.request import urlopen

from tests.bench.local import Figure
from tests.endpoint.launch import ROOT
from tests.release.shop import Shop, open_shop
from tests.scenarios import scratch
from tests.scenarios.remote import KEY, make

REQUESTS, AT_ONCE, ALONE = 6000, 16, 2000
BODY = json.dumps({"vars": {"n": 7}}).encode()
PLAN = "strategy: {steps: [{weight: 50, min: 1h}, {weight: 100}]}\n"
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Load:
    """What a number of requests took."""

    cpu_ms: float
    """Of the gateway's processor, a request."""
    seconds: list[float]
    """Of each."""


def serves(folder: Path, url: str) -> Shop:
    """Return a repository whose staging runs a release that asks an endpoint, and which has another release."""
    plain = scratch.make(folder / "plain")
    make(plain, url, 60)
    plain.write_cases([{**case, "expect": [{"contains": "opens at nine"}]} for case in plain.cases()])
    plain.commit("ask an endpoint")
    shop = open_shop(plain, folder)
    first = _released(shop)
    shop.edit("prompts/desk.prompt.yml", "SAY room", "SAY the room")
    shop.commit("another word")
    _released(shop)
    shop.write(".github/environments/staging.yaml", f"target: {{kind: git}}\n{PLAN}")
    shop.commit("an environment")
    _done(shop, "promote", "staging", first)
    return shop


def _released(shop: Shop) -> str:
    """Gate, sign and release what is checked out; return the twelve digits of its release."""
    _done(shop, "gate", "--all", "--against", "HEAD~1")
    _done(shop, "attest", "--key", "../ours")
    return _done(shop, "release").split()[1]


def _done(shop: Shop, *words: str) -> str:
    told = shop.harness(*words, environ={"STUB_KEY": KEY})
    assert told.exit_code == 0, told
    return told.out


async def load(url: str, requests: int, at_once: int, body: bytes = BODY, key: str = "") -> list[float]:
    """Ask again and again over connections that stay open; return the seconds that each answer took."""
    host, _, port = url.removeprefix("http://").partition(":")
    port, _, path = port.partition("/")
    where = f"{path}/chat/completions" if path else "v1/prompts/desk"
    head = f"POST /{where} HTTP/1.1\r\nhost: {host}\r\ncontent-length: {len(body)}\r\n"
    head += f"authorization: Bearer {key}\r\n\r\n" if key else "\r\n"
    sent, left, took = head.encode() + body, iter(range(requests)), list[float]()

    async def client() -> None:
        reader, writer = await asyncio.open_connection(host, int(port))
        for _ in left:
            began = time.perf_counter()
            writer.write(sent)
            said = await reader.readuntil(b"\r\n\r\n")
            assert said.startswith(b"HTTP/1.1 200"), said
            length = next(line for line in said.lower().split(b"\r\n") if line.startswith(b"content-length:"))
            await reader.readexactly(int(length.split(b":")[1]))
            took.append(time.perf_counter() - began)
        writer.close()

    await asyncio.gather(*(client() for _ in range(at_once)))
    return took


def _cpu(pid: int) -> float:
    """Return the seconds of processor that a process took so far, with all its threads."""
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / _TICK


def measured(pid: int, url: str, requests: int, at_once: int, body: bytes = BODY, key: str = "") -> Load:
    """Return what requests to a gateway took."""
    before = _cpu(pid)
    took = asyncio.run(load(url, requests, at_once, body, key))
    return Load((_cpu(pid) - before) * 1000 / requests, took)


def p99(seconds: list[float]) -> float:
    """Return the milliseconds within which all but one in a hundred came."""
    return quantiles(seconds, n=100)[98] * 1000


def peak_megabytes(pid: int) -> float:
    """Return the most memory that a process has held."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM:")).split()[1]) / 1024


@contextmanager
def started(*words: str, folder: Path, environ: Mapping[str, str]) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start a program for as long as the block lasts, and give the first line that it prints."""
    command = [sys.executable, "-m", *words]
    with subprocess.Popen(command, cwd=folder, env=environ, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield process, process.stdout.readline().strip()
        finally:
            process.terminate()


def figures() -> Iterator[Figure]:
    """Yield what the gateway takes before a model that answers at once, over real sockets."""
    plain = scratch.Scratch.environ()
    with tempfile.TemporaryDirectory() as name, started("tests.bench.model", folder=ROOT, environ=plain) as (_, port):
        model = f"http://127.0.0.1:{port}/v1"
        shop = serves(Path(name), model)
        words = ("harness", "serve", "staging", "--port", "0")
        with started(*words, folder=shop.root, environ={**plain, "STUB_KEY": KEY}) as (process, url):
            yield from _rows(process.pid, url, model)
            _done(shop, "promote", "staging")
            while b'harness_rollout_weight{environment="staging"} 50' not in _page(f"{url}/metrics"):
                time.sleep(0.1)
            two = measured(process.pid, url, REQUESTS, AT_ONCE)
            yield "ms of CPU a request while a candidate has half, all sessions new", two.cpu_ms, "-"


def _page(url: str) -> bytes:
    with urlopen(url) as said:  # noqa: S310 (ours)
        return bytes(said.read())


def _rows(pid: int, url: str, model: str) -> Iterator[Figure]:
    measured(pid, url, 500, AT_ONCE)
    busy = measured(pid, url, REQUESTS, AT_ONCE)
    alone = measured(pid, url, ALONE, 1)
    least = asyncio.run(load(model, ALONE, 1))
    yield f"gateway, {AT_ONCE} at once, ms of CPU a request", busy.cpu_ms, "<= 0.30"
    yield "the same, one at a time", alone.cpu_ms, "-"
    yield "p99 that it adds, one at a time, ms", p99(alone.seconds) - p99(least), "<= 3"
    yield "its peak memory, MB", peak_megabytes(pid), "<= 100"


if __name__ == "__main__":
    for label, value, bound in figures():
        print(f"{label:60} {value:10.2f}   {bound}")
