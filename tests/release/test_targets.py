"""Targets that are told how a rollout stands, over real sockets: a webhook, and a repository's workflows."""

import asyncio
import hashlib
import hmac
import json
import shutil
from collections.abc import Mapping
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from harness.core.environment import Environment, Target
from harness.core.errors import ContentError, ExitCode, Origin, UnavailableError
from harness.core.rollout import Phase, Rollout
from harness.flows.strangers import StrangersTarget
from harness.flows.targets import PATIENCE, Patience, target_of, tell
from tests.endpoint.launch import certificate
from tests.github.server import github
from tests.release.told import page
from tests.scenarios.scratch import Scratch
from tests.scenarios.test_exit_codes import stranger

SECRET = "a key of some length"  # noqa: S105 (of a test)
ROLLOUT = Rollout("production", 3, "4f" * 32, "9a" * 32, Phase.ROLLING, step=1, weight=10, moves=7)
SOON = Patience(whole=2, once=0.3)


def webhook(url: str) -> Environment:
    """Return an environment whose target is a page."""
    place = Target("webhook", url, key_from="HOOK_KEY")
    return Environment("production", target=place, target_origin=Origin(".github/environments/production.yaml", 2))


def told(environment: Environment, environ: Mapping[str, str] | None = None) -> bool:
    """Tell it how the rollout stands."""
    patience = SOON if environment.target.kind == "webhook" else PATIENCE
    return asyncio.run(tell(environment, ROLLOUT, {"HOOK_KEY": SECRET, **(environ or {})}, patience))


class TestAWebhook:
    def test_is_told_how_a_rollout_stands(self) -> None:
        """The share, the releases, and by how many moves it came there; signed, byte for byte."""
        with page() as found:
            assert told(webhook(found.url))

        ((headers, body),) = found.asked
        rollout = json.loads(body)["rollout"]
        assert (rollout["candidate"], rollout["weight"], rollout["phase"]) == (ROLLOUT.candidate, 10, "rolling")
        signed = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        assert headers["x-harness-signature"] == f"sha256={signed}"
        assert headers["idempotency-key"] == "production/3/7"
        assert SECRET not in str(headers) + body.decode()

    @pytest.mark.parametrize("faults", [["500"], ["503", "429"], ["reset"], ["hang"], ["late"]], ids=str)
    def test_is_told_again_where_nobody_knows_whether_it_heard(self, faults: list[str]) -> None:
        """By the same key, so that it does nothing twice, also where only its answer was lost."""
        with page(faults) as found:
            assert told(webhook(found.url))

        assert len(found.asked) == len(faults) + 1
        assert found.done == ["production/3/7"]
        assert len({body for _, body in found.asked}) == 1

    @pytest.mark.parametrize(
        ("faults", "attempts", "why"),
        [
            (["401"], 1, "it answers 401"),
            (["307"], 1, "it answers 307, which sends elsewhere, and nobody follows"),
            (["500"] * 99, 2, "it answers 500"),
            (["hang"] * 99, 2, "no answer in 0.3 s"),
        ],
    )
    def test_that_does_not_take_it_is_an_error(self, faults: list[str], attempts: int, why: str) -> None:
        """Exit code 4, with the line of the file; what sends elsewhere is told nothing there."""
        with page(faults) as found, pytest.raises(UnavailableError) as caught:
            told(webhook(found.url))

        assert len(found.asked) >= attempts
        assert (found.done, found.elsewhere) == ([], [])
        assert caught.value.exit_code == ExitCode.UNAVAILABLE
        assert str(caught.value.where) == ".github/environments/production.yaml:2"
        assert caught.value.what.startswith("the target of production was not told")
        assert caught.value.what.endswith(f": {why}")

    def test_that_is_not_there_is_an_error(self) -> None:
        """It was moved, or has not been started."""
        with page() as found:
            pass

        with pytest.raises(UnavailableError, match="there is no connection"):
            told(webhook(found.url))

    @pytest.mark.skipif(shutil.which("openssl") is None, reason="a certificate is made with openssl")
    def test_whose_certificate_nobody_knows_is_told_nothing(self, tmp_path: Path) -> None:
        """Somebody else may be listening there."""
        made = certificate(tmp_path)
        with (
            page(certificate=(made.certificate, made.key)) as found,
            pytest.raises(UnavailableError, match="its certificate is not to be trusted"),
        ):
            told(webhook(found.url))

        assert found.asked == []

    def test_asks_no_proxy(self) -> None:
        """One that the surroundings name would read along."""
        with page() as found, page() as other:
            assert told(webhook(found.url), {"HTTP_PROXY": other.url, "http_proxy": other.url})

        assert (len(found.asked), other.asked) == (1, [])

    @pytest.mark.parametrize(
        ("place", "wrong"),
        [
            (Target("webhook", key_from="HOOK_KEY"), "a webhook needs `url` or `url_from`"),
            (Target("webhook", "https://x/"), "a webhook needs `key_from`"),
            (Target("webhook", "ftp://x/", key_from="K"), "the URL of the webhook is none"),
            (Target("webhook", "http://example.com/", key_from="K"), "the URL of the webhook is not https"),
            (Target("webhook", "https://a:b@x/", key_from="K"), "the URL of the webhook holds a password"),
        ],
    )
    def test_that_is_wrong_is_refused_before_it_is_told(self, place: Target, wrong: str) -> None:
        """At the line of the file."""
        with pytest.raises(ContentError, match=wrong):
            target_of(Environment("production", target=place), {})

    @pytest.mark.parametrize(
        ("environ", "wrong"),
        [
            ({"HOOK_KEY": "short"}, "the variable `HOOK_KEY` holds no key of 16 characters or more"),
            ({"HOOK": ""}, "the variable `HOOK` with the URL of the webhook is empty"),
            ({"HOOK": "http://example.com/"}, "the URL of the webhook is not https"),
        ],
    )
    def test_without_what_it_needs_is_told_nothing(self, environ: dict[str, str], wrong: str) -> None:
        """No message shows a key or a URL, which may be a secret."""
        place = Target("webhook", url_from="HOOK", key_from="HOOK_KEY")

        with pytest.raises(UnavailableError, match=wrong):
            told(Environment("production", target=place), {"HOOK": "https://x.example/", **environ})


class TestARepository:
    def test_is_told_by_an_event(self, tmp_path: Path) -> None:
        """Its workflows start on `repository_dispatch`, with the rollout in their payload."""
        pytest.importorskip("ghapi", reason="the extra `github` is not installed")
        environment = Environment("production", target=Target("repository_dispatch"))
        with github(tmp_path) as hub:
            token = hub.token({"contents": "write"}, app="harness")
            where = {"GITHUB_REPOSITORY": hub.world.full_name, "GITHUB_API_URL": hub.world.url}

            assert told(environment, {**where, "GITHUB_TOKEN": token})

            (event,) = hub.world.dispatches
            assert (event.name, hub.violations) == ("repository_dispatch", [])
            assert event.payload["action"] == "harness-rollout"
            assert event.payload["client_payload"]["rollout"]["weight"] == 10

    def test_that_refuses_is_an_error(self, tmp_path: Path) -> None:
        """A token that may not, told without the token."""
        pytest.importorskip("ghapi", reason="the extra `github` is not installed")
        environment = Environment("production", target=Target("repository_dispatch"))
        with github(tmp_path) as hub:
            token = hub.token({"contents": "read"}, app="harness")
            where = {"GITHUB_REPOSITORY": hub.world.full_name, "GITHUB_API_URL": hub.world.url}

            with pytest.raises(UnavailableError, match="GitHub refuses it: 403"):
                told(environment, {**where, "GITHUB_TOKEN": token})

    def test_needs_a_job(self) -> None:
        """Nobody guesses which repository is meant."""
        with pytest.raises(UnavailableError, match="the environment has no `GITHUB_REPOSITORY`"):
            told(Environment("production", target=Target("repository_dispatch")))


class TestTargets:
    def test_that_find_out_by_themselves_are_told_nothing(self) -> None:
        """A gateway reads git."""
        assert not told(Environment("production", target=Target("gateway")))

    @pytest.mark.parametrize(
        ("body", "exit_code", "why"),
        [
            ("def problems(self): return []", 0, ""),
            ("def problems(self): return ['it wants a moon']", 2, "production.yaml:1: it wants a moon"),
            ("def problems(self): exit(0)", 2, "target `nomad` of `stranger` does not load: SystemExit: 0"),
            (
                "problems = None",
                2,
                "`nomad` of `stranger` does not load: TypeError: it has no method `problems`",
            ),
        ],
    )
    def test_may_be_a_strangers(self, scratch: Scratch, tmp_path: Path, body: str, exit_code: int, why: str) -> None:
        """By the entry points of its package; one that is broken passes nothing."""
        made = (
            "class Nomad:\n    def __init__(self, place, environ): pass\n    async def apply(self, rollout, said): pass"
        )
        points = "[harness.targets]\nnomad = stranger:Nomad\n"
        environ = stranger(tmp_path / "stranger", f"{made}\n    {body}\n", points)
        scratch.write(".github/environments/production.yaml", "target: {kind: nomad}\n")

        checked = scratch.harness("check", environ=environ)

        assert (checked.exit_code, why in checked.told) == (exit_code, True), checked.told

    def test_of_a_stranger_that_fails_at_work_names_its_owner(self) -> None:
        """It took nothing, and it is no bug of ours."""

        class Nomad:
            def problems(self) -> list[str]:
                return []

            async def apply(self, rollout: Rollout, said: object) -> None:
                raise ValueError(f"no room for {rollout.environment} in {type(said).__name__}")

        nomad = StrangersTarget(EntryPoint("nomad", "loud:Nomad", "harness.targets"), Nomad())

        with pytest.raises(ContentError) as error:
            asyncio.run(nomad.apply(ROLLOUT, {}))

        what = "target `nomad` of `an unnamed distribution` failed: ValueError: no room for production in dict"
        assert (nomad.problems(), error.value.what) == ([], what)

    def test_are_checked_with_all_else(self, scratch: Scratch) -> None:
        """`harness check` says it before anything rolls."""
        scratch.write(".github/environments/production.yaml", "target: {kind: webhook, url: 'https://x/'}\n")

        checked = scratch.harness("check")

        assert checked.exit_code == 2
        assert ".github/environments/production.yaml:1: a webhook needs `key_from`" in checked.told
