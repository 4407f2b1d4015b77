"""What of the kind `giskard` needs the library: a check made of its parameters, and run on an exchange."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from difflib import get_close_matches
from typing import Any, NamedTuple

import regex
from giskard import checks
from giskard.agents import WorkflowError, strict_templates
from pydantic import ValidationError

from harness.adapters.graders.giskard import CHECKS, EMBEDDED, KIND
from harness.adapters.graders.giskard_asked import Model, Vectors, cause_of, line
from harness.core.errors import HarnessError
from harness.core.exchange import Exchange
from harness.core.json_reader import NotJsonError, read_json
from harness.core.jsons import Json
from harness.core.plugins import blamed
from harness.core.score import Mark, UnableError
from harness.ports import Ask

CONTEXTS = "contexts"
DOCUMENTS = "documents"
"""The variable that holds the texts which were retrieved, unless a check names another."""
OURS = {"name", "description", "judge", "generator", "embedding_model", "prompt_path", "match_timeout_seconds"}
"""What a check could be told, and is not: it would ask elsewhere, read files, or take its time."""
DEEPEST = 60
_WAY = re.compile(r"trace(?:\.\w{1,60}|\[-?\d{1,4}\]){1,20}")
"""How a check may point at a part of the exchange."""
_PUT_IN = re.compile(r"\{\{ *trace(?:\.[a-z]\w*|\[-?\d+\])* *\}\}")
"""What a prompt may have put into it: a part of the exchange, and nothing that is computed."""
_CODE = re.compile(r"\{[{%#]")


class Given(NamedTuple):
    """What a check is given of an exchange."""

    ask: Ask
    variable: str
    contexts: tuple[str, ...] | None
    reference: str


class _UnfitError(Exception):
    """A check or a parameter is wrong."""


def problem(expected: Mapping[str, Json], reference: str) -> str:
    """Return what is wrong with a check, or an empty string; see `ports.Grader`."""
    try:
        variable, spec = _split(expected)
        if not isinstance(variable, str) or not variable:
            return f"needs `{CONTEXTS}` to be the name of a variable"
        made = _made(spec, None)
    except _UnfitError as error:
        return str(error)
    given = reference or {"reference_text", "reference_text_key"} & spec.keys()
    if isinstance(made, checks.SemanticSimilarity) and not given:
        return "compares with the `reference` of its case, which has none; or say `reference_text`"
    return ""


async def grade(exchange: Exchange, expected: Mapping[str, Json], ask: Ask) -> Mark:
    """Return what a check says of an exchange; see `ports.Grader`."""
    variable, spec = _split(expected)
    given = Given(ask, str(variable), exchange.contexts(str(variable)), exchange.case.reference)
    check = _made(spec, given)
    try:
        with strict_templates(), blamed(lambda cause: UnableError(line(cause)), HarnessError, WorkflowError):
            result = await check.run(trace(exchange, given))
    except WorkflowError as error:
        raise cause_of(error, "judge") from None
    reason = line(result.message or "")
    if result.errored or result.skipped:
        raise UnableError(reason or "the check has no result")
    if isinstance(check, checks.SemanticSimilarity) and "similarity" in result.details:
        return Mark(round(min(1.0, max(0.0, result.details["similarity"])), 6), "how near the answer is in meaning")
    return Mark(float(result.passed), reason)


def trace(exchange: Exchange, given: Given) -> checks.Trace[str, str]:
    """Return an exchange as giskard knows it; the last interaction has what is known of the case."""
    known: dict[str, Any] = {}
    if given.contexts:
        known["context"] = list(given.contexts)
    if given.reference:
        known["reference_text"] = given.reference
    if exchange.tool_calls:
        known["tool_calls"] = [call._asdict() for call in exchange.tool_calls]
    with suppress(NotJsonError):
        known["json"] = read_json(exchange.answer, deepest=DEEPEST)
    *before, (asked, answer) = _pairs(exchange)
    last = checks.Interaction(inputs=asked, outputs=answer, metadata=known)
    return checks.Trace(interactions=[*(checks.Interaction(inputs=said, outputs=told) for said, told in before), last])


def _pairs(exchange: Exchange) -> Iterator[tuple[str, str]]:
    """Yield what the user said and what came back, in turn."""
    said: list[str] = []
    for message in exchange.dialogue():
        if message.role == "assistant":
            yield "\n".join(said), message.content
            said = []
        else:
            said.append(message.content)


def _split(expected: Mapping[str, Json]) -> tuple[Json, dict[str, Json]]:
    spec = dict(expected)
    return spec.pop(CONTEXTS, DOCUMENTS), spec


def _made(spec: Json, given: Given | None) -> Any:  # noqa: ANN401 (a check of any kind)
    """Return a check; without what it is given, only whether it can be made is asked.

    Raises:
        _UnfitError: It cannot be made.
        UnableError: The case lacks what it needs.
    """
    if not isinstance(spec, dict) or not isinstance(name := spec.get(KIND), str):
        raise _UnfitError(f'must be the name of a check, such as {{"{KIND}": "Conformity", "rule": "..."}}')
    if name not in CHECKS:
        raise _UnfitError(f"has no check `{name[:60]}`{_near(name, CHECKS)}")
    kind = getattr(checks, name)
    parameters: dict[str, Any] = {key: value for key, value in spec.items() if key != KIND}
    for key, value in parameters.items():
        _sound(kind, key, value)
    if "checks" in parameters:
        listed = parameters["checks"]
        parameters["checks"] = [_made(one, given) for one in (listed if isinstance(listed, list) else [listed])]
    if "check" in parameters:
        parameters["check"] = _made(parameters["check"], given)
    try:
        return kind(**parameters, **(_filled(kind, parameters, given) if given else {}))
    except ValidationError as error:
        raise _UnfitError(f"cannot make the check {name}: {_first(error)}") from None


def _sound(kind: Any, key: str, value: Json) -> None:  # noqa: ANN401 (the class of a check)
    """Refuse a parameter that a check does not have, or that would do more than say what is expected."""
    known = sorted(kind.model_fields.keys() - OURS - {"expected_schema"})
    if key not in known:
        where = "; the kind `json-schema` takes one" if key in {"schema", "expected_schema"} else _near(key, known)
        raise _UnfitError(f"has no parameter `{key[:60]}` of {kind.__name__}{where}")
    if key.endswith("_key") and not (isinstance(value, str) and _WAY.fullmatch(value)):
        raise _UnfitError(f"needs `{key}` to point into the exchange, such as trace.last.outputs")
    if key == "pattern" and isinstance(value, str):  # giskard takes one that cannot be read for one that is not found
        try:
            regex.compile(value)
        except regex.error as error:
            raise _UnfitError(f"cannot read `pattern`: {error}") from None
    if key == "prompt" and isinstance(value, str) and _CODE.search(_PUT_IN.sub("", value)):
        raise _UnfitError("takes a `prompt` that names parts of the exchange only, such as {{ trace.last.outputs }}")


def _filled(kind: Any, parameters: Mapping[str, Any], given: Given) -> dict[str, Any]:  # noqa: ANN401 (as above)
    """Return what a check is given beside its parameters."""
    made: dict[str, Any] = {}
    if "judge" in kind.model_fields:
        made["judge"] = Model(given.ask)
    if kind.__name__ in EMBEDDED:
        made["embedding_model"] = Vectors(given.ask)
    if "context_key" in kind.model_fields and not {"context", "context_key"} & parameters.keys():
        if given.contexts is None:
            raise UnableError(f"the case has no texts in its variable `{given.variable}`")
        made["context"] = list(given.contexts)
    return made


def _first(error: ValidationError) -> str:
    """Return the first of what is wrong with parameters."""
    first = error.errors(include_url=False)[0]
    where, what = ".".join(map(str, first["loc"])), first["msg"].removeprefix("Value error, ")
    return line(f"`{where}`: {what}" if where else what)


def _near(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, known, n=1)
    return f"; did you mean `{near[0]}`?" if near else ""
