"""Recording: what a gate judges by, written from the store into one file."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from harness.adapters.recording import write_recording
from harness.adapters.store import SqliteStore
from harness.core.completion import Answer, Completion
from harness.core.errors import ContentError
from harness.core.ledger import Claim, Granted, Settlement
from harness.flows.agenda import Options, prepare
from harness.flows.gate import judged_from
from harness.flows.store import open_store
from harness.flows.trees import World


async def record(world: World, options: Options, path: Path) -> int:
    """Write the answers that a gate with these options judges by, and return how many.

    Raises:
        ContentError: A file is wrong, or an answer is not in the store; nothing is asked.
        UsageError: A ref does not exist.
    """
    agenda = prepare(world, options)
    with open_store(world) as store:
        heard = _Heard(store)
        await judged_from(world, agenda, heard, asks=False, progress=lambda _plan, _done, _total: None)
        names = store.trials(heard.answers)
        write_recording(path, {key: (names[key], said) for key, said in heard.answers.items()})
    return len(heard.answers)


class _Heard:
    """See `ports.Store`: it notes every answer that it gives, and lets nobody be asked."""

    def __init__(self, store: SqliteStore) -> None:
        self._store = store
        self.answers: dict[str, Completion] = {}

    def find(self, keys: Iterable[str]) -> dict[str, Completion]:
        found = self._store.find(keys)
        self.answers |= found
        return found

    def known(self, keys: Iterable[str], *, since: datetime) -> set[str]:
        return self._store.known(keys, since=since)

    def forget(self, keys: Iterable[str], *, before: datetime | None = None) -> None:
        """Forget nothing: what was judged by is recorded."""

    def record(self, answers: Sequence[Answer], *, at: datetime) -> None:
        self.commit([], [Claim(item.trial.key, item.trial.name, 0) for item in answers], limits={}, at=at)

    def commit(
        self, done: Sequence[Settlement], wanted: Sequence[Claim], *, limits: Mapping[str, int], at: datetime
    ) -> list[Granted]:
        del done, limits, at
        what = f"`{wanted[0].trial}` has no answer yet" if wanted else "a recording takes no answer"
        raise ContentError(what, hint="run `harness gate` with the same options first; recording asks nobody")

    def parts(self, trial: str) -> Mapping[str, str] | None:
        return self._store.parts(trial)

    def spent(self, accounts: Iterable[str]) -> dict[str, int]:
        return self._store.spent(accounts)
