"""An environment as manifests for Argo Rollouts, which gives traffic step by step as our gateway's verdict says."""

import re
from datetime import timedelta
from functools import cache
from importlib.resources import files
from math import ceil
from typing import NamedTuple

import jinja2

from harness.core.environment import Environment, RefusedError, Step, StepKind
from harness.core.errors import UsageError

INTERVAL = timedelta(seconds=60)
"""Between two looks at the verdict."""
LONGEST = timedelta(days=7)
"""How long a step is looked at that has no end of its own; a person is asked then."""
SLACK = 2
"""Looks after a step's end, in which the gateway says what its `on_max` made of it."""
_NAME = re.compile(r"[a-z]([a-z0-9-]{0,48}[a-z0-9])?")
"""What Kubernetes takes for a service with `-candidate` behind it."""
_IMAGE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/:@-]*")
_URL = re.compile(r"https?://[A-Za-z0-9._:\[\]-]+(/[A-Za-z0-9._~/-]*)?")
"""Of a gateway: a path is put behind it, and Argo fills in what stands in braces."""
_OURS = 'result.rollout.candidate == "{{args.release}}"'
SUCCESS = (
    f"{_OURS} && (result.rollout.step > {{{{args.step}}}} || result.rollout.step == {{{{args.step}}}} && "
    'result.verdict == "advance") || result.rollout.phase == "stable" && result.rollout.stable == "{{args.release}}"'
)
FAILURE = f'{_OURS} && (result.verdict == "abort" || result.rollout.phase == "aborted")'


class Pods(NamedTuple):
    """What answers in the cluster."""

    image: str
    url: str
    """Of the gateway that says how the release does."""
    secret: str = ""
    """Of the cluster, whose entry `key` holds a viewer's key of that gateway; empty where it asks for none."""
    replicas: int = 4
    port: int = 8080


class _Wait(NamedTuple):
    """A step as Argo takes it."""

    step: int
    weight: int
    """0 for a step in which Argo gives no traffic."""
    seconds: int
    """For how long it lasts at least."""
    looks: int
    """How often the verdict is asked at most."""


def as_argo(environment: Environment, pods: Pods) -> str:
    """Return the manifests as YAML.

    A verdict that is undecided to a step's end lets Argo pause there until a person says more. One about another
    release is none, and neither is an outage: without a verdict nothing advances.

    Raises:
        RefusedError: The environment runs no release, or Argo cannot do what its strategy says.
        UsageError: The image, the URL or the environment's name is nothing for a manifest.
    """
    _check(environment, pods)
    waits = [_wait(number, step) for number, step in enumerate(environment.strategy.steps or (Step(100),))]
    return _template().render(
        environment=environment.name,
        candidate=f"{environment.name}-candidate",
        verdict=f"{environment.name}-verdict",
        release=environment.release,
        url=f"{pods.url.rstrip('/')}/v1/rollout",
        image=pods.image,
        secret=pods.secret,
        replicas=pods.replicas,
        port=pods.port,
        blue_green=environment.strategy.kind == "blue-green",
        waits=waits,
        success=SUCCESS,
        failure=FAILURE,
    )


def _check(environment: Environment, pods: Pods) -> None:
    if not environment.release:
        hint = f"run `harness promote {environment.name}`"
        raise RefusedError(f"{environment.name} runs no release yet", where=environment.origin, hint=hint)
    if environment.strategy.kind == "a-b":
        what = "Argo ends with one release, and a strategy `a-b` compares two"
        raise RefusedError(what, where=environment.origin, hint="use the target `gateway`, or another strategy")
    if not _NAME.fullmatch(environment.name):
        what = f"`{environment.name}` is no name for a service of Kubernetes"
        raise UsageError(what, hint="it begins with a letter, does not end with `-`, and has at most 50 characters")
    if pods.secret and not _NAME.fullmatch(pods.secret):
        raise UsageError(f"`{pods.secret}` is no name for a secret of Kubernetes")
    if not _IMAGE.fullmatch(pods.image):
        raise UsageError("that is no image", hint="such as registry.example/app:1.2")
    if not _URL.fullmatch(pods.url):
        raise UsageError("that is no URL of a gateway", hint="such as http://gateway.default:8080, with no key in it")


def _wait(number: int, step: Step) -> _Wait:
    gives = step.kind in {StepKind.SPLIT, StepKind.BAKE}
    rest = max((step.most or LONGEST) - step.least, timedelta())
    return _Wait(number, step.weight if gives else 0, ceil(step.least.total_seconds()), ceil(rest / INTERVAL) + SLACK)


def _quoted(text: str) -> str:
    """Return a text as YAML that means no other, on one line."""
    plain = (char if char.isprintable() else f"\\U{ord(char):08x}" for char in text.replace("\\", "\\\\"))
    return f'"{"".join(plain).replace('"', '\\"')}"'


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined)  # noqa: S701 (no HTML: `quoted` escapes)
    environment.filters["quoted"] = _quoted
    return environment.from_string((files("harness") / "gateway/templates/argo.yaml").read_text(encoding="utf-8"))
