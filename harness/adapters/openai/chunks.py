"""The chunks of a streamed answer, put together as the answer that would have come at once."""

import json

from harness.adapters.openai.address import Address
from harness.adapters.openai.wire import SHOWN, Body, read_chat, read_json_object
from harness.core.call import CallError
from harness.core.completion import Completion
from harness.core.jsons import Json


class Chunks:
    """One answer on its way."""

    def __init__(self, address: Address) -> None:
        """Take where it comes from: no part leaves that may be one of the key."""
        self._hide, self._letters = address.hide, address.letters
        self._said: list[str] = []
        self._held: list[str] = []
        self._refused: list[str] = []
        self._calls: dict[int, tuple[list[str], list[str]]] = {}
        self._choice: dict[str, Json] | None = None
        self._body: dict[str, Json] = {}

    def add(self, chunk: Body) -> str:
        """Return the text that a chunk adds, without what may be the beginning of the key.

        Raises:
            CallError: It is none, or says that something went wrong.
        """
        if error := chunk.get("error"):
            told = error.get("message") if isinstance(error, dict) else error
            raise CallError(f"the endpoint's answer broke off: {_text(told)[:SHOWN]}", retry=True, billed=True)
        self._body |= {name: said for name in ("model", "system_fingerprint", "usage") if (said := chunk.get(name))}
        choices = chunk.get("choices")
        if not isinstance(choices, list):
            raise CallError("a part of the endpoint's answer has no `choices`", retry=True, billed=True)
        if not choices or not isinstance(choice := choices[0], dict):
            return ""
        self._choice = self._choice or {}
        if finish := choice.get("finish_reason"):
            self._choice["finish_reason"] = finish
        delta = choice.get("delta", choice.get("message"))
        return self._take(delta) if isinstance(delta, dict) else ""

    def rest(self) -> str:
        """Return the text that was held back to the end."""
        refusal = "" if self._said else "".join(self._refused)
        words, self._held = "".join(self._held) + refusal, []
        return self._hide(words)

    def whole(self) -> Completion:
        """Return the answer, read as one that came at once is.

        Raises:
            CallError: There was none.
        """
        calls: list[Json] = []
        for _, (name, arguments) in sorted(self._calls.items()):
            calls.append({"function": {"name": "".join(name), "arguments": "".join(arguments)}})
        message = {"content": "".join(self._said), "refusal": "".join(self._refused), "tool_calls": calls}
        choices = [] if self._choice is None else [{**self._choice, "message": message}]
        text = self._hide(json.dumps({**self._body, "choices": choices}))
        return read_chat(read_json_object(text) or {})

    def _take(self, delta: dict[str, Json]) -> str:
        calls = delta.get("tool_calls")
        for call in calls if isinstance(calls, list) else []:
            self._call(call)
        self._refused.append(_text(delta.get("refusal")))
        said = _text(delta.get("content"))
        if not said:
            return ""
        self._said.append(said)
        end = len(said.rstrip(self._letters))
        words, self._held = ("".join(self._held) + said[:end], [said[end:]]) if end else ("", [*self._held, said])
        return self._hide(words)

    def _call(self, call: Json) -> None:
        """Put a part of a tool call to the others of its number; one without a number is whole."""
        function = call.get("function") if isinstance(call, dict) else None
        if not isinstance(call, dict) or not isinstance(function, dict):
            return
        number = call.get("index")
        name, arguments = self._calls.setdefault(number if isinstance(number, int) else len(self._calls), ([], []))
        name.append(_text(function.get("name")))
        arguments.append(_text(function.get("arguments")))


def _text(value: Json) -> str:
    return value if isinstance(value, str) else ""
