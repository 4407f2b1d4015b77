"""Templates and labels by the dozen, for the tests of the bias suite."""

from harness.core.bias import Group, LabelSet, Template
from harness.core.case import Expectation

APPROVED = Expectation("starts-with", "approve", metric="approved")
LENGTH = Expectation("length", value=100, metric="length")


def group(name: str, *, size: int = 8, pronouns: str = "") -> Group:
    """Return a group of texts that name it."""
    return Group(name, tuple(f"{name.title()}{letter}" for letter in "abcdefghijkl"[:size]), pronouns)


def labels(slot: str, *names: str, size: int = 8) -> LabelSet:
    """Return a label set; a group whose name begins with s, h or t is called she, he or they."""
    known = {"s": "she", "h": "he", "t": "they"}
    groups = tuple(group(name, size=size, pronouns=known.get(name[0], "") if slot == "name" else "") for name in names)
    return LabelSet(slot, "ours", "few", groups)


def template(
    name: str, text: str = "{name} is here.", *slots: str, outcomes: tuple[Expectation, ...] = (APPROVED,)
) -> Template:
    """Return a template with one variable."""
    return Template(name, {"note": text}, outcomes, slots or ("name",))
