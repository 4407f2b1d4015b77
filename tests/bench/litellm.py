"""Figures of LiteLLM's proxy before the same model, where it is installed: the anchor of the gateway's own.

`LITELLM` names its program, if it is not on the PATH: `pip install "litellm[proxy]"` in an environment of its own.
"""

import asyncio
import json
import math
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench.gateway import ALONE, AT_ONCE, load, measured, p99, peak_megabytes, started
from tests.bench.local import Figure
from tests.endpoint.launch import ROOT
from tests.monitoring.prometheus import free_port
from tests.scenarios import scratch

KEY = f"sk-{'a1B2c3D4' * 5}"
"""It refuses to start with a weaker one."""
BODY = json.dumps({"model": "desk", "messages": [{"role": "user", "content": "When does room 7 open?"}]}).encode()
REQUESTS, START = 600, 180


def figures() -> Iterator[Figure]:
    """Yield what it takes, over real sockets, with neither database nor log."""
    program = os.environ.get("LITELLM") or shutil.which("litellm")
    if not program:
        yield "LiteLLM's proxy is not installed (LITELLM=PROGRAM names it)", math.nan, "-"
        return
    environ = scratch.Scratch.environ()
    with tempfile.TemporaryDirectory() as name, started("tests.bench.model", folder=ROOT, environ=environ) as (_, port):
        model = {"model": "openai/stub-1", "api_base": f"http://127.0.0.1:{port}/v1", "api_key": "none"}
        config = Path(name, "config.yaml")
        config.write_text(json.dumps({"model_list": [{"model_name": "desk", "litellm_params": model}]}))
        at = free_port()
        words = ("--config", str(config), "--host", "127.0.0.1", "--port", str(at))
        offline = {**environ, "LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_MASTER_KEY": KEY}
        with subprocess.Popen([program, *words], cwd=name, env=offline, stdout=-3, stderr=-3) as process:
            try:
                yield from _rows(process, f"http://127.0.0.1:{at}/v1", f"http://127.0.0.1:{port}/v1")
            finally:
                process.terminate()


def _rows(process: subprocess.Popen[bytes], url: str, model: str) -> Iterator[Figure]:
    _wait(process, url)
    asyncio.run(load(url, 100, AT_ONCE, BODY, KEY))
    busy = measured(process.pid, url, REQUESTS, AT_ONCE, BODY, KEY)
    alone = measured(process.pid, url, REQUESTS // 2, 1, BODY, KEY)
    least = asyncio.run(load(model, ALONE, 1))
    yield f"LiteLLM's proxy, {AT_ONCE} at once, ms of CPU a request", busy.cpu_ms, "-"
    yield "the same, one at a time", alone.cpu_ms, "-"
    yield "p99 that it adds, one at a time, ms", p99(alone.seconds) - p99(least), "-"
    yield "its peak memory, MB", peak_megabytes(process.pid), "-"


def _wait(process: subprocess.Popen[bytes], url: str) -> None:
    """Wait until it answers."""
    until = time.monotonic() + START
    while True:
        try:
            asyncio.run(load(url, 1, 1, BODY, KEY))
        except (OSError, EOFError, AssertionError):
            assert process.poll() is None, "it ended"
            assert time.monotonic() < until, "it does not answer"
            time.sleep(0.5)
        else:
            return


if __name__ == "__main__":
    for label, value, bound in figures():
        print(f"{label:60} {value:10.2f}   {bound}")
