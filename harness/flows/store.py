"""Looking after the store: its size, and forgetting old answers."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta

from harness.adapters.clock import SystemClock
from harness.adapters.git import Git
from harness.adapters.store import Size, SqliteStore
from harness.core.errors import ContentError, Origin
from harness.flows.trees import World

_PATH = ".harness/state.db"


@contextmanager
def open_store(world: World) -> Iterator[SqliteStore]:
    """Open the repository's store for as long as it is needed.

    Raises:
        ContentError: git tracks it: answers are evidence, and a pull request could bring its own.
    """
    if Git(world.root).run("ls-files", "--", _PATH, check=False):
        hint = f"run `git rm --cached {_PATH}`, and keep it in .gitignore"
        raise ContentError("the store of answers is tracked by git", where=Origin(_PATH), hint=hint)
    with closing(SqliteStore(world.root / _PATH)) as store:
        yield store


def size(world: World) -> Size:
    """Return how much the store holds."""
    with open_store(world) as store:
        return store.size()


def prune(world: World, *, days: int) -> int:
    """Forget the answers that are older than some days, and return how many."""
    with open_store(world) as store:
        return store.prune(before=SystemClock().now() - timedelta(days=days))
