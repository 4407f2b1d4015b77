"""The doors of a gateway: who may ask is told by a key, and what was asked is written down.

They stand around its routes, which know nothing of them.
"""

import asyncio
import json
import re
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping
from contextlib import aclosing, contextmanager
from functools import partial
from http import HTTPStatus
from ipaddress import ip_address
from pathlib import Path
from typing import Literal, NamedTuple

from harness.adapters.audit_log import AuditLog
from harness.adapters.clock import SystemClock
from harness.adapters.http_server import Call, Reply, Route, Routes
from harness.core.access import OPEN, Key, may
from harness.core.errors import UsageError
from harness.core.jsons import Json
from harness.flows.answers import SESSION, refused
from harness.flows.audit import Recorder, folder_of, session_secret
from harness.flows.keys import Keyring
from harness.flows.trees import World
from harness.gateway.events import Asked, answered, moved, named
from harness.gateway.wire import UnansweredError, is_break

LOOK = 1.0
"""Seconds between two looks at the keys and at where the rollout stands."""
_BEARER = re.compile(r"[Bb]earer +([!-~]+) *")
_REFUSALS = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)


class Doors:
    """What stands between a gateway's routes and whoever asks."""

    def __init__(self, environment: str, keys: Keyring | None, recorder: Recorder | None, asked: Asked) -> None:
        """Take who may ask and where it is written, each of which may be missing."""
        self._here = f'environment="{environment}"'
        self._keys, self._recorder, self._asked = keys, recorder, asked
        self._refused: Counter[int] = Counter()
        self._untold: Counter[tuple[str, int]] = Counter()

    def around(self, routes: Routes) -> Routes:
        """Return the routes with a door before each."""
        inner = dict(routes)
        if self._recorder:
            inner["GET", "/v1/audit"] = partial(_head, self._recorder)
        inner["GET", "/metrics"] = partial(self._metrics, routes["GET", "/metrics"])
        return {(method, path): partial(self._enter, method, path, route) for (method, path), route in inner.items()}

    async def keep(self, routes: Routes) -> None:
        """Keep the doors while somebody serves: make durable what is written, and look about."""
        async with asyncio.TaskGroup() as group:
            if self._recorder:
                group.create_task(self._recorder.keep())
            group.create_task(self._watch(routes))

    async def _watch(self, routes: Routes) -> None:
        """Look again and again whether the keys changed, where the rollout stands, and who was refused."""
        told: Mapping[str, Json] = {}
        rollout = routes.get(("GET", "/v1/rollout"))
        while True:
            if self._keys:
                await asyncio.to_thread(self._keys.look)
            if self._recorder:
                now = moved(_whole(await rollout(Call("", b"")))) if rollout else {}
                if now != told:
                    self._recorder.add({"what": "rollout", **now})
                    told = now
                self._tell_refusals(self._recorder)
            await asyncio.sleep(LOOK)

    def _tell_refusals(self, recorder: Recorder) -> None:
        """Write how often who was refused: a line for each would let strangers fill the disk."""
        for (who, status), times in self._untold.items():
            recorder.add({**_who(who), "what": "refused", "status": status, "times": times})
        self._untold.clear()

    async def _enter(self, method: str, path: str, route: Route, call: Call) -> Reply:
        who = ""
        if self._keys and (method, path) not in OPEN:
            key = self._keys.find(_token(call))
            if fault := _fault(key, method, path):
                return self._refuse(key.name if key else "", *fault)
            who = key.name if key else ""
        if self._recorder is None or method != "POST":
            return await route(call)
        event = {**_who(who), **self._asked.of(path, call.name, call.body, call.headers.get(SESSION, ""))}
        return await _recorded(self._recorder, event, partial(route, call))

    def _refuse(self, who: str, status: int, why: str) -> Reply:
        self._refused[status] += 1
        self._untold[who, status] += 1
        headers = {"www-authenticate": "Bearer"} if status == HTTPStatus.UNAUTHORIZED else {}
        return refused(UnansweredError(status, why))._replace(headers=headers)

    async def _metrics(self, route: Route, call: Call) -> Reply:
        """Return the gateway's metrics, and those of its doors."""
        reply = await route(call)
        lines: list[str] = []
        if self._keys:
            lines.append("# TYPE harness_refused_total counter")
            lines += [f'harness_refused_total{{{self._here},status="{at}"}} {self._refused[at]}' for at in _REFUSALS]
        if self._recorder:
            for name, count in (("lines", self._recorder.head.lines), ("lost", self._recorder.lost)):
                lines.append(f"# TYPE harness_audit_{name}_total counter")
                lines.append(f"harness_audit_{name}_total{{{self._here}}} {count}")
        return reply._replace(body=_whole(reply) + "".join(f"{line}\n" for line in lines).encode())


class Rules(NamedTuple):
    """How the doors are kept."""

    host: str
    """The address at which is listened."""
    keys: Path | None
    """The file of those who may ask; None for anybody."""
    audit: Literal["on", "strict", "off"]
    """`strict` lets nothing through that cannot be written down."""


@contextmanager
def doors(world: World, environment: str, rules: Rules, tell: Callable[[str], None]) -> Iterator[Doors]:
    """Keep the doors of an environment's gateway while the block lasts.

    Raises:
        HarnessError: The keys are missing or cannot be read, or another process writes the audit log.
    """
    _check_host(rules)
    if rules.keys is None:
        tell("anybody on this machine may ask: `--keys FILE` asks for a key")
    keyring = Keyring(rules.keys, tell) if rules.keys else None
    if rules.audit == "off":
        yield Doors(environment, keyring, None, Asked(b""))
        return
    log = AuditLog(folder_of(world), environment)
    asked = Asked(session_secret(folder_of(world)))
    recorder = Recorder(log, SystemClock(), tell, strict=rules.audit == "strict")
    try:
        yield Doors(environment, keyring, recorder, asked)
    finally:
        recorder.close()


def _check_host(rules: Rules) -> None:
    """Refuse to let others than this machine ask without a key."""
    try:
        here = ip_address(rules.host).is_loopback
    except ValueError:
        raise UsageError("`--host` is no address, such as 0.0.0.0") from None
    if not here and rules.keys is None:
        raise UsageError(f"`--host {rules.host}` lets others ask", hint="ask them for a key: `--keys FILE`")


async def _recorded(recorder: Recorder, event: Mapping[str, Json], ask: Callable[[], Awaitable[Reply]]) -> Reply:
    """Answer, and write it down; strictly, nothing is asked or answered that cannot be written."""
    strict = recorder.strict and event["what"] != "abort"  # what is bad must not go on for want of room
    if strict and not recorder.able():
        return _unwritten()
    reply = None
    try:
        reply = await ask()
    finally:
        if reply is None:
            recorder.add({**event, "status": 500})
    event = answered(event, reply.status, reply.headers)
    if not isinstance(reply.body, bytes):
        return reply._replace(body=_followed(recorder, event, reply.body))
    written = recorder.add({**event, **named(reply.body)})
    if strict and not (written and await recorder.kept()):
        return _unwritten()
    return reply


async def _followed(
    recorder: Recorder, event: Mapping[str, Json], parts: AsyncGenerator[bytes]
) -> AsyncGenerator[bytes]:
    """Yield the parts of an answer, and write down how it ended."""
    event, cut, broke = dict(event), True, False
    try:
        async with aclosing(parts):
            async for part in parts:
                if "id" not in event:
                    event |= named(part)
                broke = is_break(part)
                yield part
        cut = broke
    finally:
        recorder.add({**event, "cut": True} if cut else event)


async def _head(recorder: Recorder, _call: Call) -> Reply:
    head = {"lines": recorder.head.lines, "head": recorder.head.digest, "lost": recorder.lost}
    return Reply(200, json.dumps(head).encode())


def _fault(key: Key | None, method: str, path: str) -> tuple[int, str] | None:
    if key is None:
        return 401, "this needs a key: `Authorization: Bearer ...`"
    if not may(key.role, method, path):
        return 403, f"the key of {key.name} is for {key.role}s, and this is for others"
    return None


def _token(call: Call) -> str:
    found = _BEARER.fullmatch(call.headers.get("authorization", ""))
    return found[1] if found else ""


def _who(name: str) -> dict[str, Json]:
    return {"who": name} if name else {}


def _whole(reply: Reply) -> bytes:
    return reply.body if isinstance(reply.body, bytes) else b""


def _unwritten() -> Reply:
    return refused(UnansweredError(503, "the audit log cannot be written, and nothing goes without it"))
