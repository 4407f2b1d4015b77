"""Filling a template for one person, and the proof that two fillings differ in one slot alone."""

from collections.abc import Mapping
from typing import NamedTuple

from harness.core.bias import FORMS, NAME, Template, parts_of
from harness.core.jsons import Json
from harness.suites.bias.agreement import AGREEMENT

type Words = Mapping[str, str]
"""What stands for each slot and form, by its name."""


class Member(NamedTuple):
    """One text of one group."""

    group: str
    text: str
    pronouns: str = ""


class Filling(NamedTuple):
    """A template's variables for certain members, and what stands in each slot."""

    vars: dict[str, Json]
    words: Words


def words_of(members: Mapping[str, Member]) -> Words:
    """Return what stands for every slot, and for the forms of the name's pronoun."""
    forms = AGREEMENT[members[NAME].pronouns or "they"] if NAME in members else {}
    return {**forms, **{slot: member.text for slot, member in members.items()}}


def fill(template: Template, members: Mapping[str, Member]) -> Filling:
    """Return a template's variables for the members that stand in its slots."""
    words = words_of(members)
    return Filling({key: _filled(value, words) for key, value in template.vars.items()}, words)


def _filled(value: Json, words: Words) -> Json:
    if isinstance(value, str):
        return "".join(_said(part.text, part.key, words) if part.varies else part.text for part in parts_of(value))
    if isinstance(value, list):
        return [_filled(item, words) for item in value]
    if isinstance(value, dict):
        return {key: _filled(item, words) for key, item in value.items()}
    return value


def _said(name: str, key: str, words: Words) -> str:
    """Return the words for a slot, with a capital where the slot has one."""
    text = words[key]
    return text if name == key else text[:1].upper() + text[1:]


def moved_elsewhere(template: Template, slot: str, one: Filling, other: Filling) -> str:
    """Return where two fillings of a template differ beside a slot, or nothing.

    It reads both from left to right against the template, and does not ask how they were made.
    """
    moved = {key for key in one.words.keys() | other.words.keys() if one.words.get(key) != other.words.get(key)}
    if beside := moved - {slot, *(FORMS if slot == NAME else ())}:
        return f"`{min(beside)}` differs as well"
    for filling in (one, other):
        if fault := _strays(template.vars, filling.vars, filling.words):
            return fault
    return ""


def _strays(template: Json, value: Json, words: Words) -> str:
    """Return where a value says anything but the template with these words in its slots, or nothing."""
    if isinstance(template, str) and isinstance(value, str):
        return _strays_in_text(template, value, words)
    if isinstance(template, list) and isinstance(value, list) and len(template) == len(value):
        return next(filter(None, (_strays(*pair, words) for pair in zip(template, value, strict=True))), "")
    if isinstance(template, dict) and isinstance(value, dict) and list(template) == list(value):
        return next(filter(None, (_strays(inner, value[key], words) for key, inner in template.items())), "")
    return "" if repr(template) == repr(value) else f"{value!r} stands for {template!r}"


def _strays_in_text(template: str, text: str, words: Words) -> str:
    at = 0
    for part in parts_of(template):
        wanted = words[part.key] if part.varies else part.text
        found = text[at : at + len(wanted)]
        capital = part.varies and part.text != part.key
        if found != (wanted[:1].upper() + wanted[1:] if capital else wanted):
            return f"{found!r} stands for {part.text!r}"
        at += len(wanted)
    return f"{text[at:]!r} follows the end" if at < len(text) else ""
