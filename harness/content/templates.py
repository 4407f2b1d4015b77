"""Prompts as templates: sandboxed Jinja2 in which an undefined variable is an error and data are never code."""

import re
from collections.abc import Mapping, MutableMapping
from typing import Any, NoReturn

from jinja2 import StrictUndefined, TemplateSyntaxError, Undefined, meta
from jinja2.environment import Template
from jinja2.exceptions import SecurityError, TemplateError, UndefinedError
from jinja2.loaders import FunctionLoader
from jinja2.sandbox import ImmutableSandboxedEnvironment

from harness.content.suggest import did_you_mean
from harness.core.errors import ContentError, Origin
from harness.core.jsons import Json
from harness.core.prompt import Message, Prompt

OUTPUT_LIMIT = 2_000_000
"""Characters that one operator or one rendered message may come to."""
_POWER_LIMIT = 64
_FAILS = (
    TemplateError, ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, SyntaxError, TypeError,
    ValueError,
)  # fmt: skip
"""What Jinja2, and the code that it makes of a template, raise on what they are not for."""


class _Environment(ImmutableSandboxedEnvironment):
    """The sandbox with the operators that explode held on a short line."""

    intercepted_binops = frozenset(["*", "**", "%"])

    def __init__(self, partials: Mapping[str, str]) -> None:
        """Leave out what rolls dice: the same values must come to the same messages."""
        super().__init__(
            loader=FunctionLoader(partials.get),
            undefined=StrictUndefined,
            finalize=_as_text,
            optimized=False,
            keep_trailing_newline=True,
        )
        del self.filters["random"], self.globals["lipsum"]

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return one flat mapping: each rendering copies it, and a chain of mappings takes ten times as long."""
        return {**self.globals, **(d or {})}

    def getattr(self, obj: Any, attribute: str) -> Any:  # noqa: ANN401 (template values)
        """Take `order.items` for the value that a case gives, and not for a method of the mapping."""
        return obj[attribute] if isinstance(obj, dict) and attribute in obj else super().getattr(obj, attribute)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:  # noqa: ANN401 (template values)
        """Refuse a product, power or format whose result would be huge."""
        if operator == "*" and _length(left) * _count(right) + _length(right) * _count(left) > OUTPUT_LIMIT:
            _refuse_size("a repeated text or list")
        if operator == "*" and _bits(left) + _bits(right) > OUTPUT_LIMIT:
            _refuse_size("a product")
        if operator == "**" and (abs(_count(right)) > _POWER_LIMIT or abs(_count(left)) > OUTPUT_LIMIT):
            _refuse_size("a power")
        if operator == "%" and isinstance(left, str):
            raise SecurityError("the % operator on text is not allowed; use ~ to join")
        return super().call_binop(context, operator, left, right)


def _as_text(value: object) -> object:
    """Refuse to print what is no value: a method's text is an address, another one in each run."""
    if not _printable(value):
        raise SecurityError(f"{type(value).__name__} is not a value that can be printed; call it, or use `| list`")
    return value


def _printable(value: object) -> bool:
    if isinstance(value, dict):
        return all(map(_printable, value.values()))
    if isinstance(value, list | tuple):
        return all(map(_printable, value))
    return value is None or isinstance(value, str | int | float | Undefined)


def _length(value: object) -> int:
    return len(value) if isinstance(value, str | list | tuple) else 0


def _count(value: object) -> int:
    return int(value) if isinstance(value, int | float) else 0


def _bits(value: object) -> int:
    return value.bit_length() if isinstance(value, int) else 0


def _refuse_size(what: str) -> NoReturn:
    message = f"{what} would be longer than {OUTPUT_LIMIT:,}"
    raise SecurityError(message)


class Templates:
    """The compiled messages of one prompt."""

    def __init__(self, prompt: Prompt, partials: Mapping[str, str]) -> None:
        """Compile every message, and the partials they include.

        Args:
            prompt: As read; its messages are templates.
            partials: The text of each partial by its path below `prompts/`.

        Raises:
            ContentError: A template is not valid, or includes what does not exist or includes itself.
        """
        self._prompt = prompt
        self._partials = partials
        self._environment = _Environment(partials)
        self.partials: set[str] = set()
        """The partials that the messages include, directly or not."""
        self.variables: frozenset[str] = frozenset().union(
            *(
                self._variables(message.content, self._origin(index), ())
                for index, message in enumerate(prompt.messages)
            )
        )
        """Every variable that a message or its partials may use."""
        self._compiled = [self._compile(index) for index in range(len(prompt.messages))]

    def _origin(self, index: int) -> Origin:
        lines = self._prompt.lines
        return Origin(self._prompt.origin.path, lines[index] if index < len(lines) else 0)

    def _compile(self, index: int) -> Template:
        try:
            return self._environment.from_string(self._prompt.messages[index].content)
        except _FAILS as error:
            raise self._fault(error, self._origin(index)) from None

    def _variables(self, source: str, origin: Origin, stack: tuple[str, ...]) -> frozenset[str]:
        """Return the variables of a template and of all it includes."""
        try:
            tree = self._environment.parse(source)
            found = set(meta.find_undeclared_variables(tree))
        except _FAILS as error:
            raise self._fault(error, origin) from None
        for name in meta.find_referenced_templates(tree):
            if name is None:
                raise ContentError("an include must name its partial as text", where=origin, hint=_INCLUDE)
            if name in stack:
                raise ContentError(f"`{name}` includes itself", where=origin, hint="take the include out")
            if name not in self._partials:
                near = did_you_mean(name, self._partials)
                raise ContentError(f"there is no partial `{name}`{near}", where=origin, hint=_INCLUDE)
            self.partials.add(name)
            found |= self._variables(self._partials[name], Origin(f"prompts/{name}", 1), (*stack, name))
        return frozenset(found)

    def render(self, values: Mapping[str, Json], where: Origin) -> tuple[Message, ...]:
        """Return the messages with a case's values bound; the values themselves are never templates.

        Raises:
            ContentError: A variable is undefined, or the template fails on these values; `where` is the case.
        """
        messages = []
        for index, (message, template) in enumerate(zip(self._prompt.messages, self._compiled, strict=True)):
            try:
                text = template.render(values)
            except UndefinedError as error:
                used = self._place(error, self._origin(index))
                hint = f"used at {used}; give it in the case's `vars`, or write {{{{ name | default('') }}}}"
                raise ContentError(error.message or "undefined variable", where=where, hint=hint) from None
            except _FAILS as error:
                raise self._fault(error, self._origin(index), case=where) from None
            if len(text) > OUTPUT_LIMIT:
                raise ContentError(f"a message of {len(text):,} characters", where=where, hint="shorten the inputs")
            _refuse_halves(text, self._origin(index), where)
            messages.append(Message(message.role, text))
        return tuple(messages)

    def _fault(self, error: BaseException, origin: Origin, case: Origin | None = None) -> ContentError:
        said = (getattr(error, "message", None), getattr(error, "msg", None), str(error), type(error).__name__)
        what = next(filter(None, said))
        hint = f"rendering the case at {case}" if case else "the message is a Jinja2 template"
        return ContentError(f"template: {what}", where=self._place(error, origin), hint=hint)

    def _place(self, error: BaseException, origin: Origin) -> Origin:
        """Return the line of the template, or of the partial, at which an error arose."""
        if isinstance(error, TemplateSyntaxError):
            return (
                _shift(origin, error.lineno)
                if error.name not in self._partials
                else Origin(f"prompts/{error.name}", error.lineno)
            )
        place = origin
        trace = error.__traceback__
        while trace:
            name = trace.tb_frame.f_code.co_filename
            if name == "<template>":
                place = _shift(origin, trace.tb_lineno)
            elif name in self._partials:
                place = Origin(f"prompts/{name}", trace.tb_lineno)
            trace = trace.tb_next
        return place


def _refuse_halves(text: str, origin: Origin, case: Origin) -> None:
    """Refuse half of a character, which an escape in a template can make and nothing can be written with."""
    try:
        text.encode()
    except UnicodeEncodeError:
        what = "the message holds half a surrogate pair"
        raise ContentError(what, where=origin, hint=f"rendering the case at {case}") from None


def used_at(name: str, prompt: Prompt, partials: Mapping[str, str]) -> Origin:
    """Return the first line of a prompt, or of these partials, whose template code holds a variable's name."""
    starts = [Origin(prompt.origin.path, line) for line in prompt.lines]
    texts = [*zip(starts, (message.content for message in prompt.messages), strict=True)]
    for origin, text in [*texts, *((Origin(f"prompts/{path}", 1), text) for path, text in sorted(partials.items()))]:
        if line := _line_of(name, text):
            return _shift(origin, line)
    return prompt.origin


def _line_of(name: str, text: str) -> int:
    """Return the line on which a name stands between `{{` or `{%` and their end, or 0."""
    inside = False
    for found in re.finditer(rf"(?P<open>\{{[{{%])|(?P<close>[%}}]\}})|\b{re.escape(name)}\b", text):
        if inside and not found.lastgroup:
            return text.count("\n", 0, found.start()) + 1
        inside = found.lastgroup == "open"
    return 0


_INCLUDE = 'write {% include "partials/<file>" %} for a file in prompts/partials/'


def _shift(origin: Origin, line: int) -> Origin:
    return Origin(origin.path, origin.line + line - 1 if origin.line else 0)
