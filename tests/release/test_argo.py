"""`harness render argo`: manifests that are right for every strategy, and a check that no slip of a key gets past."""

import copy
import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.core.environment import Environment, OnMax, RefusedError, Step, StepKind, Strategy, StrategyKind, Target
from harness.core.errors import UsageError
from harness.gateway.argo import FAILURE, SUCCESS, Pods, as_argo
from harness.gateway.argo_schema import ManifestError, check_manifest
from tests.release.served import gateway
from tests.release.shop import Line

type Manifest = dict[str, Any]

RELEASE = "4f" * 32
PODS = Pods("registry.example.com/desk:1", "http://gateway:8080")
LENGTHS = st.integers(0, 200_000).map(lambda seconds: timedelta(seconds=seconds))
MAXES: st.SearchStrategy[OnMax] = st.sampled_from(["hold", "abort", "advance"])
STEPS = st.builds(Step, st.integers(1, 100), LENGTHS, st.none() | LENGTHS, MAXES, st.sampled_from(StepKind))
KINDS: st.SearchStrategy[StrategyKind] = st.sampled_from(["canary", "blue-green"])
STRATEGIES = st.builds(Strategy, KINDS, st.lists(STEPS, max_size=6).map(tuple))
ROLLING = Strategy(
    steps=(
        Step(20, kind=StepKind.WARM),
        Step(10, timedelta(minutes=10), timedelta(hours=1), "abort"),
        Step(95, kind=StepKind.BAKE, most=timedelta(days=1)),
        Step(100),
    )
)


def environment(strategy: Strategy = ROLLING, name: str = "production") -> Environment:
    """Return an environment that runs a release."""
    return Environment(name, RELEASE, Target("argo"), strategy=strategy)


def manifests(strategy: Strategy = ROLLING, pods: Pods = PODS) -> dict[str, Manifest]:
    """Return what is printed, by kind; of the services the last."""
    return {one["kind"]: one for one in yaml.safe_load_all(as_argo(environment(strategy), pods))}


OTHERS: tuple[Any, ...] = (None, True, 7.5, "", [], {"x": 1})


def mutants(manifest: Manifest) -> Iterator[tuple[str, Manifest]]:
    """Yield a manifest with each of its fields dropped, renamed, or of another type."""
    for path in _fields(manifest, ()):
        *above, key = path
        value = _at(manifest, path)
        changes: list[dict[str, Any]] = [{}, {f"{key}s": value}]
        changes += [{str(key): other} for other in OTHERS if type(other) is not type(value)]
        for change in changes:
            mutant = copy.deepcopy(manifest)
            place = _at(mutant, above)
            del place[key]
            place.update(change)
            yield f"{path}: {change}", mutant


def _at(value: Any, path: Iterable[str | int]) -> Any:  # noqa: ANN401 (YAML)
    for key in path:
        value = value[key]
    return value


def _fields(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:  # noqa: ANN401 (YAML)
    if isinstance(value, dict):
        yield from ((*path, key) for key in value)
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield from _fields(one, (*path, key))


class TestManifests:
    @given(STRATEGIES)
    @settings(max_examples=40)
    def test_are_right_for_every_strategy(self, strategy: Strategy) -> None:
        """Each key is one that Argo knows, with a value that it takes."""
        for manifest in yaml.safe_load_all(as_argo(environment(strategy), PODS)):
            check_manifest(manifest)

    @pytest.mark.parametrize(("kind", "secret"), [("canary", ""), ("canary", "viewer"), ("blue-green", "")])
    def test_with_any_single_slip_are_refused(self, kind: StrategyKind, secret: str) -> None:
        """Argo takes a limit of a name that it does not know for none, and an empty condition for success."""
        checked = 0
        for manifest in manifests(ROLLING._replace(kind=kind), PODS._replace(secret=secret)).values():
            for name, mutant in mutants(manifest):
                checked += 1
                try:
                    check_manifest(mutant)
                except ManifestError:
                    continue
                pytest.fail(f"not refused: {name}")

        assert checked > 500

    def test_give_traffic_as_the_strategy_says(self) -> None:
        """A step without traffic only waits for the gateway's word; the least time is a pause."""
        canary = manifests()["Rollout"]["spec"]["strategy"]["canary"]

        steps = [next(iter(step.items())) for step in canary["steps"]]
        assert [value if name == "setWeight" else name for name, value in steps] == [
            *["analysis", 10, "pause", "analysis", 95, "analysis", 100, "analysis"]
        ]
        assert steps[2][1] == {"duration": "600s"}

    def test_ask_for_the_verdict_on_just_this_release_and_step(self) -> None:
        """One that is undecided to the end is neither success nor failure: Argo pauses, and a person decides."""
        found = manifests()
        (metric,) = found["AnalysisTemplate"]["spec"]["metrics"]
        step = found["Rollout"]["spec"]["strategy"]["canary"]["steps"][3]["analysis"]

        assert {one["name"]: one["value"] for one in step["args"]} == {"release": RELEASE, "step": "1", "count": "52"}
        assert metric["provider"]["web"]["url"] == "http://gateway:8080/v1/rollout"
        assert (metric["interval"], metric["consecutiveSuccessLimit"], metric["failureLimit"]) == ("60s", 1, 0)
        assert metric["count"] == metric["inconclusiveLimit"] == "{{args.count}}"
        assert 'result.verdict == "advance"' in metric["successCondition"]
        assert 'result.verdict == "abort"' in metric["failureCondition"]
        for condition in (metric["successCondition"], metric["failureCondition"]):
            assert condition.startswith('result.rollout.candidate == "{{args.release}}" && ')

    @pytest.mark.parametrize(
        ("image", "url"),
        [
            ("registry.example:5000/team/desk_a:1.2-b", "https://gateway.example.com/desk/~a-b_c.d"),
            (f"desk@sha256:{RELEASE}", "http://[fd00::1]:8080"),
        ],
    )
    def test_hold_what_they_were_given_to_the_letter(self, image: str, url: str) -> None:
        """Whatever a registry and an address may be called."""
        found = manifests(pods=Pods(image, url))

        assert found["Rollout"]["spec"]["template"]["spec"]["containers"][0]["image"] == image
        web = found["AnalysisTemplate"]["spec"]["metrics"][0]["provider"]["web"]
        assert web["url"] == f"{url}/v1/rollout"

    @pytest.mark.parametrize("image", ["", "desk 1", "desk:1\n", 'a"b', "a\\b", "a#b", "{d}", "-desk", "desk'", "Ä"])
    def test_are_not_made_of_an_image_that_is_none(self, image: str) -> None:
        """What stands in quotes of YAML must not end them."""
        with pytest.raises(UsageError, match="that is no image"):
            manifests(pods=PODS._replace(image=image))

    @pytest.mark.parametrize(
        "rest", [" ", "\n", '"', "\\", "/?key=x", "/#top", "/{{args.key}}", "/${KEY}", "/a b", "name:word@host", "Ä"]
    )
    def test_are_not_made_of_an_address_that_is_no_gateways(self, rest: str) -> None:
        """A path is put behind it, Argo fills in braces, and a password would stand in the manifest."""
        with pytest.raises(UsageError, match="that is no URL of a gateway"):
            manifests(pods=PODS._replace(url=f"http://{rest}" if "@" in rest else f"http://gateway{rest}"))

    def test_take_the_gateways_key_from_a_secret(self) -> None:
        """It stands in no manifest."""
        spec = manifests(pods=PODS._replace(secret="viewer"))["AnalysisTemplate"]["spec"]  # noqa: S106 (its name)

        assert spec["args"][-1] == {"name": "key", "valueFrom": {"secretKeyRef": {"name": "viewer", "key": "key"}}}
        assert spec["metrics"][0]["provider"]["web"]["headers"] == [
            {"key": "Authorization", "value": "Bearer {{args.key}}"}
        ]
        with pytest.raises(UsageError, match="is no name for a secret"):
            manifests(pods=PODS._replace(secret="a b"))  # noqa: S106 (its name)

    @pytest.mark.parametrize("name", ["7", "a-", "x" * 51, "a\nb: c", "Ä"])
    def test_are_not_made_of_a_name_that_kubernetes_refuses(self, name: str) -> None:
        """Before anything is printed."""
        with pytest.raises(UsageError, match="is no name for a service of Kubernetes"):
            as_argo(environment(name=name), PODS)

    def test_are_not_made_where_argo_cannot_do_it(self) -> None:
        """It knows no test that ends with two releases, and rolls nothing out where nothing runs."""
        with pytest.raises(RefusedError, match="a strategy `a-b` compares two"):
            as_argo(environment(Strategy("a-b")), PODS)
        with pytest.raises(RefusedError, match="runs no release yet"):
            as_argo(Environment("production"), PODS)


class TestTheCommand:
    def test_prints_what_head_says(self, line: Line) -> None:
        """Its release in the pods, and its target's gateway in the metric."""
        line.promote("staging", line.first)
        path = ".github/environments/staging.yaml"
        line.write(path, line.read(path).replace("{kind: git}", "{kind: argo, url: 'https://gateway.example.com'}"))
        line.commit("to Kubernetes")

        told = line.harness("render", "argo", "staging", "--image", "desk:1")

        kinds = [one["kind"] for one in yaml.safe_load_all(told.out)]
        assert (told.exit_code, kinds) == (0, ["Service", "Service", "AnalysisTemplate", "Rollout"])
        assert f'{{name: HARNESS_RELEASE, value: "{line.first}' in told.out
        assert 'url: "https://gateway.example.com/v1/rollout"' in told.out

    def test_asks_for_what_a_gateway_answers(self, line: Line) -> None:
        """Every name in the conditions stands in the answer; one that does not would be an error at each look."""
        pytest.importorskip("uvicorn", reason="the extra `serve` is not installed")
        line.promote("staging", line.first)
        with gateway(line) as served:
            said = served.get("/v1/rollout").data

        asked = {name for text in (SUCCESS, FAILURE) for name in re.findall(r"result\.([a-z.]+)", text)}
        assert asked == {"verdict", "rollout.candidate", "rollout.phase", "rollout.stable", "rollout.step"}
        assert {"verdict", *(f"rollout.{name}" for name in said["rollout"])} >= asked
        assert said["verdict"] in {"advance", "abort", "undecided"}
        assert (said["rollout"]["phase"], said["rollout"]["stable"][:12]) == ("stable", line.first)

    def test_says_what_it_lacks(self, line: Line) -> None:
        """Nobody knows how a release does without a gateway to ask."""
        line.promote("staging", line.first)

        told = line.harness("render", "argo", "staging", "--image", "desk:1")

        assert (told.exit_code, told.out) == (2, "")
        assert "nobody says which gateway knows how staging does" in told.err
