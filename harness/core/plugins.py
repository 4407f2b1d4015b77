"""Plugins: what other packages bring, by name, from the entry points of whatever is installed."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from importlib.metadata import EntryPoint, EntryPoints, entry_points

from harness.core.errors import ContentError
from harness.core.score import UnableError


@cache
def everything() -> EntryPoints:
    """Return every entry point of every distribution: reading them takes 25 ms, so it is done once."""
    return entry_points()


@cache
def registered(group: str) -> Mapping[str, EntryPoint]:
    """Return what is registered in a group, by name; nothing is loaded.

    Raises:
        ContentError: Two distributions register one name, so that the order of a path would decide.
    """
    found: dict[str, EntryPoint] = {}
    for point in everything().select(group=group):
        first = found.setdefault(point.name, point)
        if first.value != point.value:
            what = f"`{owner_of(point)}` and `{owner_of(first)}` both register the {_noun(group)} `{point.name}`"
            raise ContentError(what, hint="uninstall one of them")
    return found


def plugin_names(group: str) -> list[str]:
    """Return the names that are registered in a group, sorted."""
    return sorted(registered(group))


def load_plugin[T](point: EntryPoint, check: Callable[[object], T]) -> T:
    """Return what `check` makes of a registered object; its complaints are the owner's to mend.

    Raises:
        ContentError: It does not load, or `check` raises.
    """

    def blame(cause: str) -> ContentError:
        owner = owner_of(point)  # looked up here: it is read from the distribution's metadata, which takes 5 ms
        what = f"{_noun(point.group)} `{point.name}` of `{owner}` does not load: {cause}"
        return ContentError(what, hint=f"mend or uninstall `{owner}`")

    with blamed(blame):
        return check(point.load())


def _noun(group: str) -> str:
    return group.rpartition(".")[2].removesuffix("s")


def owner_of(point: EntryPoint) -> str:
    """Return the name of the distribution that registers an entry point."""
    return point.dist.name if point.dist else "an unnamed distribution"


def is_ours(point: EntryPoint) -> bool:
    """Return whether an entry point leads to our own code, whose faults are bugs of ours."""
    return point.value.startswith("harness.")


def held(point: EntryPoint, *may: type[Exception]) -> AbstractContextManager[None]:
    """Run a plugin's code: what it raises, other than it may, becomes a ContentError that names its owner."""

    def blame(cause: str) -> ContentError:
        owner = owner_of(point)
        what = f"{_noun(point.group)} `{point.name}` of `{owner}` failed: {cause}"
        return ContentError(what, hint=f"mend or uninstall `{owner}`")

    return blamed(blame, *may)


@contextmanager
def blamed(blame: Callable[[str], Exception], *may: type[Exception]) -> Iterator[None]:
    """Run foreign code; whatever it raises, even an exit of the process, becomes the exception `blame` makes of it.

    `sys.exit(0)` in somebody's scoring function would otherwise end the gate as passed.

    Args:
        blame: From the cause in words to the exception.
        may: What is raised as it is, beside UnableError, by which a scorer says that it cannot tell.
    """
    passing: tuple[type[Exception], ...] = (UnableError, *may)
    try:
        yield
    except passing:
        raise
    except (Exception, SystemExit) as error:
        raise blame(f"{type(error).__name__}: {error}") from error
