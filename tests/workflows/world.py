"""A repository with our workflow files, a pull request on it, and a `harness` that plays its part and tells of it."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from harness.adapters.git import Git
from harness.core.jsons import Json
from harness.flows.workflow_actions import ACTIONS
from harness.flows.workflow_files import environments
from harness.flows.workflow_host import Grant, Host, RunReport
from harness.flows.workflows import run_event
from harness.workflows.events import Event
from tests.house.scratch import ROOT

GATE = ".github/workflows/gate.yml"
KEY, PEM = "key-of-the-endpoint", "key-of-the-application"
STUB = """\
#!/usr/bin/env bash
# Plays harness: leaves what a command would leave, needs of its token what it would need, and keeps a diary.
set -eu
{ echo "$*"; env | cut -d= -f1 | sort | tr '\\n' ' '; echo; } >>"$(dirname "$0")/diary"
needs() {
  for permission; do
    case "$GITHUB_TOKEN" in *" $permission "* | stand-in*) ;; *) echo "403: $permission" >&2; exit 4 ;; esac
  done
}
case $1 in
  plan)
    [ ! -e "$(dirname "$0")/refused" ] || { echo "error: prompts/desk.prompt.yml:3: no such key" >&2; exit 2; }
    echo '{"pairs": [],'; echo ' "shards": ["1/1"]}' ;;
  gate)
    [ "$2" != --candidate ] || git cat-file -e "$3^{commit}"
    [ ! -e "$(dirname "$0")/crash" ] || exit 70
    [ ! -e "$(dirname "$0")/drifted" ] || exit 1
    mkdir -p .harness/runs/one && echo '{}' >.harness/runs/one/verdict.json ;;
  merge)
    ls "$2"/shard-0/one/verdict.json >/dev/null
    mkdir -p .harness/runs/whole && echo '# passed' >.harness/runs/whole/report.md
    [ ! -e "$(dirname "$0")/torn" ] || exit 2
    [ ! -e "$(dirname "$0")/blocked" ] || exit 1 ;;
  cache)
    case $2 in
      fetch) needs actions:read ;;
      spent) mkdir -p .harness && echo '{}' >.harness/spent.json ;;
    esac ;;
  topup) mkdir -p .harness && touch .harness/state.db ;;
  attest) mkdir -p "$3" && echo '{}' >"$3/predicate.json" && echo sha256:00 >"$3/subject" ;;
  publish)
    case "$*" in
      *--running* | *--unavailable*) needs checks:write pull-requests:write ;;
      *)
        needs checks:write pull-requests:write security-events:write
        [ ! -e "$(dirname "$0")/mute" ] || exit 4
        [ ! -e "$(dirname "$0")/blocked" ] || exit 1 ;;
    esac ;;
esac
"""


def token_of(grant: Grant) -> str:
    """Return a token that says what it may."""
    return (
        f"token of {grant.app or 'a job'}: {' '.join(f'{name}:{level}' for name, level in grant.permissions.items())} ."
    )


@dataclass(frozen=True)
class World:
    """The repository on its server, and the machine that runs its workflows."""

    root: Path
    base: str
    head: str
    host: Host

    @classmethod
    def at(cls, root: Path, edit: Callable[[str], str] = str, *, app: bool = True) -> "World":
        """Make one in a folder; `edit` changes gate.yml on the default branch."""
        work, server = root / "work", root / "server.git"
        shutil.copytree(ROOT / ".github", work / ".github")
        (work / GATE).write_text(edit((work / GATE).read_text()))
        git(work, "init", "-q", "-b", "main")
        base = commit(work, "base")
        (work / "prompt.txt").write_text("changed")
        head = commit(work, "change")
        git(root, "clone", "-q", "--bare", str(work), str(server))
        git(server, "update-ref", "refs/heads/main", base)
        git(server, "update-ref", "refs/pull/7/head", head)
        harness = root / "bin/harness"
        harness.parent.mkdir()
        harness.write_text(STUB)
        harness.chmod(0o755)
        (root / "scratch").mkdir()
        repository = Git(server)
        host = Host(
            repository,
            root / "scratch",
            token_of,
            ACTIONS,
            path=f"{harness.parent}:/usr/bin:/bin",
            environments=environments(repository.tree(base, base)),
            secrets={
                "llm-eval": {"LLM_API_KEY": KEY},
                "llm-eval-external": {"LLM_API_KEY": KEY},
                "llm-gate": {"LLM_GATE_APP_KEY": PEM},
            },
            variables={"llm-gate": {"LLM_GATE_APP_ID": "12"} if app else {}},
        )
        return cls(root, base, head, host)

    @property
    def diary(self) -> list[str]:
        """What `harness` was called with, one call a line."""
        path = self.root / "bin/diary"
        return path.read_text().splitlines()[::2] if path.exists() else []

    @property
    def names(self) -> list[set[str]]:
        """The names of the variables that each call saw."""
        return [set(line.split()) for line in (self.root / "bin/diary").read_text().splitlines()[1::2]]

    def let(self, mood: str) -> None:
        """Let `harness` end otherwise: a `crash`, `refused`, `blocked`, shards that are `torn`, or `mute`."""
        (self.root / "bin" / mood).touch()

    def reviewed(self, *names: str) -> "World":
        """Return the same where a reviewer lets runs into environments."""
        return replace(self, host=replace(self.host, approved=frozenset(names)))

    def proposed(self, name: str = "pull_request_target", *, fork: bool = False, head: str = "") -> Event:
        """Return the event of the pull request."""
        payload = told(
            "opened",
            pull_request={
                "number": 7,
                "title": "$(touch pwned) `x`",
                "author_association": "NONE" if fork else "MEMBER",
                "head": {
                    "sha": head or self.head,
                    "ref": "change",
                    "repo": {"full_name": "stranger/shop" if fork else "acme/shop"},
                },
                "base": {"sha": self.base, "ref": "main"},
            },
        )
        return Event(name, payload, ("prompt.txt",), default=self.base)

    def edited(self, **changes: Json) -> Event:
        """Return that something of the pull request was edited, such as its `title` or its `base`."""
        event = self.proposed()
        return replace(event, payload={**event.payload, "action": "edited", "changes": changes})

    def grouped(self, kind: str = "merge_group") -> Event:
        """Return the end of the merge queue's workflow, on a group that holds the change."""
        payload = told(
            "completed",
            workflow_run={
                "name": "merge-queue",
                "event": kind,
                "head_sha": self.head,
                "head_branch": f"gh-readonly-queue/main/pr-7-{self.base}",
                "head_repository": {"full_name": "acme/shop"},
            },
        )
        return Event("workflow_run", payload, default=self.base)

    def happened(self, name: str) -> Event:
        """Return an event about the default branch, or about a merge group."""
        payload = told(
            "checks_requested",
            after=self.base,
            ref="refs/heads/main",
            merge_group={"head_sha": self.head, "head_ref": "refs/heads/queue", "base_ref": "refs/heads/main"},
        )
        return Event(name, payload, ("params.yaml",), default=self.base)

    def run(self, event: Event) -> RunReport:
        """Run the one workflow that an event starts."""
        (report,) = run_event(self.host, event)
        return report

    def files(self) -> Iterable[tuple[str, str]]:
        """Yield every file that the runs left, as text."""
        for path in sorted((self.root / "scratch").rglob("*")):
            if path.is_file() and ".git/" not in path.as_posix():
                yield path.as_posix(), path.read_text(errors="replace")


def told(action: str, **more: Json) -> dict[str, Json]:
    """Return what an event tells of our repository."""
    return {"action": action, "repository": {"full_name": "acme/shop", "default_branch": "main"}, **more}


def git(folder: Path, *words: str) -> str:
    """Run git by nobody's settings, and return what it prints."""
    who = {f"GIT_{role}_{part}": "tests@example.org" for role in ("AUTHOR", "COMMITTER") for part in ("NAME", "EMAIL")}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    env = {**kept, **who, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    done = subprocess.run(["git", "-C", str(folder), *words], env=env, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def commit(work: Path, message: str) -> str:
    """Commit everything, and return the commit."""
    git(work, "add", "-A")
    git(work, "commit", "-q", "-m", message)
    return git(work, "rev-parse", "HEAD")


def written(event: Event) -> str:
    """Return an event as the file that `harness workflows test` reads."""
    return json.dumps({"name": event.name, "payload": dict(event.payload), "default": event.default})
