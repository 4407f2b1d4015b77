"""What goes wrong at random: each fault as a client meets it, how it is drawn, and how it is counted."""

import time
from math import sqrt

import pytest

from tests.endpoint.client import answer_on, ask, encoded, eventually, line, question, rest
from tests.endpoint.faults import Fault, Settings, changed, draw, shares
from tests.endpoint.launch import Endpoint

STATUSES = [fault for fault in Fault if fault.isdecimal()]


def fates(server: Endpoint, number: int) -> list[str]:
    """Return what became of some requests; an answer is known by its status, another end by its name."""
    for one in range(number):
        with line(server) as opened:
            opened.sendall(encoded(server, question(str(one))))
            try:
                answer_on(opened)
            except (OSError, EOFError):
                continue
    return [seen.outcome for seen in server.requests()]


class TestAFault:
    @pytest.mark.parametrize("fault", STATUSES)
    def test_may_be_a_status(self, server: Endpoint, fault: Fault) -> None:
        """It has OpenAI's shape, and is no answer that is paid for."""
        server.set(faults={fault: 1})

        response = ask(server, question("x"))

        assert response.status == int(fault)
        assert response.document["error"]["message"]
        assert (server.counts().by_status, server.counts().answered) == ({int(fault): 1}, 0)

    @pytest.mark.parametrize("fault", [Fault.TOO_MANY, Fault.UNAVAILABLE])
    def test_says_when_to_come_again(self, server: Endpoint, fault: Fault) -> None:
        """A second unless told otherwise, and nothing if told so."""
        server.set(faults={fault: 1})
        assert ask(server, question("x")).headers["retry-after"] == "1"

        server.set(retry_after="0.25")
        assert ask(server, question("x")).headers["retry-after"] == "0.25"

        server.set(retry_after="")
        assert "retry-after" not in ask(server, question("x")).headers

    def test_may_be_a_reset_before_the_answer(self, server: Endpoint) -> None:
        """The client cannot know whether it was heard; here it was not answered."""
        server.set(faults={"reset": 1})
        with line(server) as opened:
            opened.sendall(encoded(server, question("x")))

            with pytest.raises(ConnectionResetError):
                opened.recv(1)

        counts = server.counts()
        assert (counts.received, counts.resets, counts.cut, counts.answered) == (1, 1, 0, 0)

    def test_may_be_a_reset_in_the_middle_of_the_answer(self, server: Endpoint) -> None:
        """It cost the client something and told it nothing: counted as cut, not as answered."""
        server.set(faults={"reset-after": 1})
        with line(server) as opened:
            opened.sendall(encoded(server, question("SAY abcd")))
            data = opened.recv(65536)
            with pytest.raises(ConnectionResetError):
                rest(opened)

        assert data.startswith(b"HTTP/1.1 200 OK\r\n")
        assert 0 < len(data.partition(b"\r\n\r\n")[2]) < 400
        counts = server.counts()
        assert (counts.resets, counts.cut, counts.answered) == (1, 1, 0)
        assert (counts.cut_prompt_tokens, counts.cut_completion_tokens, counts.prompt_tokens) == (2, 1, 0)

    def test_that_cuts_an_answer_makes_the_next_one_a_second_payment(self, server: Endpoint) -> None:
        """What was answered once only, and paid for twice, is told apart."""
        server.set(faults={"reset-after": 1})
        with pytest.raises(ConnectionResetError):
            ask(server, question("x"))
        server.set(faults={})
        ask(server, question("x"))

        counts = server.counts()
        assert (counts.distinct, counts.repeats, counts.billed_repeats) == (1, 0, 1)

    def test_may_be_an_end_without_an_answer(self, server: Endpoint) -> None:
        """What a proxy does that closes a connection at the wrong moment."""
        server.set(faults={"close": 1})
        with line(server) as opened:
            opened.sendall(encoded(server, question("x")))

            assert rest(opened) == b""

        assert server.counts().closes == 1

    def test_may_be_no_answer_at_all(self, server: Endpoint) -> None:
        """The connection stays open; only the client's own patience ends it."""
        server.set(faults={"hang": 1})
        with line(server) as opened:
            opened.sendall(encoded(server, question("x")))
            opened.settimeout(0.1)
            with pytest.raises(TimeoutError):
                opened.recv(1)
            assert (server.counts().hangs, server.counts().in_flight) == (1, 1)

        eventually(lambda: server.counts().in_flight == 0)
        assert (server.counts().hangs, server.counts().abandoned) == (1, 0)
        assert server.requests()[0].outcome == "hang"

    def test_may_be_an_answer_by_the_byte(self, server: Endpoint) -> None:
        """A timeout between two bytes never fires; only one for the whole answer does."""
        server.set(faults={"drip": 1}, drip=0.0002)
        started = time.monotonic()

        response = ask(server, question("SAY slow"))

        assert time.monotonic() - started > len(response.body) * 0.0002
        assert response.choice["message"]["content"] == "slow"
        assert server.counts().answered == 1

    def test_befalls_requests_of_a_mode_too(self, server: Endpoint) -> None:
        """The network fails in front of whatever is behind it."""
        server.set(faults={"502": 1})

        assert ask(server, question("x"), mode="missing-usage").status == 502

    def test_that_spoils_an_answer_takes_the_place_of_a_huge_one(self, server: Endpoint) -> None:
        """A gigabyte by the byte would be no test; the framing stays in order."""
        server.set(faults={"drip": 1}, drip=0)

        assert ask(server, question("SAY short"), mode="huge-body").choice["message"]["content"] == "short"


class TestTheDraw:
    def test_is_the_same_for_the_same_seed(self, server: Endpoint) -> None:
        """A failure that was seen once can be seen again."""
        server.set(faults={"500": 0.3, "reset": 0.2, "close": 0.1}, seed=7)
        first = fates(server, 30)
        server.reset()
        assert fates(server, 30) == first

        server.reset()
        server.set(seed=8)
        assert fates(server, 30) != first

    def test_keeps_to_the_shares(self, server: Endpoint) -> None:
        """Within four standard errors of a binomial, for this seed."""
        number, told = 600, {"429": 0.2, "503": 0.1}
        server.set(faults=told, seed=1)
        with line(server) as opened:
            for _ in range(number):
                opened.sendall(encoded(server, question("x")))
                answer_on(opened)

        found = server.counts().by_status
        for fault, share in told.items():
            assert abs(found[int(fault)] / number - share) < 4 * sqrt(share * (1 - share) / number)
        assert sum(found.values()) == number

    def test_does_not_depend_on_the_order_in_which_shares_are_told(self) -> None:
        """Two ways to write the same settings are the same settings."""
        assert draw(shares("500=0.1,429=0.1"), 0.05) is draw(shares({"429": 0.1, "500": 0.1}), 0.05) is Fault.TOO_MANY

    def test_leaves_no_request_without_an_outcome(self, server: Endpoint) -> None:
        """The counts add up, whatever happened."""
        server.set(faults=dict.fromkeys(("429", "500", "reset", "reset-after", "close"), 0.15), seed=3)
        fates(server, 40)

        counts = server.counts()
        assert counts.received == 40 == sum(counts.by_status.values()) + counts.resets + counts.closes
        assert counts.in_flight == 0


class TestASetting:
    @pytest.mark.parametrize(
        ("options", "why"),
        [
            ({"latencies": 1}, "no such option: latencies"),
            ({"latency": "soon"}, "latency cannot be 'soon'"),
            ({"latency": -1}, "latency cannot be -1"),
            ({"faults": {"418": 0.1}}, "faults are pairs"),
            ({"faults": {"429": 0.6, "500": 0.6}}, "not parts of one whole"),
            ({"faults": 1.0}, "faults cannot be 1.0"),
        ],
    )
    def test_that_makes_no_sense_is_refused(
        self, server: Endpoint, options: dict[str, float | str | dict[str, float]], why: str
    ) -> None:
        """A typing error must not become a test without faults."""
        with pytest.raises(ValueError, match=why):
            server.set(**options)

        assert ask(server, question("x")).status == 200

    def test_may_be_words_or_numbers(self) -> None:
        """The command line and the calls say the same."""
        words = {"latency": "0.5", "faults": "429=0.1", "retry_after": "2"}
        numbers = {"latency": 0.5, "faults": {"429": 0.1}, "retry_after": 2}

        assert changed(Settings(), words) == changed(Settings(), numbers)
