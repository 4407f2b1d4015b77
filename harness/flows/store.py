"""Looking after the store: its size, and forgetting old answers."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

from harness.adapters.clock import SystemClock
from harness.adapters.git import Git
from harness.adapters.recording import Recording
from harness.adapters.store import Size, SqliteStore
from harness.core.errors import ContentError, Origin
from harness.core.ledger import Asked
from harness.flows.kept import STORE, refuse_kept, watched
from harness.flows.trees import World
from harness.ports import Store


@contextmanager
def open_store(world: World) -> Iterator[SqliteStore]:
    """Open the repository's store for as long as it is needed.

    Raises:
        ContentError: git tracks it or a link leads to it: answers are evidence, and a pull request could bring its own.
    """
    home = world.state.parent  # of a scratch copy, the repository whose answers it shares
    refuse_kept(Git(home).tracked(*watched()))
    place = home / STORE
    if linked := next((path for path in (place.parent, place) if path.is_symlink()), None):
        where = Origin(linked.relative_to(home).as_posix())
        raise ContentError("a symbolic link", where=where, hint="delete it: answers are kept in the folder itself")
    with closing(SqliteStore(place)) as store:
        yield store


@contextmanager
def open_answers(world: World, replay: Path | None) -> Iterator[Store]:
    """Open a recording if one is given, and the repository's store otherwise."""
    if replay:
        yield Recording(replay)
        return
    with open_store(world) as store:
        yield store


def size(world: World) -> Size:
    """Return how much the store holds."""
    with open_store(world) as store:
        return store.size()


def asked(world: World) -> list[Asked]:
    """Return what was asked in all, by role and purpose."""
    with open_store(world) as store:
        return store.asked()


def prune(world: World, *, days: int) -> int:
    """Forget the answers that are older than some days, and return how many."""
    with open_store(world) as store:
        return store.prune(before=SystemClock().now() - timedelta(days=days))
