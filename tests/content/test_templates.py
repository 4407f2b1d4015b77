"""Templates: strict, sandboxed, and bound to data that are never code."""

import pytest

from harness.content.templates import Templates
from harness.core.errors import ContentError, Origin
from harness.core.jsons import Json
from harness.core.prompt import Message, Prompt

CASE = Origin("evalsets/regression/a.jsonl", 3)


def templates(content: str, **partials: str) -> Templates:
    """Return a prompt of one user message, whose text begins at line 5."""
    prompt = Prompt("a", "m", (Message("user", content),), origin=Origin("prompts/a.prompt.yml", 1), lines=(5,))
    return Templates(prompt, {f"partials/{name}.md": text for name, text in partials.items()})


def render(content: str, **values: Json) -> str:
    """Return what a message comes to."""
    return templates(content).render(values, CASE)[0].content


def error_of(content: str, **values: Json) -> str:
    """Return what is said against a message."""
    with pytest.raises(ContentError) as found:
        render(content, **values)
    return str(found.value)


class TestRendering:
    def test_binds_values(self) -> None:
        """A loop over documents is what most prompts are."""
        documents: Json = [{"id": "a", "text": "x"}, {"id": "b", "text": "y"}]

        assert render("{% for d in docs %}[{{ d.id }}]{{ d.text }} {% endfor %}", docs=documents) == "[a]x [b]y "

    @pytest.mark.parametrize("payload", ["{{ 7*7 }}", "{% for x in y %}", "{# no #}", "{{ self }}", "${7*7}"])
    def test_leaves_a_payload_as_text(self, payload: str) -> None:
        """A case's data are values, and are never read as a template."""
        assert render("{{ ticket }}", ticket=payload) == payload

    def test_takes_a_key_before_a_method(self) -> None:
        """A case says what `order.items` is."""
        assert render("{{ order.items }} {{ order.keys | length }}", order={"items": "tea", "keys": []}) == "tea 0"
        assert render("{% for k, v in order.items() %}{{ k }}={{ v }}{% endfor %}", order={"a": 1}) == "a=1"

    @pytest.mark.parametrize(
        ("content", "told"),
        [
            ("{{ order.keys }}", "builtin_function_or_method is not a value that can be printed"),
            ("{{ name.upper }}", "builtin_function_or_method is not a value that can be printed"),
            ("{{ [name.upper] }}", "list is not a value that can be printed"),
            ("{{ name | map('upper') }}", "generator is not a value that can be printed; call it, or use `| list`"),
            ("{{ cycler('a') }}", "Cycler is not a value that can be printed"),
            ("{{ name | list | random }}", "No filter named 'random'"),
            ("{{ lipsum() }}", "'lipsum' is undefined"),
        ],
    )
    def test_refuses_what_would_differ_from_run_to_run(self, content: str, told: str) -> None:
        """A message that rolls dice, or prints an address, has no key by which its answer is found."""
        assert told in error_of(content, order={"a": 1}, name="ann")

    def test_keeps_every_line_end(self) -> None:
        """What stands in the file is what is sent."""
        assert render("a\n\n{{ b }}\n", b="c") == "a\n\nc\n"

    def test_includes_partials(self) -> None:
        """One rule in one place."""
        found = templates('{% include "partials/rules.md" %}!', rules="Be {{ tone }}")

        assert found.render({"tone": "kind"}, CASE)[0].content == "Be kind!"
        assert found.variables == {"tone"}
        assert found.partials == {"partials/rules.md"}

    def test_knows_its_variables(self) -> None:
        """So that a value nobody uses, and a variable nobody gives, are found before anything is asked."""
        found = templates("{% set x = a %}{{ x }}{% for i in b %}{{ i }}{{ c | default('') }}{% endfor %}")

        assert found.variables == {"a", "b", "c"}


class TestAFault:
    @pytest.mark.parametrize(
        ("content", "error"),
        [
            ("a\n{% if %}", "prompts/a.prompt.yml:6: template: Expected an expression, got 'end of statement block'"),
            ("{{ a b }}", "prompts/a.prompt.yml:5: template: expected token 'end of print statement', got 'b'"),
            ("a\nb\n{{ a | nofilter }}", "prompts/a.prompt.yml:7: template: No filter named 'nofilter'."),
            ("{% include name %}", "prompts/a.prompt.yml:5: an include must name its partial as text"),
            (
                '{% include "partials/rule.md" %}',
                "prompts/a.prompt.yml:5: there is no partial `partials/rule.md`; did you mean `partials/rules.md`?",
            ),
            ("{% extends 'x' %}", "prompts/a.prompt.yml:5: there is no partial `x`"),
            ("{% macro f(a, a) %}{% endmacro %}",
             "prompts/a.prompt.yml:5: template: duplicate argument 'l_1_a' in function definition"),
            ("{% for a in b %}" * 21 + "{% endfor %}" * 21,
             "prompts/a.prompt.yml:5: template: too many statically nested blocks"),
        ],
    )  # fmt: skip
    def test_in_a_template_is_told_at_its_line(self, content: str, error: str) -> None:
        """The line of the file, not of the text inside it."""
        with pytest.raises(ContentError) as found:
            templates(content, rules="x")

        assert str(found.value).splitlines()[0] == f"error: {error}"

    def test_in_a_partial_is_told_at_the_line_of_the_partial(self) -> None:
        """That is where it is mended."""
        with pytest.raises(ContentError, match=r"prompts/partials/rules\.md:2: template: "):
            templates('{% include "partials/rules.md" %}', rules="fine\n{% if %}")

    def test_of_including_oneself_is_told(self) -> None:
        """A circle of partials would never end."""
        circle = {"a": '{% include "partials/b.md" %}', "b": '{% include "partials/a.md" %}'}

        with pytest.raises(ContentError, match=r"`partials/a\.md` includes itself"):
            templates('{% include "partials/a.md" %}', **circle)

    def test_of_an_undefined_variable_is_told_at_the_case(self) -> None:
        """The case lacks it; the hint says where it is used."""
        assert error_of("a\n{{ order }}") == (
            "error: evalsets/regression/a.jsonl:3: 'order' is undefined\n\n"
            "hint: used at prompts/a.prompt.yml:6; give it in the case's `vars`, or write {{ name | default('') }}"
        )

    @pytest.mark.parametrize(
        ("content", "fault"),
        [
            ("a\n{{ 1 / n }}", "division by zero"),
            ("a\n{{ n | dictsort }}", "'int' object has no attribute 'items'"),
            ("a\n{{ 'text' | truncate(n) }}", "expected length >= 3, got 0"),
            ("a\n{{ cycler() }}", "at least one item has to be provided"),
        ],
    )
    def test_of_rendering_is_told_at_the_line_of_the_template(self, content: str, fault: str) -> None:
        """With the case that shows it, whatever a filter makes of a value that it is not for."""
        assert error_of(content, n=0) == (
            f"error: prompts/a.prompt.yml:6: template: {fault}\n\n"
            "hint: rendering the case at evalsets/regression/a.jsonl:3"
        )


class TestAHostileTemplate:
    @pytest.mark.parametrize(
        "content",
        [
            "{{ ''.__class__.__mro__ }}",
            "{{ cycler.__init__.__globals__ }}",
            "{{ self.__init__ }}",
            "{{ docs.append(1) }}",
            "{{ (7).__class__ }}",
        ],
    )
    def test_gets_nothing_of_the_interpreter(self, content: str) -> None:
        """Jinja's sandbox: what is unsafe is undefined, or refused."""
        with pytest.raises(ContentError):
            render(content, docs=[1])

    @pytest.mark.parametrize(
        "content",
        [
            "{{ 'a' * 10**9 }}",
            "{{ 10**9 * 'a' }}",
            "{{ [0] * 10**9 }}",
            "{{ 9 ** 9 ** 9 }}",
            "{{ '%1000000000d' % 1 }}",
            "{% for i in range(10**9) %}{% endfor %}",
            "{{ ('a' * 1000000) * 1000000 }}",
            "{% set n = namespace(x=9) %}{% for _ in range(40) %}{% set n.x = n.x * n.x %}{% endfor %}{{ n.x > 0 }}",
        ],
    )
    def test_cannot_explode(self, content: str) -> None:
        """Neither when it is compiled nor when it is rendered."""
        assert error_of(content).startswith("error: prompts/a.prompt.yml:5: template: ")

    def test_cannot_send_a_message_without_end(self) -> None:
        """Two million characters are more than any model reads."""
        assert "a message of 2,000,010 characters" in error_of("{{ a }}{{ a }}", a="x" * 1_000_005)

    @pytest.mark.parametrize("content", [r"{{ '\ud800' }}", "{{ '%c' | format(55296) }}"])
    def test_cannot_make_half_a_character(self, content: str) -> None:
        """No request, no key and no report could hold it; in a file it is an error as well."""
        assert error_of(f"a\n{content}") == (
            "error: prompts/a.prompt.yml:5: the message holds half a surrogate pair\n\n"
            "hint: rendering the case at evalsets/regression/a.jsonl:3"
        )

    def test_of_deep_nesting_is_refused(self) -> None:
        """Python's own stack is the limit, and it is not ours to lose."""
        with pytest.raises(ContentError):
            templates("{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}")
