"""A metric of ragas as an expectation asks for it: its parameters, and what its value means."""

import re
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from importlib.util import find_spec
from inspect import Parameter, signature
from types import GenericAlias
from typing import TYPE_CHECKING, Any, NamedTuple, cast, get_origin

from harness.adapters.graders.ragas_light import Library
from harness.adapters.graders.ragas_table import (
    CALLS,
    COSINES,
    LOWER_IS_BETTER,
    NEEDS,
    RATED,
    RATING,
    REFUSED,
    ROUNDING,
)
from harness.core.jsons import Json
from harness.core.score import UnableError

if TYPE_CHECKING:
    from pydantic import TypeAdapter

KIND = "ragas"
VARIABLES = {"contexts": "retrieved_contexts", "reference_contexts": "reference_contexts", "user_input": "user_input"}
"""Parameters that name the variable of the case which fills an argument."""
NOT_OURS = {"llm", "embeddings", "name", "threshold", "metric", "kwargs", "base_kwargs"}
"""What a constructor takes and an expectation does not say; `kwargs` would let sacrebleu load a tokenizer."""
OF_THE_CASE = {"user_input", "response", "reference", "retrieved_contexts", "reference_contexts"}


class Recipe(NamedTuple):
    """A metric with its parameters, as an expectation says them."""

    name: str
    metric: Any
    """The class."""
    options: dict[str, Any]
    """What its constructor is told."""
    given: dict[str, Any]
    """The arguments that the expectation itself gives."""
    variables: dict[str, str]
    """Which variable of the case fills an argument."""

    def make(self, llm: object, embeddings: object) -> Any:  # noqa: ANN401 (a metric of ragas)
        """Return a metric that asks these."""
        models = {"llm": llm, "embeddings": embeddings}
        taken = signature(self.metric).parameters
        return self.metric(**self.options, **{name: one for name, one in models.items() if name in taken})

    @property
    def scale(self) -> tuple[float, float]:
        """The worst and the best value, by its own measure."""
        if self.name not in RATED:
            return 0.0, 1.0
        rubrics: Mapping[str, str] = self.options.get("rubrics") or self.given.get("rubrics") or {}
        scores = [float(score) for key in rubrics for score in re.findall(r"\d+", key)[:1]]
        return (min(scores), max(scores)) if scores else RATING


def read(library: Library, expected: Mapping[str, Json]) -> Recipe:
    """Return what an expectation asks for.

    Raises:
        ValueError: There is no such metric, or its parameters are wrong; the error says which.
    """
    name = _name(expected)
    metric = getattr(library.metrics, name)
    settings, given = options(metric), needs(metric)
    said = {key: value for key, value in expected.items() if key != KIND}
    variables = {key for key, argument in VARIABLES.items() if argument in given and not talks(given[argument])}
    own = {*settings, *given.keys() - OF_THE_CASE, *variables}
    for key in sorted(said.keys() - own):
        near = get_close_matches(key, own, n=1)
        hint = f"; did you mean `{near[0]}`?" if near else f"; it has {', '.join(f'`{one}`' for one in sorted(own))}"
        raise ValueError(f"metric `{name}` has no parameter `{key}`{hint if own else ''}")
    values = {key: _value(library, key, {**settings, **given}[key], said[key]) for key in said.keys() - variables}
    recipe = Recipe(
        name,
        metric,
        {key: value for key, value in values.items() if key in settings},
        {key: value for key, value in values.items() if key not in settings},
        {VARIABLES[key]: _variable(key, said[key]) for key in variables & said.keys()},
    )
    if recipe.scale[0] == recipe.scale[1]:
        raise ValueError("parameter `rubrics` says one score only: its keys are `score1_...`, `score2_...` and so on")
    return recipe


@cache
def options(metric: type) -> Mapping[str, Parameter]:
    """Return what an expectation may tell a metric's constructor."""
    return {name: one for name, one in signature(metric).parameters.items() if name not in NOT_OURS}


@cache
def needs(metric: Any) -> Mapping[str, Parameter]:  # noqa: ANN401 (a class of ragas)
    """Return what a metric is told of each answer."""
    return {name: one for name, one in signature(metric.ascore).parameters.items() if name != "self"}


def talks(argument: Parameter) -> bool:
    """Return whether this is a whole conversation."""
    return argument.name == "user_input" and get_origin(argument.annotation) is list


def lacks(recipe: Recipe, metric: object, reference: str) -> str:
    """Return what a metric needs that neither the expectation nor its case says, or an empty string."""
    needed = needs(recipe.metric)
    required = {name for name, one in needed.items() if one.default is Parameter.empty}
    if getattr(metric, "with_reference", False):
        required.add("reference")
    if "reference" in required and not reference:
        return f"metric `{recipe.name}` compares with the case's `reference`, which is empty"
    known = (OF_THE_CASE - {"reference_contexts"}) | recipe.given.keys() | recipe.variables.keys()
    missing = sorted(required - known)
    return f"metric `{recipe.name}` needs the parameter `{missing[0]}`" if missing else ""


def share(recipe: Recipe, value: float) -> float:
    """Return a value as a share in [0, 1], higher is better.

    Raises:
        UnableError: It is no number, or not on its scale.
    """
    low, high = recipe.scale
    found = round((value - low) / (high - low), ROUNDING)
    if recipe.name in COSINES:
        found = max(found, 0.0)
    if not 0 <= found <= 1:
        raise UnableError(f"{recipe.name} says {value:g} on a scale from {low:g} to {high:g}")
    return 1 - found if recipe.name in LOWER_IS_BETTER else found


def _name(expected: Mapping[str, Json]) -> str:
    name = expected.get(KIND)
    if not isinstance(name, str):
        raise ValueError("takes the name of a metric, such as `Faithfulness`")  # noqa: TRY004 (the file is wrong)
    if name in REFUSED:
        raise ValueError(f"metric `{name}` {REFUSED[name]}")
    if name not in CALLS:
        near = get_close_matches(name, CALLS, n=1)
        raise ValueError(f"has no metric `{name}`{f'; did you mean `{near[0]}`?' if near else ''}")
    if name in NEEDS and not find_spec(NEEDS[name]):
        package = NEEDS[name].replace("_", "-")
        raise ValueError(f"metric `{name}` needs the package `{package}`, which ragas does not bring")
    return name


def _value(library: Library, key: str, parameter: Parameter, said: Json) -> object:
    kind = parameter.annotation
    if key == "reference_tool_calls":  # one of the metrics names the class where nobody can find it
        kind = GenericAlias(list, library.messages.ToolCall)
    try:
        return _adapter(kind).validate_python(said)
    except ValueError as error:
        first = cast("Any", error).errors(include_url=False)[0]
        place = "".join(f"/{part}" for part in first["loc"])
        raise ValueError(f"parameter `{key}{place}`: {first['msg'].lower()}") from None


def _variable(key: str, said: Json) -> str:
    if not isinstance(said, str):
        raise ValueError(f"parameter `{key}` names a variable of the case")  # noqa: TRY004 (the file is wrong)
    return said


@cache
def _adapter(kind: Any) -> "TypeAdapter[Any]":  # noqa: ANN401 (any annotation)
    from pydantic import TypeAdapter

    return TypeAdapter(kind)
