"""Checks of giskard as expectations: what each says of a good and a bad answer, and what is never believed."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

import pytest

from harness.adapters.graders import giskard
from harness.adapters.graders.giskard import CHECKS, GISKARD
from harness.adapters.graders.quiet import quiet
from harness.cli.options import world
from harness.core.case import Case
from harness.core.completion import Completion, ToolCall
from harness.core.errors import BudgetError
from harness.core.exchange import Exchange
from harness.core.jsons import Json
from harness.core.prompt import Message
from harness.core.score import Mark, UnableError
from harness.ports import Grader
from tests.graders.script import BAD, reply, vector

if find_spec("giskard") is None:
    pytest.skip("the extra is not installed", allow_module_level=True)

PARIS = "Paris"


class Scripted:
    """Asks the judge by script, and remembers what was asked."""

    def __init__(self, *instead: str | Exception) -> None:
        self.instead = list(instead)
        self.asked: list[tuple[tuple[Message, ...], int]] = []

    async def complete(  # noqa: D102 (of the port)
        self,
        messages: Sequence[Message],
        *,
        schema: Mapping[str, Json] | None = None,
        logprobs: int = 0,  # noqa: ARG002 (giskard wants none)
        sample: int = 0,
        model: str = "",  # noqa: ARG002 (nor whom)
    ) -> Completion:
        self.asked.append((tuple(messages), sample))
        said = self.instead.pop(0) if self.instead else reply([one._asdict() for one in messages], schema)
        if isinstance(said, Exception):
            raise said
        return Completion(said)

    async def embed(self, text: str) -> tuple[float, ...]:  # noqa: D102 (of the port)
        if self.instead and isinstance(self.instead[0], Exception):
            raise self.instead[0]
        return tuple(vector(text))


def exchange(answer: str, documents: Json = "Paris is the capital of France.") -> Exchange:
    """Return a question with an answer."""
    case = Case("capital", {"documents": documents}, (), reference=PARIS)
    messages = (Message("system", "Be brief."), Message("user", "What is the capital of France?"))
    return Exchange(case, messages, (Completion(answer),))


def graded(check: Json, answer: str | Exchange, ask: Scripted | None = None) -> Mark:
    """Return what a check says of an answer."""
    shown = exchange(answer) if isinstance(answer, str) else answer
    return asyncio.run(GISKARD.grade(shown, check, ask or Scripted()))


def named(name: str, **parameters: Json) -> dict[str, Json]:
    """Return an expectation of the kind."""
    return {"giskard": name, **parameters}


SHOUT = named("StringMatching", keyword=BAD)
EACH = [
    named("AnswerRelevance"),
    named("Conformity", rule="The answer names a city."),
    named("Contradiction"),
    named("Groundedness"),
    named("LLMJudge", prompt="Is {{ trace.last.outputs }} an answer to {{ trace.last.inputs }}?"),
    named("Toxicity", categories=["harassment"]),
    named("StringMatching", keyword=PARIS),
    named("RegexMatching", pattern="^P.*s$"),
    named("Equals", expected_value=PARIS),
    named("NotEquals", expected_value=BAD),
    named("Not", check=SHOUT),
    named("AllOf", checks=[named("Toxicity"), named("Equals", expected_value=PARIS)]),
    named("AnyOf", checks=[named("Equals", expected_value="Rome"), named("Groundedness")]),
]
NUMBERS = [
    named("JsonValid"),
    named("LessThan", expected_value=5, target_key="trace.last.metadata.json.days"),
    named("LessThanEquals", expected_value=3, target_key="trace.last.metadata.json.days"),
    named("GreaterThan", expected_value=2, target_key="trace.last.metadata.json.days"),
    named("GreaterThanEquals", expected_value=3, target_key="trace.last.metadata.json.days"),
]


class TestACheck:
    @pytest.mark.parametrize("check", EACH, ids=lambda check: check["giskard"])
    def test_tells_a_good_answer_from_a_bad_one(self, check: dict[str, Json]) -> None:
        """It is named as giskard names it, and what it needs of the case it finds by itself."""
        assert GISKARD.problem(check, "") == ""
        assert graded(check, PARIS).value == 1.0
        assert graded(check, BAD).value == 0.0

    @pytest.mark.parametrize("check", NUMBERS, ids=lambda check: check["giskard"])
    def test_reads_an_answer_that_is_json(self, check: dict[str, Json]) -> None:
        """A number in an answer can be compared, where the answer is a form."""
        assert GISKARD.problem(check, "") == ""
        assert graded(check, '{"days": 3}').value == 1.0

    def test_is_as_good_as_the_answer_is_near(self) -> None:
        """What has a score gives it, and the expectation's own threshold says how much is enough."""
        check = named("SemanticSimilarity")

        assert GISKARD.problem(check, PARIS) == ""
        assert graded(check, PARIS).value == 1.0
        assert 0 <= graded(check, BAD).value < 0.5
        assert graded(named("SemanticSimilarity", target_key="trace.last.metadata.context"), PARIS).value == 0.0

    def test_is_every_one_that_there_is(self) -> None:
        """A name that is listed and never tried would fail at a user's first."""
        tried = {check["giskard"] for check in (*EACH, *NUMBERS)} | {"SemanticSimilarity"}

        assert tried == set(CHECKS)

    def test_is_told_the_whole_conversation(self) -> None:
        """A later turn is judged by what was said before it."""
        ask = Scripted()
        first, last = Completion("Hello."), Completion("Paris.", (ToolCall("look_up", {"country": "France"}),))
        talk = exchange("")._replace(answers=(first, last), turns=("And of Spain?",))

        graded(named("Conformity", rule="It is polite."), talk, ask)

        told = ask.asked[0][0][0].content
        assert all(part in told for part in ("capital of France?", "Hello.", "And of Spain?", "Paris.", "look_up"))

    def test_says_how_often_it_asks(self) -> None:
        """The estimate before a run counts the judge's calls as well."""
        assert GISKARD.calls("Toxicity") == 1
        assert GISKARD.calls(named("Equals", expected_value=1)) == 0
        assert GISKARD.calls(named("SemanticSimilarity")) == 0
        assert GISKARD.calls(named("AnyOf", checks=[named("Equals"), named("Not", check=named("Toxicity"))])) == 1

    def test_fits_the_door(self) -> None:
        """It is a grader like any other."""
        assert isinstance(GISKARD, Grader)
        assert GISKARD.version.startswith("1 ")


class TestNoVerdict:
    def test_is_no_pass(self) -> None:
        """An ERROR is neither good nor bad: a key that points at nothing, documents that are not there."""
        nowhere = named("Equals", expected_value="x", target_key="trace.last.metadata.nothing")
        with pytest.raises(UnableError, match="No value found for key"):
            graded(nowhere, PARIS)
        with pytest.raises(UnableError, match="the case has no texts in its variable `pages`"):
            graded(named("Groundedness", contexts="pages"), PARIS)

    def test_comes_of_a_judge_that_keeps_to_no_form(self) -> None:
        """It is asked anew, each time for another sample, and given up after three."""
        ask = Scripted("well", "yes", "{}")

        with pytest.raises(UnableError, match="did not answer in the form"):
            graded(named("Toxicity"), PARIS, ask)

        assert [sample for _, sample in ask.asked] == [0, 1, 2]

    def test_is_told_as_it_came(self) -> None:
        """What giskard wraps is unwrapped: a judge without an answer, and a budget that ended."""
        with pytest.raises(UnableError, match="no answer"):
            graded(named("Toxicity"), PARIS, Scripted(UnableError("no answer")))
        with pytest.raises(BudgetError):
            graded(named("AnyOf", checks=[named("Toxicity")]), PARIS, Scripted(BudgetError("spent")))
        with pytest.raises(BudgetError):
            graded(named("SemanticSimilarity"), PARIS, Scripted(BudgetError("spent")))

    def test_comes_of_a_prompt_that_names_nothing(self) -> None:
        """A part that this exchange does not have is no reason to judge without it."""
        check = named("LLMJudge", prompt="Is {{ trace.last.metadata.tone }} right?")

        with pytest.raises(UnableError, match="tone"):
            graded(check, PARIS)


class TestAMistake:
    @pytest.mark.parametrize(
        ("check", "problem"),
        [
            (named("Toxicty"), "has no check `Toxicty`; did you mean `Toxicity`?"),
            (named("FnCheck"), "has no check `FnCheck`"),
            (named("Toxicity", categores=[]), "has no parameter `categores` of Toxicity; did you mean `categories`?"),
            (named("Conformity"), "cannot make the check Conformity: `rule`: Field required"),
            (
                named("Equals", expected_value=1, expected_value_key="trace.last.inputs"),
                "cannot make the check Equals: Exactly one of",
            ),
            (named("AllOf", checks=[named("Toxicity"), "no"]), "must be the name of a check"),
            (named("Groundedness", contexts=3), "needs `contexts` to be the name of a variable"),
            (named("Not", check=named("RegexMatching", pattern="(")), "cannot read `pattern`: missing )"),
            (named("SemanticSimilarity"), "compares with the `reference` of its case, which has none"),
        ],
    )
    def test_is_found_before_anything_is_asked(self, check: dict[str, Json], problem: str) -> None:
        """The line of the case is named while its file is read, not after the calls."""
        assert GISKARD.problem(check, "").startswith(problem)

    @pytest.mark.parametrize(
        ("check", "problem"),
        [
            (named("LLMJudge", prompt="{{ 'a' * 10**9 }}"), "takes a `prompt` that names parts of the exchange only"),
            (named("LLMJudge", prompt="{% for x in trace %}{% endfor %}"), "takes a `prompt` that names parts"),
            (named("LLMJudge", prompt="{{ trace.last.outputs | trusted }}"), "takes a `prompt` that names parts"),
            (named("LLMJudge", prompt_path="giskard.checks::judges/toxicity.j2"), "has no parameter `prompt_path`"),
            (named("Toxicity", judge="openai/gpt-5"), "has no parameter `judge`"),
            (
                named("JsonValid", schema={"$ref": "https://x.example"}),
                "has no parameter `schema` of JsonValid; the kind",
            ),
            (named("Equals", expected_value=1, target_key="trace..*"), "needs `target_key` to point into the exchange"),
            (
                named("RegexMatching", pattern="a", match_timeout_seconds=900),
                "has no parameter `match_timeout_seconds`",
            ),
        ],
    )
    def test_of_a_pull_request_runs_nothing(self, check: dict[str, Json], problem: str) -> None:
        """Cases are strangers' words: no template of theirs is computed, no file read, no other model asked."""
        assert GISKARD.problem(check, "").startswith(problem)

    def test_of_the_installation_names_the_extra(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Without the library, the hint is what to type."""
        monkeypatch.setitem(sys.modules, "giskard.checks", None)
        giskard._checks.cache_clear()  # noqa: SLF001 (as in a process that has not looked yet)

        problem = GISKARD.problem(named("Toxicity"), "")

        assert problem.startswith("names nothing that can be had: giskard")
        assert problem.endswith("; pip install 'prompt-harness[giskard]'")


WATCHED = """
import sys

seen = []
def watch(event, args):
    if event == "socket.connect":
        seen.append(args[1])
    if event == "open" and ".giskard" in str(args[0]):
        seen.append(args[0])
sys.addaudithook(watch)

from tests.graders.test_giskard import EACH, PARIS, graded, named

assert "giskard.checks" not in sys.modules
for check in (*EACH, named("SemanticSimilarity")):
    graded(check, PARIS)
from tests.graders.test_attackers import Attacker, played
for strategy in ("crescendo", "goat"):
    played(Attacker(), strategy=strategy)
print(seen)
"""


class TestQuietSurroundings:
    def test_are_none_of_an_applications(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """An application that fetches its model would not start if a case named a check."""
        monkeypatch.setattr(os, "environ", {"HOME": "/home/ana", "HF_HUB_OFFLINE": "0"})
        here = world(tmp_path)

        quiet()

        assert os.environ["HF_HUB_OFFLINE"] == "1"
        assert here.environ == {"HOME": "/home/ana", "HF_HUB_OFFLINE": "0"}


@pytest.mark.slow
class TestSilence:
    def test_is_kept_while_all_checks_and_attackers_work(self, tmp_path: Path) -> None:
        """No connection, no file at home and no advertisement, whatever the environment says."""
        environ = {**os.environ, "HOME": str(tmp_path), "DO_NOT_TRACK": "0", "GISKARD_QUIET": "0"}
        done = subprocess.run(
            [sys.executable, "-c", WATCHED], capture_output=True, text=True, check=False, timeout=60, env=environ
        )

        assert (done.stdout.strip(), done.stderr) == ("[]", "")
