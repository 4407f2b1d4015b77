"""What a run has cost so far."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from harness.core.completion import Completion, Failure, Trial
from harness.core.money import show_usd
from harness.core.pin import Pin


@dataclass(slots=True)
class Tally:
    """Calls, answers and money, counted as they come."""

    calls: int = 0
    """Answers that were asked for."""
    cached: int = 0
    retries: int = 0
    failures: int = 0
    cost: int = 0
    """Micro-USD, at the pins' prices; calls of unknown outcome at what was set aside for them."""
    unknown: int = 0
    """Calls of which nobody knows whether they were billed."""
    unpriced: int = 0
    """Answers whose pin has no price; never taken for free."""
    failed: list[str] = field(default_factory=list)
    """The failures, as `trial: reason`."""
    answered_by: dict[str, set[tuple[str, str]]] = field(default_factory=dict)
    """The models and fingerprints that answered, by pin."""
    dearest: dict[str, tuple[int, int]] = field(default_factory=dict)
    """What a call of an application cost at most, and may cost by its pin, where that is less; in micro-USD."""

    def add(self, said: Completion) -> None:
        """Count an answer that was asked for."""
        self.calls += 1
        self.cost += said.cost or 0
        self.unpriced += said.cost is None

    def see(self, pin: Pin, said: Completion) -> None:
        """Note who answered for a pin, and what that cost if it is more than the pin says."""
        name = f"`{pin.alias}` ({pin.model})"
        self.answered_by.setdefault(name, set()).add((said.model, said.fingerprint))
        most, cost = pin.price.per_call if pin.price else 0, said.cost or 0
        if most and cost > max(most, self.dearest.get(name, (0, 0))[0]):
            self.dearest[name] = (cost, most)

    def surprises(self) -> Iterator[str]:
        """Yield a sentence for each pin for which not one model alone has answered, or which cost more than it says."""
        for pin, (cost, most) in sorted(self.dearest.items()):
            yield f"a call of {pin} cost {show_usd(cost)}, and its pin says {show_usd(most)} at most"
        for pin, models in sorted(self.answered_by.items()):
            if len(models) > 1:
                names = sorted(" ".join(part for part in model if part) or "unnamed" for model in models)
                yield f"the model behind {pin} changed: it answered as {', '.join(names[:4])}"

    def lose(self, amount: int) -> None:
        """Count a call of unknown outcome at all that was set aside for it."""
        self.unknown += 1
        self.cost += amount

    def miss(self, trial: Trial, failure: Failure) -> None:
        """Count a trial without an answer."""
        self.failures += 1
        self.failed.append(f"{trial.name}: {failure.reason}")

    def forgive(self, trial: Trial, failure: Failure) -> None:
        """Count a trial without an answer no more: nothing hangs on it."""
        told = f"{trial.name}: {failure.reason}"
        if told in self.failed:
            self.failures -= 1
            self.failed.remove(told)
