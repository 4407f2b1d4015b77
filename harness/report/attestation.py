"""`attestation.json`: the verdict as an in-toto statement, the same bytes for the same files."""

import json
from collections.abc import Iterator

from harness.core.attestation import (
    BASE,
    COMMIT,
    CONTENT,
    PREDICATE_TYPE,
    RELEASE,
    STATEMENT_TYPE,
    VERDICT,
    Result,
    Sources,
    content_digest,
    live,
)
from harness.core.digest import text_digest
from harness.core.jsons import Json
from harness.core.verdict import Check, Outcome, Verdict, worst

_JUDGED = frozenset({"changed", "added", "all"})
"""How a pair stands that was judged."""
_POLICY = "file:params.yaml"
_PACKAGE = "pkg:pypi/prompt-harness"


def as_statement(verdict: Verdict, sources: Sources) -> str:
    """Return what is signed: that these checks of this content came to this."""
    predicate: dict[str, Json] = {"result": result_of(verdict), "configuration": list(_configuration(verdict, sources))}
    if sources.url:
        predicate["url"] = sources.url
    named = _outcomes(verdict)
    for key, outcomes in _LISTS.items():
        predicate[key] = [name for name, outcome in sorted(named.items()) if outcome in outcomes]
    predicate["annotations"] = _annotations(verdict)
    data: dict[str, Json] = {
        "_type": STATEMENT_TYPE,
        "subject": list(_subjects(verdict, sources.release)),
        "predicateType": PREDICATE_TYPE,
        "predicate": predicate,
    }
    return json.dumps(data, indent=1, ensure_ascii=True) + "\n"


def result_of(verdict: Verdict) -> Result:
    """Return what a verdict comes to: passed only if base's policy judged all, and somebody let through what is open.

    Where there is no base, there is no policy but the candidate's.
    """
    came_to = {check.outcome for check in verdict.checks}
    if Outcome.BLOCKED in {verdict.outcome, *came_to}:
        return Result.FAILED
    open_checks = [check for check in verdict.checks if check.outcome is not Outcome.PASSED]
    closed = all(map(verdict.leave, open_checks))
    preview = bool(verdict.run.replayed) or (verdict.policy != "base" and verdict.base is not None)
    whole = verdict.scope == "full" and not preview
    return Result.PASSED if verdict.outcome is Outcome.PASSED and closed and whole else Result.WARNED


def check_name(check: Check) -> str:
    """Return the name of a check: what it is about, its rule, then gate, metric and slice where it has them."""
    return " ".join(
        filter(None, [check.about, check.rule, check.gate, check.metric, check.slice and f"[{check.slice}]"])
    )


_LISTS = {
    "passedTests": frozenset({Outcome.PASSED}),
    "warnedTests": frozenset({Outcome.INCONCLUSIVE, Outcome.UNAVAILABLE}),
    "failedTests": frozenset({Outcome.BLOCKED}),
}


def _outcomes(verdict: Verdict) -> dict[str, Outcome]:
    """Return what each name came to; where two checks share one, the worse."""
    named: dict[str, Outcome] = {}
    for check in verdict.checks:
        name = check_name(check)
        named[name] = worst([check.outcome, named.get(name, check.outcome)])
    return named


def _subjects(verdict: Verdict, release: str) -> Iterator[Json]:
    """Yield what was judged: all pairs as one, the commit and its release if the tree was one, each judged pair."""
    yield {"name": CONTENT, "digest": {"sha256": content_digest(verdict)}}
    if commit := _commit(verdict):
        yield {"name": COMMIT, "digest": {"gitCommit": commit}}
    if release:
        yield {"name": RELEASE, "digest": {"sha256": release}}
    for pair in verdict.pairs:
        if live(pair) and pair.status in _JUDGED:
            yield {"name": f"{pair.suite}/{pair.prompt}", "digest": {"sha256": pair.candidate_digest}}


def _commit(verdict: Verdict) -> str:
    return "" if verdict.candidate.dirty else verdict.candidate.commit


def _configuration(verdict: Verdict, sources: Sources) -> Iterator[Json]:
    """Yield by what was judged: policy, base, harness, verdict with its pages, pins."""
    policy: dict[str, Json] = {"name": "policy", "uri": _POLICY, "annotations": {"of": verdict.policy}}
    if sources.policy:
        policy["digest"] = {"gitBlob": sources.policy}
    yield policy
    if verdict.base and verdict.base.commit:
        yield {"name": BASE, "digest": {"gitCommit": verdict.base.commit}, "annotations": {"label": verdict.base.label}}
    yield {
        "name": "harness",
        "uri": f"{_PACKAGE}@{verdict.version}",
        "annotations": {"advisory": verdict.advisory},
    }
    yield {"name": VERDICT, "digest": {"sha256": sources.verdict}, "annotations": {"schema": verdict.schema}}
    for name, digest in sources.pages.items():
        yield {"name": name, "digest": {"sha256": digest}}
    pins: dict[str, list[Json]] = {}
    for pair in verdict.pairs:
        if pair.pin and live(pair):
            pins.setdefault(pair.pin, []).append(f"{pair.suite}/{pair.prompt}")
    for pin, pairs in sorted(pins.items()):
        yield {"name": "pin", "digest": {"sha256": text_digest(pin)}, "annotations": {"pin": pin, "pairs": pairs}}


def _annotations(verdict: Verdict) -> dict[str, Json]:
    """Return what an auditor asks first: who let checks through, and what the verdict covers."""
    lifted: list[Json] = [
        {"check": one.check, "by": one.by, "how": one.how, "reason": one.reason, "until": one.until}
        for one in verdict.lifted
    ]
    return {
        "lifted": lifted,
        "outcome": verdict.outcome,
        "scope": verdict.scope,
        "mode": verdict.mode,
        "profile": verdict.profile,
        "replayed": verdict.run.replayed,
    }
