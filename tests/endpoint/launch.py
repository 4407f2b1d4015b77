"""Start a fault server for as long as a `with` block lasts, and ask it what it saw.

with endpoint(latency=0.01, faults={"429": 0.05}) as server:
    ...  # a client of server.url(), or of server.url("quota")
    assert server.counts().repeats == 0
"""

import json
import os
import ssl
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path
from typing import Any, NamedTuple

from tests.endpoint.decide import MODES
from tests.endpoint.ledger import Counts, Seen

ROOT = Path(__file__).parents[2]
PATIENCE = 30
"""Seconds after which a server that does not answer a control call, or does not end, is broken."""

type Option = str | float | Mapping[str, float] | tuple[Path, Path]


class Certificate(NamedTuple):
    """The files of a certificate and of its key: what the option `tls` takes, and what a client has to trust."""

    certificate: Path
    key: Path


@dataclass(frozen=True)
class Endpoint:
    """A server that runs."""

    port: int
    pid: int
    trust: Path | None = None

    def url(self, mode: str = "") -> str:
        """Return the base URL of the API in a mode, without a slash at its end."""
        if mode not in MODES:
            raise ValueError(f"no such mode: {mode}; there are {', '.join(sorted(MODES))}")
        scheme = "https" if self.trust else "http"
        return f"{scheme}://127.0.0.1:{self.port}{'/' if mode else ''}{mode}/v1"

    def counts(self) -> Counts:
        """Return how often what happened."""
        return Counts.read(self._control("GET", "counts"))

    def requests(self) -> list[Seen]:
        """Return the last 2,000 requests, the oldest first."""
        return [Seen(**one) for one in self._control("GET", "requests")]

    def set(self, **options: Option) -> None:
        """Change settings while the server runs; a seed starts the generator of the faults anew."""
        self._control("POST", "set", options)

    def reset(self) -> None:
        """Forget the counts, the requests and what the modes remember, and start the generator anew; settings stay."""
        self._control("POST", "reset", {})

    def _control(self, method: str, call: str, body: Mapping[str, Option] | None = None) -> Any:  # noqa: ANN401  # JSON
        connection = self._connection()
        try:
            connection.request(method, f"/-/{call}", None if body is None else json.dumps(body))
            answer = connection.getresponse()
            document = json.loads(answer.read())
        finally:
            connection.close()
        if answer.status != 200:
            raise ValueError(document["error"])
        return document

    def _connection(self) -> HTTPConnection:
        if self.trust is None:
            return HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        context = ssl.create_default_context(cafile=self.trust)
        return HTTPSConnection("127.0.0.1", self.port, timeout=PATIENCE, context=context)


def words(options: Mapping[str, Option]) -> list[str]:
    """Return options as the server's command line has them."""
    found: list[str] = []
    for name, value in options.items():
        match value:
            case Mapping():
                told = [",".join(f"{fault}={share}" for fault, share in value.items())]
            case tuple():
                told = [str(one) for one in value]
            case _:
                told = [str(value)]
        found += [f"--{name.replace('_', '-')}", *told]
    return found


@contextmanager
def endpoint(**options: Option) -> Iterator[Endpoint]:
    """Start a server, and end it with the block; options are those of `tests.endpoint.server`.

    It runs in a session of its own, so that an interrupt from the keyboard ends it through its input only, and
    without coverage, which would slow it down and does not measure it.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.endpoint.server", *words(options)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env=environment,
        start_new_session=True,
    )
    assert process.stdin
    assert process.stdout
    try:
        said = process.stdout.readline()
        if not said:
            raise ValueError(f"the server did not start; it was told {words(options)}")
        tls = options.get("tls")
        yield Endpoint(**json.loads(said), trust=tls[0] if isinstance(tls, tuple) else None)
    finally:
        process.stdin.close()
        process.stdout.close()
        stop(process)


def stop(process: subprocess.Popen[bytes]) -> None:
    """Wait until a server whose input has ended is gone; one that stays is killed, and is an error all the same."""
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise


def certificate(folder: Path, *, names: str = "IP:127.0.0.1,DNS:localhost", days: int = 2) -> Certificate:
    """Make a certificate that signs itself; needs the program `openssl`.

    Args:
        folder: Where to put it.
        names: Whom it is for.
        days: How long it is good from now on; where that is negative, it is over.
    """
    made = Certificate(folder / "certificate.pem", folder / "key.pem")
    extensions = (
        f"subjectAltName={names}",
        "keyUsage=critical,digitalSignature,keyCertSign",
        "extendedKeyUsage=serverAuth",
    )
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
            *("-days", str(max(days, 1)), "-subj", "/CN=127.0.0.1", "-out", made.certificate, "-keyout", made.key),
            *(word for extension in extensions for word in ("-addext", extension)),
        ],
        check=True,
        capture_output=True,
    )
    if days < 0:
        again = ("openssl", "x509", "-in", made.certificate, "-signkey", made.key, "-days", str(days))
        shown = subprocess.run(again, check=True, capture_output=True)
        made.certificate.write_bytes(shown.stdout)
    return made
