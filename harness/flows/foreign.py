"""Somebody else's templates: compiled and rendered in a confined child process, never in ours."""

import atexit
import json
import sys
from collections.abc import Mapping
from typing import Any, cast

from harness.adapters.confined import Confined, ConfinedError
from harness.content.templates import Templates
from harness.core.errors import ContentError, Origin
from harness.core.jsons import Json
from harness.core.prompt import Message, Prompt

SECONDS = 5.0
"""How long one template may take to compile, or one case to render."""


class ForeignTemplates:
    """The same as `Templates`, at arm's length."""

    def __init__(self, prompt: Prompt, partials: Mapping[str, str]) -> None:
        """Compile in the child.

        Raises:
            ContentError: A template is not valid, or breaks a limit.
        """
        self._prompt = prompt
        self._child = Confined("harness.flows.foreign", seconds=SECONDS)
        atexit.register(self._child.close)
        messages: list[Json] = [[message.role, message.content] for message in prompt.messages]
        told = {
            "path": prompt.origin.path,
            "messages": messages,
            "lines": list(prompt.lines),
            "partials": dict(partials),
        }
        reply = self._ask(cast("Json", told), prompt.origin)
        self.variables = frozenset(cast("list[str]", reply["variables"]))
        self.partials = set(cast("list[str]", reply["partials"]))

    def render(self, values: Mapping[str, Json], where: Origin) -> tuple[Message, ...]:
        """Return the messages with a case's values bound; see `Templates.render`."""
        reply = self._ask({"vars": dict(values), "where": [where.path, where.line]}, where)
        texts = cast("list[str]", reply["texts"])
        return tuple(Message(message.role, text) for message, text in zip(self._prompt.messages, texts, strict=True))

    def _ask(self, question: Json, where: Origin) -> dict[str, Any]:
        try:
            reply = cast("dict[str, Any]", self._child.ask(question))
        except ConfinedError as error:
            what = f"the template was stopped: {error}"
            raise ContentError(what, where=self._prompt.origin, hint=f"rendering {where}") from None
        if "error" in reply:
            what, path, line, hint = reply["error"]
            raise ContentError(what, where=Origin(path, line), hint=hint)
        return reply


def _serve() -> None:
    """Answer questions on standard input until it ends; runs in the child."""
    templates: Templates | None = None
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            if templates is None:
                templates = _compile(asked)
                reply: dict[str, Any] = {
                    "variables": sorted(templates.variables),
                    "partials": sorted(templates.partials),
                }
            else:
                messages = templates.render(asked["vars"], Origin(*asked["where"]))
                reply = {"texts": [message.content for message in messages]}
        except MemoryError:
            reply = {"error": ["the template was stopped: it takes too much memory", asked.get("path", ""), 0, ""]}
        except ContentError as error:
            place = error.where or Origin("")
            reply = {"error": [error.what, place.path, place.line, error.hint]}
        sys.stdout.write(json.dumps(reply) + "\n")
        sys.stdout.flush()


def _compile(asked: dict[str, Any]) -> Templates:
    prompt = Prompt(
        id="",
        model="",
        messages=tuple(Message(role, content) for role, content in asked["messages"]),
        origin=Origin(asked["path"], 1),
        lines=tuple(asked["lines"]),
    )
    return Templates(prompt, asked["partials"])


if __name__ == "__main__":
    _serve()
