"""Run folders: where a verdict is kept, whoever wrote it."""

from dataclasses import replace
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path

import pytest

from harness.core import plugins
from harness.core.errors import ContentError
from harness.flows.reporters import GROUP
from harness.flows.runs import write_run
from harness.flows.trees import World
from tests.report.verdicts import BLOCKED


class TestReporters:
    @pytest.mark.parametrize("name", ["verdict.json", "../x.txt", "plain", "a/b.txt"])
    def test_write_a_file_of_their_own_alone(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
        """A package that replaced the verdict would decide what is released."""
        monkeypatch.setattr(plugins, "everything", lambda: EntryPoints([EntryPoint(name, "loud:tell", GROUP)]))
        plugins.registered.cache_clear()

        with pytest.raises(
            ContentError, match=r"registers the reporter .*, which is not the name of a file of its own"
        ):
            write_run(World(tmp_path, {}), BLOCKED)

        plugins.registered.cache_clear()
        assert list(tmp_path.rglob("*.*")) == []


class TestARunFolder:
    @pytest.mark.parametrize("started", [BLOCKED.run.started, "../../elsewhere", ""])
    def test_stands_among_the_others_whatever_a_verdict_says_of_its_time(self, tmp_path: Path, started: str) -> None:
        """A shard's verdict that is merged may come from anywhere."""
        verdict = replace(BLOCKED, run=replace(BLOCKED.run, started=started))

        written = write_run(World(tmp_path, {}), verdict)

        assert written.parent == Path(".harness/runs")
        assert (tmp_path / written / "verdict.json").is_file()
