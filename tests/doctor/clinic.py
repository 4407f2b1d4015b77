"""A repository on GitHub in which everything is as the gate needs it, and who looks at it."""

import io
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from harness.cli.main import run
from tests.github.people import GitHub
from tests.github.server import github
from tests.github.settings import environment, ruleset
from tests.github.views import number_of
from tests.house.scratch import ROOT
from tests.scenarios.scratch import Result, Scratch

STARTER = ROOT / "harness/starter/github"
APP = "harness-gate"
PERMISSIONS = {
    "actions": "read",
    "actions_variables": "read",
    "administration": "write",
    "contents": "write",
    "environments": "read",
    "secrets": "read",
    "security_events": "read",
}
"""All that the doctor asks for."""
KEYS = {
    "llm-eval": ["LLM_API_KEY"],
    "llm-eval-external": ["LLM_API_KEY"],
    "llm-gate": ["HARNESS_SIGNING_KEY", "LLM_GATE_APP_KEY"],
    "llm-release": ["HARNESS_SIGNING_KEY"],
    "llm-delivery": ["HARNESS_GATEWAY_KEY", "LLM_RELEASE_APP_KEY"],
}
CUSTOM = {"protected_branches": False, "custom_branch_policies": True}


@dataclass
class Clinic:
    """A repository, GitHub, and a token to look with; `mia` manages."""

    github: GitHub
    scratch: Scratch

    @property
    def app(self) -> int:
        """The id of the App that posts the check."""
        return self.github.world.app(APP).id

    @property
    def rules(self) -> dict[str, Any]:
        """The parameters of the one ruleset's rules, by type."""
        (found,) = self.github.world.rulesets.values()
        return {rule["type"]: rule.get("parameters", {}) for rule in found["rules"]}

    @property
    def ruleset(self) -> dict[str, Any]:
        """The one ruleset."""
        (found,) = self.github.world.rulesets.values()
        return found

    def drop(self, rule: str) -> None:
        """Take a rule out of the ruleset."""
        self.ruleset["rules"] = [one for one in self.ruleset["rules"] if one["type"] != rule]

    def enter(self, name: str, policy: dict[str, bool] | None, *branches: str, reviewer: str = "") -> None:
        """Set who may enter an environment."""
        people = [{"type": "User", "id": number_of(reviewer)}] if reviewer else []
        environment(self.github.world, name, {"deployment_branch_policy": policy, "reviewers": people})
        self.github.world.branch_policies[name] = list(branches)

    def push(self) -> None:
        """Commit what was changed, and push it to the default branch."""
        self.scratch.commit()
        self.scratch.git("push", "-q", "origin", "main")
        self.github.push("main", "mia")

    def environ(self, **permissions: str) -> dict[str, str]:
        """Return surroundings with a token of all permissions, some of them other ones."""
        token = self.github.token({**PERMISSIONS, **permissions}, app="doctor")
        where = {"GITHUB_REPOSITORY": self.github.world.full_name, "GITHUB_API_URL": self.github.world.url}
        return {**where, "GITHUB_TOKEN": token}

    def look(self, *words: str, **permissions: str) -> Result:
        """Ask the doctor."""
        return self.scratch.harness("doctor", *words, environ=self.environ(**permissions))

    def found(self, **permissions: str) -> "Found":
        """Return what the doctor finds; the command, without the start of a process."""
        out = io.StringIO()
        surroundings = {**self.scratch.environ(), **self.environ(**permissions)}
        with patch.dict(os.environ, surroundings, clear=True), redirect_stdout(out):
            code = run(["-C", str(self.scratch.root), "doctor", "--json"])
        return Found(code, json.loads(out.getvalue())["diagnoses"])


@dataclass(frozen=True)
class Found:
    """What the doctor found."""

    exit_code: int
    diagnoses: list[dict[str, str]]

    @property
    def ill(self) -> list[tuple[str, str]]:
        """What is not ok, with its state."""
        return [(one["about"], one["state"]) for one in self.diagnoses if one["state"] != "ok"]

    def told(self, about: str) -> dict[str, str]:
        """Return the first diagnosis about something that is not ok."""
        return next(one for one in self.diagnoses if one["about"] == about and one["state"] != "ok")


@contextmanager
def clinic(pristine: Scratch, folder: Path) -> Iterator[Clinic]:
    """Set up a repository as the documentation says; GitHub's contract must hold to the end."""
    with github(folder / "github") as fake:
        scratch = pristine.copy(folder / "desk")
        shutil.copytree(STARTER, scratch.root / ".github")
        scratch.write(".github/waivers.yaml", "managers: [mia]\n")
        scratch.git("remote", "add", "origin", str(fake.remote))
        found = Clinic(fake, scratch)
        found.push()
        fake.member("mia", "maintain")
        _set_up(found)
        yield found
        assert fake.violations == []
        assert fake.writes == []


def _set_up(found: Clinic) -> None:
    world = found.github.world
    rules = json.loads((STARTER / "rulesets/main.json").read_text())
    ruleset(world, rules)
    found.rules["required_status_checks"]["required_status_checks"][0]["integration_id"] = found.app
    for name, keys in KEYS.items():
        found.enter(name, CUSTOM, "main", reviewer="mia" if name == "llm-eval-external" else "")
        world.secrets[name] = list(keys)
    world.environment_variables["llm-gate"] = {"LLM_GATE_APP_ID": str(found.app)}
