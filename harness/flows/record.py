"""Recording: what a gate would judge by, written from the store into one file."""

from pathlib import Path

from harness.adapters.recording import write_recording
from harness.core.errors import ContentError
from harness.flows.agenda import Options, prepare
from harness.flows.store import open_store
from harness.flows.trees import World
from harness.flows.vectors import texts_of


def record(world: World, options: Options, path: Path) -> int:
    """Write the answers that a gate with these options judges by, and return how many.

    Raises:
        ContentError: A file is wrong, or an answer is not in the store; nothing is asked.
        UsageError: A ref does not exist.
    """
    agenda = prepare(world, options)
    works = [work for plan in agenda.judged for work in agenda.work(plan)]
    trials = {work.trial.key: work.trial.name for work in works}
    with open_store(world) as store:
        known = store.find(trials)
        if embedder := agenda.court.embedder:
            answered = [work for work in works if work.trial.key in known]
            texts = texts_of((work.trial.name, work.tag[2], known[work.trial.key]) for work in answered)
            vectors = {work.trial.key: work.trial.name for work in embedder.works(texts)}
            trials, known = trials | vectors, known | store.find(vectors)
    if missing := sorted(name for key, name in trials.items() if key not in known):
        what = f"`{missing[0]}` has no answer yet, and {len(missing)} of {len(trials)} trials have none"
        raise ContentError(what, hint="run `harness gate` with the same options first; recording asks nobody")
    write_recording(path, {key: (trials[key], said) for key, said in known.items()})
    return len(known)
