"""How an operation is served: what it gets, what it answers, and where it is found."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from tests.github.contract import Doc
from tests.github.records import WORKFLOWS, BrokenRuleError, RefusedError, Token
from tests.github.world import World


@dataclass(frozen=True)
class Request:
    """A request that keeps the contract, from somebody who may make it."""

    world: World
    operation: str
    path: Doc
    """The parameters of the path, decoded."""
    query: Doc
    body: Doc
    token: Token
    bearer: str
    """What was shown in place of a token, such as an application's claim."""

    def number(self, name: str) -> int:
        """Return a parameter of the path that is a number."""
        return int(self.path[name])

    def text(self, name: str) -> str:
        """Return a parameter of the path that is text."""
        return str(self.path[name])


class Answer(NamedTuple):
    """What an operation comes to."""

    status: int = 200
    document: object = None
    wrapped: str = ""
    """The field that holds the pages of a list, beside `total_count`; empty for a plain list."""
    location: str = ""


type Handler = Callable[[Request], Answer]

HANDLERS: dict[str, Handler] = {}


def serves(operation: str) -> Callable[[Handler], Handler]:
    """Register the handler of an operation."""

    def register(handler: Handler) -> Handler:
        HANDLERS[operation] = handler
        return handler

    return register


def missing() -> RefusedError:
    """Return GitHub's answer to a name that means nothing."""
    return RefusedError(404, "Not Found")


def check_length(name: str, text: str | None, most: int) -> None:
    """Let text of at most so many characters pass.

    Raises:
        BrokenRuleError: It is longer.
    """
    if text is not None and len(text) > most:
        raise rule(f"{name} is too long (maximum is {most} characters)")


def check_link(name: str, url: str | None) -> None:
    """Let a link that a browser follows without harm pass.

    Raises:
        BrokenRuleError: It is another one.
    """
    if url and not url.startswith(("https://", "http://")):
        raise rule(f"{name} must use http(s) scheme")


def check_actions(world: World, token: Token) -> None:
    """Let workflow tokens create and approve pull requests only where the repository's settings let them.

    Raises:
        RefusedError: They do not.
    """
    theirs = token.app is not None and token.app.slug == WORKFLOWS
    if theirs and not world.actions.get("can_approve_pull_request_reviews", False):
        raise RefusedError(403, "GitHub Actions is not permitted to create or approve pull requests.")


def rule(message: str, *, status: int = 422) -> BrokenRuleError:
    """Return GitHub's answer to what its description allows and GitHub does not."""
    return BrokenRuleError(status, message)
