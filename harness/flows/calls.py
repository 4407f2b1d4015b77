"""Calls: what each answer of a heard pair took, found again in the store by the keys of its rows; nothing is asked."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from statistics import fmean

from harness.core.completion import Completion
from harness.core.digest import digest
from harness.core.money import MICRO
from harness.core.pair import Pair
from harness.core.pin import Pin, Price
from harness.core.spending import Call, Called
from harness.flows.agenda import Agenda
from harness.flows.conversations import Talk, forms_of, hear, talk_of
from harness.flows.rows import AGAIN, BASE, CANDIDATE, Row
from harness.plan.trials import again
from harness.ports import Store

type Asked = tuple[Talk, bool | None]
"""What was asked, and whether its case passed with the answers."""


def calls_of(agenda: Agenda, pair: Pair, rows: Sequence[Row], store: Store, *, fresh: str = "") -> list[Called]:
    """Return what each case of a pair took on both trees, in today's form; of one that both ask alike, the same.

    Args:
        agenda: Whose pins were asked, at today's price.
        pair: Its prompt is the candidate's.
        rows: With their results.
        store: Where the answers are.
        fresh: What asked for them anew, side by side; empty for those that were weighed first.
    """
    places = AGAIN if fresh else (BASE, CANDIDATE)
    asked = [(row, tuple(tuple(asked_at(row, place, fresh)) for place in places)) for row in rows]
    answers = hear(store, (talk for _, sides in asked for side in sides for talk, _ in side))
    base, candidate = _tariff(agenda, pair, base=True), _tariff(agenda, pair, base=False)
    found: list[Called] = []
    for row, (theirs, mine) in asked:
        alike = row.keys[BASE] == row.keys[CANDIDATE]
        before = metered(mine if alike else theirs, answers, base) if base else []
        found.append(Called(row.pairing.id, before, metered(mine, answers, candidate) if candidate else []))
    return found


def asked_at(row: Row, place: int, fresh: str = "") -> Iterator[Asked]:
    """Yield what was asked at a place; of a case with arms, each of them."""
    first = dict(zip(AGAIN, (BASE, CANDIDATE), strict=True)).get(place, place)
    forms = forms_of(row.pairing.form)
    for repeat, result in row.repeats(place):
        for key, form in zip(row.asked(first), forms, strict=True):
            yield talk_of(row, form, again(key, repeat, fresh)), result.passed


class Tariff:
    """What the answers of a pin cost today."""

    def __init__(self, pin: Pin, price: Price | None) -> None:
        """Take a pin with its price; None where nobody knows it."""
        self._pin = pin
        self._price = price

    def call(self, said: Completion, *, passed: bool | None) -> Call:
        """Return what an answer took."""
        tools = [json.dumps([call.name, call.arguments], sort_keys=True) for call in said.tool_calls]
        return Call(
            input_tokens=said.input_tokens,
            output_tokens=said.output_tokens,
            cost=self._cost(said),
            seconds=said.latency_ms / 1000,
            said=digest("said", [said.text, tools]),
            passed=passed,
            metered=said.metered,
        )

    def _cost(self, said: Completion) -> float | None:
        """Return micro-USD, without the rounding of a bill; an application says itself what it cost."""
        price = self._price
        if self._pin.application and said.cost is not None:
            return said.cost
        if price is None:
            return None
        if price.per_call:
            return price.of(said.input_tokens, said.output_tokens)
        sent, made = said.input_tokens * price.input_per_million, said.output_tokens * price.output_per_million
        return (sent + made) / MICRO


def _tariff(agenda: Agenda, pair: Pair, *, base: bool) -> Tariff | None:
    """Return what the answers of a tree cost; None where it is not there, or has no such prompt."""
    side = agenda.court.base if base else agenda.court.candidate
    name = side.name_of(pair.prompt) if side else ""
    if side is None or name not in side.content.prompts:
        return None
    pin = side.asking(name).pin
    return Tariff(pin, agenda.price(pin))


def metered(asked: Iterable[Asked], answers: Mapping[Talk, Sequence[Completion]], tariff: Tariff) -> list[Call]:
    """Return what each took that was answered; a conversation counts once, with the mean of its requests."""
    found = ([tariff.call(said, passed=passed) for said in answers.get(talk, ())] for talk, passed in asked)
    return [_mean(calls) if len(calls) > 1 else calls[0] for calls in found if calls]


def _mean(calls: Sequence[Call]) -> Call:
    costs = [call.cost for call in calls if call.cost is not None]
    return calls[-1]._replace(
        input_tokens=round(fmean(call.input_tokens for call in calls)),
        output_tokens=round(fmean(call.output_tokens for call in calls)),
        cost=fmean(costs) if len(costs) == len(calls) else None,
        seconds=fmean(call.seconds for call in calls),
        said=digest("said", [call.said for call in calls]),
        metered=all(call.metered for call in calls),
    )
