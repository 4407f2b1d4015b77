"""What the files of a tree say of each other: names that point nowhere, and things that nobody tests."""

import pytest

from tests.scenarios.scratch import Scratch, case

PROMPT = "prompts/desk.prompt.yml"
EVALSET = "evalsets/regression/desk.jsonl"


def error_of(scratch: Scratch) -> str:
    """Return what `check` says, with exit code 2."""
    result = scratch.harness("check")
    assert result.exit_code == 2, result.told
    return result.err.removeprefix("error: ").strip()


class TestBindings:
    @pytest.mark.parametrize(
        ("path", "old", "new", "error"),
        [
            (
                PROMPT,
                "model: reader",
                "model: raeder",
                (
                    "prompts/desk.prompt.yml:2: there is no pin `raeder`; did you mean `reader`?\n\n"
                    "hint: models in params.yaml: reader"
                ),
            ),
            (
                "params.yaml",
                "suite: regression",
                "suite: regression\n    prompt: desc",
                (
                    "params.yaml:11: gate `right` has nothing to judge: no cases of `desc`; did you mean `desk`?\n\n"
                    "hint: prompts with cases: desk"
                ),
            ),
            (
                "params.yaml",
                "margin: 0.05",
                "metric: grounded",
                (
                    "params.yaml:11: gate `right` has nothing to judge: nothing measures `grounded`\n\nhint: measured: "
                    "pass"
                ),
            ),
            (
                "params.yaml",
                "margin: 0.05",
                "slices: [german]",
                (
                    "params.yaml:11: gate `right` has nothing to judge in slice `german`: no case has this tag\n\n"
                    "hint: tag cases, or drop the slice"
                ),
            ),
            (
                "params.yaml",
                "provider: embedded",
                "provider: embeded",
                (
                    "params.yaml:2: there is no provider `embeded`; did you mean `embedded`?"
                    "\n\nhint: providers: any-llm, embedded, http, openai, openai-embeddings, python"
                ),
            ),
            (
                "params.yaml",
                "temperature: 0",
                "heat: 0",
                (
                    "params.yaml:2: pin `reader`: unknown parameter `heat`; known: frequency_penalty, max_tokens, "
                    "presence_penalty, seed, "
                    "stop, temperature, top_p, weaknesses"
                ),
            ),
            (
                PROMPT,
                "{{ question }}",
                "{{ questoin }}",
                (
                    "prompts/desk.prompt.yml:14: `questoin` is not given by case `room-00`; did you mean `question`?"
                    "\n\nhint: the case at evalsets/regression/desk.jsonl:1 gives: documents, question"
                ),
            ),
            (
                PROMPT,
                "Question:",
                "Question of {{ who }}:",
                (
                    "evalsets/regression/desk.jsonl:1: 'who' is undefined\n\n"
                    "hint: used at prompts/desk.prompt.yml:14; give it in the case's `vars`, or write "
                    "{{ name | default('') }}"
                ),
            ),
        ],
    )
    def test_that_point_nowhere_are_errors(self, scratch: Scratch, path: str, old: str, new: str, error: str) -> None:
        """With the line, what is near, and what there is."""
        scratch.edit(path, old, new)

        assert error_of(scratch) == error

    def test_in_a_partial_have_no_byte_order_mark_before_them(self, scratch: Scratch) -> None:
        """It is an editor's, and not for the model."""
        scratch.write("prompts/partials/rules.md", "\ufeffBe brief.")
        scratch.edit(PROMPT, "Answer from", '{% include "partials/rules.md" %} Answer from')
        scratch.harness("run")
        told = scratch.harness("explain", "desk/room-00#0").out

        scratch.write("prompts/partials/rules.md", "Be brief.")

        assert scratch.harness("explain", "desk/room-00#0").out == told

    @pytest.mark.parametrize("name", ["a.b", "A", "a b", "a\n::warning::b"])
    def test_of_a_prompt_are_plain(self, scratch: Scratch, name: str) -> None:
        """A dot parts a prompt from the parts of its evalset, and a line break is no name."""
        scratch.write(f"prompts/{name}.prompt.yml", scratch.read(PROMPT))
        shown = name.replace("\n", "\\n")

        assert error_of(scratch) == (
            f"prompts/{shown}.prompt.yml: `{shown}` cannot be the name of a prompt\n\n"
            "hint: use a-z, 0-9, _ and -, such as support-answer"
        )

    def test_of_a_pin_cannot_steer_a_terminal(self, scratch: Scratch) -> None:
        """What a pull request wrote is shown, and not obeyed, wherever an error is told."""
        scratch.edit(PROMPT, "model: reader", 'model: "r\\e[31mED\\n::warning::pwned"')

        for verb in ("check", "gate", "run"):
            assert scratch.harness(verb).err.startswith(
                "error: prompts/desk.prompt.yml:2: there is no pin `r\\u001b[31mED\\n::warning::pwned`\n"
            )

    def test_of_a_variable_in_a_partial_are_told_at_the_partial(self, scratch: Scratch) -> None:
        """At the line where the name stands, not at every line that holds the word."""
        scratch.write("prompts/partials/ask.md", "The questoin:\n\n{% if questoin %}{{ questoin }}{% endif %}\n")
        scratch.edit(PROMPT, "{{ question }}", "{% include 'partials/ask.md' %}")

        assert error_of(scratch).startswith("prompts/partials/ask.md:3: `questoin` is not given by case `room-00`")

    def test_of_a_variable_in_one_case_blame_the_case(self, scratch: Scratch) -> None:
        """The other cases give what the prompt uses, so the prompt is right."""
        first, *rest = scratch.cases()
        asked = {"documents": [], "qustion": "When?"}
        scratch.write_cases([{**first, "vars": asked}, *rest])

        assert error_of(scratch) == (
            "evalsets/regression/desk.jsonl:1: case `room-00` gives `qustion`, which the prompt `desk` does not use; "
            "did you mean `question`?\n\nhint: the prompt uses: documents, question"
        )

    def test_of_a_prompt_that_nothing_tests_are_errors(self, scratch: Scratch) -> None:
        """A prompt without a case would pass every gate."""
        scratch.write("prompts/porter.prompt.yml", scratch.read(PROMPT))

        assert error_of(scratch) == (
            "prompts/porter.prompt.yml:2: nothing tests the prompt `porter`\n\nhint: add "
            "evalsets/regression/porter.jsonl"
        )

    def test_of_cases_without_a_prompt_are_errors(self, scratch: Scratch) -> None:
        """A typing error in a file's name."""
        scratch.write_cases([case(1)], "deks")

        assert error_of(scratch) == (
            "evalsets/regression/deks.jsonl: there is no prompt `deks`; did you mean `desk`?\n\n"
            "hint: delete the file with its prompt, or name it after one"
        )

    def test_of_a_suite_that_policy_does_not_know_are_errors(self, scratch: Scratch) -> None:
        """Cases in a folder that no gate looks into."""
        scratch.write("evalsets/regresion/desk.jsonl", "x")

        assert error_of(scratch) == (
            "evalsets/regresion/desk.jsonl: there is no suite `regresion`; did you mean `regression`?\n\n"
            "hint: add it under `suites:` in params.yaml, or move the file"
        )

    def test_of_an_id_in_two_parts_are_errors(self, scratch: Scratch) -> None:
        """Ids name cases over all parts."""
        scratch.write_cases([case(3)], "desk.more")

        assert error_of(scratch) == (
            "evalsets/regression/desk.more.jsonl:1: the id `room-03` stands twice\n\n"
            "hint: it stands at evalsets/regression/desk.jsonl:4 too; ids are unique per suite and prompt"
        )

    def test_of_a_payload_in_two_families_are_errors(self, scratch: Scratch) -> None:
        """Cases are named after it."""
        entry = "payloads:\n  - {id: a, objective: emit-marker, text: 'now {instruction}', twin: t}\n"
        for family in ("one", "two"):
            scratch.write(f"evalsets/injection/payloads/{family}.yaml", f"family: {family}\n{entry}")

        assert error_of(scratch) == (
            "evalsets/injection/payloads/two.yaml:3: the id `a` stands twice\n\n"
            "hint: it stands at evalsets/injection/payloads/one.yaml:3 too"
        )

    @pytest.mark.parametrize("path", ["prompts/notes.txt", "prompts/old/desk.prompt.yml", "prompts/desk.yml"])
    def test_of_strangers_among_the_prompts_are_errors(self, scratch: Scratch, path: str) -> None:
        """Whoever put it there believes that it is read."""
        scratch.write(path, scratch.read(PROMPT))

        assert error_of(scratch).startswith(f"{path}: not a prompt file")

    def test_of_nothing_at_all_are_errors(self, scratch: Scratch) -> None:
        """An empty repository has nothing to pass."""
        scratch.remove(PROMPT)

        assert error_of(scratch) == "prompts/: there is no prompt\n\nhint: add prompts/<name>.prompt.yml"

    def test_without_params_say_how_to_begin(self, scratch: Scratch) -> None:
        """Somebody who is in the wrong folder, or has not begun."""
        scratch.remove("params.yaml")

        assert error_of(scratch) == (
            "there is no params.yaml in working tree\n\n"
            "hint: run `harness init` to begin, or change to the repository's folder"
        )
