"""The table {add, edit, remove, rename} x {prompt, case, variable, pin, policy, harness version} x {cache, none}.

Each row says what is done to a repository whose twenty cases all pass on base, and what the gate must say. With a
cache, base's answers are in the store before the change is judged; the verdict must be the same, only the calls
differ. `calls` is what a cold store needs and what a warm one still needs.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from harness import __version__
from tests.scenarios.scratch import CASES, DESK, PARAMS, Scratch, case

type Change = Callable[[Scratch], None]

PROMPT = "prompts/desk.prompt.yml"
LOOP = "{% for d in documents %}"
NO_DOCUMENTS = "{% for d in documents[:0] %}"
FLOATING = "{provider: embedded, model: reader-latest, revision: '1'}"
WORSE = "parameters: {temperature: 0, weaknesses: [refuses-too-much, rambles]}"


@dataclass(frozen=True)
class Row:
    """One row of the specification."""

    change: str
    does: Change
    exit_code: int
    says: str
    cold: int | None = None
    """Calls with an empty store; None where the number is not promised."""
    warm: int | None = None
    """Calls when base's answers are known."""
    options: tuple[str, ...] = ()


def steps(*changes: Change) -> Change:
    """Do several changes one after another."""

    def does(scratch: Scratch) -> None:
        for change in changes:
            change(scratch)

    return does


def edit(path: str, old: str, new: str) -> Change:
    """Replace a piece of a file."""
    return lambda scratch: scratch.edit(path, old, new)


def damage(scratch: Scratch) -> None:
    """Stop giving the documents to the model."""
    scratch.edit(PROMPT, LOOP, NO_DOCUMENTS)


def add_prompt(scratch: Scratch, *, working: bool = True, name: str = "clerk") -> None:
    """Add a second prompt with cases of its own."""
    scratch.write(f"prompts/{name}.prompt.yml", DESK if working else DESK.replace(LOOP, NO_DOCUMENTS))
    scratch.write_cases([case(number) for number in range(10)], name)


def rename_prompt(scratch: Scratch, *, says_so: bool = True) -> None:
    """Move the prompt and its cases to another name."""
    scratch.move(PROMPT, "prompts/counter.prompt.yml")
    scratch.move("evalsets/regression/desk.jsonl", "evalsets/regression/counter.jsonl")
    if says_so:
        scratch.edit("prompts/counter.prompt.yml", "model: reader\n", "model: reader\nrenamed-from: desk\n")


def remove_prompt(scratch: Scratch) -> None:
    """Remove a prompt with its cases; another one stays."""
    add_prompt(scratch)
    scratch.commit("another prompt")
    scratch.remove(PROMPT)
    scratch.remove("evalsets/regression/desk.jsonl")


def add_case(**more: object) -> Change:
    """Add one case."""
    return lambda scratch: scratch.write_cases([*scratch.cases(), case(50, **more)])


def edit_cases(count: int, **more: object) -> Change:
    """Give the first cases other fields."""

    def does(scratch: Scratch) -> None:
        cases = scratch.cases()
        scratch.write_cases([{**item, **more} if number < count else item for number, item in enumerate(cases)])

    return does


def keep_cases(count: int) -> Change:
    """Remove all cases but the last few."""
    return lambda scratch: scratch.write_cases(scratch.cases()[CASES - count :])


def rename_case(scratch: Scratch) -> None:
    """Give one case another id."""
    first, *rest = scratch.cases()
    scratch.write_cases([{**first, "id": "another-name"}, *rest])


def with_variable(use: str, *, given: bool = True) -> Change:
    """Use a new variable in the prompt, and give it in all cases."""

    def does(scratch: Scratch) -> None:
        if use:
            scratch.edit(PROMPT, "Question:", f"{use}\n      Question:")
        if given:
            cases = scratch.cases()
            scratch.write_cases([{**item, "vars": {**item["vars"], "customer": "Ms Reed"}} for item in cases])

    return does


def drop_documents_variable(scratch: Scratch) -> None:
    """Remove a variable from prompt and cases alike."""
    scratch.write(PROMPT, DESK[: DESK.index("      " + LOOP)] + "      Question: {{ question }}\n")
    cases = scratch.cases()
    scratch.write_cases([{**item, "vars": {"question": item["vars"]["question"]}} for item in cases])


def rename_variable(scratch: Scratch) -> None:
    """Rename a variable in prompt and cases alike."""
    scratch.edit(PROMPT, "{{ question }}", "{{ asked }}")
    cases = scratch.cases()
    vars_of = [{"asked": item["vars"]["question"], "documents": item["vars"]["documents"]} for item in cases]
    scratch.write_cases([{**item, "vars": given} for item, given in zip(cases, vars_of, strict=True)])


def edit_variable(scratch: Scratch) -> None:
    """Change the value of a variable in one case."""
    first, *rest = scratch.cases()
    documents = [*first["vars"]["documents"], {"id": "tea", "text": "Tea is sold upstairs."}]
    scratch.write_cases([{**first, "vars": {**first["vars"], "documents": documents}}, *rest])


def policy(old: str, new: str) -> Change:
    """Change the policy."""
    return edit("params.yaml", old, new)


NOTHING = "nothing to judge"
GATES = PARAMS[PARAMS.index("gates:") :]
NO_GATES = policy(GATES, "")

TABLE = [
    # --- prompt
    Row("add prompt: judged by its bound", add_prompt, 0, "at_least", 10, 0),
    Row("add prompt: one that misses its bound", lambda s: add_prompt(s, working=False), 1, "bound", 10, 10),
    Row("add prompt: without a case", lambda s: s.write("prompts/clerk.prompt.yml", DESK), 2, "nothing tests"),
    Row("edit prompt: a comment", edit(PROMPT, "name: Desk", "# a comment\nname: Desk"), 0, NOTHING, 0, 0),
    Row("edit prompt: a template comment", edit(PROMPT, LOOP, "{# why #}" + LOOP), 0, NOTHING, 0, 0),
    Row("edit prompt: harmless words", edit(PROMPT, "the document you used", "the source used"), 0, "margin", 40, 20),
    Row("edit prompt: drops the documents", damage, 1, "net loss", 40, 20),
    Row("edit prompt: syntax error", edit(PROMPT, LOOP, "{% for d in %}"), 2, "desk.prompt.yml:"),
    Row("edit prompt: unknown key", edit(PROMPT, "name: Desk", "nmae: Desk"), 2, "did you mean `name`"),
    Row("remove prompt: with its cases", remove_prompt, 0, "1 pair is unchanged, 1 removed", 0, 0),
    Row("remove prompt: its cases stay", steps(add_prompt, lambda s: s.remove(PROMPT)), 2, "there is no prompt `desk`"),
    Row("rename prompt: says so", rename_prompt, 0, NOTHING, 0, 0),
    Row("rename prompt: says so, and damages", steps(damage, rename_prompt), 1, "net loss", 40, 20),
    Row("rename prompt: says nothing", lambda s: rename_prompt(s, says_so=False), 3, "`desk` is gone", 20, 0),
    # --- case
    Row("add case: passes", add_case(), 0, "added", 21, 1),
    Row("add case: fails on both trees", add_case(expect=[{"contains": "midnight"}]), 0, "margin", 21, 1),
    Row("add case: critical and fails", add_case(expect=[{"contains": "x!"}], critical=True), 1, "must pass", 21, 1),
    Row("add case: expects nothing", add_case(expect=[]), 2, "expects nothing"),
    Row("add case: duplicate id", add_case(id="room-03"), 2, "stands twice"),
    Row("edit case: still passes", edit_cases(5, expect=[{"contains": "minutes"}]), 0, "margin", 20, 0),
    Row(
        "edit case: weakened, and the prompt damaged",
        steps(damage, edit_cases(CASES, expect=[{"min-words": 1}])),
        3,
        "cases were redefined",
        40,
        20,
    ),
    Row(
        "edit case: its new form is lost as well",
        steps(damage, edit_cases(CASES, expect=[{"contains": "minutes"}])),
        1,
        "net loss",
        40,
        20,
    ),
    Row("edit case: no longer critical, unchanged else", edit_cases(1, comment="moved"), 0, NOTHING, 0, 0),
    Row("remove case: one", keep_cases(CASES - 1), 0, "margin", 20, 0),
    Row("remove case: all that would catch the damage", steps(damage, keep_cases(1)), 1, "net loss", 40, 20),
    Row("remove case: every one", lambda s: s.write_cases([]), 2, "without a case"),
    Row("rename case", rename_case, 0, "margin", 20, 0),
    # --- variable
    Row("add variable: without a default", with_variable("For {{ customer }}."), 3, "cannot be compared"),
    Row("add variable: with a default", with_variable("For {{ customer | default('you') }}."), 0, "margin"),
    Row(
        "add variable: in the prompt only",
        with_variable("For {{ customer }}.", given=False),
        2,
        "'customer' is undefined",
    ),
    Row("add variable: in the cases only", with_variable(""), 2, "does not use"),
    Row("edit variable: another value in one case", edit_variable, 0, "margin", 21, 1),
    Row("remove variable: the one that matters", drop_documents_variable, 3, "cases were redefined"),
    Row("rename variable: the messages stay the same", rename_variable, 0, NOTHING, 0, 0),
    # --- pin
    Row(
        "add pin: nobody uses it",
        policy("models:\n", "models:\n  spare: {provider: embedded, model: reader, revision: '1'}\n"),
        0,
        NOTHING,
        0,
        0,
    ),
    Row("add pin: floating", policy("models:\n", f"models:\n  spare: {FLOATING}\n"), 2, "floating model name"),
    Row("edit pin: a worse one", policy("parameters: {temperature: 0}", WORSE), 1, "net loss", 40, 20),
    Row("edit pin: its price", policy("0.15", "0.30"), 0, NOTHING, 0, 0),
    Row("edit pin: a noisy one", policy("{temperature: 0}", "{temperature: 1}"), 3, "would block: "),
    Row("edit pin: unknown provider", policy("embedded", "embeded"), 2, "did you mean `embedded`"),
    Row(
        "remove pin: the one in use",
        policy("  reader:\n", "  raeder:\n"),
        2,
        "there is no pin `reader`; did you mean `raeder`?",
    ),
    Row(
        "rename pin",
        steps(policy("  reader:\n", "  main:\n"), edit(PROMPT, "model: reader", "model: main")),
        0,
        NOTHING,
        0,
        0,
    ),
    # --- policy
    Row(
        "add policy: a stricter gate",
        policy("gates:\n", "gates:\n  more: {suite: regression}\n"),
        0,
        "judged by base",
        0,
        0,
    ),
    Row(
        "add policy: a gate nobody measures",
        policy("gates:\n", "gates:\n  t: {suite: regression, metric: t}\n"),
        2,
        "nothing measures",
    ),
    Row(
        "edit policy: loosened, and the prompt damaged",
        steps(damage, policy("0.05\n    at", "1.0\n    at")),
        1,
        "net loss",
        40,
        20,
    ),
    Row(
        "edit policy: loosened, damaged, previewed",
        steps(damage, policy("margin: 0.05", "margin: 1.0"), policy("at_least: 0.9", "at_least: 0.0")),
        1,
        "preview",
        40,
        20,
        ("--policy", "candidate"),
    ),
    Row("remove policy: no gate left, and the prompt damaged", steps(damage, NO_GATES), 1, "net loss", 40, 20),
    Row("rename policy: another name of the gate", policy("  right:", "  correct:"), 0, "judged by base", 0, 0),
    # --- harness version
    Row("add harness version: satisfied", policy("models:", 'harness: ">=0.1"\nmodels:'), 0, NOTHING, 0, 0),
    Row(
        "edit harness version: not satisfied",
        policy("models:", 'harness: ">=99"\nmodels:'),
        2,
        f"{__version__} is running",
    ),
    Row("remove harness version", lambda _scratch: None, 0, NOTHING, 0, 0),
    Row("rename harness version: a typo", policy("models:", 'harnes: ">=0.1"\nmodels:'), 2, "did you mean `harness`"),
]


@pytest.mark.parametrize("cache", [False, True], ids=["none", "cache"])
@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.change.replace(" ", "-"))
def test_the_gate_says(row: Row, cache: bool, pristine: Scratch, asked: Scratch, tmp_path: Path) -> None:  # noqa: FBT001 (a parameter of the table)
    """Each change has one outcome, whatever is in the cache."""
    scratch = (asked if cache else pristine).copy(tmp_path / "repository")
    row.does(scratch)

    result = scratch.gate(*row.options)

    assert (result.exit_code, row.says in result.told) == (row.exit_code, True), result.told
    promised = row.warm if cache else row.cold
    if promised is not None:
        assert result.calls == promised
