"""Who may ask what of a gateway: keys by their hashes, and the role of each."""

from enum import StrEnum
from typing import NamedTuple

PREFIX = "hk_"
"""How a key begins, so that whoever searches files for secrets finds it."""


class Role(StrEnum):
    """What a key is for."""

    APP = "app"
    """Asks prompts, and says what people thought of the answers."""
    VIEWER = "viewer"
    """Sees how an environment does: metrics, the rollout, the head of the audit log."""
    MANAGER = "manager"
    """A viewer who may also make the gateway look at git, and stop a rollout; nobody can start one here."""


class Key(NamedTuple):
    """A key, known by its hash alone."""

    name: str
    role: Role
    sha256: str
    """64 hex digits. A key is 32 random bytes: nobody guesses those, however fast a hash is tried."""


_ROLES = {
    ("POST", "/v1/chat/completions"): {Role.APP},
    ("POST", "/v1/prompts/{name}"): {Role.APP},
    ("POST", "/v1/feedback"): {Role.APP},
    ("GET", "/v1/rollout"): {Role.VIEWER, Role.MANAGER},
    ("GET", "/v1/audit"): {Role.VIEWER, Role.MANAGER},
    ("GET", "/metrics"): {Role.VIEWER, Role.MANAGER},
}
OPEN = {("GET", "/healthz")}
"""What anybody may ask: whoever starts and stops processes has no key."""


def may(role: Role, method: str, path: str) -> bool:
    """Return whether a role may ask for a route; one that nobody thought of is for managers alone."""
    return role in _ROLES.get((method, path), {Role.MANAGER})
