"""The JSON Schemas of the formats, made from the records that read them, so that editors know what we know."""

from collections.abc import Iterable
from typing import Any

from harness.content.environments import EnvironmentFile, target_kinds
from harness.content.evalsets import CaseLine
from harness.content.judges import JudgeFile, LabelLine
from harness.content.labels import LabelsFile
from harness.content.params import ParamsFile
from harness.content.payloads import PayloadsFile
from harness.content.prompts import PromptFile
from harness.content.records import adapter

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schemas(kinds: Iterable[str], free: Iterable[str] = ()) -> dict[str, dict[str, Any]]:
    """Return the schema of each format by name.

    Args:
        kinds: The scorers that an expectation may name.
        free: Those that take parameters of their own beside their name.
    """
    made = {
        "prompt": PromptFile,
        "params": ParamsFile,
        "case": CaseLine,
        "payloads": PayloadsFile,
        "labels": LabelsFile,
        "environment": EnvironmentFile,
        "judge": JudgeFile,
        "judge-label": LabelLine,
    }
    found = {name: _schema(name, record) for name, record in made.items()}
    found["case"]["properties"]["expect"] = {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/Expectation"}}
    found["case"].setdefault("$defs", {})["Expectation"] = _expectation(kinds, free)
    found["environment"]["$defs"]["TargetEntry"]["properties"]["kind"]["enum"] = target_kinds()
    return found


def _schema(name: str, record: type) -> dict[str, Any]:
    return {"$schema": DIALECT, **adapter(record).json_schema(by_alias=True), "title": name}


def _expectation(kinds: Iterable[str], free: Iterable[str]) -> dict[str, Any]:
    groups = {
        name: {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/Expectation"}}
        for name in ("any-of", "all-of")
    }
    plain: dict[str, Any] = {name: {} for kind in sorted(kinds) for name in (kind, f"not-{kind}")}
    options = {
        "weight": {"type": "number", "exclusiveMinimum": 0},
        "threshold": {"type": "number", "minimum": 0, "maximum": 1},
        "metric": {"type": "string", "pattern": "^[a-z][a-z0-9_-]*$"},
    }
    known: dict[str, Any] = {**plain, **groups, **options}
    holds = [{"required": [name]} for kind in sorted(free) for name in (kind, f"not-{kind}")]
    return {
        "type": "object",
        "minProperties": 1,
        "anyOf": [{"propertyNames": {"enum": sorted(known)}}, *holds],
        "properties": known,
    }
