"""`verdict.json`: the verdict as data, and its digest."""

import json
from dataclasses import asdict
from typing import Any

from harness.core.digest import digest
from harness.core.verdict import Verdict


def as_data(verdict: Verdict) -> dict[str, Any]:
    """Return the verdict as plain data, in the order of its fields."""
    return asdict(verdict)


def verdict_digest(verdict: Verdict) -> str:
    """Return the digest of what was judged and how; two runs of one gate share it."""
    data = as_data(verdict)
    del data["run"]
    return digest("verdict", data)


def as_json(verdict: Verdict) -> str:
    """Return `verdict.json`, ASCII only, so that no reader is surprised."""
    return json.dumps(as_data(verdict), indent=1, ensure_ascii=True) + "\n"
