"""`prompts/*.prompt.yml`: GitHub's prompt-file format, plus `tools`, `inputs` and `renamed-from`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from harness.content.records import Place, build
from harness.content.yaml_reader import Document, read_yaml
from harness.core.errors import ContentError
from harness.core.json_reader import NotJsonError, read_json
from harness.core.jsons import Json
from harness.core.prompt import Message, Prompt, Role

FOLDER = "prompts/"
SUFFIX = ".prompt.yml"
PARTIALS = f"{FOLDER}partials/"
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,127}")
"""A prompt's name: as a case's id, without the dot, which parts it from the parts of its evalset."""
SCHEMA_DEPTH = 64
"""Levels of nesting in `jsonSchema`, at most."""

_PARAMETERS = {
    "temperature": "temperature",
    "topP": "top_p",
    "maxTokens": "max_tokens",
    "seed": "seed",
    "stop": "stop",
    "presencePenalty": "presence_penalty",
    "frequencyPenalty": "frequency_penalty",
}
"""GitHub's names of the parameters, and the names under which they are sent."""

_ELSEWHERE = {
    "testData": "cases live in evalsets/<suite>/<prompt>.jsonl",
    "evaluators": "expectations live in the cases, in evalsets/<suite>/<prompt>.jsonl",
}


type Temperature = Annotated[float, Field(ge=0, le=2, strict=True)]
type Probability = Annotated[float, Field(gt=0, le=1, strict=True)]
type Tokens = Annotated[int, Field(gt=0, le=10_000_000, strict=True)]
type Penalty = Annotated[float, Field(ge=-2, le=2, strict=True)]


@dataclass(frozen=True, slots=True)
class MessageEntry:
    """One message of a prompt file."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class ModelParameters:
    """`modelParameters`, by GitHub's names."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    temperature: Temperature | None = None
    topP: Probability | None = None  # noqa: N815 (GitHub's name)
    maxTokens: Tokens | None = None  # noqa: N815 (GitHub's name)
    seed: Annotated[int, Field(strict=True)] | None = None
    stop: str | tuple[str, ...] | None = None
    presencePenalty: Penalty | None = None  # noqa: N815 (GitHub's name)
    frequencyPenalty: Penalty | None = None  # noqa: N815 (GitHub's name)


@dataclass(frozen=True, slots=True)
class Function:
    """The function of a tool: its name, what it does, and a JSON Schema of its arguments."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
    description: str = ""
    parameters: dict[str, Json] = field(default_factory=dict)
    strict: Annotated[bool, Field(strict=True)] = False


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool in OpenAI's form."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    type: Literal["function"]
    function: Function


@dataclass(frozen=True, slots=True)
class PromptFile:
    """A prompt file, key by key."""

    __pydantic_config__: ClassVar = {
        "extra": "forbid",
        "json_schema_extra": {"oneOf": [{"required": ["messages"]}, {"required": ["inputs"]}]},
    }

    model: str
    messages: Annotated[tuple[MessageEntry, ...], Field(min_length=1)] = ()
    inputs: Annotated[dict[str, str], Field(min_length=1)] = field(default_factory=dict)
    name: str = ""
    description: str = ""
    modelParameters: ModelParameters = field(default_factory=ModelParameters)  # noqa: N815 (GitHub's name)
    responseFormat: Literal["text", "json_object", "json_schema"] = "text"  # noqa: N815 (GitHub's name)
    jsonSchema: str = ""  # noqa: N815 (GitHub's name)
    tools: tuple[Tool, ...] = ()
    renamed_from: Annotated[str, Field(alias="renamed-from")] = ""


_PLAIN = PromptFile("")


def prompt_id(path: str) -> str:
    """Return the name of the prompt that a path holds."""
    return path.removeprefix(FOLDER).removesuffix(SUFFIX)


def path_of(prompt: str) -> str:
    """Return the path of a prompt's file."""
    return f"{FOLDER}{prompt}{SUFFIX}"


def read_prompt(data: bytes, path: str) -> Prompt:
    """Return a prompt from the bytes of its file; its templates are not compiled yet.

    Raises:
        ContentError: With file, line and a hint.
    """
    document = read_yaml(data, path)
    if isinstance(document.value, dict):
        for key in document.value:
            if key in _ELSEWHERE:
                what = f"`{key}` does not belong in a prompt file here"
                raise ContentError(what, where=document.origin((key,)), hint=_ELSEWHERE[key])
    file = build(PromptFile, document.value, document.origin)
    _check_kind(file, document)
    given = {name: getattr(file.modelParameters, name) for name in _PARAMETERS}
    entries = [*_templates(file)]
    return Prompt(
        id=prompt_id(path),
        model=file.model,
        messages=tuple(message for message, _ in entries),
        inputs=tuple(file.inputs),
        parameters={_PARAMETERS[name]: value for name, value in given.items() if value is not None},
        json_schema=_schema(file, document),
        json_object=file.responseFormat == "json_object",
        tools=tuple(_tool(tool) for tool in file.tools),
        renamed_from=file.renamed_from,
        origin=document.origin(("model",)),
        lines=tuple(document.text_line(place) for _, place in entries),
    )


def _templates(file: PromptFile) -> Iterator[tuple[Message, Place]]:
    """Yield each template with its place in the file."""
    for index, entry in enumerate(file.messages):
        yield Message(entry.role, entry.content), ("messages", index, "content")
    for name, content in file.inputs.items():
        yield Message("user", content), ("inputs", name)


def _check_kind(file: PromptFile, document: Document) -> None:
    """Refuse a prompt that is for a model and for an application, or for neither."""
    if bool(file.messages) == bool(file.inputs):
        where = document.origin(("inputs",) if file.inputs else ())
        hint = "`messages` are for a model, `inputs` for an application (docs/applications.md)"
        raise ContentError("a prompt has either `messages` or `inputs`", where=where, hint=hint)
    for key in ("modelParameters", "responseFormat", "tools") if file.inputs else ():
        if getattr(file, key) != getattr(_PLAIN, key):
            what = f"`{key}` is for a model, and an application gets its `inputs` alone"
            raise ContentError(what, where=document.origin((key,)), hint="give it as an input")


def _schema(file: PromptFile, document: Document) -> Json:
    """Return `jsonSchema` as data, which GitHub keeps as text."""
    wanted = file.responseFormat == "json_schema"
    if wanted != bool(file.jsonSchema):
        what = "`responseFormat: json_schema` and `jsonSchema` go together"
        raise ContentError(
            what,
            where=document.origin(("jsonSchema" if file.jsonSchema else "responseFormat",)),
            hint="give both, or neither",
        )
    if not wanted:
        return None
    where = document.origin(("jsonSchema",))
    try:
        schema = read_json(file.jsonSchema, deepest=SCHEMA_DEPTH, written=True)
    except NotJsonError as error:
        raise ContentError(f"`jsonSchema` is not JSON: {error}", where=where) from None
    if not isinstance(schema, dict) or not isinstance(schema.get("schema"), dict) or "name" not in schema:
        hint = '{"name": "...", "strict": true, "schema": {...}}'
        raise ContentError("`jsonSchema` needs `name` and `schema`", where=where, hint=hint)
    return schema


def _tool(tool: Tool) -> dict[str, Json]:
    function = tool.function
    body: dict[str, Json] = {"name": function.name, "parameters": function.parameters}
    if function.description:
        body["description"] = function.description
    if function.strict:
        body["strict"] = True
    return {"type": "function", "function": body}
