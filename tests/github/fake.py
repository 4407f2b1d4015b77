"""The fake GitHub: one function from a request to an answer, which checks both."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from importlib import import_module
from threading import RLock
from typing import NamedTuple
from urllib.parse import parse_qsl

from tests.github.bodies import fields, read
from tests.github.contract import Doc, Match, match
from tests.github.faults import Fault, Faults
from tests.github.paging import paged, whole
from tests.github.permissions import NEEDED, accepted, authorise
from tests.github.records import WORKFLOWS, App, BrokenRuleError, Call, RefusedError, Token
from tests.github.repository import GitError
from tests.github.routing import HANDLERS, Answer, Request
from tests.github.world import World

ROOMS = (
    "applications",
    "attestations",
    "checks",
    "contents",
    "deployments",
    "issues",
    "objects",
    "pulls",
    "refs",
    "scanning",
    "settings",
    "workflows",
)
for _room in ROOMS:
    import_module(f"tests.github.{_room}")

VERSION = "2022-11-28"
QUOTA = 5000
ARCHIVES = "/-/artifacts/"
ANYONE = Token("", "", {})


class Reply(NamedTuple):
    """What leaves the server."""

    status: int
    headers: dict[str, str]
    body: bytes
    reset: bool = False

    @property
    def document(self) -> object:
        """The body as JSON, None where there is none."""
        return json.loads(self.body) if self.body else None


@dataclass
class Fake:
    """A GitHub with one repository."""

    world: World
    faults: Faults = field(default_factory=Faults)
    log: list[Call] = field(default_factory=list)
    """Every request, in its order."""
    violations: list[str] = field(default_factory=list)
    """What broke the contract, in a request or in our own answer; tests assert that there is nothing."""
    _lock: RLock = field(default_factory=RLock)

    @property
    def writes(self) -> list[Call]:
        """The requests that asked for a change."""
        return [call for call in self.log if call.writes]

    def app(self, slug: str, permissions: Mapping[str, str]) -> App:
        """Return an application that is installed here with these permissions; its claims are signed by anybody."""
        with self._lock:
            self.world.apps.pop(slug, None)
            return self.world.app(slug, permissions)

    def token(self, permissions: Mapping[str, str], *, app: str = WORKFLOWS, user: str = "") -> str:
        """Return a new token with exactly these permissions: an application's, or a person's if `user` is given."""
        with self._lock:
            its = None if user else self.world.app(app, permissions)
            secret = f"ghs_{'fake' * 8}{self.world.identity():04}"
            self.world.tokens[secret] = Token(secret, its.login if its else user, dict(permissions), its)
            return secret

    def handle(self, method: str, url: str, headers: Mapping[str, str], body: bytes = b"") -> Reply:
        """Answer a request, unless something is to go wrong with it."""
        path = url.partition("?")[0]
        fault = self.faults.take(method, path)
        time.sleep(fault.delay)
        with self._lock:
            if fault.action:
                fault.action()
            cut = fault.status or fault.reset
            if cut and not fault.after:
                self._note(method, url, body, "", ANYONE, fault.status)
                return self._failed(fault)
            reply = self._served(method, url, {name.lower(): value for name, value in headers.items()}, body)
            return self._failed(fault) if cut else reply

    def _failed(self, fault: Fault) -> Reply:
        headers = {**self._headers(), **fault.headers, "Content-Type": "application/json; charset=utf-8"}
        return Reply(fault.status, headers, json.dumps({"message": fault.message}).encode(), fault.reset)

    def _served(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Reply:
        path, _, asked = url.partition("?")
        if path.startswith(ARCHIVES):
            return self._archive(path)
        query = dict(parse_qsl(asked, keep_blank_values=True))
        found = match(method, path)
        operation = found.operation.name if found else ""
        more: dict[str, str] = {}
        token = ANYONE
        try:
            token = self._who(headers)
            if found is None:
                raise BrokenRuleError(404, "Not Found")
            self._check_address(found)
            more = self._authorised(token, found)
            request = self._request(found, query, headers, body, token)
            answer = HANDLERS[operation](request)
        except RefusedError as error:
            if isinstance(error, BrokenRuleError):
                self.violations.append(f"{method} {url[:200]}: {error}")
            answer, more = Answer(error.status, error.document), {**more, **error.headers}
        except GitError as error:
            answer = Answer(422, {"message": f"Validation Failed: {error}"})
        document, links = paged(answer, operation, url=self.world.url + path, query=query)
        self._check_answer(found, answer.status, document)
        self._note(method, url, body, operation, token, answer.status)
        return self._reply(answer, document, {**more, **links})

    def _archive(self, path: str) -> Reply:
        """Return the archive of an artifact, from the storage that the API points to and that asks for no token."""
        number = whole(path.removeprefix(ARCHIVES).removesuffix(".zip"), 0)
        data = self.world.archives.get(number)
        return Reply(404, {}, b"") if data is None else Reply(200, {"Content-Type": "application/zip"}, data)

    def _who(self, headers: Mapping[str, str]) -> Token:
        if not headers.get("user-agent"):
            raise BrokenRuleError(403, "Request forbidden by administrative rules: no User-Agent.")
        if headers.get("x-github-api-version") != VERSION:
            raise BrokenRuleError(400, f"The header X-GitHub-Api-Version is not {VERSION}.")
        kind, _, secret = headers.get("authorization", "").partition(" ")
        if secret in self.world.tokens and kind.lower() in {"bearer", "token"}:
            return self.world.tokens[secret]
        if kind.lower() == "bearer" and secret.count(".") == 2:  # a claim signed by an application
            return ANYONE
        raise RefusedError(401, "Bad credentials")

    def _check_address(self, found: Match) -> None:
        owner, repo = found.parameters.get("owner"), found.parameters.get("repo")
        if owner is not None and f"{owner}/{repo}".casefold() != self.world.full_name.casefold():
            raise RefusedError(404, "Not Found")

    def _authorised(self, token: Token, found: Match) -> dict[str, str]:
        name = found.operation.name
        if not any(":" in one for one in NEEDED[name]):
            return {}
        pull = self._about_pull(found.parameters)
        if token is ANYONE:
            raise RefusedError(401, "A JSON web token could not be decoded")
        more = {"X-Accepted-GitHub-Permissions": "; ".join(accepted(name, pull=pull)).replace(":", "=")}
        try:
            authorise(token, name, pull=pull)
        except RefusedError as error:
            error.headers = more
            raise
        return more

    def _about_pull(self, parameters: Doc) -> bool:
        number = parameters.get("issue_number")
        for one in self.world.issues.values():
            if one.number == number or parameters.get("comment_id") in one.comments:
                return one.pull is not None
        return False

    def _request(
        self, found: Match, query: Mapping[str, str], headers: Mapping[str, str], body: bytes, token: Token
    ) -> Request:
        document = read(body)
        wrong = found.operation.wrong_request(query, document)
        if wrong:
            raise BrokenRuleError(422, "Validation Failed: " + "; ".join(wrong[:5]))
        values = {name: found.operation.value(name, query) for name in query}
        bearer = headers.get("authorization", "").partition(" ")[2]
        return Request(self.world, found.operation.name, found.parameters, values, fields(document), token, bearer)

    def _check_answer(self, found: Match | None, status: int, document: object) -> None:
        if found:
            name = found.operation.name
            self.violations += [f"our own {name}: {one}" for one in found.operation.wrong_answer(status, document)]

    def _note(self, method: str, url: str, body: bytes, operation: str, token: Token, status: int) -> None:
        path, _, query = url.partition("?")
        try:
            document = json.loads(body) if body else None
        except (ValueError, RecursionError):
            document = body
        self.log.append(Call(method, path, dict(parse_qsl(query)), document, operation, token.actor, status))

    def _headers(self) -> dict[str, str]:
        left = QUOTA - len(self.log) - 1
        return {
            "X-RateLimit-Limit": str(QUOTA),
            "X-RateLimit-Remaining": str(max(left, 0)),
            "X-RateLimit-Reset": "1767229200",
            "X-GitHub-Request-Id": f"FAKE:{len(self.log)}",
            "X-GitHub-Api-Version-Selected": VERSION,
        }

    def _reply(self, answer: Answer, document: object, more: Mapping[str, str]) -> Reply:
        headers = {**self._headers(), **more}
        if answer.location:
            headers["Location"] = answer.location
        if document is None or answer.status == HTTPStatus.NO_CONTENT:
            return Reply(answer.status, headers, b"")
        headers["Content-Type"] = "application/json; charset=utf-8"
        return Reply(answer.status, headers, json.dumps(document, separators=(",", ":")).encode())
