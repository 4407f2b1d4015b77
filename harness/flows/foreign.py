"""Somebody else's templates: compiled and rendered in a confined child process, never in ours."""

import atexit
import json
import sys
from collections.abc import Mapping
from typing import Any, ClassVar, cast

from harness.adapters.confined import PATIENCE, Confined, ConfinedError
from harness.content.templates import Templates
from harness.core.errors import ContentError, Origin
from harness.core.jsons import Json
from harness.core.prompt import Message, Prompt

AT_ONCE = 16
"""Children that live at once: a pull request may bring more prompts than a machine has memory for."""


class ForeignTemplates:
    """The same as `Templates`, at arm's length."""

    awake: ClassVar[list["ForeignTemplates"]] = []
    """Those with a child, in the order in which they began."""

    def __init__(self, prompt: Prompt, partials: Mapping[str, str]) -> None:
        """Compile in the child.

        Raises:
            ContentError: A template is not valid, or breaks a limit.
        """
        self._prompt = prompt
        messages: list[Json] = [[message.role, message.content] for message in prompt.messages]
        self._told: dict[str, Json] = {
            "path": prompt.origin.path,
            "messages": messages,
            "lines": list(prompt.lines),
            "partials": dict(partials),
        }
        self._broken = 0
        self._child: Confined | None = None
        self._start()

    def _start(self) -> Confined:
        """Return a child that has the templates."""
        child = Confined("harness.flows.foreign")
        atexit.register(child.close)
        reply = self._ask(child, self._told, self._prompt.origin)
        self.variables = frozenset(cast("list[str]", reply["variables"]))
        self.partials = set(cast("list[str]", reply["partials"]))
        self._child = child
        self.awake.append(self)
        while len(self.awake) > AT_ONCE:
            self.awake[0].rest()
        return child

    def rest(self) -> None:
        """End the child; who asks again starts another."""
        self.awake.remove(self)
        if self._child:
            self._child.close()
            self._child = None

    def render(self, values: Mapping[str, Json], where: Origin) -> tuple[Message, ...]:
        """Return the messages with a case's values bound; see `Templates.render`."""
        if self._broken >= PATIENCE:
            what = f"the template was stopped {PATIENCE} times and is not rendered again"
            raise ContentError(what, where=self._prompt.origin, hint=f"rendering {where}")
        question: dict[str, Json] = {"vars": dict(values), "where": [where.path, where.line]}
        reply = self._ask(self._child or self._start(), question, where)
        texts = cast("list[str]", reply["texts"])
        return tuple(Message(message.role, text) for message, text in zip(self._prompt.messages, texts, strict=True))

    def _ask(self, child: Confined, question: dict[str, Json], where: Origin) -> dict[str, Any]:
        try:
            reply = cast("dict[str, Any]", child.ask(question))
        except ConfinedError as error:
            self._broken += 1
            if self._child:
                self.rest()
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
        number, asked = json.loads(line)
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
        sys.stdout.write(json.dumps([number, reply]) + "\n")
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
