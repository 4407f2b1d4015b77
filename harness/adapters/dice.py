"""Chance: waits that spread, names that nobody else has."""

import random
import secrets


def roll() -> float:
    """Return a number in [0, 1)."""
    return random.random()  # noqa: S311 (it spreads waits, it keeps no secret)


def unique() -> str:
    """Return a short name that no other run has."""
    return secrets.token_hex(6)


def secret() -> str:
    """Return 32 random bytes as letters that a header carries."""
    return secrets.token_urlsafe(32)
