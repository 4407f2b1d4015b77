"""What ragas takes for a language model and for one that makes vectors: both only ask the meter."""

from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from harness.core.errors import BudgetError
from harness.core.jsons import Json
from harness.core.prompt import Message
from harness.core.score import UnableError
from harness.ports import Ask

if TYPE_CHECKING:
    from pydantic import BaseModel

TRIES = 2
"""How often a question is put when the answer does not have the form that was asked for."""
MAY_BE_EMPTY = {"ClaimDecompositionOutput", "EntitiesList"}
"""Forms of one list that may hold nothing: a text without claims or names. Elsewhere ragas would count that as good."""
VERDICTS = {"verdict", "attributed"}
"""What the forms call a yes or no that stands beside its `reason`."""


class Judge:
    """Answers the questions of one grade.

    Some metrics take any error for a reason to ask again, and in the end for half a score. So the first question that
    has no answer ends the grade: it is kept, and every later question fails alike, unasked.
    """

    def __init__(self, ask: Ask) -> None:
        """Have asked nothing yet."""
        self.stopped: UnableError | BudgetError | None = None
        self.complaint = ""
        """Why the first verdict that went against the answer did."""
        self._ask = ask
        self._asked: Counter[str] = Counter()

    def generate(self, prompt: str, response_model: "type[BaseModel]") -> "BaseModel":
        """Refuse: a caller that cannot wait would need a loop of its own."""
        raise NotImplementedError

    async def agenerate[Form: "BaseModel"](self, prompt: str, response_model: type[Form]) -> Form:
        """Return the answer in the form of a model.

        Raises:
            UnableError: There is none.
            BudgetError: The budget cannot bear it.
        """
        if self.stopped:
            raise self.stopped
        try:
            found = await self._answer(prompt, response_model)
        except (UnableError, BudgetError) as error:
            self.stopped = error
            raise
        self.complaint = self.complaint or _complaint(found.model_dump())
        return found

    async def _answer[Form: "BaseModel"](self, prompt: str, form: type[Form]) -> Form:
        for _ in range(TRIES):
            sample = self._asked[prompt]
            self._asked[prompt] += 1
            said = await self._ask.complete([Message("user", prompt)], schema=_schema(form), sample=sample)
            try:
                found = form.model_validate_json(_json_in(said.text))
            except ValueError:
                continue
            if form.__name__ not in MAY_BE_EMPTY and list(found.model_dump().values()) == [[]]:
                raise UnableError(f"the judge found no {next(iter(form.model_fields))}")
            return found
        raise UnableError("the judge's answer does not have the form that was asked for")


class Vectors:
    """Makes the vectors of one grade; one that is wanted at once has to be made beforehand."""

    def __init__(self, ask: Ask) -> None:
        """Know none yet."""
        self._ask = ask
        self._known: dict[str, list[float]] = {}

    def embed_text(self, text: str) -> list[float]:
        """Return the vector of a text whose vector was made before."""
        return self._known[text]

    async def aembed_text(self, text: str) -> list[float]:
        """Return the vector of a text."""
        if text not in self._known:
            self._known[text] = list(await self._ask.embed(text))
        return self._known[text]

    async def aembed_texts(self, texts: Sequence[str]) -> list[list[float]]:
        """Return the vectors of texts."""
        return [await self.aembed_text(text) for text in texts]


@cache
def _schema(form: "type[BaseModel]") -> dict[str, Json]:
    return cast("dict[str, Json]", form.model_json_schema())


def _json_in(text: str) -> str:
    """Return the object in an answer, which some models put between words or in a fence."""
    return text[text.find("{") : text.rfind("}") + 1]


def _complaint(found: Any) -> str:  # noqa: ANN401 (a form's values)
    """Return the reason of the first verdict that is no, in a form or in what it holds."""
    if isinstance(found, list):
        return next(filter(None, map(_complaint, found)), "")
    if not isinstance(found, dict):
        return ""
    if any(not int(found[name]) for name in VERDICTS & found.keys()):
        return str(found.get("reason", ""))
    return next(filter(None, map(_complaint, found.values())), "")
