"""The protocol of embeddings: the vectors in an answer, one for each text; no number is believed unchecked."""

import struct
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, pairwise
from math import isfinite
from typing import cast

from harness.adapters.openai.wire import counted
from harness.core.call import CallError
from harness.core.completion import Completion
from harness.core.jsons import Json
from harness.core.vector import pack, unpack


def read_vectors(body: Mapping[str, Json], texts: Sequence[str]) -> list[Completion]:
    """Return the vector of each text, packed as the text of an answer; the usage is split by length.

    Raises:
        CallError: There is not one sound vector for each text, or they differ in length.
    """
    listed = body.get("data")
    items = [item for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []
    vectors = {item["index"]: _vector(item.get("embedding")) for item in items if type(item.get("index")) is int}
    if len(items) != len(texts) or vectors.keys() != set(range(len(texts))):
        raise _wrong(f"has {len(items)} vectors for {len(texts)} texts, or not one for each")
    if len(sizes := {len(vector) for vector in vectors.values()}) > 1:
        raise _wrong(f"has vectors of {min(sizes)} and of {max(sizes)} numbers")
    used, model = counted(body.get("usage"), "prompt_tokens"), body.get("model")
    name = model if isinstance(model, str) else ""
    return [
        Completion(pack(vectors[at]), input_tokens=share, model=name, metered=used is not None)
        for at, share in enumerate(split(used or 0, texts))
    ]


def split(tokens: int, texts: Sequence[str]) -> Iterator[int]:
    """Yield each text's share of the tokens of all, by its length; the shares' sum is exact."""
    ends = list(accumulate((len(text.encode(errors="replace")) + 1 for text in texts), initial=0))
    return (tokens * end // ends[-1] - tokens * start // ends[-1] for start, end in pairwise(ends))


def _vector(said: Json) -> Sequence[float]:
    """Return a vector as it is said: a list of numbers, or base64 of 32-bit floats."""
    try:
        numbers = unpack(said) if isinstance(said, str) else unpack(pack(cast("Sequence[float]", said)))
    except (ValueError, TypeError, OverflowError, struct.error):
        numbers = ()
    if not all(map(isfinite, numbers)) or not any(numbers):
        raise _wrong("has a vector that is none: finite numbers, not all of them 0, are expected")
    return numbers


def _wrong(what: str) -> CallError:
    return CallError(f"the endpoint's answer {what}", retry=True, billed=True)
