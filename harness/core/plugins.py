"""Plugins: scorers and providers by name, from the entry points of whatever is installed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib.metadata import EntryPoint, entry_points

from harness.core.errors import ContentError
from harness.core.score import UnableError


@cache
def _found(group: str) -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=group)}


def plugin_names(group: str) -> list[str]:
    """Return the names that are registered in a group, sorted; nothing is loaded."""
    return sorted(_found(group))


@cache
def load_plugin(group: str, name: str) -> object:
    """Return the object registered under a name, loaded at first use.

    Raises:
        KeyError: Nothing is registered under it.
        ContentError: It is registered, and does not load.
    """
    point = _found(group)[name]
    what, owner = f"the plugin `{name}` of `{owner_of(point)}`", owner_of(point)
    with blamed(lambda cause: ContentError(f"{what} does not load: {cause}", hint=f"mend or uninstall `{owner}`")):
        return point.load()


def owner_of(point: EntryPoint) -> str:
    """Return the name of the distribution that registers an entry point."""
    return point.dist.name if point.dist else "an unnamed distribution"


@contextmanager
def blamed(blame: Callable[[str], Exception]) -> Iterator[None]:
    """Run foreign code; whatever it raises, even an exit of the process, becomes the exception `blame` makes of it.

    `sys.exit(0)` in somebody's scoring function would otherwise end the gate as passed.
    """
    try:
        yield
    except UnableError:
        raise  # it says itself that it cannot tell
    except (Exception, SystemExit) as error:
        raise blame(f"{type(error).__name__}: {error}") from error
