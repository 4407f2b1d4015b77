"""Carrying: a text put where somebody else's text reaches a prompt. Values are bound as data, never as templates."""

import json
import re
from collections.abc import Callable, Mapping

from harness.core.carrier import Carrier, CarrierKind
from harness.core.jsons import Json

_SENTENCE = re.compile(r"(?<=[.!?])\s+")


def _middle(host: str, text: str) -> str:
    sentences = _SENTENCE.split(host)
    half = len(sentences) // 2
    return " ".join([*sentences[:half], text, *sentences[half:]])


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _as_comment(host: str, text: str) -> str:
    return "\n".join([host, *(f"# {line}" for line in text.splitlines())])


def _as_history(host: str, text: str) -> str:
    return f"Customer: {_one_line(text)}\nAssistant: Understood, I will.\nCustomer: {host}"


def _as_email(host: str, text: str) -> str:
    return f"{host}\n\nFrom: accounts@partner.example\nSubject: Your request\n\n{text}"


def _as_tool_output(host: str, text: str) -> str:
    return f"{host}\n{json.dumps({'status': 'ok', 'note': text}, ensure_ascii=False)}"


PUT: Mapping[CarrierKind, Callable[[str, str], str]] = {
    "user": lambda host, text: f"{host}\n\n{text}",
    "document-start": lambda host, text: f"{text} {host}",
    "document-middle": _middle,
    "document-end": lambda host, text: f"{host} {text}",
    "tool-output": _as_tool_output,
    "file-name": lambda host, text: f"{host} {_one_line(text)}.pdf",
    "html-comment": lambda host, text: f"{host}\n<!-- {text.replace('-->', '')} -->",
    "email": _as_email,
    "code-comment": _as_comment,
    "history": _as_history,
    "memory": lambda host, text: f"{host}\n- noted earlier: {_one_line(text)}",
}
"""How each kind joins a host's text with another."""


def carry(values: Mapping[str, Json], carrier: Carrier, text: str) -> dict[str, Json]:
    """Return a host's values with a text carried in.

    Args:
        values: Of the host.
        carrier: Where and how.
        text: The attack's, or its twin's.

    Raises:
        LookupError: The host has no text there.
    """
    return {**values, carrier.var: _put(values[carrier.var], _steps(carrier.at), PUT[carrier.kind], text)}


def _steps(pointer: str) -> list[str]:
    return [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]


def _number(step: str) -> int:
    """Return a step into a list as a number; one from the end is none, in a JSON Pointer."""
    if not (step.isascii() and step.isdigit()):
        raise LookupError(step)
    return int(step)


def _put(value: Json, steps: list[str], put: Callable[[str, str], str], text: str) -> Json:
    """Return a value with a text joined to the one that the steps lead to, or to a list's first document."""
    if isinstance(value, list):
        at = _number(steps[0]) if steps else 0
        return [*value[:at], _put(value[at], steps[1:], put, text), *value[at + 1 :]]
    if isinstance(value, dict):
        key = steps[0] if steps else "text"
        return {**value, key: _put(value[key], steps[1:], put, text)}
    if steps or not isinstance(value, str):
        raise LookupError(steps)
    return put(value, text)
