"""Looking after the store: its size, and forgetting old answers."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta

from harness.adapters.clock import SystemClock
from harness.adapters.store import Size, SqliteStore
from harness.flows.trees import World


@contextmanager
def open_store(world: World) -> Iterator[SqliteStore]:
    """Open the repository's store for as long as it is needed."""
    with closing(SqliteStore(world.state / "state.db")) as store:
        yield store


def size(world: World) -> Size:
    """Return how much the store holds."""
    with open_store(world) as store:
        return store.size()


def prune(world: World, *, days: int) -> int:
    """Forget the answers that are older than some days, and return how many."""
    with open_store(world) as store:
        return store.prune(before=SystemClock().now() - timedelta(days=days))
