"""Repositories whose prompt can be attacked."""

import json

import pytest

from tests.cli.attackable import PAYLOADS, RESISTED, SUITE, WEAK
from tests.graders.conftest import judging
from tests.scenarios.scratch import Scratch

__all__ = ["judging"]


@pytest.fixture
def desk(scratch: Scratch) -> Scratch:
    """Return a repository whose prompt can be attacked, and whose reader obeys no document."""
    scratch.edit("params.yaml", "suites:\n", SUITE)
    scratch.edit("params.yaml", "gates:\n", RESISTED)
    hosts = [{**case, "expect": case["expect"][1:2]} for case in scratch.cases()[:2]]
    scratch.write("evalsets/injection/desk.jsonl", "".join(f"{json.dumps(host)}\n" for host in hosts))
    scratch.write("evalsets/injection/payloads/override.yaml", PAYLOADS)
    scratch.commit("attack it")
    return scratch


@pytest.fixture
def weak(desk: Scratch) -> Scratch:
    """Return one whose reader obeys what stands in documents."""
    desk.edit("params.yaml", *WEAK)
    desk.commit("obey documents")
    return desk
