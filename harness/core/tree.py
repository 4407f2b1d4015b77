"""The trees that a verdict is about, and what it says of a change to what judges them."""

from dataclasses import dataclass

from harness.core.document import Document

POLICY_CHANGED = "the policy is changed: judged by base's; the new one counts once merged"
"""The notice of a change that edits the policy by which it is judged."""

HARNESS_CHANGED = "the harness is changed: judged by base's; the new one counts once merged"
"""The notice of a change that brings another judge."""


@dataclass(frozen=True, slots=True)
class Tree(Document):
    """Which files were judged, or judged against."""

    label: str
    commit: str = ""
    """The commit judged, or the one that the working tree has checked out."""
    dirty: bool = False
    """Whether the working tree holds changes or new files that this commit does not."""
