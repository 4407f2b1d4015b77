"""`harness check`: every file's first fault at once, and what is right but probably not meant."""

import pytest

from tests.scenarios.scratch import DESK, PARAMS, Scratch, case

PYTHON = "def polite(answer, case):\n    return True\n"


@pytest.fixture
def marked(scratch: Scratch) -> Scratch:
    """Return a repository whose first case is marked by a function of its own."""
    scratch.write("checks/tone.py", PYTHON)
    first, *rest = scratch.cases()
    scratch.write_cases([{**first, "expect": [{"python": "checks/tone.py:polite"}]}, *rest])
    scratch.commit("python expectations")
    scratch.commit("base")
    return scratch


class TestAFunction:
    @pytest.mark.parametrize(
        ("old", "new", "told"),
        [
            ("polite", "polit", "checks/tone.py has no function `polite`; did you mean `polit`?"),
            ("answer, case", "answer", "checks/tone.py:1: `polite` must take an answer and a case, and need no more"),
        ],
    )
    def test_that_cannot_be_called_is_an_error(self, marked: Scratch, old: str, new: str, told: str) -> None:
        """Of the check and of a gate, before anything is asked."""
        marked.edit("checks/tone.py", old, new)

        for verb in ("check", "gate"):
            result = marked.harness(verb)

            assert result.exit_code == 2
            assert result.err == f"error: evalsets/regression/desk.jsonl:1: case `room-00`: `python`: {told}\n"

    def test_of_base_can_be_mended(self, marked: Scratch) -> None:
        """A mistake that was merged must not stop the change that takes it back."""
        marked.write("checks/tone.py", PYTHON.replace("polite", "polit"))
        marked.commit("merged without a gate")
        marked.write("checks/tone.py", PYTHON)

        assert marked.harness("gate").exit_code == 0


class TestASchema:
    def test_that_is_none_is_an_error(self, scratch: Scratch) -> None:
        """Of the check and of a gate: an attack that wants the form broken would be held against it."""
        line = DESK.count("\n") + 2
        form = '{"name": "answer", "schema": {"type": "table"}}'
        scratch.write("prompts/desk.prompt.yml", f"{DESK}responseFormat: json_schema\njsonSchema: '{form}'\n")

        for verb in ("check", "gate"):
            result = scratch.harness(verb)

            assert result.exit_code == 2
            assert result.err.startswith(
                f"error: prompts/desk.prompt.yml:{line}: the `schema` in `jsonSchema` is not a JSON Schema: 'table'"
            )


class TestTheFaultsOfSeveralFiles:
    def test_are_all_told_one_a_file(self, scratch: Scratch) -> None:
        """A person mends them in one go, and a hook shows them all."""
        scratch.write("params.yaml", PARAMS.replace("margin", "marign"))
        scratch.write("prompts/desk.prompt.yml", DESK.replace("role: system", "role: sytem").replace("name:", "nmae:"))
        scratch.write("prompts/clerk.prompt.yml", DESK.replace("model:", "modle:"))
        scratch.write("prompts/partials/tone.md", "one\n<<<<<<< HEAD\ntwo\n")
        scratch.write_cases([case(0, expect=[{"contians": "x"}]), case(1, expect=[])], "clerk")
        scratch.write_cases([case(1, id="Bad")], "desk.more")
        scratch.write_cases([case(2, tags="german")])

        result = scratch.harness("check")

        assert (result.exit_code, result.out) == (2, "")
        assert [line.split(": ")[1] for line in result.err.splitlines() if line.startswith("error: ")] == [
            "params.yaml:13",
            "prompts/clerk.prompt.yml:2",
            "prompts/desk.prompt.yml:1",
            "prompts/partials/tone.md:2",
            "evalsets/regression/clerk.jsonl:1",
            "evalsets/regression/desk.jsonl:1",
            "evalsets/regression/desk.more.jsonl:1",
        ]
        assert (
            "\n\nerror: prompts/clerk.prompt.yml:2: unknown key `modle`; did you mean `model`?\n\nhint: " in result.err
        )

    def test_are_one_in_a_gate(self, scratch: Scratch) -> None:
        """Whoever asked for a verdict needs one reason why there is none."""
        scratch.write("prompts/desk.prompt.yml", DESK.replace("model:", "modle:"))
        scratch.write_cases([case(0, expect=[{"contians": "x"}])])

        assert scratch.harness("gate").err.count("error: ") == 1

    @pytest.mark.parametrize(
        ("path", "old", "new", "where"),
        [
            ("prompts/desk.prompt.yml", "model: reader", "model: raeder", "prompts/desk.prompt.yml:2"),
            ("prompts/desk.prompt.yml", "name: Desk", "name: [", "prompts/desk.prompt.yml:3"),
            ("params.yaml", "provider: embedded", "provider: embeded", "params.yaml:2"),
            ("params.yaml", "regression:", "regresion:", "params.yaml:12"),
            ("prompts/desk.prompt.yml", "Question:", "{% if %}", "prompts/desk.prompt.yml:14"),
        ],
    )
    def test_are_no_consequences_of_one_another(
        self, scratch: Scratch, path: str, old: str, new: str, where: str
    ) -> None:
        """One mistake is one error, however many files depend on it."""
        scratch.write("prompts/clerk.prompt.yml", DESK)
        scratch.write_cases([case(0)], "clerk")
        scratch.edit(path, old, new)

        told = scratch.harness("check").err

        assert told.startswith(f"error: {where}: ")
        assert told.count("error: ") == 1

    def test_hold_those_of_rendering_elsewhere(self, scratch: Scratch) -> None:
        """A prompt that cannot be read does not hide what is wrong with the cases of another."""
        scratch.write("prompts/clerk.prompt.yml", DESK)
        scratch.write_cases([case(0), case(1, vars={"question": "When?"})], "clerk")
        scratch.edit("prompts/desk.prompt.yml", "name: Desk", "nmae: Desk")

        told = scratch.harness("check").err

        assert "error: prompts/desk.prompt.yml:1: " in told
        assert "error: evalsets/regression/clerk.jsonl:2: 'documents' is undefined" in told
        assert told.count("error: ") == 2


STAGE = """\
stages:
  desk:
    cmd: .venv/bin/harness run --suite regression --prompt=desk
"""
MATRIX = """\
stages:
  other:
    cmd: [python make.py, echo]
  evaluate:
    matrix:
      suite: [regression]
      prompt: [desk, porter]
    cmd: harness run --suite ${item.suite} --prompt ${item.prompt}
"""


class TestNotes:
    def test_name_a_pair_that_no_gate_judges(self, scratch: Scratch) -> None:
        """It is checked, run, paid for, and judged by nothing."""
        scratch.write("prompts/clerk.prompt.yml", DESK)
        scratch.write_cases([case(0)], "clerk")
        scratch.edit("params.yaml", "suite: regression", "suite: regression\n    prompt: desk")

        result = scratch.harness("check")

        assert result.exit_code == 0
        assert result.out == (
            "note  no gate judges regression / clerk: add one under `gates:` in params.yaml\n"
            "2 prompts, 21 cases and 1 gate are well formed\n"
        )

    def test_say_that_there_is_no_gate_at_all(self, scratch: Scratch) -> None:
        """One note, not one for each pair."""
        scratch.write("params.yaml", PARAMS[: PARAMS.index("gates:")])

        assert scratch.harness("check").out.splitlines()[:-1] == [
            "note  there is no gate, so that nothing is judged: add one under `gates:` in params.yaml"
        ]

    @pytest.mark.parametrize(
        ("stages", "missing"),
        [
            pytest.param(STAGE, ["clerk"], id="plain"),
            pytest.param(MATRIX, ["clerk"], id="matrix"),
            pytest.param(MATRIX.replace("porter", "clerk"), [], id="matrix with all"),
            pytest.param("stages:\n  all:\n    cmd: harness run\n", [], id="a stage for all"),
            pytest.param("stages:\n  other:\n    cmd: python make.py\n", [], id="no stage of ours"),
            pytest.param(STAGE.replace("desk\n", "${one}\n"), [], id="a variable"),
            pytest.param(
                "stages:\n  a:\n    foreach: [x]\n    do: {cmd: 'harness run --prompt ${item}'}\n", [], id="foreach"
            ),
            pytest.param("stages: &x {}\n", [], id="an anchor"),
            pytest.param("stages: [1]\n", [], id="nonsense"),
        ],
    )
    def test_name_a_pair_that_no_stage_runs(self, scratch: Scratch, stages: str, missing: list[str]) -> None:
        """`dvc repro` would leave it out; what only DVC understands is left to DVC."""
        scratch.write("prompts/clerk.prompt.yml", DESK)
        scratch.write_cases([case(0)], "clerk")
        scratch.write("dvc.yaml", stages)

        told = scratch.harness("check").out.splitlines()[:-1]

        assert told == [f"note  no stage of dvc.yaml runs regression / {name}" for name in missing]


class TestEnvironments:
    def test_are_read_too(self, scratch: Scratch) -> None:
        """The first fault of each file, and what must not run."""
        scratch.write(".github/environments/dev.yaml", f"target: {{kind: git}}\nrelease: sha256:{'a' * 64}\n")
        assert scratch.harness("check").exit_code == 0
        quarantine = f"quarantine: [{{release: 'sha256:{'a' * 64}', reason: slow}}]\n"
        scratch.write(".github/environments/dev.yaml", scratch.read(".github/environments/dev.yaml") + quarantine)
        scratch.write(".github/environments/prod.yaml", "target: {kind: gti}\n")

        told = scratch.harness("check")

        assert told.exit_code == 2
        assert told.err == (
            "error: .github/environments/prod.yaml:1: there is no target `gti`; did you mean `git`?\n\n"
            "hint: targets: argo, gateway, git, repository_dispatch, webhook\n\n"
            "error: .github/environments/dev.yaml:2: dev runs release aaaaaaaaaaaa, which is quarantined there\n\n"
            "hint: run `harness rollback dev`, or take it off the list\n"
        )
