"""What goes wrong on purpose: each mode is what it says, byte by byte where that is the point."""

import gzip
import json
import math
import time
from concurrent.futures import ThreadPoolExecutor
from email.utils import parsedate_to_datetime
from http.client import LineTooLong

import pytest

from tests.endpoint.client import Response, answer_on, ask, encoded, eventually, fetch, line, question, rest, tool
from tests.endpoint.decide import MODES
from tests.endpoint.launch import Endpoint, endpoint


def raw(server: Endpoint, mode: str, text: str = "SAY hello") -> bytes:
    """Return all bytes that a mode answers with; the request asks to close the connection after it."""
    with line(server) as opened:
        data = encoded(server, question(text), mode=mode)
        opened.sendall(data.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1))
        return rest(opened)


def tenth(server: Endpoint, mode: str) -> list[Response]:
    """Return the first eleven answers of a mode."""
    return [ask(server, question("x"), mode=mode) for _ in range(11)]


class TestAnAnswerThatMisleads:
    def test_may_end_in_the_middle(self, server: Endpoint) -> None:
        """`malformed-json`: HTTP is in order, JSON is not."""
        response = ask(server, question("x"), mode="malformed-json")

        assert (response.status, response.headers["content-type"]) == (200, "application/json")
        with pytest.raises(json.JSONDecodeError):
            json.loads(response.body)

    @pytest.mark.parametrize(("mode", "status"), [("wrong-content-type", 200), ("html-500", 500)])
    def test_may_be_a_page(self, server: Endpoint, mode: str, status: int) -> None:
        """What a captive portal or a proxy says."""
        response = ask(server, question("x"), mode=mode)

        assert (response.status, response.headers["content-type"]) == (status, "text/html; charset=utf-8")
        assert response.body.startswith(b"<!doctype html>")

    def test_may_not_say_what_it_cost(self, server: Endpoint) -> None:
        """`missing-usage`; the server knows."""
        assert "usage" not in ask(server, question("SAY abcd"), mode="missing-usage").document
        assert server.counts().completion_tokens == 1

    @pytest.mark.parametrize("route", ["/chat/completions", "/embeddings"])
    def test_may_cost_less_than_nothing(self, server: Endpoint, route: str) -> None:
        """`negative-usage`."""
        body = question("x") if route == "/chat/completions" else {"model": "e", "input": "x"}

        usage = ask(server, body, mode="negative-usage", route=route).document["usage"]

        assert usage["prompt_tokens"] < 0 > usage["total_tokens"]

    def test_may_say_nothing(self, server: Endpoint) -> None:
        """`null-content`, and no word of why."""
        choice = ask(server, question("x"), mode="null-content").choice

        assert (choice["message"]["content"], choice["finish_reason"]) == (None, "stop")
        assert choice["message"]["refusal"] is None

    def test_may_have_no_choice(self, server: Endpoint) -> None:
        """`empty-choices`."""
        assert ask(server, question("x"), mode="empty-choices").document["choices"] == []

    def test_may_come_from_another_model(self, server: Endpoint) -> None:
        """`changed-model`, from the tenth on: an alias that moved during a run."""
        assert [one.document["model"] for one in tenth(server, "changed-model")] == ["m"] * 9 + ["m-changed"] * 2

    def test_may_come_from_another_configuration(self, server: Endpoint) -> None:
        """`changed-fingerprint`, from the tenth on."""
        prints = [one.document["system_fingerprint"] for one in tenth(server, "changed-fingerprint")]

        assert prints == [prints[0]] * 9 + [f"{prints[0]}-changed"] * 2

    def test_may_flicker(self, server: Endpoint) -> None:
        """`flickers`: about one in eight is at a loss, whatever was asked."""
        said = [ask(server, question("x"), mode="flickers").choice["message"]["content"] for _ in range(64)]

        assert 2 <= said.count("I am not sure.") <= 16

    def test_may_be_filtered(self, server: Endpoint) -> None:
        """`content-filter`: a good status and a finish reason of its own."""
        choice = ask(server, question("x"), mode="content-filter").choice

        assert (choice["message"]["content"], choice["finish_reason"]) == ("", "content_filter")

    def test_may_be_a_refusal(self, server: Endpoint) -> None:
        """`refusal`: the words are not in the content."""
        message = ask(server, question("x"), mode="refusal").choice["message"]

        assert (message["content"], message["refusal"]) == (None, "I'm sorry, I can't help with that.")

    @pytest.mark.parametrize(("text", "name"), [("CALL rain {}", "rain"), ("x", "lookup")])
    def test_may_call_a_tool_with_half_an_argument(self, server: Endpoint, text: str, name: str) -> None:
        """`tool-arguments-not-json`, also from a model that was not going to call one."""
        body = question(text, tools=[tool("rain")])
        (call,) = ask(server, body, mode="tool-arguments-not-json").choice["message"]["tool_calls"]

        assert call["function"] == {"name": name, "arguments": '{"city": "Par'}

    def test_may_be_no_utf8(self, server: Endpoint) -> None:
        """`invalid-utf8`, in the content itself."""
        body = ask(server, question("SAY hello"), mode="invalid-utf8").body

        assert b'"\xff\xfehello"' in body

    def test_may_be_deep(self, server: Endpoint) -> None:
        """`deep-json`: a hundred thousand lists, in front of an answer that is good otherwise."""
        body = ask(server, question("x"), mode="deep-json").body

        assert body.count(b"[" * 100_000 + b"]" * 100_000) == 1
        assert json.loads(body.replace(b"[" * 100_000 + b"]" * 100_000, b"0"))["deep"] == 0


class TestAnAnswerThatDoesNotFit:
    @pytest.mark.parametrize("size", [1_000_000, 2**20])
    def test_may_be_a_gigabyte_of_spaces(self, server: Endpoint, size: int) -> None:
        """`huge-body`: JSON by the letter, if somebody reads that far."""
        server.set(huge_bytes=size)

        response = ask(server, question("SAY far"), mode="huge-body")

        assert response.headers["transfer-encoding"] == "chunked"
        assert response.body.startswith(b" " * size + b"{")
        assert (response.choice["message"]["content"], server.counts().answered) == ("far", 1)

    def test_is_given_up_with_the_client(self, server: Endpoint) -> None:
        """A gigabyte is not made for a client that left, and keeps no other waiting."""
        with line(server) as opened:
            opened.sendall(encoded(server, question("x"), mode="huge-body"))
            opened.recv(1000)
            assert ask(server, question("SAY meanwhile")).status == 200

        eventually(lambda: server.counts().abandoned == 1)
        assert server.counts().answered == 1

    def test_may_grow_a_thousandfold(self, server: Endpoint) -> None:
        """`gzip-bomb`: small on the wire, valid, and nothing but zeros."""
        server.set(huge_bytes=5 * 2**20)

        response = ask(server, question("x"), mode="gzip-bomb")

        assert response.headers["content-encoding"] == "gzip"
        assert len(response.body) < 10_000
        assert gzip.decompress(response.body) == bytes(5 * 2**20)

    def test_may_have_a_header_of_a_megabyte(self, server: Endpoint) -> None:
        """`huge-header`: Python's own client is not taken in."""
        with pytest.raises(LineTooLong):
            ask(server, question("x"), mode="huge-header")

    def test_may_say_a_header_twice(self, server: Endpoint) -> None:
        """`duplicate-header`: the same twice for the length, two words for the request's id."""
        head = raw(server, "duplicate-header").partition(b"\r\n\r\n")[0].lower()

        assert [head.count(name) for name in (b"content-length:", b"content-type:", b"x-request-id:")] == [2, 2, 2]

    def test_may_come_by_the_byte_from_the_first_on(self, server: Endpoint) -> None:
        """`slow-headers`."""
        server.set(drip=0.0005)
        started = time.monotonic()

        assert ask(server, question("x"), mode="slow-headers").status == 200
        assert time.monotonic() - started > 200 * 0.0005

    def test_may_end_where_the_connection_does(self, server: Endpoint) -> None:
        """`no-length-close`: no way to know that it is whole."""
        with line(server) as opened:
            opened.sendall(encoded(server, question("SAY hello"), mode="no-length-close"))
            head, _, body = rest(opened).partition(b"\r\n\r\n")

        assert head.startswith(b"HTTP/1.0 200 OK\r\n")
        assert b"content-length" not in head.lower()
        assert json.loads(body)["choices"][0]["message"]["content"] == "hello"


class TestARefusal:
    @pytest.mark.parametrize(
        ("mode", "status", "code"),
        [
            ("unauthorised", 401, "invalid_api_key"),
            ("forbidden", 403, "forbidden"),
            ("not-found", 404, "model_not_found"),
            ("quota", 429, "insufficient_quota"),
            ("too-long", 400, "context_length_exceeded"),
        ],
    )
    def test_may_be_for_good(self, server: Endpoint, mode: str, status: int, code: str) -> None:
        """The code tells what a second attempt would not change."""
        response = ask(server, question("x"), mode=mode)

        assert (response.status, response.code) == (status, code)
        assert "retry-after" not in response.headers

    def test_may_be_in_the_shape_of_azure(self, server: Endpoint) -> None:
        """`content-filter-400`: the reason is further inside."""
        response = ask(server, question("x"), mode="content-filter-400")

        error = response.document["error"]
        assert (response.status, error["code"]) == (400, "content_filter")
        assert error["innererror"]["content_filter_result"]["violence"] == {"filtered": True, "severity": "medium"}

    def test_may_name_a_date(self, server: Endpoint) -> None:
        """`retry-after-date`: twice for each body, then it is answered."""
        first, second, third = (ask(server, question("x"), mode="retry-after-date") for _ in range(3))

        assert [one.status for one in (first, second, third)] == [429, 429, 200]
        assert ask(server, question("y"), mode="retry-after-date").status == 429
        wait = parsedate_to_datetime(first.headers["retry-after"]) - parsedate_to_datetime(first.headers["date"])
        assert 1 <= wait.total_seconds() <= 2

    def test_may_name_a_day(self, server: Endpoint) -> None:
        """`retry-after-huge`: nobody waits that long."""
        response = ask(server, question("x"), mode="retry-after-huge")

        assert (response.status, response.headers["retry-after"]) == (429, "86400")

    def test_may_name_no_time_at_all(self, server: Endpoint) -> None:
        """`retry-after-garbage`: the client has to decide for itself, and is answered the third time."""
        answers = [ask(server, question("x"), mode="retry-after-garbage") for _ in range(3)]

        assert [one.status for one in answers] == [429, 429, 200]
        assert answers[0].headers["retry-after"] == "soon; or -1, or 1e400"

    def test_may_be_for_those_who_are_too_many(self, server: Endpoint) -> None:
        """`trickle-429`: the capacity is accepted at a time, and the rest has to find out how long to wait."""
        server.set(latency=0.2, capacity=3)
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda one: ask(server, question(str(one)), mode="trickle-429"), range(8)))

        assert sorted(one.status for one in answers) == [200] * 3 + [429] * 5
        assert not any("retry-after" in one.headers for one in answers)
        assert ask(server, question("later"), mode="trickle-429").status == 200

    def test_may_tell_the_key(self, server: Endpoint) -> None:
        """`echo-key`: what an endpoint says must not reach a log as it is."""
        response = ask(server, question("x"), mode="echo-key", key="sk-secret")

        assert response.status == 400
        assert "Bearer sk-secret" in response.document["error"]["message"]

    def test_may_point_elsewhere(self, server: Endpoint) -> None:
        """`redirect`: the other server sees which headers come along."""
        with endpoint(redirect_to=f"{server.url()}/chat/completions") as other:
            response = ask(other, question("x"), mode="redirect")

        assert (response.status, response.headers["location"]) == (307, f"{server.url()}/chat/completions")

    def test_to_point_nowhere_is_said(self, server: Endpoint) -> None:
        """`redirect` without a place to go to is a test's mistake."""
        assert ask(server, question("x"), mode="redirect").status == 400


def vectors(server: Endpoint, mode: str) -> list[tuple[int, int]]:
    """Return the index and the length of each of three vectors; one with NaN has the length -1."""
    data = ask(server, {"model": "e", "input": ["a", "b", "c"]}, mode=mode, route="/embeddings").document["data"]
    return [(one["index"], -1 if math.isnan(sum(one["embedding"])) else len(one["embedding"])) for one in data]


class TestVectors:
    @pytest.mark.parametrize(
        ("mode", "found"),
        [
            ("fewer-vectors", [(0, 64), (1, 64)]),
            ("uneven-vectors", [(0, 64), (1, 64), (2, 62)]),
            ("nan-vector", [(0, 64), (1, 64), (2, -1)]),
            ("vectors-backwards", [(2, 64), (1, 64), (0, 64)]),
        ],
    )
    def test_may_be_wrong(self, server: Endpoint, mode: str, found: list[tuple[int, int]]) -> None:
        """Too few, of two lengths, no numbers, or in another order, which is allowed."""
        assert vectors(server, mode) == found

    @pytest.mark.parametrize(
        ("option", "status"), [({"most_texts": 2}, 413), ({"most_texts": 3}, 200), ({"longest_text": 0}, 400)]
    )
    def test_may_be_refused(self, server: Endpoint, option: dict[str, int], status: int) -> None:
        """A server has its own idea of how many texts are too many, and of how long is too long."""
        server.set(**option)

        assert ask(server, {"model": "e", "input": ["a", "b", "c"]}, route="/embeddings").status == status


class TestAMode:
    @pytest.mark.parametrize("mode", sorted(MODES - {"huge-header", "deep-json"}))
    @pytest.mark.parametrize("route", ["/embeddings", "/models"])
    def test_befalls_every_route(self, server: Endpoint, mode: str, route: str) -> None:
        """None of them stumbles over an answer that is no completion."""
        server.set(drip=0.0, huge_bytes=100, redirect_to="http://127.0.0.1:1")

        if route == "/models":
            path = f"{server.url(mode)}{route}".split(str(server.port))[1]
            status = fetch(server, "GET", path).status
        else:
            status = ask(server, {"model": "e", "input": "x"}, mode=mode, route=route).status

        assert server.requests()[0].outcome == str(status)

    def test_that_does_not_exist_has_no_address(self, server: Endpoint) -> None:
        """A typing error in a test is seen at once."""
        with pytest.raises(ValueError, match="no such mode: quotas"):
            server.url("quotas")

    def test_leaves_the_connection_usable(self, server: Endpoint) -> None:
        """An answer that is wrong inside is whole on the wire."""
        with line(server) as opened:
            for mode in ("malformed-json", "quota", "invalid-utf8", "echo-key", ""):
                opened.sendall(encoded(server, question("x"), mode=mode))
                answer_on(opened)

        assert server.counts().connections == 1
