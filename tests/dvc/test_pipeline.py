"""The stages of dvc.yaml: exact, never failing, and comparable between commits."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.dvc.conftest import dvc_in
from tests.house.scratch import ROOT
from tests.scenarios.scratch import Scratch

METRICS = ".harness/metrics/regression-answer.json"


@pytest.fixture
def shop(tmp_path: Path) -> Scratch:
    """Return what `harness init` makes, evaluated once by `dvc repro` and committed."""
    scratch = Scratch(tmp_path / "shop")
    Scratch(tmp_path).harness("init", "shop")
    scratch.git("checkout", "-q", "-b", "main")
    dvc_in(scratch)("repro")
    scratch.commit("begin")
    return scratch


class TestThePipeline:
    def test_has_nothing_to_do_when_nothing_changed(self, shop: Scratch) -> None:
        """The second `dvc repro` is free."""
        assert "up to date" in dvc_in(shop)("repro")

    def test_succeeds_where_cases_fail_and_shows_the_difference(self, shop: Scratch) -> None:
        """DVC deletes the outputs of a stage that fails; so a stage never fails, and the gate judges."""
        dvc = dvc_in(shop)
        shop.edit("prompts/answer.prompt.yml", "in documents", "in documents[:0]")

        dvc("repro")

        told = json.loads(dvc("metrics", "diff", "HEAD", "--json"))
        assert told[METRICS]["pass"]["old"] > 0.9
        assert told[METRICS]["pass"]["diff"] < 0
        assert shop.gate().exit_code == 1

    def test_draws_its_plots(self, shop: Scratch) -> None:
        """Pass rate by tag, two commits side by side."""
        dvc = dvc_in(shop)
        shop.edit("prompts/answer.prompt.yml", "in documents", "in documents[:0]")
        dvc("repro")

        dvc("plots", "diff", "HEAD", "--out", "page")

        page = shop.read("page/index.html")
        assert "regression-answer.csv" in page
        assert {"HEAD", "workspace"} <= set(re.findall(r'"rev": "(\w+)"', page))

    @pytest.mark.parametrize(
        ("path", "old", "new", "stale"),
        [
            ("params.yaml", "margin: 0.05", "margin: 0.10", False),
            ("params.yaml", "temperature: 0", "temperature: 0.5", True),
            ("prompts/partials/rules.md", "\n", "\nBe kind.\n", True),
        ],
        ids=["a threshold", "a pin", "a partial"],
    )
    def test_depends_on_what_changes_answers_only(
        self, shop: Scratch, path: str, old: str, new: str, *, stale: bool
    ) -> None:
        """Retuning a gate must not ask a model again."""
        text = shop.read(path)
        assert old in text
        shop.write(path, text.replace(old, new, 1))

        assert ("changed" in dvc_in(shop)("status")) is stale


class TestTheExample:
    def test_commits_the_metrics_that_a_run_gives(self, tmp_path: Path) -> None:
        """A committed figure that nobody gets is a wrong figure: `dvc repro`, and commit what it writes."""
        subprocess.run(["git", "clone", "-q", str(ROOT), str(tmp_path / "clone")], check=True)
        clone = Scratch(tmp_path / "clone")
        for name in ("prompts", "evalsets", ".harness/metrics", ".harness/plots"):
            shutil.copytree(ROOT / name, clone.root / name, dirs_exist_ok=True)
        shutil.copy(ROOT / "params.yaml", clone.root)
        before = {path.name: path.read_text() for path in (ROOT / ".harness").glob("*/regression-*")}

        clone.harness("run")

        after = {path.name: path.read_text() for path in (clone.root / ".harness").glob("*/regression-*")}
        assert len(before) == 6
        assert after == before
