"""What `harness render argo` may print, key by key: stricter than Argo, which takes a misspelt limit for none."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from harness.core.errors import HarnessError
from harness.core.jsons import Json

type Schema = dict[str, Any]

_TEXT: Schema = {"type": "string", "minLength": 1}
_NAME: Schema = {"type": "string", "pattern": r"^[a-z]([a-z0-9-]{0,61}[a-z0-9])?\Z"}
_RELEASE: Schema = {"type": "string", "pattern": r"^[0-9a-f]{64}\Z"}
_DIGITS: Schema = {"type": "string", "pattern": r"^[0-9]+\Z"}
_COUNTED: Schema = {"const": "{{args.count}}"}


class ManifestError(HarnessError):
    """A manifest is not what we print: a fault of ours."""


def _exactly(**properties: Schema) -> Schema:
    return _keyed(properties)


def _keyed(properties: Mapping[str, Schema]) -> Schema:
    """Return the schema of a mapping with all of these keys, and no other."""
    known = dict(properties)
    return {"type": "object", "properties": known, "required": sorted(known), "additionalProperties": False}


def _list(*items: Schema) -> Schema:
    """Return the schema of a list of just these."""
    return {"type": "array", "prefixItems": list(items), "items": False, "minItems": len(items)}


def _whole(least: int, most: int) -> Schema:
    return {"type": "integer", "minimum": least, "maximum": most}


def _named(name: str, **more: Schema) -> Schema:
    return _exactly(name={"const": name}, **more)


_LABELS = _keyed({"app.kubernetes.io/name": _NAME})
_METADATA = _exactly(name=_NAME, labels=_LABELS)
_PORT = _whole(1, 65535)
_ASKED = _exactly(
    templates=_list(_exactly(templateName=_NAME)),
    args=_list(_named("release", value=_RELEASE), _named("step", value=_DIGITS), _named("count", value=_DIGITS)),
)
_STEP: Schema = {
    "oneOf": [
        _exactly(setWeight=_whole(1, 100)),
        _exactly(pause=_exactly(duration={"type": "string", "pattern": r"^[1-9][0-9]*s\Z"})),
        _exactly(analysis=_ASKED),
    ]
}
_STRATEGY: Schema = {
    "oneOf": [
        _exactly(
            canary=_exactly(
                stableService=_NAME, canaryService=_NAME, steps={"type": "array", "minItems": 1, "items": _STEP}
            )
        ),
        _exactly(
            blueGreen=_exactly(
                activeService=_NAME,
                previewService=_NAME,
                autoPromotionEnabled={"const": True},
                postPromotionAnalysis=_ASKED,
            )
        ),
    ]
}
_POD = _exactly(
    metadata=_exactly(labels=_LABELS),
    spec=_exactly(
        containers=_list(
            _named(
                "app",
                image=_TEXT,
                ports=_list(_named("http", containerPort=_PORT)),
                env=_list(_named("HARNESS_ENVIRONMENT", value=_NAME), _named("HARNESS_RELEASE", value=_RELEASE)),
            )
        )
    ),
)
_WEB: dict[str, Schema] = {
    "url": {"type": "string", "pattern": "^https?://"},
    "method": {"const": "GET"},
    "timeoutSeconds": _whole(1, 60),
    "jsonPath": {"const": "{$}"},
}
_HEADER = _exactly(key={"const": "Authorization"}, value={"const": "Bearer {{args.key}}"})
_ARGS = [_named(name) for name in ("release", "step", "count")]
_SECRET = _named("key", valueFrom=_exactly(secretKeyRef=_exactly(name=_NAME, key={"const": "key"})))


def _metric(web: Mapping[str, Schema]) -> Schema:
    return _named(
        "verdict",
        interval={"const": "60s"},
        count=_COUNTED,
        consecutiveSuccessLimit=_whole(1, 1),
        failureLimit=_whole(0, 0),
        inconclusiveLimit=_COUNTED,
        consecutiveErrorLimit=_COUNTED,
        successCondition=_TEXT,
        failureCondition=_TEXT,
        provider=_exactly(web=_keyed(web)),
    )


_SPECS: dict[tuple[str, str], Schema] = {
    ("v1", "Service"): _exactly(
        selector=_LABELS,
        ports=_list(_exactly(name={"const": "http"}, port=_PORT, targetPort={"const": "http"})),
    ),
    ("argoproj.io/v1alpha1", "AnalysisTemplate"): {
        "oneOf": [
            _exactly(args=_list(*_ARGS), metrics=_list(_metric(_WEB))),
            _exactly(args=_list(*_ARGS, _SECRET), metrics=_list(_metric({**_WEB, "headers": _list(_HEADER)}))),
        ]
    },
    ("argoproj.io/v1alpha1", "Rollout"): _exactly(
        replicas=_whole(1, 1000), selector=_exactly(matchLabels=_LABELS), template=_POD, strategy=_STRATEGY
    ),
}


def check_manifest(manifest: Json) -> None:
    """Refuse what is no manifest of ours.

    Raises:
        ManifestError: With where it is wrong.
    """
    fault = next(iter(_validator().iter_errors(manifest)), None)
    if fault:
        place = "/".join(map(str, fault.absolute_path))
        raise ManifestError(f"the manifest is wrong at `{place}`: {fault.message}")


@cache
def _validator() -> Draft202012Validator:
    kinds = [
        _exactly(apiVersion={"const": version}, kind={"const": kind}, metadata=_METADATA, spec=spec)
        for (version, kind), spec in _SPECS.items()
    ]
    return Draft202012Validator({"oneOf": kinds})
