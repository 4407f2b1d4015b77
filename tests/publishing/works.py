"""GitHub with its machines: our own workflow files, run with the real command on events of the fake."""

import json
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from harness.adapters.git import Git
from harness.adapters.signing import PrivateKey, as_envelope, make_keys, read_private
from harness.core.attestation import PAYLOAD_TYPE, STATEMENT_TYPE
from harness.core.errors import Origin
from harness.flows.workflow_actions import ACTIONS, attest
from harness.flows.workflow_files import environments
from harness.flows.workflow_host import Grant, Host, RunReport, Use
from harness.flows.workflow_run import run_workflow
from harness.flows.workflows import started_by
from harness.workflows.contexts import Site
from harness.workflows.events import Event, Started
from tests.github import payloads
from tests.github.people import GitHub
from tests.github.records import WORKFLOWS
from tests.github.records import Event as Told
from tests.github.server import github
from tests.github.settings import ruleset
from tests.github.views import repository_thin
from tests.house.scratch import ROOT
from tests.publishing.errands import errands
from tests.publishing.runs import begun, ended, keep
from tests.publishing.stage import BRANCH, Stage
from tests.scenarios.scratch import Scratch

APP = "llm-gate"
SECRETS = {
    "HARNESS_GATEWAY_KEY": "key-of-the-gateway",
    "LLM_API_KEY": "key-of-the-endpoint",
    "LLM_GATE_APP_KEY": "key-of-the-application",
    "LLM_RELEASE_APP_KEY": "key-of-the-other-application",
}
RULES = ROOT / ".github/rulesets/main.json"
MOST_WRITES, REFUSED = 10, 400
COMMAND = """\
#!/usr/bin/env bash
# The real command, which is killed where a file of its verb's name lies beside this one.
[ ! -e "$(dirname "$0")/kill-$1" ] || kill -KILL $$
exec {command} "$@"
"""


@dataclass
class Works(Stage):
    """A repository on GitHub that the workflows of ours guard; `ana` may propose, `mia` manages."""

    root: Path = Path()
    key: PrivateKey | None = None
    speaker: str = APP
    """Which application posts: ours, or the one of all workflows where we have none."""
    meanwhile: Callable[[], object] | None = None
    """What happens while the next evaluation is at work."""
    reports: list[RunReport] = field(default_factory=list)
    actor: str = "ana"
    """Who starts the next runs."""
    gateway: str = ""
    """Where the gateway is, if there is one."""
    signs: bool = False
    """Whether the gate has a key that signs for releases."""

    @property
    def head(self) -> str:
        """The commit that is proposed."""
        return self.github.world.pull(self.number)[1].head

    @property
    def ours(self) -> str:
        """The one comment of who speaks for us."""
        (body,) = [body for author, body in self.comments if author == f"{self.speaker}[bot]"]
        return body

    @property
    def told(self) -> tuple[str, str]:
        """What the comment and the check on the head say."""
        found = self.check()
        return str(self.mark["state"]), str(found["conclusion"] or found["status"])

    def check(self, head: str = "") -> dict[str, Any]:
        """Return the check on a commit of who speaks for us, the newest."""
        found = self.github.checks(head or self.head, "harness")
        return next(run for run in found if run["app"]["slug"] == self.speaker)

    @property
    def main(self) -> str:
        """The commit at the tip of the default branch."""
        return self.github.world.git.tip("refs/heads/main")

    def open(self, message: str = "change", *, fork: str = "", onto: str = "main") -> Event:
        """Push what was changed, open the pull request, and return what starts the gate; a fork's owner opens it."""
        self.scratch.commit(message)
        self.scratch.git("push", "-q", "-f", str(self.github.fork(fork)) if fork else "origin", f"HEAD:{BRANCH}")
        event = self.github.open_pull_request(BRANCH, onto, fork.partition("/")[0] or "ana", fork=fork)
        self.number = max(self.github.world.issues)
        return self.trusted(event)

    def push(self, message: str) -> Event:
        """Push more onto the open pull request, and return what starts the gate."""
        self.scratch.commit(message)
        self.scratch.git("push", "-q", "-f", "origin", f"HEAD:{BRANCH}")
        (_, event) = self.github.push(BRANCH, "ana")
        return self.trusted(event)

    def trusted(self, event: Told) -> Event:
        """Return an event of a pull request as it starts what the default branch holds."""
        return Event("pull_request_target", event.payload, default=self.main)

    def untrusted(self, event: Event) -> Event:
        """Return the same event as it starts what the pull request itself holds."""
        merged = self.github.world.git.tip(f"refs/pull/{self.number}/merge")
        return Event("pull_request", event.payload, merged=merged, default=self.main)

    @property
    def weekly(self) -> Event:
        """What starts the workflow that runs once a week."""
        return Event("schedule", {"repository": repository_thin(self.github.world)}, default=self.main)

    def gate(self, event: Event, *, attempt: int = 1, approved: Iterable[str] = ()) -> RunReport:
        """Run the one workflow that an event starts, within our measure of writes; another attempt is the same run."""
        (started,) = started_by(self.host, event)
        return self.work(started, attempt=attempt, approved=approved)

    def topup(self, event: Told) -> RunReport:
        """Run the top-up that a push starts."""
        return self.runs(Event("push", event.payload, ("params.yaml",), default=self.main), "topup")

    def work(self, started: Started, *, attempt: int = 1, approved: Iterable[str] = ()) -> RunReport:
        """Run a workflow, and let GitHub tell of the run."""
        world = self.github.world
        self.run += attempt == 1
        site = Site(world.full_name, api=world.url, number=self.run, attempt=attempt, actor=self.actor)
        host = replace(self.host, site=site, approved=frozenset(approved))
        writes, runs = len(self.github.writes), len(self.reports)
        run = begun(world, started, site)
        report = run_workflow(host, started)
        ended(world, run, report)
        self.reports.append(report)
        written = [call for call in self.github.writes[writes:] if call.status < REFUSED]
        assert len(written) <= MOST_WRITES * (len(self.reports) - runs), written
        return report

    def runs(self, event: Event, name: str) -> RunReport:
        """Run the workflow of this name that an event starts."""
        (started,) = (one for one in started_by(self.host, event) if one.workflow.name == name)
        return self.work(started)

    def queue(self) -> tuple[RunReport, str]:
        """Put the pull request into the merge queue, and return what became of the gate and the group's commit."""
        event = self.github.enqueue(self.number)
        group = event.payload["merge_group"]
        first = self.gate(Event("merge_group", event.payload, default=self.main))
        assert first.succeeded, first.jobs[0].log
        facts = {
            "name": "merge-queue",
            "event": "merge_group",
            "conclusion": "success",
            "head_sha": group["head_sha"],
            "head_branch": group["head_ref"].removeprefix("refs/heads/"),
            "head_repository": repository_thin(self.github.world),
        }
        told = payloads.workflow_run(self.github.world, facts, "mia")
        return self.gate(Event("workflow_run", told.payload, default=self.main)), group["head_sha"]

    @property
    def host(self) -> Host:
        """The machine."""
        served = Git(self.github.remote)
        declared = environments(served.tree(self.main, "main"))
        return Host(
            served,
            self.root / "machine",
            self.token,
            {**ACTIONS, "actions/attest": self.sign, "actions/upload-artifact": self.upload},
            path=f"{self.root / 'bin'}:/usr/bin:/bin",
            environments=declared,
            secrets={name: self._kept(one.secrets) for name, one in declared.items()},
            variables={
                "llm-gate": {"LLM_GATE_APP_ID": str(self.github.world.app(APP).id)} if self.speaker == APP else {},
                "llm-delivery": {"LLM_RELEASE_APP_ID": "7", "GATEWAY_URL": self.gateway},
            },
        )

    def _kept(self, names: Iterable[str]) -> dict[str, str]:
        signing = {"HARNESS_SIGNING_KEY": (self.root / "key").read_text()} if self.signs else {}
        return {name: value for name, value in {**SECRETS, **signing}.items() if name in names}

    def token(self, grant: Grant) -> str:
        """Return a token of the fake with exactly what is granted."""
        may = {name.replace("-", "_"): level for name, level in grant.permissions.items()}
        return self.github.token(may, app=APP if grant.app else WORKFLOWS)

    def upload(self, use: Use) -> Mapping[str, str]:
        """Keep files, and let happen what happens meanwhile."""
        happens, self.meanwhile = self.meanwhile, None
        if happens:
            happens()
        done = ACTIONS["actions/upload-artifact"](use)
        keep(self.github.world, use)
        return done

    def sign(self, use: Use) -> Mapping[str, str]:
        """Do what `actions/attest` does, but by a key of this test: make the statement, and sign it."""
        algorithm, _, digest = use.inputs["subject-digest"].partition(":")
        predicate = json.loads((use.workspace / use.inputs["predicate-path"]).read_text())
        statement = {
            "_type": STATEMENT_TYPE,
            "subject": [{"name": use.inputs["subject-name"], "digest": {algorithm: digest}}],
            "predicateType": use.inputs["predicate-type"],
            "predicate": predicate,
        }
        assert self.key
        text = as_envelope(PAYLOAD_TYPE, json.dumps(statement).encode(), self.key)
        (self.root / f"signed-{use.host.site.number}.json").write_text(text)
        return attest(use)

    def kill(self, verb: str) -> None:
        """Let each command of this verb be killed from now on."""
        (self.root / f"bin/kill-{verb}").touch()

    def verify(self, head: str, run: int = 0) -> tuple[int, str]:
        """Return whether what a run signed holds for a commit, and what is said of it."""
        self.scratch.git("fetch", "-q", "origin")
        signed = self.root / f"signed-{run or self.run}.json"
        told = self.scratch.harness("verify", str(signed), "--key", str(self.root / "key.pub"), "--head", head)
        return told.exit_code, told.told

    def leaks(self) -> list[str]:
        """Return where a secret or a token stands that should stand nowhere."""
        words = [*SECRETS.values(), *self.github.world.tokens]
        world = self.github.world
        told = {"runs": repr(self.reports), "sent": repr(self.github.log)}
        told["shown"] = repr([world.issues, world.checks, world.annotations, world.sarifs])
        for path in (self.root / "machine").rglob("*"):
            if path.is_file():
                told[str(path)] = path.read_bytes().decode(errors="replace")
        return [name for name, text in told.items() if any(word in text for word in words)]


def fill(scratch: Scratch) -> Scratch:
    """Give a repository our own workflow files, say who manages, and return it."""
    shutil.copytree(ROOT / ".github", scratch.root / ".github")
    scratch.write(".github/waivers.yaml", "managers: [mia]\n")
    scratch.commit("the gate")
    return scratch


@contextmanager
def works(scratch: Scratch, folder: Path, *, warm: bool = True, app: bool = True) -> Iterator[Works]:
    """Put a repository on a GitHub with machines; to the end the contract must hold, and no secret get out.

    Args:
        scratch: The repository.
        folder: Where there is room.
        warm: Whether the command need not start from nothing each time.
        app: Whether we have an application, to which the required check is bound.
    """
    make_keys(folder / "key")
    key = read_private((folder / "key").read_bytes(), Origin("key"))
    (folder / "machine").mkdir()
    with github(folder / "github") as fake, errands() as command:
        place = folder / "bin/harness"
        place.parent.mkdir()
        place.write_text(COMMAND.format(command=command if warm else f"{sys.executable} -P -m harness"))
        place.chmod(0o755)
        scratch.git("remote", "add", "origin", str(fake.remote))
        scratch.git("push", "-q", "origin", "main")
        fake.push("main", "mia")
        scratch.git("fetch", "-q", "origin")
        scratch.git("checkout", "-q", "-b", BRANCH)
        for login in ("ana", "mia"):
            fake.member(login)
        ruleset(fake.world, _bound(fake) if app else json.loads(RULES.read_text()))
        found = Works(fake, scratch, root=folder, key=key, speaker=APP if app else WORKFLOWS)
        yield found
        assert fake.violations == []
        assert found.leaks() == []


def _bound(fake: GitHub) -> dict[str, Any]:
    """Return the rules that `harness init` writes, with the required check bound to our application."""
    told: dict[str, Any] = json.loads(RULES.read_text())
    (required,) = (rule for rule in told["rules"] if rule["type"] == "required_status_checks")
    for check in required["parameters"]["required_status_checks"]:
        check["integration_id"] = fake.world.app(APP).id
    return told
