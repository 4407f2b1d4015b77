"""How a repository is set up on GitHub; it is read, never written."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from harness.adapters.github.client import Client, RefusedError
from harness.adapters.github.guards import bypass_of, guard_of_protection, guards_of_rules, tag_guard
from harness.core.errors import UnavailableError
from harness.core.settings import Bypass, Guard, Home, Kept, Known, Place, TagGuard, TokenDefaults, Unknown

_MISSING = 404
_FORBIDDEN = frozenset({401, 403, _MISSING})
"""How GitHub says that a token may not read something; of what is private it says that it is not there."""
_METHOD_KEYS = {"allow_merge_commit": "merge", "allow_squash_merge": "squash", "allow_rebase_merge": "rebase"}
_PLAN = "upgrade to"
"""What GitHub says of rules where the plan has none."""


class _Absent:
    """Nothing, as GitHub says for certain: it is false, and has its words."""

    def __init__(self, why: str) -> None:
        self.why = why

    def __bool__(self) -> bool:
        return False


class GitHubSettings:
    """Asks for one setting at a time; what the token may not read is `Unknown`."""

    def __init__(self, client: Client) -> None:
        """Take who asks."""
        self._client = client

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    def home(self) -> Home:
        """Return the repository.

        Raises:
            UnavailableError: GitHub does not show it.
        """
        try:
            found = self._client.call("repos.get")
        except RefusedError as refused:
            hint = "the token must be one that may see the repository"
            raise UnavailableError(f"GitHub does not show {self._client.slug}: {refused}", hint=hint) from None
        told = {name: found[key] for key, name in _METHOD_KEYS.items() if key in found}
        methods = frozenset(name for name, on in told.items() if on) if told else _lacking("contents: write")
        return Home(self._client.slug, found["default_branch"], methods)

    def tip(self, branch: str) -> Known[str]:
        """Return the commit at which a branch is."""
        found = self._ask("contents: read", "repos.get_branch", quote(branch, safe=""))
        return found if isinstance(found, Unknown) else str(found["commit"]["sha"])

    def rulesets(self, branch: str) -> Known[tuple[Guard, ...]]:
        """Return the sets of rules that hold for a branch."""
        rules = self._list("metadata: read", "repos.get_branch_rules", quote(branch, safe=""), absent=_PLAN)
        if isinstance(rules, Unknown):
            return rules
        return tuple(guards_of_rules(rules, self._bypass))

    def tag_guards(self) -> Known[tuple[TagGuard, ...]]:
        """Return the sets of rules about tags that are in force."""
        found = self._list("metadata: read", "repos.get_repo_rulesets", absent=_PLAN)
        if isinstance(found, Unknown):
            return found
        asked = [one["id"] for one in found if one.get("target") == "tag" and one["enforcement"] == "active"]
        told = [self._ask("metadata: read", "repos.get_repo_ruleset", number) for number in asked]
        missing = [one for one in told if isinstance(one, Unknown)]
        return missing[0] if missing else tuple(map(tag_guard, told))

    def protection(self, branch: str) -> Known[tuple[Guard, ...]]:
        """Return the classic protection of a branch, if it has one."""
        need, name = "administration: read", quote(branch, safe="")
        found = self._ask(need, "repos.get_branch_protection", name, absent=f"branch not protected|{_PLAN}")
        return found if isinstance(found, Unknown) else ((guard_of_protection(found),) if found else ())

    def places(self) -> Known[Mapping[str, Known[Place]]]:
        """Return the environments by name."""
        found = self._list("actions: read", "repos.get_all_environments", key="environments")
        return found if isinstance(found, Unknown) else {one["name"]: self._place(one) for one in found}

    def kept(self, environment: str) -> Kept:
        """Return what the jobs of an environment are given."""
        name, need = quote(environment, safe=""), "environments: read"
        secrets = self._list(need, "actions.list_environment_secrets", name, key="secrets")
        variables = self._list(need, "actions.list_environment_variables", name, key="variables")
        return Kept(_names(secrets), _values(variables))

    def kept_by_all(self) -> Kept:
        """Return what the jobs of every workflow are given: the secrets of the repository, and the organisation's."""
        secrets = self._list("secrets: read", "actions.list_repo_secrets", key="secrets")
        lent = self._list("secrets: read", "actions.list_repo_organization_secrets", key="secrets")
        variables = self._list("variables: read", "actions.list_repo_variables", key="variables")
        ours, theirs = _names(secrets), _names(lent)
        if isinstance(ours, Unknown) or isinstance(theirs, Unknown):
            return Kept(ours if isinstance(ours, Unknown) else theirs, _values(variables))
        return Kept(ours | theirs, _values(variables))

    def token_defaults(self) -> Known[TokenDefaults]:
        """Return what the token of a job may do by default."""
        operation = "actions.get_github_actions_default_workflow_permissions_repository"
        found = self._ask("administration: read", operation)
        if isinstance(found, Unknown):
            return found
        writes = found["default_workflow_permissions"] != "read"
        return TokenDefaults(writes, bool(found["can_approve_pull_request_reviews"]))

    def owner_errors(self, branch: str) -> Known[tuple[str, ...]]:
        """Return what is wrong with CODEOWNERS, in GitHub's words; nothing where there is no such file."""
        found = self._ask("contents: read", "repos.codeowners_errors", absent="not found", ref=branch)
        if isinstance(found, Unknown) or not found:
            return found or ()
        return tuple(f"{one['path']}:{one['line']}: {one['message'].splitlines()[0]}" for one in found["errors"])

    def role(self, login: str) -> Known[str]:
        """Return what somebody may do here: `admin`, `write`, `read` or `none`."""
        found = self._ask(
            "metadata: read",
            "repos.get_collaborator_permission_level",
            quote(login, safe=""),
            absent="not found|is not a user",
        )
        return found if isinstance(found, Unknown) else (str(found["permission"]) if found else "none")

    def scanning(self) -> Known[bool]:
        """Return whether findings may be uploaded."""
        off, none = "must be enabled|is not enabled", "no analysis found"
        found = self._ask(
            "security-events: read", "code_scanning.list_recent_analyses", absent=f"{off}|{none}", per_page=1
        )
        if isinstance(found, Unknown):
            return found
        return not isinstance(found, _Absent) or found.why == none

    def _bypass(self, ruleset: int) -> Known[tuple[Bypass, ...]]:
        found = self._ask("administration: write", "repos.get_repo_ruleset", ruleset)
        return found if isinstance(found, Unknown) else bypass_of(found)

    def _place(self, told: Any) -> Known[Place]:  # noqa: ANN401 (GitHub's JSON)
        reviewers = any(rule["type"] == "required_reviewers" for rule in told.get("protection_rules") or ())
        policy = told.get("deployment_branch_policy")
        if not policy or not policy["custom_branch_policies"]:  # protected branches are any that somebody protects
            return Place(None, reviewers)
        operation, name = "repos.list_deployment_branch_policies", quote(told["name"], safe="")
        found = self._list("actions: read", operation, name, key="branch_policies")
        return found if isinstance(found, Unknown) else Place(tuple(one["name"] for one in found), reviewers)

    def _ask(self, need: str, operation: str, /, *given: object, absent: str = "", **named: object) -> Any:  # noqa: ANN401 (GitHub's JSON)
        """Return an answer; where GitHub says one of the words in `absent`, a false `_Absent`; else `Unknown`."""
        try:
            return self._client.call(operation, *given, **named)
        except RefusedError as refused:
            return _unanswered(need, refused, absent)

    def _list(self, need: str, operation: str, /, *given: object, key: str = "", absent: str = "") -> Known[list[Any]]:
        try:
            return list(self._client.pages(operation, *given, key=key))
        except RefusedError as refused:
            found = _unanswered(need, refused, absent)
            return found if isinstance(found, Unknown) else []


def _unanswered(need: str, refused: RefusedError, absent: str) -> "Unknown | _Absent":
    if refused.status not in _FORBIDDEN:
        raise UnavailableError(f"GitHub does not answer: {refused}", hint="run it again later") from None
    said = str(refused).lower()
    if why := next((words for words in absent.split("|") if words and words in said), ""):
        return _Absent(why)
    return _lacking(need)


def _lacking(permission: str) -> Unknown:
    return Unknown(f"permission `{permission}`")


def _names(found: Known[list[Any]]) -> Known[frozenset[str]]:
    return found if isinstance(found, Unknown) else frozenset(one["name"] for one in found)


def _values(found: Known[list[Any]]) -> Known[Mapping[str, str]]:
    return found if isinstance(found, Unknown) else {one["name"]: one["value"] for one in found}
