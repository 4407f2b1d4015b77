"""The first page of an evidence pack: what it holds, what each part proves, and what nobody proves."""

from collections.abc import Sequence
from typing import NamedTuple

from harness.core.digest import short
from harness.report.quoting import cell


class Shown(NamedTuple):
    """A release in a pack."""

    release: str
    """All 64 digits."""
    result: str
    """`proven`, or why it is not."""
    lifted: Sequence[str] = ()
    """Who let what through."""
    pages: Sequence[str] = ()
    """Pages that were signed and are in the pack."""
    missing: Sequence[str] = ()
    """Pages that were signed and are not."""


def as_page(about: str, commit: str, shown: Sequence[Shown], attached: Sequence[str]) -> str:
    """Return README.md."""
    return "\n".join(
        [
            f"# Evidence: {about}",
            "",
            f"Collected from commit `{commit}`: the same command on another clone of it makes the same bytes.",
            "",
            "Check it by `harness evidence --verify PACK --key gate.pem.pub`, with a key that you have from elsewhere:",
            "the one in `rules/` came with the pack and vouches for nothing.",
            "",
            "| part | shows | by |",
            "|---|---|---|",
            "| `manifest.json` | which files belong to the pack | the SHA-256 of each |",
            "| `releases/R/V/release.json` | the prompts and pins that serve | its SHA-256 is the release's name |",
            "| `releases/R/V/attestation.dsse.json` | that the gate let just this release pass | the key's signature |",
            "| `releases/R/V/verdict.json` | every check, and who let what through | its digest is signed |",
            "| pages beside it, such as `bias-evidence.md` | the same for people, and bias | their SHA-256 is signed |",
            "| `environments/E/history.json` | what ran when, by which commit of whom | git, at the commit above |",
            "| `environments/E/*.yaml` | approvals, quarantine, freezes and strategy at each of them | git, as above |",
            "| `rules/` | whose signature counts here, and who may let checks through | git, as above |",
            "| `attached/` | what somebody added | nothing but the manifest |",
            "",
            *_releases(shown),
            *(["", "Attached: " + ", ".join(f"`{name}`" for name in attached)] if attached else []),
            "",
        ]
    )


def _releases(shown: Sequence[Shown]) -> list[str]:
    rows = [f"| `{short(one.release)}` | {cell(one.result)} | {cell(_more(one))} |" for one in shown]
    return ["| release | by the key in `rules/` | more |", "|---|---|---|", *rows] if rows else ["No release."]


def _more(one: Shown) -> str:
    parts = [*one.lifted]
    if one.pages:
        parts.append(f"with {', '.join(one.pages)}")
    if one.missing:
        parts.append(f"signed and not here: {', '.join(one.missing)}")
    return "; ".join(parts)
