"""The metered client: asks again where that helps, never above a budget, and books what nobody knows at its worst."""

import asyncio
import random
from contextlib import closing, suppress
from pathlib import Path

import pytest

from harness.adapters.store import SqliteStore
from harness.core.call import CallError
from harness.core.completion import Completion
from harness.core.errors import BudgetError
from harness.execute.client import ATTEMPTS, LOSSES
from tests.execute.scratch import PAYER, WORST, Behave, Model, collect, echo, run, spent

RESET = CallError("the connection broke", retry=True, billed=True)
BUSY = CallError("HTTP 429", retry=True, busy=True)
BROKEN = CallError("HTTP 500", retry=True)
WRONG = CallError("HTTP 400: no such parameter")
NO_KEY = CallError("HTTP 401: no such key", fatal=True)


def first(error: CallError, times: int = 1) -> Behave:
    """Return the behaviour of a model that fails some times and then answers."""
    return lambda text, time: error if time <= times else echo(text, time)


class TestACallThatFails:
    @pytest.mark.parametrize("error", [RESET, BROKEN, BUSY], ids=["reset", "500", "429"])
    def test_is_tried_again_where_that_may_help(self, tmp_path: Path, error: CallError) -> None:
        """Most failures pass."""
        ran = run(tmp_path, Model(first(error, 2)), "a")

        assert ran.texts == ["a"]
        assert (ran.tally.retries, ran.tally.failures) == (2, 0)

    def test_is_not_tried_again_where_it_cannot(self, tmp_path: Path) -> None:
        """A request that is wrong stays wrong."""
        model = Model(first(WRONG))

        assert run(tmp_path, model, "a").texts == ["[HTTP 400: no such parameter]"]
        assert model.asked == ["a"]

    @pytest.mark.parametrize(("error", "times"), [(BROKEN, ATTEMPTS), (RESET, LOSSES)], ids=["500", "reset"])
    def test_is_given_up_in_the_end(self, tmp_path: Path, error: CallError, times: int) -> None:
        """For ever is too long, and sooner where each call may have to be paid."""
        model = Model(first(error, 99))

        assert run(tmp_path, model, "a").texts == [f"[{error.reason}]"]
        assert len(model.asked) == times

    def test_ends_the_questions_to_a_model_that_refuses_everybody(self, tmp_path: Path) -> None:
        """A thousand calls with a wrong key teach no more than a few."""
        model = Model(first(NO_KEY, 99))

        ran = run(tmp_path, model, *(f"t{number}" for number in range(200)))

        assert len(model.asked) <= 16
        assert ran.tally.failures == 200

    def test_ends_the_questions_to_a_model_that_answers_nobody(self, tmp_path: Path) -> None:
        """A dead endpoint costs a minute, not an hour."""
        model = Model(first(BROKEN, 99))

        ran = run(tmp_path, model, *(f"t{number}" for number in range(200)))

        assert len(model.asked) <= 40 * ATTEMPTS
        assert ran.tally.failures == 200

    def test_that_hangs_is_ended_and_tried_again(self, tmp_path: Path) -> None:
        """A hang costs the deadline."""
        ran = run(tmp_path, Model(lambda text, time: 60.0 if time == 1 else echo(text, time)), "a")

        assert ran.texts == ["a"]
        assert (ran.tally.retries, ran.tally.unknown) == (1, 1)

    def test_that_asks_for_a_day_is_a_no(self, tmp_path: Path) -> None:
        """`Retry-After: 86400` is a refusal with manners."""
        asks = CallError("HTTP 429", retry=True, busy=True, wait=86_400.0)

        assert run(tmp_path, Model(first(asks)), "a").texts == ["[HTTP 429]"]


class TestTheBill:
    def test_of_an_answer_is_its_tokens(self, tmp_path: Path) -> None:
        """Neither the reservation nor a guess."""
        run(tmp_path, Model(), "a", "b")

        assert spent(tmp_path) == 30

    def test_of_a_call_that_nobody_knows_of_is_all_that_was_set_aside(self, tmp_path: Path) -> None:
        """The endpoint may have answered and billed it."""
        ran = run(tmp_path, Model(first(RESET, 2)), "a")

        assert spent(tmp_path) == ran.tally.cost == 2 * WORST + 15

    def test_of_a_call_that_was_refused_is_nothing(self, tmp_path: Path) -> None:
        """An error status is no answer."""
        run(tmp_path, Model(first(BUSY, 2)), "a")

        assert spent(tmp_path) == 15

    def test_of_an_answer_without_usage_is_all_that_was_set_aside(self, tmp_path: Path) -> None:
        """Missing is not zero."""
        run(tmp_path, Model(lambda text, _time: Completion(text, metered=False)), "a")

        assert spent(tmp_path) == WORST


class TestTheBudget:
    def test_ends_the_run_before_it_is_exceeded(self, tmp_path: Path) -> None:
        """Reserved before a call, never discovered after it."""
        model = Model()

        with pytest.raises(BudgetError, match="cannot bear another call"):
            run(tmp_path, model, *(f"{number:03}" for number in range(100)), limits={PAYER: 500})

        assert 500 - WORST - 15 < model.billed == spent(tmp_path) <= 500

    def test_counts_what_earlier_runs_spent(self, tmp_path: Path) -> None:
        """A day has many runs."""
        run(tmp_path, Model(), *(f"t{number}" for number in range(20)))
        model = Model()

        with pytest.raises(BudgetError):
            run(tmp_path, model, "x", limits={PAYER: 20 * 15 + WORST - 1})

        assert model.asked == []

    def test_is_shared_by_two_runs_at_once(self, tmp_path: Path) -> None:
        """Two terminals, one day."""
        models = (Model(), Model())

        async def both() -> None:
            with closing(SqliteStore(tmp_path / "state.db")) as one, closing(SqliteStore(tmp_path / "state.db")) as two:
                runs = [
                    collect(store, model, [f"{name}{number:03}" for number in range(60)], {PAYER: 900})
                    for store, model, name in ((one, models[0], "a"), (two, models[1], "b"))
                ]
                assert {type(said) for said in await asyncio.gather(*runs, return_exceptions=True)} == {BudgetError}

        asyncio.run(both())

        assert sum(model.billed for model in models) == spent(tmp_path) <= 900

    @pytest.mark.parametrize(
        "seed", [pytest.param(seed, marks=[pytest.mark.slow] if seed >= 20 else []) for seed in range(200)]
    )
    def test_is_never_exceeded_by_a_micro_dollar_whatever_the_order(self, tmp_path: Path, seed: int) -> None:
        """The bill is the model's own: it charges for what it answered, also when the answer was lost on the way."""
        dice = random.Random(seed)  # noqa: S311 (a schedule, not a secret)
        outcomes = [RESET, BUSY, BROKEN, WRONG]

        def behave(text: str, time: int) -> Completion | CallError | float:
            if dice.random() < 0.3:
                return dice.choice(outcomes)
            return 0.001 * dice.random() if dice.random() < 0.5 else echo(text, time)

        model, limit = Model(behave), dice.randrange(100, 5_000)
        with suppress(BudgetError):
            run(tmp_path, model, *(f"{number:02}" for number in range(80)), limits={PAYER: limit})

        assert model.billed <= spent(tmp_path) <= limit


class TestTwoRunsAtOnce:
    def test_pay_for_the_same_trial_once(self, tmp_path: Path) -> None:
        """The second waits for the first's answer."""
        model = Model(lambda text, time: 0.01)  # noqa: ARG005 (every question takes a while)
        texts = [f"t{number}" for number in range(30)]

        async def both() -> None:
            with closing(SqliteStore(tmp_path / "state.db")) as one, closing(SqliteStore(tmp_path / "state.db")) as two:
                first, second = await asyncio.gather(collect(one, model, texts), collect(two, model, texts))
                assert first.texts == second.texts == texts

        asyncio.run(both())

        assert len(model.asked) == len(set(model.asked)) == 30
