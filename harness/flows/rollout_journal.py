"""The journal of a gateway in the house's own nouns."""

import json
from collections.abc import Sequence

from harness.adapters.serve_journal import Journal
from harness.content.rollouts import evidence_json, read_evidence, read_rollout, rollout_json
from harness.core.json_reader import read_json
from harness.core.rollout import Evidence, Rollout

_DEEPEST = 8


class RolloutJournal:
    """How a rollout stands and what was counted; see `adapters.serve_journal`."""

    def __init__(self, journal: Journal, environment: str) -> None:
        """Read what is noted.

        Raises:
            ContentError: It is no rollout, or no evidence.
        """
        self._journal = journal
        noted, place = journal.read(), str(journal.path)
        self.rollout = Rollout(environment)
        if noted.rollout:
            self.rollout = read_rollout(read_json(noted.rollout, deepest=_DEEPEST), place)
        self.evidence = Evidence()
        if noted.evidence:
            self.evidence = read_evidence(read_json(noted.evidence, deepest=_DEEPEST), place)
        self.marks = noted.marks

    def count(self, evidence: Evidence, marks: Sequence[int]) -> None:
        """Note what was counted."""
        self._journal.count(json.dumps(evidence_json(evidence)), marks)

    def move(self, rollout: Rollout, evidence: Evidence, marks: Sequence[int]) -> None:
        """Note how the rollout stands from now on, in place of what was noted last.

        Args:
            rollout: As it stands.
            evidence: What was counted so far.
            marks: Those that were left in its step since the last time; of the step before, none are kept.

        Raises:
            RaceError: Somebody else noted another meanwhile.
        """
        said, counted = json.dumps(rollout_json(rollout)), json.dumps(evidence_json(evidence))
        moves = (self.rollout.moves, rollout.moves)
        self._journal.move(said, moves, counted, marks, anew=not same_step(self.rollout, rollout))
        self.rollout = rollout


def same_step(one: Rollout, other: Rollout) -> bool:
    """Return whether what is counted of the one counts for the other."""
    return (one.candidate, one.began, one.step) == (other.candidate, other.began, other.step)
