"""Reporters of other packages: each tells a verdict in a file of its own."""

import json
import re
from collections.abc import Mapping
from importlib.metadata import EntryPoint
from typing import cast

from harness.core.errors import ContentError
from harness.core.plugins import held, load_plugin, owner_of, registered
from harness.ports import Reporter

GROUP = "harness.reporters"
NAME = re.compile(r"[a-z0-9][a-z0-9_-]*(?:\.[a-z0-9]+)+")


def reported(views: Mapping[str, str]) -> dict[str, str]:
    """Return what each installed reporter makes of a verdict, by file name.

    Args:
        views: Our own files of the run, `verdict.json` among them.

    Raises:
        ContentError: A reporter does not load, fails, or would write what is ours.
    """
    return {name: _told(point, views) for name, point in registered(GROUP).items()}


def _told(point: EntryPoint, views: Mapping[str, str]) -> str:
    if not NAME.fullmatch(point.name) or point.name in views:
        what = f"`{owner_of(point)}` registers the reporter `{point.name}`, which is not the name of a file of its own"
        raise ContentError(what, hint="name it by its file, such as `summary.txt`")
    tell = load_plugin(point, _callable)
    with held(point):
        text = tell(json.loads(views["verdict.json"]))
        if not isinstance(text, str):
            raise TypeError(f"it returned a value of type `{type(text).__name__}`, not a text")
    return text


def _callable(reporter: object) -> Reporter:
    if not callable(reporter):
        raise TypeError("it cannot be called to tell a verdict")
    return cast("Reporter", reporter)
