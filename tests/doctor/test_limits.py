"""What a token may not read is told as not known, and never as ok."""

import json
import re

import pytest

from tests.doctor.clinic import PERMISSIONS, Clinic
from tests.github.faults import status
from tests.github.settings import ruleset

NOT_ALLOWED = "Resource not accessible by integration"
ENDPOINTS = {
    r"/branches/main$": "files",
    r"/rules/branches/main$": "required check",
    r"/rulesets/\d+$": "bypass",
    r"/codeowners/errors$": "CODEOWNERS",
    r"/environments$": "environment llm-gate",
    r"/environments/llm-eval/deployment-branch-policies$": "environment llm-eval",
    r"/environments/llm-eval/secrets$": "environment llm-eval",
    r"/environments/llm-gate/variables$": "required check",
    r"/actions/secrets$": "shared secrets",
    r"/actions/organization-secrets$": "shared secrets",
    r"/actions/permissions/workflow$": "job tokens",
    r"/code-scanning/analyses$": "code scanning",
    r"/collaborators/mia/permission$": "managers",
}
"""Every address that is asked, and what it is asked for."""
SHOWN_BY = {
    "actions": ["environment llm-eval", "environment llm-eval-external", "environment llm-gate"],
    "contents": ["merge methods", "files", "CODEOWNERS"],
    "environments": ["required check", "environment llm-eval", "environment llm-eval-external", "environment llm-gate"],
    "secrets": ["shared secrets"],
    "security_events": ["code scanning"],
}
"""What each permission alone shows, of those without which something is not known."""


class TestWhatIsForbidden:
    @pytest.mark.parametrize(("address", "about"), ENDPOINTS.items())
    @pytest.mark.parametrize("code", [403, 404])
    def test_at_one_address_is_told(self, sound: Clinic, address: str, about: str, code: int) -> None:
        """GitHub says 403, or of what is private that it is not there; some 404 are answers of their own."""
        if code == 404 and about in {"CODEOWNERS", "managers"}:
            pytest.skip("nothing there is an answer here")
        words = NOT_ALLOWED if code == 403 else "Not Found"
        sound.github.faults.next("GET", address, status(code, words), times=2)

        found = sound.found()

        assert found.told(about)["state"] == "not known"
        assert "permission `" in found.told(about)["what"]
        assert found.exit_code == 3

    def test_is_not_asked_for_elsewhere(self, sound: Clinic) -> None:
        """The list above is whole: a new address without its case here fails."""
        sound.found()

        asked = {call.path.removeprefix("/repos/acme/desk") for call in sound.github.log}
        known = [*ENDPOINTS, r"^$", "/branches/main/protection$", "/actions/variables$", "/environments/"]
        assert [one for one in asked if not any(re.search(pattern, one) for pattern in known)] == []

    @pytest.mark.parametrize(("permission", "things"), SHOWN_BY.items())
    def test_by_the_token_is_told(self, sound: Clinic, permission: str, things: list[str]) -> None:
        """Each with the permission that would show it."""
        found = sound.found(**{permission: "none"})

        assert {about for about, _ in found.ill} == set(things)
        assert {state for _, state in found.ill} == {"not known"}

    def test_leaves_what_is_certain_as_it_is(self, sound: Clinic) -> None:
        """A set of rules that asks for the check is enough, whatever an older protection may add."""
        found = sound.found(administration="none")

        assert found.ill == [("bypass", "not known"), ("job tokens", "not known")]

    def test_is_not_known_where_an_older_protection_may_make_up_for_it(self, sound: Clinic) -> None:
        """No rules are seen, and something else was not shown: it is neither broken nor ok."""
        sound.github.world.rulesets.clear()

        assert ("required check", "not known") in sound.found(administration="none").ill

    def test_does_not_hide_what_is_broken(self, sound: Clinic) -> None:
        """The exit code is that of the worst."""
        sound.github.world.secrets[""] = ["LLM_GATE_APP_KEY"]

        assert sound.found(security_events="none").exit_code == 1

    def test_by_the_plan_is_no_rule_at_all(self, sound: Clinic) -> None:
        """A private repository without a plan for rules can require nothing."""
        words = "Upgrade to GitHub Pro or make this repository public to enable this feature."
        for address in (r"/rules/branches/main$", r"/branches/main/protection$"):
            sound.github.faults.next("GET", address, status(403, words))

        assert ("required check", "broken") in sound.found().ill


class TestTheApp:
    def test_may_be_told_by_the_surroundings(self, sound: Clinic) -> None:
        """Whoever may not read variables can still say which App is theirs."""
        environ = {**sound.environ(environments="none"), "LLM_GATE_APP_ID": str(sound.app)}

        told = json.loads(sound.scratch.harness("doctor", "--json", environ=environ).out)

        assert [one["state"] for one in told["diagnoses"] if one["about"] == "required check"] == ["ok"]

    def test_may_be_a_variable_of_the_repository(self, sound: Clinic) -> None:
        """A job is given those too."""
        world = sound.github.world
        world.environment_variables.clear()
        world.variables["LLM_GATE_APP_ID"] = str(sound.app)

        assert sound.found().ill == []

    def test_that_is_named_by_no_number_is_not_compared(self, sound: Clinic) -> None:
        """A client id is another name of the same App."""
        sound.github.world.environment_variables["llm-gate"]["LLM_GATE_APP_ID"] = "Iv1.abc"

        found = sound.found()

        assert found.told("required check")["state"] == "not known"
        assert "`Iv1.abc`" in found.told("required check")["what"]


class TestGitHubItself:
    def test_that_does_not_show_the_repository_is_not_available(self, sound: Clinic) -> None:
        """A wrong name, or a token for something else."""
        told = sound.scratch.harness("doctor", environ={**sound.environ(), "GITHUB_REPOSITORY": "acme/other"})

        assert told.exit_code == 4
        assert told.err.startswith("error: GitHub does not show acme/other: 404: ")

    def test_that_knows_no_such_token_is_not_available(self, sound: Clinic) -> None:
        """The token itself is not told."""
        told = sound.scratch.harness("doctor", environ={**sound.environ(), "GITHUB_TOKEN": "stale-secret"})

        assert told.exit_code == 4
        assert "stale-secret" not in told.told

    def test_is_not_asked_without_a_token(self, sound: Clinic) -> None:
        """Half of the surroundings is a mistake."""
        told = sound.scratch.harness("doctor", environ={"GITHUB_REPOSITORY": "acme/desk"})

        assert told.exit_code == 2
        assert told.err.startswith("error: the environment has no `GITHUB_TOKEN`")

    def test_is_asked_for_every_page(self, sound: Clinic) -> None:
        """A key among many others, and rules of many sets."""
        world = sound.github.world
        world.secrets[""] = [*(f"KEY_{number:03}" for number in range(130)), "LLM_GATE_APP_KEY"]
        first = sound.ruleset
        for number in range(25):
            ruleset(world, {**first, "name": f"more {number}"})

        assert ("shared secrets", "broken") in sound.found().ill

    def test_is_asked_with_what_the_documentation_lists(self, sound: Clinic) -> None:
        """A token with all of these is told everything."""
        assert set(PERMISSIONS) == {*SHOWN_BY, "actions_variables", "administration"}
        assert sound.found().ill == []
