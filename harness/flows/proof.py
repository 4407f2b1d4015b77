"""The proof of a repository's gates: how often they block what changes nothing, as a selftest has measured."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Annotated, ClassVar, cast

from pydantic import Field

from harness.compare.bounds import rate_upper
from harness.compare.sequential import ALPHA
from harness.content.records import adapter
from harness.core.digest import digest
from harness.core.errors import ContentError
from harness.core.words import count
from harness.flows.agenda import Agenda
from harness.flows.pairing import PairPlan
from harness.flows.side import Side
from harness.ports import Workspace

PATH = ".harness/metrics/selftest.json"
_LIMIT = 1_000_000

type Count = Annotated[int, Field(ge=0, le=1_000_000_000, strict=True)]


@dataclass(frozen=True, slots=True)
class Proof:
    """What a selftest has measured; it counts once it is in base."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    pairs: dict[str, str]
    """By pair, the digest of its gates and its model."""
    gates: Count
    """Gates of a change that changes nothing."""
    blocked: Count
    inconclusive: Count
    drop: float = 0.0
    """The drop that was planted."""
    planted: Count = 0
    """Gates of a change with that drop."""
    found: Count = 0
    """How many of these were blocked."""

    @property
    def upper(self) -> float:
        """The share of harmless changes that these gates block at most, at 95 % confidence."""
        return rate_upper(self.blocked, self.gates) if self.gates else 1.0


def lines(proof: Proof) -> Iterator[str]:
    """Yield what was measured, for people."""
    passed = proof.gates - proof.blocked - proof.inconclusive
    came = f"{passed} passed, {proof.inconclusive} inconclusive, {proof.blocked} blocked"
    yield f"{count(proof.gates, 'gate')} of a change that changes nothing: {came}"
    if not proof.gates:
        return
    yield f"false blocks: {proof.blocked / proof.gates:.1%}, at most {proof.upper:.1%} (95 %); promised: {ALPHA:.0%}"
    if proof.planted:
        low = 1 - rate_upper(proof.planted - proof.found, proof.planted)
        found = f"{proof.found} of {count(proof.planted, 'gate')} block it ({proof.found / proof.planted:.1%}"
        yield f"a drop of {proof.drop * 100:.1f} points: {found}, at least {low:.1%} at 95 %)"


def write_proof(proof: Proof) -> str:
    """Return the text of the file."""
    return json.dumps(asdict(proof), indent=1, sort_keys=True) + "\n"


def subject(agenda: Agenda, plan: PairPlan) -> str:
    """Return the digest of what a proof of a pair is about: its gates, and the model with its parameters."""
    court = agenda.court
    side = agenda.base_of(plan) or court.candidate
    asking = side.asking(side.name_of(plan.pair.prompt))
    pin = asking.pin
    gates = court.policy.gates_of(plan.pair.suite, court.name_of(plan.pair.prompt))
    judged = [
        [gate.name, gate.metric, gate.margin, gate.at_least, list(gate.slices), gate.slice_margin, gate.generalise]
        for gate in gates
    ]
    return digest("proof", [pin.provider, pin.model, pin.revision, asking.parameters, judged])


def committed(agenda: Agenda) -> Proof | str:
    """Return the proof in the tree whose policy judges, or why there is none."""
    workspace = _judge(agenda).workspace
    found = _read(workspace)
    return f"{found} in {workspace.label}" if isinstance(found, str) else found


def unproven(agenda: Agenda, plan: PairPlan, proof: Proof | str) -> str:
    """Return why the gates of a pair may not block by weighing answers that vary; empty where they may.

    Args:
        agenda: All that is judged.
        plan: The pair.
        proof: As it is committed; see `committed`.
    """
    if isinstance(proof, str):
        return proof
    if proof.pairs.get(str(plan.pair)) != subject(agenda, plan):
        return f"the selftest in {_judge(agenda).workspace.label} is not of these gates, this model and its parameters"
    if proof.upper > ALPHA:
        shown = f"at most {proof.upper:.2%} of harmless changes blocked ({proof.blocked} of {proof.gates})"
        return f"the selftest shows {shown}, and {ALPHA:.0%} are promised"
    return ""


def _judge(agenda: Agenda) -> Side:
    """Return the tree whose policy judges."""
    court = agenda.court
    return court.base if court.base and court.policy_from == "base" else court.candidate


def _read(workspace: Workspace) -> Proof | str:
    """Return the proof of a tree, or why there is none."""
    try:
        proof = cast("Proof", adapter(Proof).validate_json(workspace.read(PATH, limit=_LIMIT)))
    except FileNotFoundError:
        return "there is no selftest of its gates"
    except (ContentError, ValueError):
        return "the selftest cannot be read"
    sound = proof.blocked + proof.inconclusive <= proof.gates and proof.found <= proof.planted
    return proof if sound else "the numbers of the selftest do not add up"
