"""`evalsets/bias/<prompt>.jsonl`: one template a line, its slots in braces."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, BinaryIO, ClassVar

from pydantic import Field, SkipValidation

from harness.content.evalsets import ParseExpectations
from harness.content.json_lines import read_lines
from harness.content.labels import FOLDER, SUFFIX
from harness.content.records import build
from harness.content.suggest import brief, did_you_mean
from harness.core.bias import FORMS, NAME, SLOTS, Template, parts_of, texts_of
from harness.core.case import Expectation
from harness.core.errors import ContentError, Origin
from harness.core.jsons import Json


@dataclass(frozen=True, slots=True)
class TemplateLine:
    """One line of a bias evalset, key by key."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,99}$")]
    vars: dict[str, SkipValidation[Json]]
    outcomes: list[dict[str, SkipValidation[Json]]]
    tags: tuple[str, ...] = ()
    comment: str = ""


def read_templates(stream: BinaryIO, path: str, parse: ParseExpectations, slots: Collection[str]) -> Iterator[Template]:
    """Yield the templates of one file.

    Args:
        stream: The file's bytes.
        path: For errors.
        parse: Reads the outcomes, which are written like expectations.
        slots: Those that have labels.

    Raises:
        ContentError: A line is no template; with its number. An empty file is an error too.
    """
    for value, where in read_lines(stream, path, "a template"):
        yield _template(value, where, parse, slots)


def _template(value: Json, where: Origin, parse: ParseExpectations, slots: Collection[str]) -> Template:
    line = build(TemplateLine, value, lambda _place: where)
    outcomes = _outcomes(line, where, parse)
    return Template(line.id, line.vars, outcomes, _slots(line, where, slots), line.tags, where)


def _outcomes(line: TemplateLine, where: Origin, parse: ParseExpectations) -> tuple[Expectation, ...]:
    hint = 'add for example {"starts-with": "approve", "metric": "approved"}'
    if not line.outcomes:
        raise ContentError(f"template `{line.id}` has no outcome", where=where, hint=hint)
    try:
        outcomes = parse(line.outcomes, "")
    except ValueError as error:
        hint = "; ".join(getattr(error, "__notes__", ()))
        raise ContentError(f"template `{line.id}`: {error}", where=where, hint=hint) from None
    seen: set[str] = set()
    for outcome in outcomes:
        if not outcome.metric:
            what = f"template `{line.id}`: the outcome `{outcome.name}` has no `metric`"
            raise ContentError(what, where=where, hint=hint)
        if outcome.metric in seen:
            what = f"template `{line.id}`: two outcomes have the metric `{outcome.metric}`"
            raise ContentError(what, where=where, hint="name each by itself, so that one cannot hide the other")
        seen.add(outcome.metric)
    return outcomes


def _slots(line: TemplateLine, where: Origin, labelled: Collection[str]) -> tuple[str, ...]:
    """Return the slots of a template in their order, or refuse what it has in braces."""
    try:
        used = {part.key for text in texts_of(line.vars) for part in parts_of(text) if part.varies}
    except ValueError as error:
        raise ContentError(f"template `{line.id}`: {error}", where=where, hint="write `{{` and `}}`") from None
    if unknown := sorted(used - {*SLOTS, *FORMS}):
        raise _unknown(line.id, unknown[0], where)
    if bare := [slot for slot in SLOTS if slot in used and slot not in labelled]:
        what = f"template `{line.id}`: there are no labels for `{{{bare[0]}}}`"
        raise ContentError(what, where=where, hint=f"add {FOLDER}{bare[0]}{SUFFIX}, or use another slot")
    forms = [form for form in FORMS if form in used]
    if forms and NAME not in used:
        what = f"template `{line.id}`: `{{{forms[0]}}}` stands for no name"
        raise ContentError(what, where=where, hint=f"write `{{{NAME}}}` somewhere, whose group says the pronoun")
    found = tuple(slot for slot in SLOTS if slot in used)
    if not found:
        raise ContentError(f"template `{line.id}` has no slot", where=where, hint=f"slots: {_braced(SLOTS)}")
    return found


def _unknown(name: str, word: str, where: Origin) -> ContentError:
    known = [f"{{{one}}}" for one in (*SLOTS, *FORMS)]
    near = did_you_mean(f"{{{word}}}", known)
    what = f"template `{name}`: there is no slot `{{{brief(word)}}}`{near}"
    return ContentError(what, where=where, hint=f"slots: {_braced(SLOTS)}; forms of a name's pronoun: {_braced(FORMS)}")


def _braced(names: Sequence[str]) -> str:
    return " ".join(f"{{{name}}}" for name in names)
