"""Where calls go, by what the environment says of proxies."""

import pytest

from harness.adapters.openai.address import address, problems
from harness.core.errors import UnavailableError
from harness.core.pin import Endpoint, Pin

ENCRYPTED = Pin("mini", "openai", "m", endpoint=Endpoint(url="https://api.example.com:8443/v1"))
PLAIN = Pin("mini", "openai", "m", endpoint=Endpoint(url="http://127.0.0.1/v1"))
PROXY = "http://me:planted@proxy.example.com:3128"


class TestAUrl:
    @pytest.mark.parametrize(
        "url", ["https://[::1/v1", "https://[x]/v1", "https://a:port/v1", "https://a:99999/v1", "https://\u2100.a/v1"]
    )
    def test_that_is_none_is_an_error_wherever_it_stands(self, url: str) -> None:
        """In params.yaml, which may be somebody else's, as in the environment."""
        pin = Pin("mini", "openai", "m", endpoint=Endpoint(url_from="URL"))
        wrong = "does not begin with http:// or https:// and a host"

        with pytest.raises(UnavailableError, match=f"the URL in `URL` {wrong}"):
            address(pin, {"URL": url})

        assert [*problems(Endpoint(url=url))] == [f"the endpoint's URL {wrong}"]


class TestTheProxy:
    def test_is_for_encrypted_endpoints_alone(self) -> None:
        """A plain connection has the key in it for everybody on the way to read."""
        environ = {"HTTPS_PROXY": PROXY, "HTTP_PROXY": PROXY, "ALL_PROXY": PROXY}

        assert address(ENCRYPTED, environ).proxy == PROXY
        assert address(PLAIN, environ).proxy == ""

    @pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy"])
    def test_needs_no_scheme(self, name: str) -> None:
        """As everywhere else."""
        assert address(ENCRYPTED, {name: "proxy:3128"}).proxy == "http://proxy:3128"

    @pytest.mark.parametrize(
        ("without", "honoured"),
        [
            ("api.example.com", True),
            ("other, API.Example.COM", True),
            ("example.com", True),
            (".example.com", True),
            ("*.example.com", True),
            ("api.example.com:8443", True),
            ("*", True),
            ("api.example.com:443", False),
            ("ample.com", False),
            ("com.example", False),
            (" , .,", False),
            ("", False),
        ],
    )
    def test_is_left_out_where_no_proxy_says_so(self, without: str, honoured: bool) -> None:  # noqa: FBT001
        """Names, domains, ports and the star, however they are written."""
        assert address(ENCRYPTED, {"HTTPS_PROXY": PROXY, "no_proxy": without}).proxy == ("" if honoured else PROXY)

    @pytest.mark.parametrize(
        "value",
        [
            "socks5://me:planted@proxy:1080",
            "http://me:planted@proxy:port",
            "http://me:planted@proxy:99999",
            "http://me:planted@",
            "http://me:planted@[::1",
            "http://me:planted@pro xy",
            "http://me:planted\u20ac@proxy",
            "://planted",
        ],
    )
    def test_that_is_none_is_an_error_that_shows_no_password(self, value: str) -> None:
        """Told before anything is asked."""
        with pytest.raises(UnavailableError) as caught:
            address(ENCRYPTED, {"HTTPS_PROXY": value})

        assert "pin `mini`: `HTTPS_PROXY` holds no URL of an HTTP proxy" in str(caught.value)
        assert "planted" not in str(caught.value)
        assert address(ENCRYPTED, {"HTTPS_PROXY": value, "NO_PROXY": "*"}).proxy == ""
