"""Authority: who may let an inconclusive check through, and which ones somebody let through already."""

from dataclasses import dataclass, field

from harness.core.errors import Origin


@dataclass(frozen=True, slots=True)
class CheckWaiver:
    """One entry of `waivers:` in .github/waivers.yaml: an inconclusive check that may pass, by a manager's leave."""

    check: str
    """The pair it is about, as `suite/prompt`."""
    digest: str
    """All 64 digits of what was judged: it holds for this content, and no other."""
    owner: str
    reason: str
    expires: str
    """The last day, as `2026-12-31`."""
    origin: Origin = field(default=Origin(""), compare=False)


@dataclass(frozen=True, slots=True)
class Authority:
    """.github/waivers.yaml; always read from base."""

    managers: frozenset[str] = frozenset()
    """The logins of those whose approval, or waiver, lets an inconclusive check through."""
    waivers: tuple[CheckWaiver, ...] = ()
