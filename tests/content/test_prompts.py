"""`prompts/*.prompt.yml`: GitHub's format, read to the letter."""

import pytest

from harness.content.prompts import read_prompt
from harness.content.yaml_reader import read_yaml
from harness.core.errors import ContentError
from harness.core.prompt import Message

PATH = "prompts/a.prompt.yml"
PLAIN = "model: reader\nmessages:\n  - role: user\n    content: Hi {{ name }}\n"
KNOWN = (
    "hint: known keys: description, inputs, jsonSchema, messages, model, modelParameters, name, renamed-from, "
    "responseFormat, tools"
)
EITHER = (
    "a prompt has either `messages` or `inputs`\n\n"
    "hint: `messages` are for a model, `inputs` for an application (docs/applications.md)"
)
CONFLICT = "\n\nhint: keep what is right of both sides, and delete the markers"
TAB = "\n\nhint: YAML indents with spaces; replace the tab"
HOT = "modelParameters: {temperature"
FORMATS = "'text', 'json_object' or 'json_schema'"
SCHEMA = "responseFormat: json_schema\njsonSchema: "


def error_of(data: str | bytes) -> str:
    """Return what the reader says against a file, without the name of the file."""
    with pytest.raises(ContentError) as found:
        read_prompt(data.encode() if isinstance(data, str) else data, PATH)
    return str(found.value).removeprefix(f"error: {PATH}")


class TestAPromptFile:
    def test_is_read_whole(self) -> None:
        """Every key has a place, under the name by which it is sent."""
        text = """\
name: Triage
description: Sorts
model: small
modelParameters: {temperature: 0.5, topP: 0.9, maxTokens: 20, seed: 7, stop: [END], presencePenalty: 1}
messages:
  - role: system
    content: |
      Sort it.
  - {role: user, content: "{{ ticket }}"}
responseFormat: json_schema
jsonSchema: '{"name": "t", "schema": {"type": "object"}}'
tools:
  - type: function
    function: {name: pay, description: Pays, parameters: {type: object}, strict: true}
renamed-from: sorter
"""
        prompt = read_prompt(text.encode(), "prompts/triage.prompt.yml")

        assert (prompt.id, prompt.model, prompt.renamed_from) == ("triage", "small", "sorter")
        assert prompt.messages == (Message("system", "Sort it.\n"), Message("user", "{{ ticket }}"))
        assert prompt.parameters == {
            "temperature": 0.5,
            "top_p": 0.9,
            "max_tokens": 20,
            "seed": 7,
            "stop": ("END",),
            "presence_penalty": 1,
        }
        assert prompt.json_schema == {"name": "t", "schema": {"type": "object"}}
        assert prompt.tools[0]["function"] == {
            "name": "pay",
            "description": "Pays",
            "parameters": {"type": "object"},
            "strict": True,
        }
        assert prompt.lines == (8, 9)

    @pytest.mark.parametrize(
        "text", [f"\ufeff{PLAIN}", PLAIN.replace("\n", "\r\n"), f"# why\n\n{PLAIN}", f"---\n{PLAIN}"]
    )
    def test_may_come_from_any_editor(self, text: str) -> None:
        """A byte order mark, Windows' line ends, comments and a document mark mean nothing."""
        assert read_prompt(text.encode(), PATH).messages == (Message("user", "Hi {{ name }}"),)

    def test_may_give_inputs_to_an_application(self) -> None:
        """They are templates like messages, and go out as one JSON object, whatever their order."""
        prompt = read_prompt(b"model: app\ninputs:\n  where: shop\n  question: '{{ q }}'\n", PATH)

        assert (prompt.inputs, prompt.lines) == (("where", "question"), (3, 4))
        assert prompt.sent((Message("user", "shop"), Message("user", 'a "b"'))) == (
            Message("user", r'{"question":"a \"b\"","where":"shop"}'),
        )

    def test_takes_words_for_words(self) -> None:
        """YAML 1.1 reads `no` as false and 12:30 as 750; people do not."""
        prompt = read_prompt(PLAIN.replace("reader", "no").replace("Hi {{ name }}", "12:30").encode(), PATH)

        assert (prompt.model, prompt.messages[0].content) == ("no", "12:30")


class TestAFaultyPromptFile:
    @pytest.mark.parametrize(
        ("text", "error"),
        [
            (PLAIN.replace("model: reader\n", ""), ":1: the key `model` is missing"),
            (f"{PLAIN}colour: red\n", f":5: unknown key `colour`\n\n{KNOWN}"),
            (f"{PLAIN}modle: x\n", f":5: unknown key `modle`; did you mean `model`?\n\n{KNOWN}"),
            (
                f"{PLAIN}testData: []\n",
                (":5: `testData` does not belong in a prompt file here\n\n"
                "hint: cases live in evalsets/<suite>/<prompt>.jsonl"),
            ),
            (
                PLAIN.replace("role: user", "role: usr"),
                ":3: `messages.0.role` should be 'system', 'user' or 'assistant', not `usr`; did you mean `user`?",
            ),
            (
                PLAIN.replace("role: user", "role: bot\u202e"),
                ":3: `messages.0.role` should be 'system', 'user' or 'assistant', not `bot\\u202e`",
            ),
            (
                PLAIN.replace("- role", "  role").replace("  - ", "    "),
                ':2: `messages` should be a list\n\nhint: write [{"role": "user", "content": "Hi {{ name }}"}]',
            ),
            (PLAIN.replace("content", "contents"), (":4: unknown key `contents`; did you mean `content`?\n\n"
             "hint: known keys: content, role")),
            (f"{PLAIN}name: [1]\n", ":5: `name` should be a text"),
            ("model: m\n", f":1: {EITHER}"),
            (f"{PLAIN}inputs: {{question: '{{{{ name }}}}'}}\n", f":5: {EITHER}"),
            ("model: m\ninputs: {}\n", ":2: `inputs` should have at least 1 item, not 0"),
            (
                "model: m\ninputs: {question: x}\nresponseFormat: json_object\n",
                (":3: `responseFormat` is for a model, and an application gets its `inputs` alone\n\n"
                "hint: give it as an input"),
            ),
            ("model: m\nmessages: []\n", ":2: `messages` should have at least 1 item, not 0"),
            ("model: m\nmessages: hi\n", ":2: `messages` should be a list"),
            ("[]\n", ":1: a mapping with keys is expected here"),
            (f"{PLAIN}{HOT}: 3}}\n", ":5: `modelParameters.temperature` should be less than or equal to 2"),
            (
                f"{PLAIN}modelParameters: {{temprature: 0}}\n",
                (":5: unknown key `temprature`; did you mean `temperature`?\n\n"
                "hint: known keys: frequencyPenalty, maxTokens, presencePenalty, seed, stop, temperature, topP"),
            ),
            (f"{PLAIN}modelParameters: {{seed: 1.5}}\n", ":5: `modelParameters.seed` should be a whole number"),
            (f"{PLAIN}responseFormat: xml\n", f":5: `responseFormat` should be {FORMATS}, not `xml`"),
            (
                f"{PLAIN}responseFormat: json_shcema\n",
                f":5: `responseFormat` should be {FORMATS}, not `json_shcema`; did you mean `json_schema`?",
            ),
            (
                f"{PLAIN}responseFormat: json_schema\n",
                ":5: `responseFormat: json_schema` and `jsonSchema` go together\n\nhint: give both, or neither",
            ),
            (
                f"{PLAIN}jsonSchema: '{{}}'\n",
                ":5: `responseFormat: json_schema` and `jsonSchema` go together\n\nhint: give both, or neither",
            ),
            (
                f"{PLAIN}{SCHEMA}'{{'\n",
                (":6: `jsonSchema` is not JSON: "
                "Expecting property name enclosed in double quotes at character 2"),
            ),
            (
                f"{PLAIN}{SCHEMA}'{{\"name\": \"\\ud800\", \"schema\": {{}}}}'\n",
                ":6: `jsonSchema` is not JSON: it holds half a surrogate pair",
            ),
            (
                f"{PLAIN}{SCHEMA}'{{\"name\": NaN, \"schema\": {{}}}}'\n",
                ":6: `jsonSchema` is not JSON: it holds NaN, which JSON does not know",
            ),
            (
                f"{PLAIN}{SCHEMA}'[]'\n",
                ':6: `jsonSchema` needs `name` and `schema`\n\nhint: {"name": "...", "strict": true, "schema": {...}}',
            ),
            (f"{PLAIN}tools: [{{type: function}}]\n", ":5: the key `function` is missing"),
            (
                f"{PLAIN}tools: [{{type: function, function: {{name: 'a b'}}}}]\n",
                ":5: `tools.0.function.name` should match pattern '^[A-Za-z0-9_-]{1,64}$', not `a b`",
            ),
            (
                f"{PLAIN}tools: [{{type: function, function: {{name: a, params: {{}}}}}}]\n",
                (
                    ":5: unknown key `params`; did you mean `parameters`?\n\n"
                    "hint: known keys: description, name, parameters, strict"
                ),
            ),
        ],
    )  # fmt: skip
    def test_is_told_where_and_what(self, text: str, error: str) -> None:
        """To the character: this is what a prompt author reads in a hurry."""
        assert error_of(text) == error


class TestStrictYaml:
    @pytest.mark.parametrize(
        ("text", "error"),
        [
            ("", ":1: the file is empty"),
            (
                "a: b: c\n",
                (
                    ":1: not valid YAML: mapping values are not allowed in this context\n\n"
                    "hint: check indentation, colons and quotes"
                ),
            ),
            (f"{PLAIN}\tname: x\n", f":5: the line is indented with a tab{TAB}"),
            (f"{PLAIN}modelParameters:\n  \tseed: 1\n", f":6: the line is indented with a tab{TAB}"),
            (f"{PLAIN}<<<<<<< HEAD\nname: x\n", f":5: a merge conflict marker{CONFLICT}"),
            (PLAIN.replace("Hi", "|\n      Hi\n>>>>>>> theirs\n      "), f":6: a merge conflict marker{CONFLICT}"),
            (b"model: m\n\xff\n", ":2: not UTF-8 text\n\nhint: save the file as UTF-8"),
            ("model: a\0b\n", ":1: control character U+0000 in the file\n\nhint: remove it"),
            ("model: a\x1b[31m\n", ":1: control character U+001B in the file\n\nhint: remove it"),
            (
                f"{PLAIN}name: é\ndescription: a\x9b31m\n",
                ":6: character U+009B is not allowed\n\nhint: remove it, or write its escape in double quotes",
            ),
            (f"{PLAIN}model: b\n", ":5: the key `model` a second time is not allowed\n\nhint: keep one of the two"),
            (f"{PLAIN}x: &a 1\n", ":5: a YAML anchor or alias is not allowed\n\nhint: write it out"),
            (f"{PLAIN}x: *a\n", ":5: a YAML anchor or alias is not allowed\n\nhint: write it out"),
            (
                f"{PLAIN}x: !!python/object:os.system 1\n",
                ":5: the YAML tag `tag:yaml.org,2002:python/object:os.system` is not allowed\n\nhint: write it out",
            ),
            (f"{PLAIN}---\n{PLAIN}", ":5: a second document is not allowed\n\nhint: keep one of the two"),
            (f"{PLAIN}<<: {{a: 1}}\n", ":5: a YAML merge key is not allowed\n\nhint: write it out"),
            (f"{PLAIN}? [a]\n: 1\n", ":5: a key that is not plain text is not allowed\n\nhint: write a plain word"),
            (f"{PLAIN}x: 1e999\n", ":5: a number as large as 1e999 is not allowed\n\nhint: write one below 1e308"),
            (f"x: {'[' * 60}{']' * 60}\n", ":1: nesting deeper than 32 levels is not allowed\n\nhint: flatten it"),
            (f"x: {'[' * 200_000}", ":1: nesting deeper than 32 levels is not allowed\n\nhint: flatten it"),
            (f"x: [{'1,' * 60_000}]\n", ":1: a file of more than 50000 values is not allowed\n\nhint: split it"),
        ],
    )
    def test_refuses_what_is_not_plain_data(self, text: str | bytes, error: str) -> None:
        """Nothing is expanded before it is checked, so a bomb is a line in an error."""
        assert error_of(text) == error

    def test_takes_as_many_values_as_it_says(self) -> None:
        """A limit that is told is the limit that holds."""
        assert read_yaml(f"x: [{'1,' * 49_000}]\n".encode(), "a.yaml").value == {"x": [1] * 49_000}

    def test_bomb_is_refused_at_its_first_anchor(self) -> None:
        """Nine lines that would come to a billion words."""
        lines = ["a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
        lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]

        assert error_of("\n".join(lines)) == ":1: a YAML anchor or alias is not allowed\n\nhint: write it out"
