"""What people do on GitHub by git and by the browser; each deed returns the events that follow from it."""

from pathlib import Path

from tests.github import payloads
from tests.github.contract import Doc
from tests.github.fake import Fake
from tests.github.issues import relabelled, wrote
from tests.github.merging import close, land, united, unmet
from tests.github.pulls import proposed, retargeted, reviewed
from tests.github.records import Event, RefusedError
from tests.github.repository import NOBODY, Repository
from tests.github.views import label

QUEUE = "github-merge-queue[bot]"


class GitHub(Fake):
    """A fake GitHub with people on it.

    A deed that GitHub would not let anybody do raises `RefusedError`.
    """

    @property
    def remote(self) -> Path:
        """The bare repository, to clone from and to push to."""
        return self.world.git.path

    def member(self, login: str, role: str = "write") -> None:
        """Let a person work here: read, triage, write, maintain or admin."""
        self.world.members[login] = role

    def fork(self, name: str) -> Path:
        """Return the bare repository of somebody's fork, such as `mallory/desk`, made where it was not."""
        found = self.world.fork(name)
        if not found.path.exists():
            Repository.create(found.path, branch=self.world.branch)
            found.git("fetch", "-q", str(self.remote), "+refs/heads/*:refs/heads/*")
        return found.path

    def open_pull_request(
        self, head_ref: str, base_ref: str, author: str, *, fork: str = "", title: str = "", body: str = ""
    ) -> Event:
        """Open a pull request of a branch that was pushed here, or to a fork (`mallory/desk`)."""
        with self._lock:
            issue = proposed(self.world, head=head_ref, base=base_ref, author=author, title=title, fork=fork)
            issue.body = body or None
            assert issue.pull
            issue.pull.seen = issue.pull.head
            return payloads.pull_request(self.world, issue, "opened", author)

    def push(self, ref: str, by: str, *, repository: str = "") -> list[Event]:
        """Tell that git pushed a branch: the `push`, then a `synchronize` of each pull request it is the head of.

        Args:
            ref: A branch's name, or a full ref.
            by: Who pushed.
            repository: The fork pushed to, if it was one; its own `push` goes to itself.
        """
        full = ref if ref.startswith("refs/") else f"refs/heads/{ref}"
        with self._lock:
            before = self.world.known.get(full, NOBODY)
            after = self.world.git.tip(full) or NOBODY
            told = [] if repository else [payloads.push(self.world, full, before, after, by)]
            told += [] if repository else self._swallowed(full, by)
            home = repository or self.world.full_name
            for issue in self.world.issues.values():
                its = issue.pull
                if (
                    its
                    and issue.state == "open"
                    and (its.head_repository, f"refs/heads/{its.head_ref}") == (home, full)
                ):
                    was = its.seen or its.head
                    self.world.refresh(issue)
                    its.seen = its.head
                    if its.head != was:
                        told.append(
                            payloads.pull_request(self.world, issue, "synchronize", by, before=was, after=its.head)
                        )
            self._remember(full)
            return told

    def _swallowed(self, ref: str, by: str) -> list[Event]:
        """Close the pull requests whose commits a push has brought to their base: GitHub takes them for merged."""
        told = []
        for issue, its in list(self.world.pulls()):
            if (
                issue.state == "open"
                and ref == f"refs/heads/{its.base_ref}"
                and self.world.git.contains(its.tip, its.head)
            ):
                close(self.world, issue, its, sha=its.tip, by=by)
                told.append(payloads.pull_request(self.world, issue, "closed", by))
        return told

    def catch_up(self, by: str) -> list[Event]:
        """Tell what nobody was told of: refs that moved and pull requests that were opened, by the API or by git."""
        with self._lock:
            told = []
            for issue, its in list(self.world.pulls()):
                if not its.seen:
                    its.seen = its.head
                    told.append(payloads.pull_request(self.world, issue, "opened", issue.author))
            now, known = self.world.git.refs(), dict(self.world.known)
            moved = [ref for ref in sorted({*now, *known}) if now.get(ref) != known.get(ref)]
            for ref in moved:
                if ref.startswith(("refs/heads/", "refs/tags/")) and not ref.startswith(
                    "refs/heads/gh-readonly-queue/"
                ):
                    told += self.push(ref, by)
            return told

    def _remember(self, ref: str) -> None:
        """Note where a ref points, so that the next push knows what was before."""
        tip = self.world.git.tip(ref)
        self.world.known = {name: sha for name, sha in self.world.known.items() if name != ref} | (
            {ref: tip} if tip else {}
        )

    def review(self, number: int, by: str, event: str = "APPROVE", *, body: str = "") -> Event:
        """Review a pull request's present head: `APPROVE`, `REQUEST_CHANGES` or `COMMENT`."""
        with self._lock:
            its = reviewed(self.world, number, reviewer=by, event=event, body=body)
            return payloads.review(self.world, self.world.issue(number), its, by)

    def approve(self, number: int, by: str) -> Event:
        """Approve a pull request's present head."""
        return self.review(number, by)

    def comment(self, number: int, by: str, body: str) -> int:
        """Write a comment and return its id."""
        with self._lock:
            return int(wrote(self.world, self.world.issue(number), body=body, author=by)["id"])

    def comments(self, number: int) -> list[Doc]:
        """Return the comments on an issue or pull request, oldest first."""
        with self._lock:
            return list(self.world.issue(number).comments.values())

    def checks(self, head: str, name: str = "") -> list[Doc]:
        """Return the check runs of a commit, newest first, of all names if none is given."""
        with self._lock:
            found = sorted(self.world.checks.values(), key=lambda one: int(one["id"]), reverse=True)
            return [one for one in found if one["head_sha"] == head and name in {"", one["name"]}]

    def label(self, number: int, by: str, name: str) -> Event:
        """Give a label to a pull request."""
        with self._lock:
            issue, _ = self.world.pull(number)
            relabelled(self.world, issue, [name])
            return payloads.pull_request(self.world, issue, "labeled", by, label=label(self.world, name))

    def retarget(self, number: int, by: str, base_ref: str) -> Event:
        """Let a pull request go to another branch."""
        with self._lock:
            issue, its = self.world.pull(number)
            before = {"ref": {"from": its.base_ref}, "sha": {"from": its.base}}
            retargeted(self.world, its, base_ref)
            issue, _ = self.world.pull(number)
            return payloads.pull_request(self.world, issue, "edited", by, changes={"base": before})

    def close(self, number: int, by: str) -> Event:
        """Close a pull request without merging it."""
        with self._lock:
            issue, _ = self.world.pull(number)
            issue.state, issue.closed = "closed", self.world.now()
            return payloads.pull_request(self.world, issue, "closed", by)

    def merge(self, number: int, by: str, method: str = "merge") -> list[Event]:
        """Merge a pull request by `merge`, `squash` or `rebase`: the `closed`, then the `push` to its base."""
        with self._lock:
            before = self.world.pull(number)[1].tip
            after = land(self.world, number, method=method, by=by)
            return self._landed(number, before, after, by)

    def _landed(self, number: int, before: str, after: str, by: str) -> list[Event]:
        issue, its = self.world.pull(number)
        told = payloads.pull_request(self.world, issue, "closed", by)
        self._remember(f"refs/heads/{its.base_ref}")
        return [told, payloads.push(self.world, f"refs/heads/{its.base_ref}", before, after, by)]

    def enqueue(self, number: int, method: str = "squash") -> Event:
        """Put a pull request into the merge queue: a group with its own ref and commit, whose checks are asked for."""
        with self._lock:
            issue, its = self.world.pull(number)
            if issue.state != "open" or its.group:
                raise RefusedError(422, "Pull request is closed or queued already")
            base = self.world.queued(its.base_ref) or its.tip
            head = united(self.world, issue, its, method=method, onto=base)
            ref = f"refs/heads/gh-readonly-queue/{its.base_ref}/pr-{number}-{base}"
            self.world.git.set_ref(ref, head)
            its.group = (ref, base, head)
            return payloads.merge_group(
                self.world, "checks_requested", ref=ref, head=head, base=base, onto=its.base_ref
            )

    def dequeue(self, number: int) -> list[Event]:
        """Let the merge queue come to the turn of a pull request: it lands if its group meets the rules, or is out.

        Returns:
            `destroyed`, and where it landed also `closed` and the `push` to its base.
        """
        with self._lock:
            issue, its = self.world.pull(number)
            assert its.group, f"{number} is not queued"
            ref, base, head = its.group
            refused = (
                unmet(self.world, its.base_ref, head, issue) or self.world.git.tip(f"refs/heads/{its.base_ref}") != base
            )
            reason = "dequeued" if refused else "merged"
            over = payloads.merge_group(self.world, "destroyed", ref=ref, head=head, base=base, onto=its.base_ref)
            over.payload["reason"] = reason
            its.group = None
            self.world.git.drop_ref(ref)
            if refused:
                return [over]
            self.world.git.set_ref(f"refs/heads/{its.base_ref}", head)
            close(self.world, issue, its, sha=head, by=QUEUE)
            return [over, *self._landed(number, base, head, QUEUE)]
