"""Everything the fake remembers beside what git holds."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from tests.github.contract import Doc
from tests.github.records import WORKFLOWS, App, Event, Issue, Pull, RefusedError, Token
from tests.github.repository import NOBODY, Repository

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
WEB = "https://github.com"


@dataclass
class World:
    """One repository on GitHub, with all that was ever said about it."""

    git: Repository
    full_name: str = "acme/desk"
    branch: str = "main"
    url: str = "https://api.github.com"
    private: bool = False
    members: dict[str, str] = field(default_factory=dict)
    """What each collaborator may do here: read, triage, write, maintain or admin."""
    tokens: dict[str, Token] = field(default_factory=dict)
    apps: dict[str, App] = field(default_factory=dict)
    issues: dict[int, Issue] = field(default_factory=dict)
    labels: dict[str, Doc] = field(default_factory=dict)
    checks: dict[int, Doc] = field(default_factory=dict)
    annotations: dict[int, list[Doc]] = field(default_factory=dict)
    statuses: list[Doc] = field(default_factory=list)
    deployments: dict[int, Doc] = field(default_factory=dict)
    deployment_statuses: dict[int, list[Doc]] = field(default_factory=dict)
    environments: dict[str, Doc] = field(default_factory=dict)
    branch_policies: dict[str, list[str]] = field(default_factory=dict)
    """The patterns of branches that may use an environment with policies of its own."""
    rulesets: dict[int, Doc] = field(default_factory=dict)
    protections: dict[str, Doc] = field(default_factory=dict)
    """Classic protection of branches."""
    sarifs: dict[str, Doc] = field(default_factory=dict)
    """Findings by upload: what was sent, and `document`, the decoded log."""
    settings: Doc = field(default_factory=dict)
    """What else the repository says of itself, to those who may change it, such as `allow_squash_merge`."""
    owner_errors: list[str] = field(default_factory=list)
    """What GitHub finds wrong with CODEOWNERS."""
    scanning: bool = True
    """Whether code scanning is switched on."""
    attestations: dict[str, list[Doc]] = field(default_factory=dict)
    runs: dict[int, Doc] = field(default_factory=dict)
    """Runs of workflows, as a test or a local runner puts them here."""
    artifacts: dict[int, Doc] = field(default_factory=dict)
    archives: dict[int, bytes] = field(default_factory=dict)
    pending: dict[int, list[Doc]] = field(default_factory=dict)
    secrets: dict[str, list[str]] = field(default_factory=dict)
    """Names of secrets: of the repository below an empty name, and of each environment."""
    organisation_secrets: list[str] = field(default_factory=list)
    """The names of secrets that the organisation lends to this repository."""
    variables: dict[str, str] = field(default_factory=dict)
    environment_variables: dict[str, dict[str, str]] = field(default_factory=dict)
    actions: Doc = field(default_factory=dict)
    """How GitHub Actions may be used here."""
    dispatches: list[Event] = field(default_factory=list)
    """The events that were asked for, as their workflows would get them."""
    known: dict[str, str] = field(default_factory=dict)
    """Where the refs pointed when the last event was told."""
    _ids: int = 1000
    _seconds: int = 0

    @property
    def root(self) -> str:
        """The API's address of this repository."""
        return f"{self.url}/repos/{self.full_name}"

    @property
    def web(self) -> str:
        """The address of this repository for people."""
        return f"{WEB}/{self.full_name}"

    @property
    def owner(self) -> str:
        """Whose repository it is."""
        return self.full_name.split("/", maxsplit=1)[0]

    def now(self) -> str:
        """Return the present moment; each look is a second later."""
        self._seconds += 1
        return (BEGIN + timedelta(seconds=self._seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")

    def identity(self) -> int:
        """Return an id that nothing has had."""
        self._ids += 1
        return self._ids

    def app(self, slug: str, permissions: Mapping[str, str] | None = None) -> App:
        """Return an application, registered and installed where it was not."""
        if slug not in self.apps:
            number = 15368 if slug == WORKFLOWS else self.identity()
            self.apps[slug] = App(number, slug, self.identity(), dict(permissions or {}))
        return self.apps[slug]

    def issue(self, number: int) -> Issue:
        """Return an issue or pull request.

        Raises:
            RefusedError: There is none.
        """
        if number not in self.issues:
            raise RefusedError(404, "Not Found")
        return self.issues[number]

    def pull(self, number: int) -> tuple[Issue, Pull]:
        """Return a pull request, with its head and base as git has them now.

        Raises:
            RefusedError: There is none.
        """
        issue = self.issue(number)
        if issue.pull is None:
            raise RefusedError(404, "Not Found")
        self.refresh(issue)
        return issue, issue.pull

    def pulls(self) -> Iterator[tuple[Issue, Pull]]:
        """Yield all pull requests, oldest first."""
        for number, issue in sorted(self.issues.items()):
            if issue.pull:
                yield self.pull(number)

    def queued(self, branch: str) -> str:
        """Return the last commit in the merge queue of a branch, or an empty string."""
        groups = [one.pull.group for one in self.issues.values() if one.pull and one.pull.group]
        heads = {base: head for ref, base, head in groups if ref.startswith(f"refs/heads/gh-readonly-queue/{branch}/")}
        at = self.git.tip(f"refs/heads/{branch}")
        while at in heads:
            at = heads[at]
        return at if heads else ""

    def comment(self, number: int) -> tuple[Issue, Doc]:
        """Return a comment and where it stands.

        Raises:
            RefusedError: There is none.
        """
        for issue in self.issues.values():
            if number in issue.comments:
                return issue, issue.comments[number]
        raise RefusedError(404, "Not Found")

    def fork(self, name: str) -> Repository:
        """Return the repository of a fork."""
        return Repository(self.git.path.with_name(name.replace("/", "+") + ".git"))

    def refresh(self, issue: Issue) -> None:
        """Let an open pull request follow its branches, and its `refs/pull/` them."""
        pull = issue.pull
        if pull is None or issue.state != "open":
            return
        inside = pull.head_repository == self.full_name
        source = self.git if inside else self.fork(pull.head_repository)
        head = source.tip(f"refs/heads/{pull.head_ref}") or pull.head
        tip = self.git.tip(f"refs/heads/{pull.base_ref}") or pull.tip
        ref = f"refs/pull/{issue.number}"
        if (head, tip) == (pull.head, pull.tip) and self.git.tip(f"{ref}/head") == head:
            return
        if not inside:
            self.git.git("fetch", "-q", "--no-tags", str(source.path), f"+refs/heads/{pull.head_ref}:{ref}/head")
        pull.base = pull.base if head == pull.head and pull.base else tip
        pull.head, pull.tip = head, tip
        self.git.set_ref(f"{ref}/head", head)
        tree = self.git.merged(tip, head)
        if tree:
            merge = self.git.commit(tree, (tip, head), f"Merge {head} into {tip}")
            self.git.set_ref(f"{ref}/merge", merge)
        elif self.git.tip(f"{ref}/merge"):
            self.git.drop_ref(f"{ref}/merge")

    def commit(self, sha: str, *, status: int = 422) -> str:
        """Return a commit that is here.

        Raises:
            RefusedError: It is not.
        """
        found = self.git.commit_of(sha)
        if not found or found == NOBODY:
            raise RefusedError(status, f"No commit found for SHA: {sha}")
        return found
