"""OpenAI's API as pure functions: the same request gets the same answer, but for its id and its time."""

from base64 import b64encode
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import batched
from math import ceil, sqrt
from struct import pack
from zlib import crc32

from tests.endpoint.rules import EMBEDDINGS, STRICT, ApiError, Json, check, check_chat, refuse

BYTES_PER_TOKEN = 4
DIMENSIONS = 64
MODELS = ("fault-chat", "fault-embedding")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the API says, still open to a mode's changes, and what it cost."""

    document: Json
    prompt_tokens: int
    completion_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Said:
    """What the model says: a text, or the call of a tool with arguments that are JSON by the letter."""

    content: str | None
    tool: str = ""
    arguments: str = ""


def tokens(texts: Sequence[str]) -> int:
    """Return what texts cost together: a token per four bytes of UTF-8, the last one begun counts."""
    return ceil(sum(len(text.encode()) for text in texts) / BYTES_PER_TOKEN)


def text_of(content: object) -> str:
    """Return the text of a message's content; parts of text are joined by line ends, other parts say nothing."""
    if isinstance(content, list):
        return "\n".join(part["text"] for part in content if part["type"] == "text")
    return content if isinstance(content, str) else ""


def say(message: str, tools: Sequence[str]) -> Said:
    """Return what the model says to a user's message: what its first instruction asks for, or an echo of its hash.

    Raises:
        ApiError: It instructs to call a tool that was not declared, or holds JSON that is none.
    """
    for line in message.split("\n"):
        word, _, rest = line.removesuffix("\r").partition(" ")
        if word == "SAY" and " " in line:
            return Said(rest)
        if word == "JSON" and rest.startswith("{"):
            return Said(checked_json(rest))
        name, _, arguments = rest.partition(" ")
        if word == "CALL" and arguments.startswith("{"):
            if name not in tools:
                refuse(f"The tool '{name}' was not declared.", "tools")
            return Said(None, name, checked_json(arguments))
    return Said("echo " + sha256(message.encode()).hexdigest()[:16])


def checked_json(text: str) -> str:
    """Return a JSON text as it is written."""
    try:
        STRICT.decode(text)
    except (ValueError, RecursionError):
        refuse("The last user message instructs to answer with JSON that is none.", "messages")
    return text


def chat(found: Json, *, serial: int, now: int) -> Answer:
    """Answer a chat completion; `serial` makes its id, `now` is in seconds since 1970.

    Raises:
        ApiError: The request is malformed.
    """
    asked = check_chat(found)
    texts = [text_of(message.get("content")) for message in asked["messages"]]
    users = [text for text, message in zip(texts, asked["messages"], strict=True) if message["role"] == "user"]
    said = say(users[-1] if users else "", [tool["function"]["name"] for tool in asked.get("tools", ())])
    content, cut = shortened(said.content, asked.get("max_completion_tokens", asked.get("max_tokens")))
    finish = "length" if cut else "tool_calls" if said.tool else "stop"
    used = tokens(texts), tokens([content or "", said.tool, said.arguments])
    choice = {
        "index": 0,
        "message": spoken(said, content),
        "logprobs": log_probabilities(content, asked.get("top_logprobs", 0)) if asked.get("logprobs") else None,
        "finish_reason": finish,
    }
    return Answer(completion(asked["model"], choice, used, stamp=(serial, now)), *used)


def completion(model: str, choice: Json, used: tuple[int, int], *, stamp: tuple[int, int]) -> Json:
    """Return the document around one choice; `stamp` is the serial number and the time."""
    return {
        "id": f"chatcmpl-{stamp[0]:029x}",
        "object": "chat.completion",
        "created": stamp[1],
        "model": model,
        "choices": [choice],
        "usage": {
            "prompt_tokens": used[0],
            "completion_tokens": used[1],
            "total_tokens": sum(used),
            "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
            "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 0},
        },
        "service_tier": "default",
        "system_fingerprint": f"fp_{crc32(model.encode(errors='replace')):010x}",
    }


def spoken(said: Said, content: str | None) -> Json:
    """Return the assistant's message; it has `tool_calls` only when it calls a tool."""
    message: Json = {"role": "assistant", "content": content, "refusal": None, "annotations": []}
    if said.tool:
        function = {"name": said.tool, "arguments": said.arguments}
        name = "call_" + sha256(f"{said.tool} {said.arguments}".encode()).hexdigest()[:24]
        message["tool_calls"] = [{"id": name, "type": "function", "function": function}]
    return message


def shortened(content: str | None, limit: int | None) -> tuple[str | None, bool]:
    """Return a content that fits a limit in tokens, without half a character at its end, and whether it was cut."""
    if content is None or limit is None or tokens([content]) <= limit:
        return content, False
    return content.encode()[: limit * BYTES_PER_TOKEN].decode(errors="ignore"), True


def log_probabilities(content: str | None, alternatives: int) -> Json:
    """Return a probability per token, made from its bytes; the tokens' bytes together are the content."""
    return {
        "content": [token(bytes(four), alternatives) for four in batched((content or "").encode(), BYTES_PER_TOKEN)],
        "refusal": None,
    }


def token(data: bytes, alternatives: int) -> Json:
    """Return one token; it is the first of its own alternatives, which get less likely."""
    best = -(crc32(data) % 1000 + 1) / 1000
    others = [(data if rank == 0 else b"~%d" % rank, best - rank) for rank in range(alternatives)]
    return {
        "token": data.decode(errors="replace"),
        "logprob": best,
        "bytes": list(data),
        "top_logprobs": [
            {"token": other.decode(errors="replace"), "logprob": chance, "bytes": list(other)}
            for other, chance in others
        ],
    }


def embeddings(found: Json) -> Answer:
    """Answer a batch of texts, or of texts as token numbers, with a vector each.

    Raises:
        ApiError: The request is malformed.
    """
    asked = check(found, EMBEDDINGS, required=("model", "input"))
    texts = inputs(asked["input"])
    vectors = [vector(text, asked.get("dimensions", DIMENSIONS)) for text in texts]
    packed = asked.get("encoding_format") == "base64"
    data = [
        {"object": "embedding", "index": index, "embedding": base64(one) if packed else one}
        for index, one in enumerate(vectors)
    ]
    used = tokens(texts)
    usage = {"prompt_tokens": used, "total_tokens": used}
    return Answer({"object": "list", "data": data, "model": asked["model"], "usage": usage}, used)


def inputs(value: str | list[object]) -> list[str]:
    """Return the texts of an `input`: one text, a list of texts, one list of numbers, or a list of such lists."""
    many: list[object] = value if isinstance(value, list) else [value]
    if many and all(isinstance(one, int) for one in many):
        many = [value]
    texts = [" ".join(map(str, one)) if isinstance(one, list) else one for one in many]
    if not 1 <= len(texts) <= 2048 or not all(isinstance(text, str) and text for text in texts):
        refuse("'$.input' is invalid: 1 to 2048 texts, none of them empty.", "input")
    return [str(text) for text in texts]


def vector(text: str, dimensions: int = DIMENSIONS) -> list[float]:
    """Return a vector of length 1 in which each three letters in a row push one dimension up or down.

    Texts that share most of their letters in the same order get a cosine near 1, others one near 0.
    """
    padded = f"  {text.casefold()}  "
    found = [0.0] * dimensions
    for letters, times in Counter(map("".join, zip(padded, padded[1:], padded[2:], strict=False))).items():
        place = crc32(letters.encode())
        found[place % dimensions] += times if place >> 31 else -times
    length = sqrt(sum(one * one for one in found))
    return [one / length for one in found] if length else [1.0, *found[1:]]


def base64(numbers: Sequence[float]) -> str:
    """Return a vector as OpenAI packs it: 32-bit floats, the lowest byte first."""
    return b64encode(pack(f"<{len(numbers)}f", *numbers)).decode()


def models(now: int) -> Answer:
    """Answer which models there are; completions are given for any other name too."""
    data = [{"id": name, "object": "model", "created": now, "owned_by": "faults"} for name in MODELS]
    return Answer({"object": "list", "data": data}, 0)


def sound(found: Json | ApiError) -> Json:
    """Return the object in a request's body, or raise why there is none."""
    if isinstance(found, ApiError):
        raise found
    return found


def answer(method: str, route: str, found: Json | ApiError, *, serial: int, now: int) -> Answer:
    """Answer a request to one of the three routes; `found` is the object in its body, or why there is none.

    Raises:
        ApiError: There is no such route, or the request is malformed.
    """
    match method, route:
        case "POST", "/v1/chat/completions":
            return chat(sound(found), serial=serial, now=now)
        case "POST", "/v1/embeddings":
            return embeddings(sound(found))
        case "GET", "/v1/models":
            return models(now)
        case _, "/v1/chat/completions" | "/v1/embeddings" | "/v1/models":
            raise ApiError(405, f"Not allowed to {method} on {route}.", code="method_not_supported")
    raise ApiError(404, f"Invalid URL ({method} {route})", code="unknown_url")
