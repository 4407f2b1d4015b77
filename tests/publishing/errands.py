"""The command on a PATH without the wait for its start: a process that has read every module runs it."""

import json
import shlex
import socketserver
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

from tests.scenarios.warm import EARLY, POOL

CLIENT = """\
import json, os, socket, sys
with socket.create_connection(("127.0.0.1", int(sys.argv[1]))) as line, line.makefile("rw") as told:
    print(json.dumps([sys.argv[2:], os.getcwd(), dict(os.environ)]), file=told, flush=True)
    code, out, err = json.loads(told.readline())
sys.stdout.write(out)
sys.stderr.write(err)
sys.exit(code)
"""


class _Errand(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        words, folder, environ = json.loads(self.rfile.readline())
        kept = {name: value for name, value in environ.items() if not name.startswith(EARLY)}
        self.wfile.write(json.dumps(POOL.run(words, Path(folder), kept)).encode() + b"\n")


@contextmanager
def errands() -> Iterator[str]:
    """Yield a shell's words for the command; while the block lasts, nobody else may use the pool at the same time."""
    with socketserver.TCPServer(("127.0.0.1", 0), _Errand) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield shlex.join([sys.executable, "-I", "-S", "-c", CLIENT, str(server.server_address[1])])
        server.shutdown()
        thread.join()
