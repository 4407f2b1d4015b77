"""A detector's card: what is known of how far it can be trusted."""

from dataclasses import dataclass

from harness.core.calibration import Figure

UNMEASURED = "not measured"


@dataclass(frozen=True, slots=True)
class Measured:
    """One figure of a detector on one kind of data, with its 95 % interval."""

    name: str
    """`F1`, `recall`, ..."""
    figure: Figure
    n: int
    """Answers that it was measured on."""
    data: str
    """What kind of answers these were, and who labelled them."""

    def __str__(self) -> str:
        """Return the figure as a sentence holds it."""
        value, low, high = self.figure.value, self.figure.low, self.figure.high
        return f"{self.name} {value:.3f} [{low:.3f}, {high:.3f}], n = {self.n:,}: {self.data}"


@dataclass(frozen=True, slots=True)
class Card:
    """What a detector finds, how well, and what it is known to miss."""

    kind: str
    version: str
    """The version of the detector that the figures are of."""
    finds: str
    measured: tuple[Measured, ...] = ()
    """Empty as long as nobody measured it."""
    blind_spots: tuple[str, ...] = ()

    @property
    def figures(self) -> tuple[str, ...]:
        """The figures in words; of a detector that nobody measured, that it is so."""
        return tuple(map(str, self.measured)) or (UNMEASURED,)
