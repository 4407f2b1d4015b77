"""JSON, read strictly: no NaN, no endless number, no endless nesting; hostile text only fails."""

import json
import math
from collections import Counter
from collections.abc import Mapping

from harness.core.jsons import Json

TOO_LARGE = "it holds a number too large to compare"
LONGEST_NUMBER = 300
"""Characters of a number, at most; anything longer is larger than a float or more exact than any answer."""


class NotJsonError(ValueError):
    """A text is not JSON, or not JSON that can be handled safely."""


def read_json(text: str, *, deepest: int, written: bool = False) -> Json:
    """Return the value of a JSON text.

    Args:
        text: From a file, a pull request or a model.
        deepest: Levels of nesting, at most.
        written: Whether a person wrote it: then a key that stands twice, or half a character, is a mistake.

    Raises:
        NotJsonError: It is not JSON, or breaks a limit.
    """
    try:
        value: Json = (_WRITTEN if written else _SAID).decode(text)
        if written and "\\u" in text:
            json.dumps(value, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        message = f"{error.msg} at character {error.pos + 1}"
        raise NotJsonError(message) from None
    except UnicodeEncodeError:
        message = "it holds half a surrogate pair"
        raise NotJsonError(message) from None
    except RecursionError:
        raise NotJsonError(_TOO_DEEP) from None
    if text.count("[") + text.count("{") > deepest and _depth(value) > deepest:
        raise NotJsonError(_TOO_DEEP)
    return value


def _integer(digits: str) -> int:
    if len(digits) > LONGEST_NUMBER:
        raise NotJsonError(TOO_LARGE)
    return int(digits)


def _decimal(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise NotJsonError(TOO_LARGE)
    return number


def _no_constant(name: str) -> float:
    message = f"it holds {name}, which JSON does not know"
    raise NotJsonError(message)


def _once(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    made = dict(pairs)
    if len(made) != len(pairs):
        counts = Counter(name for name, _ in pairs)
        twice = next(name for name, count in counts.items() if count > 1)
        message = f"the key `{twice}` stands twice"
        raise NotJsonError(message)
    return made


def _depth(value: Json) -> int:
    """Return the levels of nesting, without recursion."""
    depth, level = 0, [value]
    while level:
        depth += 1
        level = [
            part
            for item in level
            if isinstance(item, (list, dict))
            for part in (item.values() if isinstance(item, dict) else item)
        ]
    return depth


_TOO_DEEP = "it is nested too deeply"
_SAID = json.JSONDecoder(parse_int=_integer, parse_float=_decimal, parse_constant=_no_constant)
_WRITTEN = json.JSONDecoder(
    parse_int=_integer, parse_float=_decimal, parse_constant=_no_constant, object_pairs_hook=_once
)


def read_said(said: str, *, deepest: int) -> Mapping[str, Json]:
    """Return the JSON object that a model said, which some put into a fence; of anything else, one without a key.

    It is read as strictly as what a person writes: of two values of one key, neither is believed.

    Raises:
        NotJsonError: It is no JSON.
    """
    text = said.strip().removeprefix("```json").removeprefix("```").removesuffix("```")
    found = read_json(text, deepest=deepest, written=True)
    return found if isinstance(found, dict) else {}
