"""What a token must be allowed for each operation, after GitHub's table of permissions of its applications."""

from tests.github.records import RefusedError, Token

TABLE = """
actions/create-workflow-dispatch actions:write
actions/download-artifact actions:read
actions/get-allowed-actions-repository administration:read
actions/get-github-actions-default-workflow-permissions-repository administration:read
actions/get-github-actions-permissions-repository administration:read
actions/get-pending-deployments-for-run actions:read
actions/get-workflow-run actions:read
actions/list-environment-secrets environments:read
actions/list-environment-variables environments:read
actions/list-jobs-for-workflow-run actions:read
actions/list-repo-organization-secrets secrets:read
actions/list-repo-secrets secrets:read
actions/list-repo-variables actions_variables:read
actions/list-workflow-run-artifacts actions:read
actions/list-workflow-runs actions:read
actions/review-pending-deployments-for-run deployments:write
apps/create-installation-access-token app
apps/get-authenticated app
apps/get-repo-installation app
checks/create checks:write
checks/get checks:read
checks/list-annotations checks:read
checks/list-for-ref checks:read
checks/update checks:write
code-scanning/get-sarif security_events:read
code-scanning/list-recent-analyses security_events:read
code-scanning/upload-sarif security_events:write
git/create-blob contents:write
git/create-commit contents:write
git/create-ref contents:write
git/create-tag contents:write
git/create-tree contents:write
git/delete-ref contents:write
git/get-blob contents:read
git/get-commit contents:read
git/get-ref contents:read
git/get-tag contents:read
git/get-tree contents:read
git/list-matching-refs contents:read
git/update-ref contents:write
issues/add-labels thread:write
issues/create issues:write
issues/create-comment thread:write
issues/create-label issues:write pull_requests:write
issues/delete-comment thread:write
issues/get thread:read
issues/get-comment thread:read
issues/get-label issues:read pull_requests:read
issues/list-comments thread:read
issues/list-for-repo issues:read
issues/list-labels-on-issue thread:read
issues/remove-label thread:write
issues/set-labels thread:write
issues/update thread:write
issues/update-comment thread:write
meta/get metadata:read
pulls/create pull_requests:write
pulls/create-review pull_requests:write
pulls/get pull_requests:read
pulls/list pull_requests:read
pulls/list-commits pull_requests:read
pulls/list-files pull_requests:read
pulls/list-reviews pull_requests:read
pulls/merge contents:write
pulls/update pull_requests:write
rate-limit/get metadata:read
repos/codeowners-errors contents:read
repos/compare-commits-with-basehead contents:read
repos/create-attestation attestations:write
repos/create-commit-status statuses:write
repos/create-deployment deployments:write
repos/create-deployment-status deployments:write
repos/create-dispatch-event contents:write
repos/create-or-update-environment administration:write
repos/create-repo-ruleset administration:write
repos/get metadata:read
repos/get-all-environments actions:read
repos/get-branch contents:read
repos/get-branch-protection administration:read
repos/get-branch-rules metadata:read
repos/get-collaborator-permission-level metadata:read
repos/get-combined-status-for-ref statuses:read
repos/get-commit contents:read
repos/get-content contents:read
repos/get-deployment deployments:read
repos/get-environment actions:read
repos/get-repo-ruleset metadata:read
repos/get-repo-rulesets metadata:read
repos/list-attestations attestations:read
repos/list-commit-statuses-for-ref statuses:read
repos/list-deployment-branch-policies actions:read
repos/list-deployment-statuses deployments:read
repos/list-deployments deployments:read
repos/list-pull-requests-associated-with-commit pull_requests:read
users/get-authenticated user
"""
"""Operation and permissions, of which one is enough.

`thread` is `pull_requests` on a pull request, else `issues`; `app` is an application's claim in place of a token, and
`user` a token of a person. The two name who asks and not what is allowed, and their handlers look.
"""

NEEDED = {words[0]: tuple(words[1:]) for words in map(str.split, TABLE.strip().splitlines())}


def accepted(operation: str, *, pull: bool) -> tuple[str, ...]:
    """Return the permissions of which an operation needs one; `pull` says whether it is about a pull request."""
    thread = "pull_requests" if pull else "issues"
    return tuple(one.replace("thread:", f"{thread}:") for one in NEEDED[operation])


def authorise(token: Token, operation: str, *, pull: bool) -> None:
    """Let a token that may do this pass.

    Raises:
        RefusedError: It may not.
    """
    wanted = accepted(operation, pull=pull)
    if not any(token.allows(*one.split(":")) for one in wanted):
        raise RefusedError(403, "Resource not accessible by integration")
