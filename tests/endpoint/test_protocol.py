"""The fault server's API: what OpenAI would say, as a function of the request."""

import base64
import json
import struct
from hashlib import sha256
from math import isclose, sqrt

import pytest

from tests.endpoint.client import Response, ask, fetch, question, tool
from tests.endpoint.launch import Endpoint, endpoint

CALLED = [
    {"role": "user", "content": "SAY it rains"},
    {
        "role": "assistant",
        "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "rain", "arguments": "{}"}}],
    },
    {"role": "tool", "tool_call_id": "c1", "content": "yes"},
]


def said(response: Response) -> object:
    """Return the content of a completion."""
    return response.choice["message"]["content"]


def cosine(one: list[float], other: list[float]) -> float:
    """Return the cosine of two vectors of length 1."""
    return sum(a * b for a, b in zip(one, other, strict=True))


class TestACompletion:
    def test_has_the_shape_of_openai(self, server: Endpoint) -> None:
        """A client that reads this reads the real one."""
        found = ask(server, question("SAY Zürich")).document

        assert found.pop("id").startswith("chatcmpl-")
        assert isinstance(found.pop("created"), int)
        assert found.pop("system_fingerprint").startswith("fp_")
        assert found == {
            "object": "chat.completion",
            "model": "m",
            "choices": [
                {
                    "index": 0,
                    "message": {"role": "assistant", "content": "Zürich", "refusal": None, "annotations": []},
                    "logprobs": None,
                    "finish_reason": "stop",
                }
            ],
            "usage": {
                "prompt_tokens": 3,
                "completion_tokens": 2,
                "total_tokens": 5,
                "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
                "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 0},
            },
            "service_tier": "default",
        }

    def test_is_an_echo_of_the_last_user_message(self, server: Endpoint) -> None:
        """A test can tell from the answer alone which message it belongs to."""
        messages = [{"role": role, "content": role} for role in ("system", "user", "assistant", "user")]
        messages[-1]["content"] = "last"

        assert said(ask(server, {"model": "m", "messages": messages})) == ("echo " + sha256(b"last").hexdigest()[:16])

    @pytest.mark.parametrize(
        ("text", "content"),
        [
            pytest.param("Hello.\nSAY one\nSAY two", "one", id="the first of two lines"),
            pytest.param("SAY \r\nmore", "", id="nothing"),
            pytest.param("SAY a\u2028b", "a\u2028b", id="a separator that is no line end"),
            pytest.param('JSON {"a": 1}', '{"a": 1}', id="JSON as it is written"),
            pytest.param("JSON {}\nSAY no", "{}", id="whichever comes first"),
        ],
    )
    def test_says_what_it_is_told_to(self, server: Endpoint, text: str, content: str) -> None:
        """A case decides what its model answers."""
        assert said(ask(server, question(text))) == content

    def test_says_what_parts_of_text_tell_it(self, server: Endpoint) -> None:
        """Content may be a list; only its text counts."""
        parts = [{"type": "image_url", "image_url": {"url": "x"}}, {"type": "text", "text": "SAY parts"}]

        assert said(ask(server, {"model": "m", "messages": [{"role": "user", "content": parts}]})) == "parts"

    def test_calls_a_tool(self, server: Endpoint) -> None:
        """The arguments arrive by the letter, as a string."""
        response = ask(server, question('CALL rain {"city":  "Bern"}', tools=[tool("sun"), tool("rain")]))

        (call,) = response.choice["message"]["tool_calls"]
        assert call["function"] == {"name": "rain", "arguments": '{"city":  "Bern"}'}
        assert (response.choice["finish_reason"], said(response)) == ("tool_calls", None)
        assert response.document["usage"]["completion_tokens"] == 6

    @pytest.mark.parametrize("name", ["max_tokens", "max_completion_tokens"])
    def test_is_cut_at_its_limit(self, server: Endpoint, name: str) -> None:
        """Four bytes a token, and never half a character."""
        response = ask(server, question("SAY abcdefgü", **{name: 2}))

        assert (said(response), response.choice["finish_reason"]) == ("abcdefg", "length")
        assert response.document["usage"]["completion_tokens"] == 2

    def test_tells_the_probabilities_of_its_tokens(self, server: Endpoint) -> None:
        """The tokens' bytes are the content, and the first alternative is the token itself."""
        content = ask(server, question("SAY Grüezi", logprobs=True, top_logprobs=2)).choice["logprobs"]["content"]

        assert bytes(one for token in content for one in token["bytes"]).decode() == "Grüezi"
        for token in content:
            first, second = token["top_logprobs"]
            assert first == {name: token[name] for name in ("token", "logprob", "bytes")}
            assert second["logprob"] < first["logprob"] <= 0

    def test_follows_a_conversation_with_tools(self, server: Endpoint) -> None:
        """A tool's result is taken where an assistant asked for it."""
        assert said(ask(server, {"model": "m", "messages": CALLED})) == "it rains"


class TestAStream:
    def test_says_the_same_in_pieces(self, server: Endpoint) -> None:
        """Each word is an event; what it cost comes last, to whoever wants to know."""
        body = question("SAY one two", stream=True, stream_options={"include_usage": True})

        response = ask(server, body)

        *events, done, nothing = response.body.decode().split("\n\n")
        chunks = [json.loads(event.removeprefix("data: ")) for event in events]
        words = [choice["delta"].get("content", "") for chunk in chunks for choice in chunk["choices"]]
        assert (response.headers["content-type"], done, nothing) == ("text/event-stream", "data: [DONE]", "")
        assert (words, chunks[-1]["usage"]["completion_tokens"]) == (["", "one ", "two", ""], 2)


class TestARefusal:
    @pytest.mark.parametrize(
        "body",
        [
            pytest.param(b"", id="nothing"),
            pytest.param(b"{", id="no JSON"),
            pytest.param(b"[]", id="no object"),
            pytest.param(b'{"model": "\xff"}', id="no UTF-8"),
            pytest.param(json.dumps(question("x", temperature=float("nan"))).encode(), id="not a number"),
            pytest.param(json.dumps(question("\ud800")).encode(), id="half a character"),
            pytest.param(b"[" * 100_000, id="too deep"),
            pytest.param({"messages": [{"role": "user", "content": "x"}]}, id="no model"),
            pytest.param({"model": "m", "messages": []}, id="no messages"),
            pytest.param({"model": "m", "messages": [{"role": "boss", "content": "x"}]}, id="no such role"),
            pytest.param({"model": "m", "messages": [{"role": "user"}]}, id="no content"),
            pytest.param({"model": "m", "messages": [{"role": [], "content": "x"}]}, id="a role that is a list"),
            pytest.param({"model": "m", "messages": CALLED[2:]}, id="a result of no call"),
            pytest.param(question("x", n=2), id="several choices"),
            pytest.param(question("x", temperature=2.1), id="too hot"),
            pytest.param(question("x", temperature=True), id="a truth for a number"),
            pytest.param(question("x", max_tokens=0), id="no tokens"),
            pytest.param(question("x", max_tokens=1, max_completion_tokens=1), id="two limits"),
            pytest.param(question("x", top_logprobs=1), id="alternatives of nothing"),
            pytest.param(question("x", tools=[{"name": "rain"}]), id="no tool"),
            pytest.param(question("x", temprature=1), id="an unknown parameter"),
            pytest.param(question("CALL rain {}", tools=[tool("sun")]), id="a tool that was not declared"),
            pytest.param(question("JSON {no}"), id="an instruction that is no JSON"),
        ],
    )
    def test_meets_a_malformed_request(self, server: Endpoint, body: object) -> None:
        """What OpenAI would not take does not pass here on luck."""
        response = ask(server, body)

        assert response.status == 400
        assert response.document["error"]["type"] == "invalid_request_error"
        assert response.code

    def test_meets_a_body_that_is_not_declared_as_json(self, server: Endpoint) -> None:
        """OpenAI reads nothing else."""
        body = json.dumps(question("x")).encode()

        assert fetch(server, "POST", "/v1/chat/completions", body).code == "invalid_content_type"

    @pytest.mark.parametrize(
        ("method", "path", "status", "code"),
        [
            ("POST", "/v1/completions", 404, "unknown_url"),
            ("POST", "/nonsense/v1/chat/completions", 404, "unknown_mode"),
            ("GET", "/v1/chat/completions", 405, "method_not_supported"),
        ],
    )
    def test_meets_a_wrong_address(self, server: Endpoint, method: str, path: str, status: int, code: str) -> None:
        """A typing error in a test is seen."""
        response = fetch(server, method, path)

        assert (response.status, response.code) == (status, code)

    def test_meets_a_wrong_key(self) -> None:
        """Only the bearer that the server was started with is let in."""
        with endpoint(key="sk-right") as server:
            assert ask(server, question("x"), key="sk-wrong").status == 401
            assert ask(server, question("x"), key="sk-right").status == 200


class TestEmbeddings:
    def test_come_in_the_order_of_the_texts(self, server: Endpoint) -> None:
        """A batch is the same vectors as its texts one by one, and the same ones the next time."""
        both = ask(server, {"model": "e", "input": ["one", "two"]}, route="/embeddings").document
        (two,) = ask(server, {"model": "e", "input": "two"}, route="/embeddings").document["data"]

        assert (both["object"], both["model"]) == ("list", "e")
        assert both["usage"] == {"prompt_tokens": 2, "total_tokens": 2}
        assert [one["index"] for one in both["data"]] == [0, 1]
        assert both["data"][1] == {**two, "index": 1}

    def test_are_near_for_texts_that_are_alike(self, server: Endpoint) -> None:
        """Three letters in a row are the meaning of a text, here."""
        texts = ["The library opens at nine.", "The library opens at ten.", "Wer zahlt, schafft an!"]
        data = ask(server, {"model": "e", "input": texts, "dimensions": 256}, route="/embeddings").document["data"]
        first, alike, other = (one["embedding"] for one in data)

        assert all(isclose(sqrt(cosine(one, one)), 1) for one in (first, alike, other))
        assert cosine(first, alike) > 0.7
        assert abs(cosine(first, other)) < 0.3

    def test_are_packed_when_asked(self, server: Endpoint) -> None:
        """OpenAI's own client asks for base64 without being told."""
        plain, packed = (
            ask(server, {"model": "e", "input": "x", "encoding_format": how}, route="/embeddings").document["data"][0]
            for how in ("float", "base64")
        )

        numbers = struct.unpack(f"<{len(plain['embedding'])}f", base64.b64decode(packed["embedding"]))
        assert numbers == pytest.approx(plain["embedding"])

    @pytest.mark.parametrize("texts", ["", [], [""], ["x", 1], {"a": 1}, ["x"] * 2049])
    def test_are_refused_for_what_is_no_text(self, server: Endpoint, texts: object) -> None:
        """An empty text has no embedding at OpenAI either."""
        assert ask(server, {"model": "e", "input": texts}, route="/embeddings").status == 400


class TestTheModels:
    def test_are_listed(self, server: Endpoint) -> None:
        """A client may look before it asks."""
        found = fetch(server, "GET", "/v1/models").document

        assert found["object"] == "list"
        assert {one["object"] for one in found["data"]} == {"model"}
