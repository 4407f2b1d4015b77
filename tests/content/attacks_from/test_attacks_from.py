"""Attacks out of the result files of garak, giskard and promptfoo, each as its tool writes it."""

import json
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.content.attacks_from.attack import ImportedAttack
from harness.content.attacks_from.garak import read_garak
from harness.content.attacks_from.giskard import read_giskard
from harness.content.attacks_from.promptfoo import read_promptfoo
from harness.core.errors import ContentError
from harness.core.jsons import Json

type Read = Callable[[bytes, str], tuple[ImportedAttack, ...]]
READERS = [read_garak, read_giskard, read_promptfoo]


def lines(*records: Json) -> bytes:
    """Return records as garak writes them."""
    return "".join(f"{json.dumps(record, ensure_ascii=False)}\n" for record in records).encode()


def message(text: str | None, **more: Json) -> dict[str, Json]:
    """Return a message of garak."""
    return {"text": text, "lang": "en", "data_path": None, "data_type": None, "notes": {}, **more}


def conversation(*turns: tuple[str, str]) -> dict[str, Json]:
    """Return a conversation of garak."""
    return {"turns": [{"role": role, "content": message(text)} for role, text in turns], "notes": {}}


def attempt(prompt: Json, probe: str = "latentinjection.Report") -> dict[str, Json]:
    """Return an attempt of garak."""
    head: dict[str, Json] = {"entry_type": "attempt", "uuid": "1", "seq": 0, "status": 1, "probe_classname": probe}
    return {**head, "prompt": prompt, "outputs": [message("fine")], "detector_results": {}, "goal": "say a marker"}


def scenario(*inputs: Json, name: str = "Prompt injection 1") -> dict[str, Json]:
    """Return the result of a scenario of giskard."""
    said: list[Json] = [{"inputs": one, "outputs": "fine", "metadata": {}} for one in inputs]
    trace: dict[str, Json] = {"interactions": said, "annotations": {}, "last": said[-1] if said else None}
    return {"scenario_name": name, "steps": [], "duration_ms": 5, "final_trace": trace, "status": "pass"}


def suite(*scenarios: Json) -> bytes:
    """Return the result of a suite of giskard."""
    return json.dumps({"results": list(scenarios), "duration_ms": 9, "pass_rate": 1.0}).encode()


def row(more: dict[str, Json] | None = None, **variables: Json) -> dict[str, Json]:
    """Return a row of promptfoo's results."""
    about: dict[str, Json] = {"pluginId": "prompt-extraction", "strategyId": "jailbreak"}
    made: dict[str, Json] = {"vars": dict(variables), "prompt": {"raw": "You help. Hi", "label": "a"}, "success": True}
    return {**made, "testCase": {"vars": dict(variables), "metadata": about}, "metadata": about, **(more or {})}


def results(*rows: Json, config: Json = None) -> bytes:
    """Return promptfoo's results."""
    return json.dumps({"evalId": "eval-1", "results": {"version": 3, "results": list(rows)}, "config": config}).encode()


def texts(found: tuple[ImportedAttack, ...]) -> list[str]:
    """Return what was said in each attack."""
    return [one.text for one in found]


class TestGarak:
    def test_gives_its_prompts_once_in_each_form_that_it_had(self) -> None:
        """A report lists an attempt when it begins and when it ends, and three versions write it in three ways."""
        report = lines(
            {"entry_type": "start_run setup", "plugins.probe_spec": "all"},
            attempt("as a text"),
            attempt(message("as a message")),
            attempt(conversation(("system", "You help."), ("user", "first"), ("assistant", "yes"), ("user", "last"))),
            {**attempt("as a text"), "status": 2},
            {"entry_type": "eval", "probe": "latentinjection.Report", "detector": "always.Pass", "passed": 1},
        )

        found = read_garak(report, "r.jsonl")

        assert texts(found) == ["as a text", "as a message", "last"]
        assert {(one.source, one.family) for one in found} == {("garak", "latentinjection.Report")}

    def test_gives_the_hits_of_its_hitlog(self) -> None:
        """There the probe has another name, and a line has no type."""
        hit: dict[str, Json] = {"goal": "say", "prompt": conversation(("user", "now")), "probe": "dan.Own"}

        assert read_garak(lines(hit), "h.jsonl") == (ImportedAttack("now", "garak", "dan.Own"),)

    def test_leaves_out_what_is_no_text(self) -> None:
        """A picture cannot be asked again in words."""
        picture = attempt(message(None, data_path="a.png"))

        tree = {**attempt("no attempt"), "entry_type": "tree_data"}

        assert texts(read_garak(lines(picture, tree, attempt("words")), "r.jsonl")) == ["words"]


class TestGiskard:
    def test_gives_what_each_scenario_said_last(self) -> None:
        """Applications take texts, messages or their own fields."""
        result = suite(
            scenario("plain"),
            scenario("warm up", "then this"),
            scenario({"messages": [{"role": "user", "content": "a message"}, {"role": "assistant", "content": "x"}]}),
            scenario({"question": "in a field", "language": "en"}),
            scenario(name="broke before it began"),
        )

        found = read_giskard(result, "s.json")

        assert texts(found) == ["plain", "then this", "a message", "in a field"]
        assert found[0] == ImportedAttack("plain", "giskard", "Prompt injection 1")

    def test_may_be_one_scenario(self) -> None:
        """That is what a single failure is saved as."""
        assert texts(read_giskard(json.dumps(scenario("alone")).encode(), "s.json")) == ["alone"]


class TestPromptfoo:
    def test_gives_the_variable_that_was_attacked(self) -> None:
        """The other variables are the application's own."""
        config: Json = {"redteam": {"injectVar": "ticket"}}
        found = read_promptfoo(results(row(ticket="attack", customer="Ann", prompt="no"), config=config), "r.json")

        assert found == (ImportedAttack("attack", "promptfoo", "prompt-extraction/jailbreak"),)

    def test_gives_the_form_that_was_sent_last(self) -> None:
        """A strategy that rewrites an attack keeps the first form in the variable."""
        told: dict[str, Json] = {"response": {"output": "x", "metadata": {"redteamFinalPrompt": "rewritten"}}}

        assert texts(read_promptfoo(results(row(told, prompt="first")), "r.json")) == ["rewritten"]

    def test_gives_the_tests_of_a_generated_file(self) -> None:
        """It is YAML, with anchors where two tests are alike."""
        text = """\
# generated
redteam: {injectVar: query}
tests:
  - vars: {query: one}
    assert: &same [{type: promptfoo:redteam:pii}]
    metadata: {pluginId: pii}
  - vars: {query: two}
    assert: *same
"""
        assert read_promptfoo(text.encode(), "redteam.yaml") == (
            ImportedAttack("one", "promptfoo", "pii"),
            ImportedAttack("two", "promptfoo", "other"),
        )

    def test_takes_older_results_and_the_only_variable(self) -> None:
        """The list of rows once stood a level higher, and nobody has to call a variable `prompt`."""
        old = json.dumps({"results": [row(user_text="alone")]}).encode()

        assert texts(read_promptfoo(old, "r.json")) == ["alone"]

    def test_survives_a_file_that_holds_itself(self) -> None:
        """An anchor inside of what it names has no end."""
        text = "tests:\n  - vars: {prompt: &a {content: *a}}\n  - vars: {prompt: real}\n"

        assert texts(read_promptfoo(text.encode(), "redteam.yaml")) == ["real"]


class TestFaultyFiles:
    @pytest.mark.parametrize(
        ("read", "data", "error"),
        [
            (
                read_garak,
                lines({"entry_type": "eval"}),
                "f: no attack is in the file\n\nhint: give the `.report.jsonl` or the `.hitlog.jsonl` of a run",
            ),
            (
                read_garak,
                lines(attempt("x"), {"entry_type": "attempt", "uuid": "1", "prompt": "y"}),
                "f:2: the key `probe` is missing\n\nhint: there is: entry_type, uuid, prompt",
            ),
            (read_garak, b'{"prompt": "cut o', "f:1: not valid JSON: Unterminated string starting at at character 12"),
            (read_garak, lines(["prompt"], attempt(3)), "f:1: `the file` should be a mapping with keys"),
            (
                read_giskard,
                b'{"LLM injection": {"major": ["told"]}}',
                (
                    "f: no result of a scan or a suite\n\n"
                    "hint: give the result of a scan as JSON: `result.model_dump_json()`"
                ),
            ),
            (
                read_giskard,
                suite({"scenario_name": "a", "steps": []}),
                "f: the key `results[0].final_trace` is missing\n\nhint: there is: scenario_name, steps",
            ),
            (read_giskard, b'{"results": {}}', "f: `results` should be a list"),
            (
                read_promptfoo,
                results(row(), {"success": True}),
                "f: the key `results.results[0].vars.prompt` is missing",
            ),
            (
                read_promptfoo,
                results(row(a="x", b="y")),
                "f: the key `results.results[0].vars.prompt` is missing\n\nhint: there is: a, b",
            ),
            (
                read_promptfoo,
                b"prompts: [a]\n",
                "f: the key `tests` is missing\n\nhint: there is: prompts",
            ),
            (read_promptfoo, b"tests:\n  - vars: {a: [}\n", "f:2: not valid YAML: did not find expected node content"),
            (read_promptfoo, b"tests: 2026-99-01\n", "f: not valid YAML: month must be in 1..12"),
            (read_promptfoo, b"tests: file://more.yaml\n", "f: `tests` should be a list"),
            (
                read_promptfoo,
                b"redteam: {injectVar: [a]}\ntests: []\n",
                "f: `redteam.injectVar` should be a text",
            ),
        ],
    )
    def test_say_what_is_missing_and_where(self, read: Read, data: bytes, error: str) -> None:
        """A version that writes another form must not look like one that attacked with nothing."""
        with pytest.raises(ContentError) as found:
            read(data, "f")

        assert str(found.value) == f"error: {error}"

    @settings(max_examples=60)
    @given(
        value=st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=4),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(
                    st.sampled_from(
                        [
                            "results",
                            "tests",
                            "vars",
                            "prompt",
                            "turns",
                            "content",
                            "role",
                            "final_trace",
                            "interactions",
                            "inputs",
                            "metadata",
                            "pluginId",
                            "probe",
                            "entry_type",
                            "scenario_name",
                            "config",
                            "redteam",
                            "response",
                        ]
                    ),
                    inner,
                    max_size=4,
                )
            ),
            max_leaves=12,
        ),
        read=st.sampled_from(READERS),
    )
    def test_never_break_the_reader(self, value: Json, read: Read) -> None:
        """Whatever another tool writes one day, it is read or refused."""
        try:
            found = read(json.dumps(value).encode(), "f")
        except ContentError:
            return
        assert all(one.text.strip() for one in found)
