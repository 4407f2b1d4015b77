"""Run folders: where a verdict is kept, whoever wrote it."""

from dataclasses import replace
from pathlib import Path

import pytest

from harness.flows.runs import write_run
from harness.flows.trees import World
from tests.report.verdicts import BLOCKED


class TestARunFolder:
    @pytest.mark.parametrize("started", [BLOCKED.run.started, "../../elsewhere", ""])
    def test_stands_among_the_others_whatever_a_verdict_says_of_its_time(self, tmp_path: Path, started: str) -> None:
        """A shard's verdict that is merged may come from anywhere."""
        verdict = replace(BLOCKED, run=replace(BLOCKED.run, started=started))

        written = write_run(World(tmp_path, {}), verdict)

        assert written.parent == Path(".harness/runs")
        assert (tmp_path / written / "verdict.json").is_file()
