"""Each setting on GitHub, broken alone, is found and weighed."""

from collections.abc import Callable

import pytest

from tests.doctor.clinic import CUSTOM, Clinic
from tests.github.settings import ruleset

type Breaking = Callable[[Clinic], object]
QUEUE = {
    "check_response_timeout_minutes": 60,
    "grouping_strategy": "ALLGREEN",
    "max_entries_to_build": 5,
    "max_entries_to_merge": 5,
    "merge_method": "SQUASH",
    "min_entries_to_merge": 1,
    "min_entries_to_merge_wait_minutes": 5,
}
BOUND, SHARED = "required check", 15368


def rule(kind: str, **values: object) -> Breaking:
    """Return what sets parameters of a rule."""
    return lambda sound: sound.rules[kind].update(values)


def required(**values: object) -> Breaking:
    """Return what changes the required check."""
    return lambda sound: sound.rules["required_status_checks"]["required_status_checks"][0].update(values)


def unbound(sound: Clinic) -> None:
    """Let the required check come from any App."""
    del sound.rules["required_status_checks"]["required_status_checks"][0]["integration_id"]


def bypass(kind: str, number: int) -> Breaking:
    """Return what lets somebody past the rules."""
    actor = {"actor_type": kind, "actor_id": number, "bypass_mode": "always"}
    return lambda sound: sound.ruleset.update(bypass_actors=[actor])


def without(store: str, *way: str) -> Breaking:
    """Return what empties something that GitHub remembers."""
    return lambda sound: getattr(sound.github.world, store).pop(way[0])


def settings(**values: object) -> Breaking:
    """Return what sets something that GitHub remembers."""

    def broken(sound: Clinic) -> None:
        for name, value in values.items():
            setattr(sound.github.world, name, value)

    return broken


MUTANTS: dict[str, tuple[Breaking, str, str]] = {
    "no rules": (lambda sound: sound.github.world.rulesets.clear(), BOUND, "broken"),
    "rules that are only tried": (lambda sound: sound.ruleset.update(enforcement="evaluate"), BOUND, "broken"),
    "rules of another branch": (
        lambda sound: sound.ruleset["conditions"]["ref_name"].update(include=["refs/heads/other"]),
        BOUND,
        "broken",
    ),
    "no required check": (lambda sound: sound.drop("required_status_checks"), BOUND, "broken"),
    "a check of another name": (required(context="llm-gate"), BOUND, "broken"),
    "a check of another App": (required(integration_id=99), BOUND, "broken"),
    "a check of any workflow": (required(integration_id=SHARED), BOUND, "broken"),
    "a check of anybody": (unbound, BOUND, "weaker"),
    "not up to date": (
        rule("required_status_checks", strict_required_status_checks_policy=False),
        "up to date",
        "weaker",
    ),
    "no approval": (rule("pull_request", required_approving_review_count=0), "approval", "weaker"),
    "stale approvals": (rule("pull_request", dismiss_stale_reviews_on_push=False), "stale approvals", "weaker"),
    "own last push": (rule("pull_request", require_last_push_approval=False), "last push", "weaker"),
    "no owners' review": (rule("pull_request", require_code_owner_review=False), "code owners", "weaker"),
    "force pushes": (lambda sound: sound.drop("non_fast_forward"), "force pushes", "weaker"),
    "administrators bypass": (bypass("RepositoryRole", 5), "bypass", "weaker"),
    "an App bypasses": (bypass("Integration", 7), "bypass", "weaker"),
    "all writers bypass": (bypass("RepositoryRole", 4), "bypass", "broken"),
    "no way to merge": (
        settings(settings={"allow_squash_merge": False, "allow_merge_commit": False, "allow_rebase_merge": False}),
        "merge methods",
        "broken",
    ),
    "ways that do not meet": (
        lambda sound: (
            sound.rules["pull_request"].update(allowed_merge_methods=["rebase"]),
            sound.github.world.settings.update(allow_rebase_merge=False),
        ),
        "merge methods",
        "broken",
    ),
    "no environment for the key": (without("environments", "llm-eval"), "environment llm-eval", "broken"),
    "no environment for outsiders": (
        without("environments", "llm-eval-external"),
        "environment llm-eval-external",
        "broken",
    ),
    "no environment for the App": (without("environments", "llm-gate"), "environment llm-gate", "broken"),
    "the App's key for any branch": (
        lambda sound: sound.enter("llm-gate", None),
        "environment llm-gate",
        "broken",
    ),
    "the App's key for a pattern": (
        lambda sound: sound.enter("llm-gate", CUSTOM, "main", "*"),
        "environment llm-gate",
        "broken",
    ),
    "the endpoint's key for any branch": (
        lambda sound: sound.enter("llm-eval", None),
        "environment llm-eval",
        "weaker",
    ),
    "the endpoint's key for protected branches": (
        lambda sound: sound.enter("llm-eval", {"protected_branches": True, "custom_branch_policies": False}),
        "environment llm-eval",
        "weaker",
    ),
    "no way in for main": (
        lambda sound: sound.enter("llm-eval", CUSTOM, "release/*"),
        "environment llm-eval",
        "broken",
    ),
    "no reviewer for outsiders": (
        lambda sound: sound.enter("llm-eval-external", CUSTOM, "main"),
        "environment llm-eval-external",
        "weaker",
    ),
    "no key to ask with": (without("secrets", "llm-eval"), "environment llm-eval", "broken"),
    "no key to speak with": (without("secrets", "llm-gate"), "environment llm-gate", "broken"),
    "the endpoint's key for everybody": (
        lambda sound: sound.github.world.secrets.update({"": ["LLM_API_KEY"]}),
        "shared secrets",
        "weaker",
    ),
    "the App's key for everybody": (
        lambda sound: sound.github.world.secrets.update({"": ["LLM_GATE_APP_KEY"]}),
        "shared secrets",
        "broken",
    ),
    "a key lent by the organisation": (
        settings(organisation_secrets=["LLM_API_KEY"]),
        "shared secrets",
        "weaker",
    ),
    "tokens that write": (settings(actions={"default_workflow_permissions": "write"}), "job tokens", "weaker"),
    "tokens that approve": (settings(actions={"can_approve_pull_request_reviews": True}), "job tokens", "weaker"),
    "no code scanning": (settings(scanning=False), "code scanning", "weaker"),
    "an unknown owner": (settings(owner_errors=["Unknown owner on line 2"]), "CODEOWNERS", "weaker"),
    "a manager who left": (without("members", "mia"), "managers", "weaker"),
}
"""What somebody does to the settings, what it is told about, and as what."""


class TestASoundRepository:
    def test_is_ok_in_everything(self, sound: Clinic) -> None:
        """Whoever follows the documentation to the letter is told nothing else."""
        found = sound.found()

        assert found.ill == []
        assert found.exit_code == 0

    def test_is_told_in_a_line_for_each_thing(self, sound: Clinic) -> None:
        """What was looked at is seen, not only what is wrong."""
        told = sound.look()

        assert f"ok         required check: `main` asks for `harness` of App {sound.app}\n" in told.out
        assert told.out.endswith(f"acme/desk: {len(told.out.splitlines()) - 1} ok\n")

    def test_may_be_protected_in_the_older_way(self, sound: Clinic) -> None:
        """Classic protection counts as much as a ruleset."""
        world, app = sound.github.world, sound.app
        world.rulesets.clear()
        world.protections["main"] = {
            "required_status_checks": {
                "url": "https://x/y",
                "strict": True,
                "contexts": ["harness"],
                "contexts_url": "https://x/y",
                "checks": [{"context": "harness", "app_id": app}],
            },
            "required_pull_request_reviews": {
                "dismiss_stale_reviews": True,
                "require_code_owner_reviews": True,
                "require_last_push_approval": True,
                "required_approving_review_count": 1,
            },
            "enforce_admins": {"url": "https://x/y", "enabled": True},
            "allow_force_pushes": {"enabled": False},
        }

        assert sound.found().ill == []

    def test_asks_only_for_the_commit_that_github_names(self, sound: Clinic) -> None:
        """What lies in the working tree is not what a pull request meets."""
        sound.scratch.remove(".github/workflows/gate.yml")

        assert sound.found().ill == []

    def test_is_weaker_without_an_app(self, sound: Clinic) -> None:
        """The shared token does, and what that means is told; its key is then no loss."""
        world = sound.github.world
        world.environment_variables.clear()
        world.secrets.pop("llm-gate")
        required(integration_id=SHARED)(sound)

        found = sound.found()

        assert found.ill == [(BOUND, "weaker")]
        assert found.exit_code == 0
        assert found.told(BOUND)["risk"] == "any workflow of a pushed branch could post it as passed"


class TestASettingThatIsBroken:
    @pytest.mark.parametrize(("breaking", "about", "state"), MUTANTS.values(), ids=MUTANTS)
    def test_is_found(self, sound: Clinic, breaking: Breaking, about: str, state: str) -> None:
        """One at a time, with what follows of it and what to do; one fault that shows up as five is not read."""
        breaking(sound)

        found = sound.found()

        assert (about, state) in found.ill
        assert about == BOUND or {other for other, _ in found.ill} - {BOUND} == {about}
        assert found.exit_code == (1 if state == "broken" else 0)
        assert found.told(about)["risk"]
        assert found.told(about)["remedy"]

    def test_is_made_up_for_by_another_set_of_rules(self, sound: Clinic) -> None:
        """Rules add up: a second set without exceptions holds for those whom the first lets past."""
        second = {**sound.ruleset, "name": "strict"}
        bypass("RepositoryRole", 4)(sound)
        ruleset(sound.github.world, second)

        assert sound.found().ill == []

    def test_is_not_made_up_for_by_a_check_that_anybody_may_post(self, sound: Clinic) -> None:
        """Whom the bound check lets past posts the other one, and merges."""
        rules = [{**one, "parameters": dict(one.get("parameters", {}))} for one in sound.ruleset["rules"]]
        rules[-1]["parameters"]["required_status_checks"] = [{"context": "harness"}]
        second = {**sound.ruleset, "name": "loose"}
        second["rules"] = [one if one["parameters"] else {"type": one["type"]} for one in rules]
        bypass("RepositoryRole", 4)(sound)
        ruleset(sound.github.world, second)

        assert sound.found().ill == [("bypass", "broken")]

    def test_of_a_merge_queue_is_that_nobody_judges_its_groups(self, sound: Clinic) -> None:
        """The check of a group would never come, and nothing would land."""
        queue = {"type": "merge_queue", "parameters": QUEUE}
        sound.ruleset["rules"].append(queue)
        assert sound.found().ill == []
        sound.scratch.remove(".github/workflows/merge-queue.yml")
        sound.push()

        assert ("merge queue", "broken") in sound.found().ill
