"""Forgetting the run folders of long ago, whose names begin with their time, and copies of applications as old."""

import re
import shutil
from datetime import timedelta

from harness.adapters.clock import SystemClock
from harness.flows.trees import World

_NAME = re.compile(r"\.?(\d{8}T\d{6})-.*")
"""A run folder, or one that was left half written."""


def prune_runs(world: World, *, days: int) -> int:
    """Remove the run folders and copies of applications that are older than some days; return how many folders."""
    moment = SystemClock().now() - timedelta(days=days)
    for copy in (world.state / "applications").glob("*"):
        if copy.stat().st_mtime < moment.timestamp():
            shutil.rmtree(copy)
    limit = moment.strftime("%Y%m%dT%H%M%S")
    runs = world.state / "runs"
    found = [(path, _NAME.fullmatch(path.name)) for path in runs.iterdir()] if runs.is_dir() else []
    old = [path for path, name in found if name and name[1] < limit and path.is_dir() and not path.is_symlink()]
    for path in old:
        shutil.rmtree(path)
    return len(old)
