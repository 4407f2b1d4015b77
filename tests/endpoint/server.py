"""The fault server's process: it says where it listens, and dies with its parent.

python -m tests.endpoint.server --port 0 --latency 0.05 --faults 429=0.05,reset=0.01
"""

import argparse
import asyncio
import json
import os
import resource
import ssl
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import fields
from random import Random

from tests.endpoint.connection import Connection
from tests.endpoint.faults import Settings, changed
from tests.endpoint.state import State

BACKLOG = 4096


def parser() -> argparse.ArgumentParser:
    """Return the command line; besides the process's own options it has one for each field of `Settings`."""
    line = argparse.ArgumentParser(prog="tests.endpoint.server", description=__doc__)
    line.add_argument("--port", type=int, default=0, help="0 takes a free one")
    line.add_argument("--tls", nargs=2, metavar=("CERT", "KEY"), help="speak TLS with this certificate")
    line.add_argument("--lifetime", type=float, default=3600.0, help="seconds after which the server ends by itself")
    for one in fields(Settings):
        line.add_argument(
            f"--{one.name.replace('_', '-')}", default=argparse.SUPPRESS, help="see Settings in faults.py"
        )
    return line


def main(words: Sequence[str]) -> None:
    """Serve until the standard input ends or the lifetime is over."""
    line = parser()
    told = vars(line.parse_args(words))
    port, tls, lifetime = (told.pop(name) for name in ("port", "tls", "lifetime"))
    try:
        settings = changed(Settings(), told)
    except ValueError as error:
        line.error(str(error))
    context = None
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*tls)
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    dice = Random(settings.seed)  # noqa: S311  # it draws faults, not keys
    asyncio.run(serve(State(settings, dice, time.time, time.process_time), port, context=context, lifetime=lifetime))


async def serve(state: State, port: int, *, context: ssl.SSLContext | None, lifetime: float) -> None:
    """Listen on 127.0.0.1, say where, and return when it is time to end."""
    loop = asyncio.get_running_loop()
    over = asyncio.Event()
    server = await loop.create_server(lambda: Connection(state, loop), "127.0.0.1", port, ssl=context, backlog=BACKLOG)
    print(json.dumps({"port": server.sockets[0].getsockname()[1], "pid": os.getpid()}), flush=True)  # noqa: T201
    threading.Thread(target=wait_for_end_of_input, args=(loop, over), daemon=True).start()
    with suppress(TimeoutError):
        await asyncio.wait_for(over.wait(), lifetime)


def wait_for_end_of_input(loop: asyncio.AbstractEventLoop, over: asyncio.Event) -> None:
    """Set `over` when the standard input ends, as it does when the parent dies, however it dies.

    A thread can wait for whatever the input is, also for a file, which the loop cannot. It reads without a buffer: a
    buffer's lock, held by this thread, would make the interpreter abort when the lifetime is over first.
    """
    with suppress(OSError):
        while os.read(0, 4096):
            pass
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(over.set)


if __name__ == "__main__":
    main(sys.argv[1:])
