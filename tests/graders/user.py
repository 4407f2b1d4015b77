"""A user by script, and a shop that answers it: a conversation between two models of one server."""

import json
import re
from collections.abc import Callable
from itertools import count
from typing import Any

from tests.graders.server import Judging
from tests.scenarios.scratch import Scratch

PIN = """\
  {name}:
    provider: openai
    model: {name}-1
    revision: "1"
    parameters: {{temperature: 1, max_tokens: 200}}
    endpoint: {{url: "{url}"}}
    price: {{input_per_million: 1, output_per_million: 2}}
"""
SHOP = """\
model: shop
messages:
  - {role: system, content: You are a shop.}
  - {role: user, content: "{{ question }}"}
"""
GOAL = "to send back a lamp; stop at 3"


def seen(body: dict[str, Any]) -> list[tuple[str, str]]:
    """Return what a user is shown between the lines that bear the mark it was told of: who said what, by turns."""
    system, shown = (message["content"] for message in body["messages"])
    mark = re.search(r"the mark (\w+)", system)
    assert mark
    blocks = re.split(rf"\[{mark[1]} \d+ (user|assistant) (begins|ends)\]\n?", shown)
    assert not "".join(blocks[::6]).strip(), "nothing stands outside of the fence"
    return [(blocks[at], blocks[at + 2].strip("\n")) for at in range(1, len(blocks) - 1, 6)]


class UserScript:
    """Says something new each time, until it was answered as often as its goal says: `stop at 3`."""

    def __init__(self) -> None:
        self._serial = count(1)

    def __call__(self, body: dict[str, Any]) -> str:
        """Return what it says next."""
        heard = sum(who == "assistant" for who, _ in seen(body))
        stop = re.search(r"stop at (\d+)", body["messages"][0]["content"])
        done = stop is not None and heard >= int(stop[1])
        return json.dumps({"says": "" if done else f"Question {next(self._serial)}.", "done": done})


def shop(body: dict[str, Any]) -> str:
    """Return what the shop answers: to the last question, by its words."""
    return f"You ask: {body['messages'][-1]['content']}"


def refuse(_body: dict[str, Any]) -> str:
    """Answer nothing."""
    raise ValueError("not today")


def converse(
    scratch: Scratch, judging: Judging, *cases: dict[str, Any], says: Callable[[dict[str, Any]], str] | None = None
) -> None:
    """Let a repository's prompt ask the shop, by cases whose user the server plays, as base."""
    judging.scripts |= {"shop-1": shop, "user-1": says or UserScript()}
    pins = "".join(PIN.format(name=name, url=judging.url) for name in ("shop", "user"))
    params = scratch.read("params.yaml").replace("suites:", f"{pins}suites:", 1)
    scratch.write("params.yaml", f"{params}user: user\n")
    scratch.write("prompts/desk.prompt.yml", SHOP)
    scratch.write_cases(list(cases) or [talk(1)])
    scratch.commit("converse")


def talk(number: int, **more: Any) -> dict[str, Any]:  # noqa: ANN401 (JSON)
    """Return a case whose user a model plays: three answers by the script."""
    return {
        "id": f"talk-{number}",
        "vars": {"question": f"Hello {number}!"},
        "expect": [{"contains": f"Hello {number}!"}],
        "user": {"goal": GOAL, "turns": 6},
        **more,
    }
