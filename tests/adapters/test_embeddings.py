"""Texts that go out together: whose answer is whose, who pays which share, and what one call's end does to others."""

import asyncio
from base64 import b64encode
from collections.abc import Sequence
from struct import pack as pack_c

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.adapters.openai import OpenAIEmbeddings
from harness.adapters.openai.gathering import Gathering
from harness.adapters.openai.vectors import read_vectors, split
from harness.core.call import CallError
from harness.core.completion import Completion
from harness.core.jsons import Json
from harness.core.pin import Endpoint, Pin, Price
from harness.core.vector import pack, unpack


class Post:
    """An endpoint in memory that takes so many texts at once, and fails or hangs as it is told."""

    def __init__(
        self, takes: int = 99, *, fails: CallError | None = None, poison: str = "", hangs: bool = False
    ) -> None:
        self.takes, self.fails, self.poison, self.hangs = takes, fails, poison, hangs
        self.seen: list[list[str]] = []
        self.cut_off = 0

    async def send(self, texts: Sequence[str]) -> Sequence[Completion]:
        """Answer each text with itself."""
        self.seen.append(list(texts))
        try:
            await asyncio.sleep(60 if self.hangs else 0.001)
        except asyncio.CancelledError:
            self.cut_off += 1
            raise
        if self.fails:
            raise self.fails
        if len(texts) > self.takes or self.poison in texts:
            raise CallError("HTTP 400")
        return [Completion(f"vector of {text}") for text in texts]


def ask(post: Post, *texts: str, most: int = 8, at_once: int = 2) -> list[str]:
    """Ask for texts side by side, and return what each gets: an answer, or the reason for none in brackets."""

    async def together() -> list[str]:
        gathering = Gathering(post.send, most=most, at_once=at_once)
        said = await asyncio.gather(*(gathering.ask(text) for text in texts), return_exceptions=True)
        return [one.text if isinstance(one, Completion) else f"[{one}]" for one in said]

    return asyncio.run(together())


def answers(*texts: str) -> list[str]:
    """Return what a sound endpoint says."""
    return [f"vector of {text}" for text in texts]


class TestTextsThatAreAskedForTogether:
    def test_go_out_together(self) -> None:
        """Twenty texts are three requests of at most eight, and each gets its own answer."""
        texts, post = [str(number) for number in range(20)], Post()

        assert ask(post, *texts) == answers(*texts)
        assert [len(batch) for batch in post.seen] == [8, 8, 4]

    @given(count=st.integers(1, 40), takes=st.integers(1, 20), most=st.integers(1, 16), at_once=st.integers(1, 5))
    def test_all_get_their_answer_however_few_are_taken_at_once(
        self, count: int, takes: int, most: int, at_once: int
    ) -> None:
        """Halving finds a number that is taken, and nobody is forgotten on the way."""
        texts = [str(number) for number in range(count)]

        assert ask(Post(takes), *texts, most=most, at_once=at_once) == answers(*texts)

    def test_do_without_the_one_that_is_refused(self) -> None:
        """It alone fails, and afterwards as many go out together as before."""
        texts, post = [str(number) for number in range(40)], Post(poison="17")

        said = ask(post, *texts, at_once=1)

        assert said == [*answers(*texts[:17]), "[HTTP 400]", *answers(*texts[18:])]
        assert [len(batch) for batch in post.seen] == [8, 8, 8, 4, 2, 1, 1, 8, 8, 6]

    @pytest.mark.parametrize(
        "error",
        [CallError("HTTP 500", retry=True), CallError("HTTP 401", fatal=True), CallError("it broke", billed=True)],
        ids=["to be asked again", "for good", "billed"],
    )
    def test_fail_together(self, error: CallError) -> None:
        """What befell the request befell each of its texts, and none of them is asked in a smaller one."""
        post = Post(fails=error)

        assert ask(post, "a", "b", "c") == [f"[{error}]"] * 3
        assert post.seen == [["a", "b", "c"]]

    def test_fail_each_with_an_error_of_its_own(self) -> None:
        """One exception raised in many tasks would gather all their tracebacks."""

        async def both() -> tuple[Completion | BaseException, Completion | BaseException]:
            gathering = Gathering(Post(fails=CallError("no", retry=True, wait=3.0)).send, most=8, at_once=1)
            return await asyncio.gather(gathering.ask("a"), gathering.ask("b"), return_exceptions=True)

        one, other = asyncio.run(both())

        assert isinstance(one, CallError)
        assert isinstance(other, CallError)
        assert one is not other
        assert (one.retry, one.wait) == (other.retry, other.wait) == (True, 3.0)


class TestACallThatIsCutOff:
    def test_breaks_none_of_the_others(self) -> None:
        """A deadline of one text is no deadline of its request."""

        async def scene() -> list[Completion | BaseException]:
            gathering = Gathering(Post().send, most=8, at_once=1)
            calls = [asyncio.ensure_future(gathering.ask(text)) for text in "abc"]
            await asyncio.sleep(0.0055)
            calls[1].cancel()
            return await asyncio.gather(*calls, return_exceptions=True)

        first, second, third = asyncio.run(scene())

        assert isinstance(second, asyncio.CancelledError)
        assert (first, third) == (Completion("vector of a"), Completion("vector of c"))

    def test_before_it_went_out_is_not_sent(self) -> None:
        """Nobody would read the answer."""
        post = Post()

        async def scene() -> Completion:
            gathering = Gathering(post.send, most=8, at_once=1)
            left = asyncio.ensure_future(gathering.ask("a"))
            await asyncio.sleep(0)
            left.cancel()
            return await gathering.ask("b")

        asyncio.run(scene())

        assert post.seen == [["b"]]

    def test_with_all_others_ends_the_request_and_frees_its_place(self) -> None:
        """An endpoint that hangs would hold every place for ever."""
        post = Post(hangs=True)

        async def scene() -> Completion:
            gathering = Gathering(post.send, most=8, at_once=1)
            calls = [asyncio.ensure_future(gathering.ask(text)) for text in "abc"]
            await asyncio.sleep(0.05)
            for call in calls:
                call.cancel()
            post.hangs = False
            return await gathering.ask("d")

        assert asyncio.run(scene()).text == "vector of d"
        assert post.cut_off == 1


def said(*vectors: Json, **more: Json) -> dict[str, Json]:
    """Return the body of an answer with some vectors."""
    return {"data": [{"index": at, "embedding": one} for at, one in enumerate(vectors)], **more}


class TestWhatAnEndpointSays:
    def test_is_read_by_index(self) -> None:
        """The order of a list is nobody's promise."""
        body: dict[str, Json] = {"data": [{"index": 1, "embedding": [2, 1]}, {"index": 0, "embedding": [0.5, 1]}]}

        assert [unpack(one.text) for one in read_vectors(body, ["a", "b"])] == [(0.5, 1), (2, 1)]

    def test_may_be_packed(self) -> None:
        """OpenAI's own client asks for base64, and some servers give nothing else."""
        packed = b64encode(pack_c("<2f", 0.25, -1)).decode()

        (one,) = read_vectors(said(packed, model="e-1", usage={"prompt_tokens": 3}), ["a"])

        assert (one.text, one.model, one.input_tokens, one.metered) == (pack([0.25, -1]), "e-1", 3, True)

    @pytest.mark.parametrize(
        "usage",
        [None, {}, {"prompt_tokens": -1}, {"prompt_tokens": "3"}, {"prompt_tokens": True}, {"prompt_tokens": 10**18}],
    )
    def test_without_usage_is_not_metered(self, usage: Json) -> None:
        """Missing is not zero: it costs what was set aside."""
        assert [one.metered for one in read_vectors(said([1], [2], usage=usage), ["a", "b"])] == [False, False]

    @pytest.mark.parametrize(
        "body",
        [
            pytest.param({}, id="nothing"),
            pytest.param(said([1.0]), id="too few"),
            pytest.param(said([1.0], [1.0], [1.0]), id="too many"),
            pytest.param({"data": [{"index": 0, "embedding": [1]}] * 2}, id="one index twice"),
            pytest.param({"data": [{"embedding": [1]}] * 2}, id="no index"),
            pytest.param(said([1.0], [1.0, 2.0]), id="two lengths"),
            pytest.param(said([1.0], [float("nan")]), id="NaN"),
            pytest.param(said([1.0], [1e39]), id="beyond 32 bits"),
            pytest.param(said([1.0], [0.0]), id="no direction"),
            pytest.param(said([1.0], []), id="no number"),
            pytest.param(said([1.0], ["1"]), id="words"),
            pytest.param(said([1.0], None), id="null"),
            pytest.param(said([1.0], "AAA"), id="no base64"),
            pytest.param(said([1.0], "AAAA"), id="three bytes"),
        ],
    )
    def test_is_refused_unless_there_is_one_vector_for_each_text(self, body: dict[str, Json]) -> None:
        """A vector that is none would be near to anything."""
        with pytest.raises(CallError, match="the endpoint's answer has") as caught:
            read_vectors(body, ["a", "b"])

        assert (caught.value.retry, caught.value.billed) == (True, True)

    @given(tokens=st.integers(0, 10**9), texts=st.lists(st.text(max_size=50), min_size=1))
    def test_is_paid_in_shares_that_come_to_the_whole(self, tokens: int, texts: list[str]) -> None:
        """Each within a token of its part of the bytes."""
        shares = list(split(tokens, texts))

        sizes = [len(text.encode(errors="replace")) + 1 for text in texts]
        assert sum(shares) == tokens
        assert all(abs(share - tokens * size / sum(sizes)) <= 1 for share, size in zip(shares, sizes, strict=True))


class TestAPin:
    def test_needs_no_limit_on_tokens_that_it_does_not_make(self) -> None:
        """Its worst is known from the text alone."""
        pin = Pin("near", "openai-embeddings", "e-1", endpoint=Endpoint("http://127.0.0.1/v1"), price=Price(1, 1))

        assert OpenAIEmbeddings().problems(pin) == []

    def test_cannot_set_one(self) -> None:
        """It would be refused by the endpoint, call by call."""
        pin = Pin("near", "openai-embeddings", "e-1", parameters={"max_tokens": 5}, endpoint=Endpoint("http://x/v1"))

        assert OpenAIEmbeddings().problems(pin) == ["the parameter `max_tokens` is not a pin's to set"]


class TestAVector:
    @given(st.lists(st.floats(width=32, allow_nan=False), min_size=1))
    def test_comes_back_as_it_was_packed(self, numbers: list[float]) -> None:
        """32 bits of each number are kept."""
        assert unpack(pack(numbers)) == tuple(numbers)
