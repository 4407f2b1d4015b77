"""Metrics that somebody else measures: a number, or nothing; never a number that nobody measured."""

import asyncio
import json
import math
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from harness.adapters import prometheus
from harness.core.environment import External
from harness.core.rollout import Measured
from harness.flows.externals import due, measure
from tests.monitoring.page import Page, served_page

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.fixture
def page() -> Iterator[Page]:
    """Return a page that answers what it is told to."""
    with served_page() as found:
        yield found


def measured(external: External, **environ: str) -> tuple[float | None, list[str]]:
    """Return what one measurement brings, and what is told about it."""
    told: list[str] = []
    (found,) = asyncio.run(measure([external], environ, NOW, told.append))
    assert (found.name, found.at) == (external.name, NOW)
    return found.value, told


def vector(*numbers: str, at: datetime = NOW) -> bytes:
    """Return what a Prometheus answers."""
    result = [{"metric": {}, "value": [at.timestamp(), number]} for number in numbers]
    return json.dumps({"status": "success", "data": {"resultType": "vector", "result": result}}).encode()


class TestAQuery:
    def test_is_asked_of_a_prometheus(self, page: Page) -> None:
        """With the question as it was written."""
        page.body = vector("4.25")

        assert measured(External("csat", f"{page.url}/", 'avg(csat{env="x"})')) == (4.25, [])
        assert page.asked[0][0] == "/api/v1/query?query=avg(csat%7Benv%3D%22x%22%7D)"

    def test_may_answer_a_scalar(self, page: Page) -> None:
        """`scalar(...)` and `time()` do."""
        page.body = json.dumps({"data": {"resultType": "scalar", "result": [NOW.timestamp(), "1e3"]}}).encode()

        assert measured(External("csat", page.url, "scalar(x)")) == (1000.0, [])

    def test_that_divides_nothing_by_nothing_is_no_number(self, page: Page) -> None:
        """It is measured, and says nothing."""
        page.body = vector("NaN")

        value, _ = measured(External("csat", page.url, "a / b"))

        assert value is not None
        assert math.isnan(value)

    @pytest.mark.parametrize(
        ("body", "why"),
        [
            (vector(), "the query answers no series"),
            (vector("1", "2"), "the query answers 2 series: aggregate them to one"),
            (vector("1", at=NOW - timedelta(minutes=6)), "the answer is not of now"),
            (vector("one"), "the answer is no number of a Prometheus"),
            (b'{"status": "success"}', "the answer is no number of a Prometheus"),
            (b'{"data": {"resultType": "scalar", "result": [1, 1]}}', "the answer is no number of a Prometheus"),
            (b"<html>", "its answer is no JSON"),
            (b"\xff", "its answer is no JSON"),
            (b"[" * 10_000, "its answer is no JSON"),
            (b" " * (prometheus.BOUNDS.bytes + 1), "its answer is longer than 1 MB"),
        ],
    )
    def test_without_one_number_of_now_is_not_measured(self, page: Page, body: bytes, why: str) -> None:
        """Whoever reads a number into an empty answer advances a release that nobody saw."""
        page.body = body

        value, told = measured(External("csat", page.url, "x"))

        assert (value, len(told)) == (None, 1)
        assert told[0].startswith(f"csat is not measured: {why}")


class TestAPage:
    @pytest.mark.parametrize(
        ("body", "pointer", "value", "why"),
        [
            (b'{"scores": [{"mean": 4}]}', "/scores/0/mean", 4.0, ""),
            (b"0.5", "", 0.5, ""),
            (b'{"mean": 4}', "/median", None, "its page has nothing at `/median`"),
            (b'{"mean": "4"}', "/mean", None, "what stands at `/mean` is no number"),
            (b'{"mean": true}', "/mean", None, "what stands at `/mean` is no number"),
            (b'{"mean": null}', "/mean", None, "what stands at `/mean` is no number"),
            (b'{"mean": NaN}', "/mean", None, "its answer is no JSON"),
        ],
    )
    def test_has_its_number_where_the_pointer_leads(
        self, page: Page, body: bytes, pointer: str, value: float | None, why: str
    ) -> None:
        """A JSON Pointer, as everywhere here."""
        page.body = body

        assert measured(External("csat", page.url, pointer=pointer)) == (
            value,
            [f"csat is not measured: {why}"] if why else [],
        )

    def test_that_moved_is_not_followed(self, page: Page) -> None:
        """Where it leads nobody approved of."""
        page.status, page.headers = 302, {"location": f"{page.url}/elsewhere"}

        assert measured(External("csat", page.url)) == (None, ["csat is not measured: it answered 302"])
        assert len(page.asked) == 1

    def test_of_which_nothing_comes_is_given_up(self, page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
        """An outage of whoever measures is no outage of ours."""
        monkeypatch.setattr(prometheus, "BOUNDS", prometheus.BOUNDS._replace(seconds=0.1))
        page.hangs = True

        assert measured(External("csat", page.url)) == (None, ["csat is not measured: no answer in time"])

    @pytest.mark.parametrize("url", ["http://127.0.0.1:{port}", "https://127.0.0.1:{port}", "not a url", "ftp://x"])
    def test_that_is_not_there_is_not_measured(self, url: str) -> None:
        """Whatever is wrong with where it is said to be."""
        with socket.socket() as nobody:
            nobody.bind(("127.0.0.1", 0))
            value, told = measured(External("csat", url.format(port=nobody.getsockname()[1])))

        assert (value, told) == (None, ["csat is not measured: no connection, or one that broke"])


class TestAnAddress:
    def test_may_come_from_a_variable(self, page: Page) -> None:
        """With the name and password that git does not hold; nothing that is told shows them."""
        page.status = 401
        url = page.url.replace("//", "//reader:planted-word@")

        value, told = measured(External("csat", "${METRICS}/now"), METRICS=url)

        assert (value, told) == (None, ["csat is not measured: it answered 401"])
        assert page.asked == [("/now", "Basic cmVhZGVyOnBsYW50ZWQtd29yZA==")]

    def test_that_is_not_set_is_told(self) -> None:
        """By the variable's name."""
        assert measured(External("csat", "${METRICS}")) == (None, ["csat is not measured: `METRICS` is not set"])


class TestATurn:
    def test_comes_after_the_delay_and_once_an_interval(self) -> None:
        """The loop looks every second; whoever measures is asked as often as was said."""
        csat = External("csat", "u", interval=timedelta(minutes=1), initial_delay=timedelta(minutes=2), measurements=2)

        def asked(at: float, *made: float) -> bool:
            seen = [Measured("csat", NOW + timedelta(minutes=when), 1.0) for when in made]
            return due([csat], seen, NOW, NOW + timedelta(minutes=at)) == [csat]

        assert [asked(1.9), asked(2)] == [False, True]
        assert [asked(2.9, 2), asked(3, 2)] == [False, True]
        assert not asked(9, 2, 3)

    def test_comes_again_for_one_that_had_no_value(self) -> None:
        """What suffices is so many values: an outage is none of them."""
        csat = External("csat", "u", interval=timedelta(minutes=1), measurements=2)
        seen = [Measured("csat", NOW, 1.0), Measured("csat", NOW + timedelta(minutes=1), None)]

        assert due([csat], seen, NOW, NOW + timedelta(minutes=2)) == [csat]
