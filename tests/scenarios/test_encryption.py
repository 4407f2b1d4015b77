"""Encrypted endpoints over real sockets: whom the client believes, and what a proxy on the way gets to see."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.endpoint.launch import Certificate, Endpoint, certificate, endpoint
from tests.endpoint.proxy import proxy
from tests.scenarios.remote import KEY, asked, holding, make
from tests.scenarios.scratch import Scratch

PASSWORD = "planted-5e0d17"  # noqa: S105 (it must be found nowhere)

OTHERS = """\
import asyncio, sys
from harness.adapters.openai.address import Address
from harness.adapters.openai.transport import Transport


async def main():
    await Transport(Address("http://127.0.0.1:1/v1")).close()
    import aiohttp

    async with aiohttp.ClientSession() as session, session.get(sys.argv[1]) as said:
        print(said.status)


asyncio.run(main())
"""
"""A library that reaches its own service by aiohttp, in a process in which we have asked somebody."""

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="certificates are made with openssl")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """Return a certificate that only those believe who are told to."""
    return certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(scope="module")
def server(made: Certificate) -> Iterator[Endpoint]:
    """Return an encrypted endpoint."""
    with endpoint(tls=made) as found:
        yield found


@pytest.fixture
def behind(made: Certificate) -> dict[str, str]:
    """Return surroundings in which the endpoint is believed, and nothing of the machine's own proxies."""
    none = dict.fromkeys(("HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy"), "")
    return {**none, "SSL_CERT_FILE": str(made.certificate)}


class TestAnEncryptedEndpoint:
    def test_is_believed_by_an_authority_of_ones_own(
        self, scratch: Scratch, server: Endpoint, behind: dict[str, str]
    ) -> None:
        """`SSL_CERT_FILE` names it."""
        make(scratch, server.url(), 3)

        assert "3/3 pass" in asked(scratch, "run", **behind).out

    def test_is_believed_by_others_in_our_process_as_before(self, server: Endpoint, behind: dict[str, str]) -> None:
        """What we do with aiohttp must not decide whom a library of somebody else's believes."""
        command = [sys.executable, "-c", OTHERS, server.url()]
        done = subprocess.run(command, env=os.environ | behind, capture_output=True, text=True, check=False)

        assert (done.stdout.strip(), done.stderr) == ("404", "")

    def test_that_nobody_vouches_for_gets_no_key(self, scratch: Scratch, server: Endpoint) -> None:
        """No setting makes it believed, and no second attempt would."""
        server.reset()
        make(scratch, server.url(), 3)

        result = asked(scratch, "gate", "--all", "--json")

        assert result.exit_code == 4
        assert "its certificate is not to be trusted: " in result.out
        assert "self-signed certificate" in result.out
        assert (server.counts().received, result.verdict["run"]["retries"]) == (0, 0)
        assert holding(scratch, result, KEY) == []

    @pytest.mark.parametrize(
        ("names", "days", "said"),
        [
            pytest.param("DNS:other.example.com", 2, "IP address mismatch", id="of another name"),
            pytest.param("IP:127.0.0.1", -1, "certificate has expired", id="that is over"),
        ],
    )
    def test_with_a_certificate_gets_no_key(
        self, scratch: Scratch, tmp_path: Path, names: str, days: int, said: str
    ) -> None:
        """Whoever vouches for it."""
        wrong = certificate(tmp_path, names=names, days=days)
        with endpoint(tls=wrong) as server:
            make(scratch, server.url(), 3)

            result = asked(scratch, "gate", "--all", "--json", SSL_CERT_FILE=str(wrong.certificate))

        assert result.exit_code == 4
        assert said in result.out
        assert result.verdict["run"]["retries"] == 0
        assert holding(scratch, result, KEY) == []

    def test_that_is_none_gets_no_key(self, scratch: Scratch) -> None:
        """A plain server where the pin says `https`."""
        with endpoint() as server:
            make(scratch, server.url().replace("http:", "https:"), 3)

            result = asked(scratch, "gate", "--all", "--json")

        assert result.exit_code == 4
        assert "no encrypted connection: " in result.out
        assert result.verdict["run"]["retries"] == 0
        assert holding(scratch, result, KEY) == []


class TestAProxy:
    def test_forwards_what_it_cannot_read(self, scratch: Scratch, server: Endpoint, behind: dict[str, str]) -> None:
        """It learns the host, and its own password; one that is away for a moment is asked again."""
        make(scratch, server.url(), 3, concurrency=1)
        with proxy(502) as found:
            through = found.url.replace("//", f"//me:{PASSWORD}@")

            result = asked(scratch, "gate", "--all", "--json", **{**behind, "HTTPS_PROXY": through})

        assert (result.exit_code, result.verdict["run"]["retries"]) == (3, 1)
        assert "3/3 pass" in asked(scratch, "run", **behind).out
        assert found.heads[0].startswith(f"CONNECT 127.0.0.1:{server.port} HTTP/1.1\r\n".encode())
        assert all(b"Proxy-Authorization: Basic " in head and b"Bearer" not in head for head in found.heads)
        assert len(found.seen) > 1000
        assert KEY.encode() not in found.seen
        assert holding(scratch, result, PASSWORD) == holding(scratch, result, KEY) == []

    def test_that_is_not_wanted_is_not_used(self, scratch: Scratch, server: Endpoint, behind: dict[str, str]) -> None:
        """`NO_PROXY` names the hosts that are reached directly."""
        make(scratch, server.url(), 3)
        with proxy() as found:
            result = asked(scratch, "run", **{**behind, "HTTPS_PROXY": found.url, "NO_PROXY": "10.0.0.1,127.0.0.1"})

        assert "3/3 pass" in result.out
        assert found.heads == []

    def test_that_refuses_us_ends_it_at_once(self, scratch: Scratch, server: Endpoint, behind: dict[str, str]) -> None:
        """A wrong password stays wrong, and is shown to nobody."""
        make(scratch, server.url(), 3)
        with proxy(*[407] * 9) as found:
            through = found.url.replace("//", f"//me:{PASSWORD}@")
            result = asked(scratch, "gate", "--all", "--json", **{**behind, "HTTPS_PROXY": through})

        assert result.exit_code == 4
        assert "no connection: the proxy answered 407" in result.out
        assert result.verdict["run"]["retries"] == 0
        assert holding(scratch, result, PASSWORD) == holding(scratch, result, KEY) == []

    @pytest.mark.slow
    @pytest.mark.parametrize("away", [True, False], ids=["is not there", "has no way to the endpoint"])
    def test_that_goes_on_failing_is_given_up(
        self, scratch: Scratch, server: Endpoint, behind: dict[str, str], *, away: bool
    ) -> None:
        """After six attempts, with a word that says where it failed."""
        make(scratch, server.url(), 1)
        with proxy(*[502] * 6) as found:
            place = "127.0.0.1:9" if away else f"127.0.0.1:{found.port}"
            through = {"HTTPS_PROXY": f"http://me:{PASSWORD}@{place}"}
            result = asked(scratch, "gate", "--all", **{**behind, **through})

        assert result.exit_code == 4
        assert ("no connection: Cannot connect" if away else "no connection: the proxy answered 502") in result.out
        assert holding(scratch, result, PASSWORD) == holding(scratch, result, KEY) == []

    def test_that_is_nonsense_is_one_error(self, scratch: Scratch, server: Endpoint, behind: dict[str, str]) -> None:
        """Told before anything is asked, without what the variable holds."""
        make(scratch, server.url(), 3)

        result = asked(scratch, "run", **{**behind, "HTTPS_PROXY": f"socks5://me:{PASSWORD}@127.0.0.1:1080"})

        assert result.exit_code == 4
        assert result.err == (
            "error: params.yaml:2: pin `reader`: `HTTPS_PROXY` holds no URL of an HTTP proxy\n\n"
            "hint: export HTTPS_PROXY=http://HOST:PORT, or name the endpoint's host in NO_PROXY\n"
        )
