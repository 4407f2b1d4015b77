"""Filters: what they leave out is said to be left out, and a filter that selects nothing is a typing error."""

import json

import pytest

from tests.scenarios.scratch import DESK, Scratch, case

TONE = "def polite(answer, case):\n    return True\n"


@pytest.fixture
def two(scratch: Scratch) -> Scratch:
    """Return a repository of two prompts; `label` has tagged cases, a partial and a function of its own."""
    scratch.write("prompts/partials/tone.md", "Be kind.\n")
    scratch.write("prompts/label.prompt.yml", DESK.replace("Question:", "{% include 'partials/tone.md' %} Question:"))
    scratch.write("checks/tone.py", TONE)
    cases = [case(number, id=f"label-{number}", tags=["kind"]) for number in range(3)]
    cases[0]["expect"] = [{"python": "checks/tone.py:polite"}]
    scratch.write_cases(cases, "label")
    scratch.commit("a second prompt")
    scratch.commit("base")
    return scratch


class TestAPairThatIsLeftOut:
    def test_is_not_called_unchanged_by_the_plan(self, two: Scratch) -> None:
        """Nobody looked whether it is."""
        two.edit("prompts/partials/tone.md", "kind", "very kind")

        told = two.harness("plan", "--case", "room-03").out.splitlines()

        assert told[1].split() == ["skip", "regression", "/", "label", "not", "selected"]
        assert "skip  regression / desk   unchanged" in told[0]

    def test_is_not_called_unchanged_by_the_gate(self, two: Scratch) -> None:
        """Whoever reads `passed` must see what it covers."""
        two.edit("prompts/partials/tone.md", "kind", "very kind")

        nothing = two.harness("gate", "--case", "room-03")
        something = two.harness("gate", "--case", "label-1")

        assert "passed (partial): nothing to judge; 1 pair is unchanged, 1 not selected" in nothing.out
        assert "skipped    1 of 2 pairs are not selected\n" in something.out

    def test_is_not_judged(self, two: Scratch) -> None:
        """Its bounds were measured on no case, which says nothing about it."""
        result = two.gate("--all", "--case", "room-03")

        assert result.exit_code == 0
        assert [pair["status"] for pair in result.verdict["pairs"]] == ["all", "not selected"]
        assert [pair["cases"] for pair in result.verdict["pairs"]] == [1, 0]

    def test_is_not_judged_when_it_is_new(self, two: Scratch) -> None:
        """Without a base to compare with, bounds would be measured on no case again."""
        two.write("prompts/porter.prompt.yml", DESK)
        two.write_cases([case(1, id="porter-1")], "porter")
        two.edit("prompts/desk.prompt.yml", "at most 40", "at most 30")

        result = two.gate("--case", "room-03")

        assert {pair["prompt"]: pair["status"] for pair in result.verdict["pairs"]} == {
            "desk": "changed",
            "label": "not selected",
            "porter": "not selected",
        }
        assert {check["prompt"] for check in result.verdict["checks"]} == {"desk"}


class TestWhatDiffers:
    def test_is_the_partial_alone_where_a_function_marks_the_cases(self, two: Scratch) -> None:
        """The function is read anew on each side, and is the same."""
        two.edit("prompts/partials/tone.md", "kind", "very kind")

        found = json.loads(two.harness("plan", "--json").out)

        assert [pair["why"] for pair in found["pairs"]] == [[], ["partials/tone.md"]]

    def test_is_the_cases_where_the_function_differs(self, two: Scratch) -> None:
        """A case is what it says and how it is marked."""
        two.write("checks/tone.py", f"# reworded\n{TONE}")

        found = json.loads(two.harness("plan", "--json").out)

        assert [pair["why"] for pair in found["pairs"]] == [[], ["cases"]]
        assert two.gate("--case", "label-1").verdict["changed"] == ["checks/tone.py"]

    def test_is_not_a_function_whose_cases_are_left_out(self, two: Scratch) -> None:
        """Base's side of it was not read, which does not make it differ."""
        two.edit("prompts/partials/tone.md", "kind", "very kind")

        assert two.gate("--case", "label-1").verdict["changed"] == ["prompts/partials/tone.md"]


class TestAFilterThatSelectsNothing:
    @pytest.mark.parametrize(
        ("words", "told"),
        [
            ("--suite regresion", "there is no suite `regresion`; did you mean `regression`?\n\nhint: suites: regr"),
            ("--prompt lable", "there is no prompt `lable`; did you mean `label`?\n\nhint: prompts: desk, label"),
            ("--tag knid", "no case has the tag `knid`; did you mean `kind`?\n\nhint: tags: kind"),
            ("--prompt desk --tag kind", "no case of `desk` has the tag `kind`\n"),
            ("--case label-11", "no case has the id `label-11`; did you mean `label-1`?"),
            ("--case nosuch --case nix", "no case has the id `nix`"),
            (
                "--case room-03 --tag kind",
                "no case is selected: each filter selects some, all together none\n\nhint: drop one of them",
            ),
            ("--prompt desk --case label-1", "no case of `desk` has the id `label-1`\n"),
        ],
    )  # fmt: skip
    def test_is_named_with_what_is_near(self, two: Scratch, words: str, told: str) -> None:
        """A filter is typed by hand, and a green run of nothing is what people were bitten by."""
        for verb in ("gate", "plan", "run"):
            result = two.harness(verb, *words.split())

            assert result.exit_code == 2
            assert result.err.startswith(f"error: {told}")


class TestFilters:
    def test_make_the_verdict_partial(self, scratch: Scratch) -> None:
        """A partial verdict says so, since it neither publishes nor releases."""
        verdict = scratch.gate("--all", "--case", "room-03", "--case", "room-04").verdict

        assert (verdict["scope"], verdict["pairs"][0]["cases"]) == ("partial", 2)
        assert scratch.gate("--all", "--first", "3").verdict["pairs"][0]["cases"] == 3
        assert scratch.gate("--all", "--prompt", "desk", "--suite", "regression").verdict["scope"] == "partial"

    def test_can_be_the_cases_that_failed_last_time(self, scratch: Scratch) -> None:
        """The loop of whoever mends a prompt."""
        first, *rest = scratch.cases()
        scratch.write_cases([{**first, "expect": [{"contains": "noon"}]}, *rest])
        assert scratch.harness("gate", "--failed").err.startswith("error: there is no last run")
        scratch.gate("--all")

        verdict = scratch.gate("--all", "--failed").verdict

        assert [item["case"] for item in verdict["failing"]] == ["room-00"]
        assert verdict["pairs"][0]["cases"] == 1

    def test_know_which_of_two_runs_in_one_second_was_the_last(self, scratch: Scratch) -> None:
        """Gates are quick, and the name of a run's folder tells no more than the second."""
        cases, runs = scratch.cases(), scratch.root / ".harness/runs"
        for wrong, name in enumerate(("ffffffff", "00000000")):
            noon = {**cases[wrong], "expect": [{"contains": "noon"}]}
            scratch.write_cases([*cases[:wrong], noon, *cases[wrong + 1 :]])
            scratch.gate("--all")
            (made,) = (path for path in runs.iterdir() if not path.name.startswith("20260101"))
            made.rename(runs / f"20260101T000000-{name}")

        failing = scratch.gate("--all", "--failed").verdict["failing"]

        assert [item["case"] for item in failing] == ["room-01"]

    def test_take_a_failed_case_of_its_own_prompt_only(self, scratch: Scratch) -> None:
        """Two prompts may share ids."""
        scratch.write("prompts/clerk.prompt.yml", scratch.read("prompts/desk.prompt.yml"))
        scratch.write_cases(scratch.cases(), "clerk")
        scratch.write_cases([{**scratch.cases()[0], "expect": [{"contains": "noon"}]}, *scratch.cases()[1:]])
        scratch.gate("--all")

        pairs = scratch.gate("--all", "--failed").verdict["pairs"]

        assert [(pair["prompt"], pair["cases"]) for pair in pairs] == [("desk", 1)]

    @pytest.mark.parametrize("text", ["", "[]", '{"flips": [{}]}', "\x00"])
    def test_of_a_damaged_last_run_are_an_error(self, scratch: Scratch, text: str) -> None:
        """A full disk leaves an empty file, which is nobody's bug."""
        scratch.write(".harness/runs/20260101T000000-00000000/verdict.json", text)

        result = scratch.harness("gate", "--failed")

        assert result.exit_code == 2
        assert result.err == (
            "error: .harness/runs/20260101T000000-00000000/verdict.json: not a verdict of this harness\n\n"
            "hint: run `harness gate` once more\n"
        )

    def test_looks_at_the_last_full_run(self, scratch: Scratch) -> None:
        """A look at one case in between does not make the others pass."""
        first, *rest = scratch.cases()
        scratch.write_cases([{**first, "expect": [{"contains": "noon"}]}, *rest])
        scratch.gate("--all", "--case", "room-00", "--case", "room-01")
        assert scratch.gate("--all", "--failed").verdict["pairs"][0]["cases"] == 1
        scratch.gate("--all")
        scratch.age_runs()
        scratch.gate("--all", "--case", "room-03")

        verdict = scratch.gate("--all", "--failed").verdict

        assert [item["case"] for item in verdict["failing"]] == ["room-00"]
