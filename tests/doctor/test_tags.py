"""The tags of a release and of its verdict: rules keep them where they are, or the doctor says so."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.doctor.clinic import CUSTOM, STARTER, Clinic
from tests.github.faults import status
from tests.github.settings import ruleset

type Rules = dict[str, Any]
RULES = STARTER / "rulesets/releases.json"


@pytest.fixture
def running(sound: Clinic) -> Clinic:
    """Return a repository with an environment, and the rules that `harness init` writes."""
    sound.scratch.write(".github/environments/production.yaml", "target: {kind: git}\n")
    sound.push()
    for name in ("llm-release", "llm-delivery"):
        sound.enter(name, CUSTOM, "main")
    for name in ("llm-gate", "llm-release"):
        sound.github.world.secrets.setdefault(name, []).append("HARNESS_SIGNING_KEY")
    ruleset(sound.github.world, json.loads(RULES.read_text()))
    return sound


def named(clinic: Clinic, name: str) -> Rules:
    """Return a set of rules."""
    found: Rules = next(one for one in clinic.github.world.rulesets.values() if one["name"] == name)
    return found


WRITERS = {"actor_type": "RepositoryRole", "actor_id": 4, "bypass_mode": "always"}
MUTANTS: dict[str, Callable[[Rules], object]] = {
    "that are only tried": lambda rules: rules.update(enforcement="evaluate"),
    "about branches": lambda rules: rules.update(target="branch"),
    "that let tags be moved": lambda rules: rules["rules"].pop(),
    "that let tags be deleted": lambda rules: rules["rules"].pop(0),
    "of releases alone": lambda rules: rules["conditions"]["ref_name"]["include"].pop(),
    "whose stars end at a slash": lambda rules: rules["conditions"]["ref_name"].update(
        include=["refs/tags/release/**", "refs/tags/verdict/**"]
    ),
    "that leave some out": lambda rules: rules["conditions"]["ref_name"].update(exclude=["refs/tags/release/*"]),
    "that writers may bypass": lambda rules: rules.update(bypass_actors=[WRITERS]),
}


class TestTheTagsOfReleases:
    def test_are_kept_by_the_rules_that_init_writes(self, running: Clinic) -> None:
        """Nothing is ill."""
        assert running.found().ill == []

    def test_do_not_matter_where_no_environment_runs_any(self, sound: Clinic) -> None:
        """A repository that only gates is not asked for more."""
        assert sound.found().ill == []

    @pytest.mark.parametrize("breaking", MUTANTS.values(), ids=MUTANTS)
    def test_are_not_kept_by_rules(self, running: Clinic, breaking: Callable[[Rules], object]) -> None:
        """Each fault alone is found, with what follows of it and what to do."""
        breaking(named(running, "releases"))

        found = running.found()

        assert found.ill == [("release tags", "weaker")]
        assert "may be deleted or moved" in found.told("release tags")["what"]
        assert found.told("release tags")["remedy"].startswith("import .github/rulesets/releases.json")

    def test_may_be_kept_by_rules_about_all_tags(self, running: Clinic) -> None:
        """They are theirs too."""
        named(running, "releases")["conditions"]["ref_name"].update(include=["~ALL"])

        assert running.found().ill == []

    @pytest.mark.parametrize("address", [r"/rulesets$", r"/rulesets/\d+$"])
    def test_are_not_known_to_be_kept_where_nobody_may_look(self, running: Clinic, address: str) -> None:
        """What cannot be read is never taken for ok."""
        running.github.faults.next("GET", address, status(403, "Resource not accessible by integration"), times=2)

        assert ("release tags", "not known") in running.found().ill

    def test_are_not_known_to_be_kept_from_whom(self, running: Clinic) -> None:
        """Who may bypass the rules is told to administrators alone."""
        assert ("release tags", "not known") in running.found(administration="none").ill
