"""What all connections of the fault server share, and what the calls under `/-/` read and change."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from random import Random
from typing import Any

from tests.endpoint.decide import Call, Memory, decide, parted
from tests.endpoint.delivery import Occasion, Reply
from tests.endpoint.faults import Settings, changed, draw, failed
from tests.endpoint.ledger import Ledger, Page, Seen, Visit
from tests.endpoint.rules import ApiError, Json, payload
from tests.endpoint.wire import MalformedError, Request

CONTROL = "/-/"


@dataclass(slots=True)
class State:
    """A running server, without its sockets.

    Attributes:
        clock: Returns seconds since 1970.
        dice: Draws the faults; it was seeded with `settings.seed`.
        cpu: Returns the seconds of processor time that were used.
    """

    settings: Settings
    dice: Random
    clock: Callable[[], float]
    cpu: Callable[[], float]
    ledger: Ledger = field(default_factory=Ledger)
    memory: Memory = field(default_factory=Memory)
    serial: int = 0

    def receive(self, request: Request, *, known: Page | None) -> tuple[Visit, Reply, Occasion]:
        """Note a request and decide on it; `known` is the page on which its connection was noted."""
        self.serial += 1
        mode, route = parted(request.target)
        found = body_of(request)
        model = found.get("model") if isinstance(found, dict) else None
        digest = sha256(request.body).hexdigest()
        seen = Seen(mode, request.target, request.headers, digest, model if isinstance(model, str) else "")
        visit = self.ledger.begin(seen, known=known)
        now = self.clock()
        call = Call(mode, request.method, route, request.headers, found, digest, self.serial, now)
        fault = draw(self.settings.faults, self.dice.random())
        reply = decide(call, fault, self.settings, self.memory)
        return visit, reply, Occasion(self.serial, now, request.keep_alive, self.settings.drip)

    def receive_malformed(self, error: MalformedError, *, known: Page | None) -> tuple[Visit, Reply, Occasion]:
        """Note bytes that are no request, and refuse them; the connection ends with that."""
        self.serial += 1
        visit = self.ledger.begin(Seen("", "", {}, "", ""), known=known)
        occasion = Occasion(self.serial, self.clock(), keep_alive=False, drip=0)
        return visit, failed(ApiError(error.status, str(error), code="malformed_request")), occasion

    def control(self, request: Request) -> Reply:
        """Answer a call under `/-/`: it reads or changes what the server does, and is not counted."""
        match request.method, request.target.removeprefix(CONTROL):
            case "GET", "counts":
                return told(asdict(self.ledger.counts(self.cpu())))
            case "GET", "requests":
                return told(self.ledger.requests())
            case "POST", "reset":
                self.ledger.reset()
                self.memory = Memory(accepted=self.memory.accepted)
                self.dice.seed(self.settings.seed)
                return told({})
            case "POST", "set":
                return self.set(request.body)
        return told({"error": f"no such call: {request.method} {request.target}"}, 404)

    def set(self, body: bytes) -> Reply:
        """Change the settings that a JSON object names; a seed starts the generator anew."""
        try:
            options = json.loads(body)
            self.settings = changed(self.settings, options)
        except (ValueError, AttributeError) as error:
            return told({"error": str(error)}, 400)
        if "seed" in options:
            self.dice.seed(self.settings.seed)
        return told({})


def told(document: Any, status: int = 200) -> Reply:  # noqa: ANN401  # whatever JSON can say
    """Return the answer to a control call."""
    return Reply(status, json.dumps(document).encode())


def body_of(request: Request) -> Json | ApiError:
    """Return the object in a request's body, or why there is none."""
    if request.method != "POST":
        return {}
    try:
        return payload(request.headers.get("content-type", ""), request.body)
    except ApiError as error:
        return error
