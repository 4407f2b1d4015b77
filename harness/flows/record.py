"""Recording: what a gate would judge by, written from the store into one file."""

from pathlib import Path

from harness.adapters.recording import write_recording
from harness.core.errors import ContentError
from harness.flows.agenda import Options, prepare
from harness.flows.store import open_store
from harness.flows.trees import World


def record(world: World, options: Options, path: Path) -> int:
    """Write the answers that a gate with these options judges by, and return how many.

    Raises:
        ContentError: A file is wrong, or an answer is not in the store; nothing is asked.
        UsageError: A ref does not exist.
    """
    agenda = prepare(world, options)
    trials = {work.trial.key: work.trial.name for plan in agenda.judged for work in agenda.work(plan)}
    with open_store(world) as store:
        known = store.find(trials)
    if missing := sorted(name for key, name in trials.items() if key not in known):
        what = f"`{missing[0]}` has no answer yet, and {len(missing)} of {len(trials)} trials have none"
        raise ContentError(what, hint="run `harness gate` with the same options first; recording asks nobody")
    write_recording(path, {key: (trials[key], said) for key, said in known.items()})
    return len(known)
