"""Plugins: scorers and providers by name, from the entry points of whatever is installed."""

from functools import cache
from importlib.metadata import EntryPoint, entry_points

from harness.core.errors import ContentError


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
    try:
        return point.load()
    except Exception as error:
        owner = point.dist.name if point.dist else "an unknown package"
        what = f"the plugin `{name}` of {owner} does not load: {type(error).__name__}: {error}"
        raise ContentError(what, hint=f"mend or uninstall {owner}") from error
