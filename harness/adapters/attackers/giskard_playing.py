"""What of giskard's attackers needs the library: a scenario after our aim, spoken turn by turn."""

from typing import Any

from giskard.agents import WorkflowError
from giskard.checks import Interaction, Trace
from giskard.checks.core.exceptions import InputGenerationException
from giskard.scan import CrescendoAttackScenarioGenerator, GOATAttackScenarioGenerator, ScenarioGenerator
from giskard.scan.generators.base import ScenarioContext

from harness.adapters.attackers.giskard import Aim, Target
from harness.adapters.graders.giskard_asked import Model, cause_of
from harness.core.score import UnableError
from harness.ports import Ask

LANGUAGE = "en"


class _Aimed(ScenarioGenerator):
    """Gives the attackers an objective of ours in place of their own."""

    goal: str
    max_turns: int

    def _select_objectives(self, *_: object) -> list[tuple[str, str, str]]:
        return [("ours", self.goal, LANGUAGE)]


class _Crescendo(_Aimed, CrescendoAttackScenarioGenerator):
    pass


class _Goat(_Aimed, GOATAttackScenarioGenerator):
    pass


_MADE: dict[str, type[_Aimed]] = {"crescendo": _Crescendo, "goat": _Goat}


async def play(aim: Aim, target: Target, ask: Ask) -> tuple[str, ...]:
    """Play one conversation; see `attackers.giskard.play`."""
    attacker, trace = await _cast(aim, ask)
    said: list[str] = []
    speaking = attacker(trace)
    try:
        words = await anext(speaking, None)
        while words is not None:
            said.append(words)
            answer = await target(tuple(said))
            if answer is None:
                break
            done = [*trace.interactions, Interaction(inputs=words, outputs=answer)]
            trace = trace.model_copy(update={"interactions": done})
            words = await _next(speaking, trace)
    except WorkflowError as error:
        raise cause_of(error, "attacker") from None
    except InputGenerationException as error:
        raise UnableError(f"the attacker did not go on: {error}") from None
    finally:
        await speaking.aclose()
    if not said:
        raise UnableError("the attacker said nothing")
    return tuple(said)


async def _cast(aim: Aim, ask: Ask) -> tuple[Any, Trace[str, str]]:
    """Return who attacks, and the empty conversation with what it is told.

    giskard drops what it cannot make into a scenario, so that their number is looked at.
    """
    made = _MADE[aim.strategy](goal=aim.goal, max_turns=aim.turns)
    scenarios = await made.generate_scenario(ScenarioContext(description=aim.description, languages=[LANGUAGE]))
    if len(scenarios) != 1:
        raise UnableError(f"giskard made {len(scenarios)} scenarios of one aim")
    spoken: Any = scenarios[0].steps[0].interacts[0]
    spoken.inputs.generator = Model(ask, aim.sample)
    return spoken.inputs, Trace(annotations=scenarios[0].annotations)


async def _next(speaking: Any, trace: Trace[str, str]) -> str | None:  # noqa: ANN401 (a generator of giskard)
    try:
        return str(await speaking.asend(trace))
    except StopAsyncIteration:
        return None
