"""GitHub's rules about a branch, rulesets and classic protection, as guards."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from harness.core.settings import METHODS, Bypass, Guard, Known, RequiredCheck, TagGuard, Unknown

_ROLES = {1: "who may read", 2: "who maintains", 3: "who may triage", 4: "who may write", 5: "administrators"}
_WRITE = 4
_ANY_APP = -1


def guards_of_rules(
    rules: Sequence[Mapping[str, Any]], bypass: Callable[[int], Known[tuple[Bypass, ...]]]
) -> Iterator[Guard]:
    """Yield the rulesets that hold for a branch.

    Args:
        rules: The rules of the branch, each with the ruleset it is of.
        bypass: Says of a ruleset for whom it does not hold.
    """
    for number in dict.fromkeys(int(rule["ruleset_id"]) for rule in rules):
        its = {rule["type"]: rule.get("parameters") or {} for rule in rules if rule["ruleset_id"] == number}
        yield _ruleset(number, its, bypass(number))


def _ruleset(number: int, its: Mapping[str, Mapping[str, Any]], bypass: Known[tuple[Bypass, ...]]) -> Guard:
    review, checks = its.get("pull_request", {}), its.get("required_status_checks", {})
    methods = frozenset(review.get("allowed_merge_methods") or METHODS)
    return Guard(
        name=f"ruleset {number}",
        checks=tuple(_required(one, "integration_id") for one in checks.get("required_status_checks", ())),
        strict=bool(checks.get("strict_required_status_checks_policy")),
        approvals=review.get("required_approving_review_count", 0),
        dismisses_stale=bool(review.get("dismiss_stale_reviews_on_push")),
        code_owners=bool(review.get("require_code_owner_review")),
        last_push=bool(review.get("require_last_push_approval")),
        forbids_force="non_fast_forward" in its,
        queue="merge_queue" in its,
        methods=methods - {"merge"} if "required_linear_history" in its else methods,
        bypass=bypass,
    )


def _required(one: Mapping[str, Any], key: str) -> RequiredCheck:
    app = one.get(key) or 0
    return RequiredCheck(one["context"], 0 if app == _ANY_APP else app)


def tag_guard(found: Mapping[str, Any]) -> TagGuard:
    """Return a ruleset about tags."""
    names = (found.get("conditions") or {}).get("ref_name") or {}
    rules = frozenset(rule["type"] for rule in found.get("rules") or ())
    return TagGuard(tuple(names.get("include", ())), tuple(names.get("exclude", ())), rules, bypass_of(found))


def bypass_of(ruleset: Mapping[str, Any]) -> Known[tuple[Bypass, ...]]:
    """Return for whom a ruleset does not hold, which GitHub tells only those who may change it."""
    if "bypass_actors" not in ruleset:
        return Unknown("permission `administration: write`")
    return tuple(_actor(one) for one in ruleset["bypass_actors"])


def _actor(one: Mapping[str, Any]) -> Bypass:
    number = one.get("actor_id") or 0
    if one["actor_type"] == "RepositoryRole":
        return Bypass(_ROLES.get(number, f"the role {number}"), everybody=number == _WRITE)
    names = {
        "Integration": f"App {number}",
        "OrganizationAdmin": "the organisation's administrators",
        "Team": f"team {number}",
        "DeployKey": "deploy keys",
    }
    return Bypass(names.get(one["actor_type"], f"user {number}"))


def guard_of_protection(found: Mapping[str, Any]) -> Guard:
    """Return the classic protection of a branch."""
    checks, review = found.get("required_status_checks") or {}, found.get("required_pull_request_reviews") or {}
    linear, admins = _on(found, "required_linear_history"), _on(found, "enforce_admins")
    return Guard(
        name="branch protection",
        checks=tuple(_required(one, "app_id") for one in checks.get("checks", ())),
        strict=bool(checks.get("strict")),
        approvals=review.get("required_approving_review_count", 1 if review else 0),
        dismisses_stale=bool(review.get("dismiss_stale_reviews")),
        code_owners=bool(review.get("require_code_owner_reviews")),
        last_push=bool(review.get("require_last_push_approval")),
        forbids_force=not _on(found, "allow_force_pushes"),
        methods=METHODS - {"merge"} if linear else METHODS,
        bypass=() if admins else (Bypass("administrators"),),
    )


def _on(found: Mapping[str, Any], key: str) -> bool:
    return bool((found.get(key) or {}).get("enabled"))
