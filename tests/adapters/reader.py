"""Questions to the embedded reader, and the documents and rules that they are about."""

import asyncio
from typing import Any

from harness.adapters.embedded import Embedded
from harness.core.completion import Completion
from harness.core.pin import Pin, Price
from harness.core.prompt import Message, Request

PIN = Pin("reader", "embedded", "reader", "1", price=Price(150_000, 600_000))
OPENING = '<document id="rooms/atlas">The atlas room opens at 9 am. It has twelve desks and a lift.</document>'
FEES = '<document id="fees">Lockers cost two euros a day. A lost key costs thirty euros.</document>'
ABSTAIN = 'If the documents do not answer the question, reply exactly: "Ask the desk."'
WHEN = "When does the atlas room open?"
RULES = """\
1. refuse if kind is gift card or voucher: Vouchers are final.
2. approve if days is at most 30 and region is not one of UK, US: In time.
3. escalate if amount is more than 500: Too much.
4. refuse otherwise: Too late.
If approve, call pay with the order and the amount.
"""
PAY: dict[str, Any] = {
    "type": "function",
    "function": {
        "name": "pay",
        "parameters": {"type": "object", "properties": {"order": {"type": "string"}, "amount": {"type": "number"}}},
    },
}
TRIAGE: dict[str, Any] = {
    "name": "triage",
    "schema": {
        "type": "object",
        "properties": {
            "queue": {"type": "string", "enum": ["shipping", "billing", "other"]},
            "urgent": {"type": "boolean"},
            "tags": {"type": "array", "items": {"type": "string", "enum": ["parcel", "invoice"]}},
            "days_waited": {"type": "integer"},
            "amount": {"type": "number"},
            "paid": {"type": "string"},
        },
    },
}
SORT = """\
Reply with JSON only.
- shipping: parcel, courier, late
- billing: invoice, charged twice
- other: compliment
- urgent: true if fire, hurt
"""


def ask(system: str, user: str, pin: Pin = PIN, **more: Any) -> Completion:  # noqa: ANN401 (fields of a request)
    """Return the reader's answer to one question."""
    parameters = {**pin.parameters, **more.pop("parameters", {})}
    request = Request((Message("system", system), Message("user", user)), parameters, **more)
    return asyncio.run(Embedded().complete(pin, request))
