"""Money and samples that outlive a job: our own workflows, run after run, on a GitHub that keeps what they leave."""

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.endpoint.launch import Endpoint, endpoint
from tests.publishing.runs import FIRST
from tests.publishing.works import Works, fill, works
from tests.scenarios import remote
from tests.scenarios.scratch import Scratch

OPEN = ("inconclusive", "action_required")
PRICE = "input_per_million: 1000, output_per_million: 1000"
COST = 184_000
"""Micro-USD of a gate here: sixteen calls."""
FORGER = """\
on: pull_request
jobs:
  eval:
    runs-on: ubuntu-24.04
    steps:
      - name: ask
        env: {{RECORD: '{record}'}}
        run: mkdir .harness && echo "$RECORD" >.harness/spent.json
      - uses: actions/upload-artifact@b7c566a772e6b6bfb58ed0dc250532a479d7789f
        with: {{name: spent-0, path: .harness/spent.json, include-hidden-files: true}}
"""

type Opener = Callable[[str], AbstractContextManager[Works]]


@pytest.fixture(scope="module")
def server() -> Iterator[Endpoint]:
    """A model that is paid for."""
    with endpoint(latency=0.001) as found:
        yield found


@pytest.fixture
def guarded(pristine: Scratch, tmp_path: Path, server: Endpoint) -> Opener:
    """Return how to open a repository that pays about a cent for each call, with a budget."""

    @contextmanager
    def opened(budget: str) -> Iterator[Works]:
        scratch = pristine.copy(tmp_path / "desk")
        remote.make(scratch, server.url(), 4, more=f"budget: {budget}\n")
        scratch.edit("params.yaml", "STUB_KEY", "LLM_API_KEY")
        scratch.edit("params.yaml", "input_per_million: 1, output_per_million: 2", PRICE)
        with works(fill(scratch), tmp_path) as found:
            yield found

    return opened


def change(gated: Works, mark: str) -> None:
    """Change the prompt, and nothing that it does."""
    gated.scratch.write("prompts/desk.prompt.yml", remote.PROMPT.replace("opens at", f"opens{mark} at"))


def verdict(gated: Works) -> dict[str, Any]:
    """Return the verdict of the last run's last attempt."""
    world, run = gated.github.world, FIRST + gated.run
    number = max(
        number
        for number, one in world.artifacts.items()
        if (one["name"], one["workflow_run"]["id"]) == ("verdict", run)
    )
    with zipfile.ZipFile(io.BytesIO(world.archives[number])) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith("verdict.json"))
        found: dict[str, Any] = json.loads(archive.read(name))
    return found


def stopped(gated: Works) -> str:
    """Return why the last run stopped before it asked anything."""
    found = verdict(gated)
    (check,) = found["checks"]
    assert (found["outcome"], found["run"]["calls"]) == ("inconclusive", 0)
    return str(check["reason"])


class TestAPullRequest:
    def test_has_one_budget_for_all_its_runs(self, guarded: Opener) -> None:
        """Each push is judged by a machine that has never seen the others; the purse is the same."""
        with guarded("{pull_request: 0.8}") as gated:
            change(gated, "!")
            gated.gate(gated.open())
            first = verdict(gated)["run"]["cost"]
            change(gated, "?")

            gated.gate(gated.push("again"))

            assert first == COST
            assert "`budget.pull_request` is $0.80, of which $0.18 are spent" in stopped(gated)
            assert gated.told == OPEN


class TestADay:
    def test_has_one_budget_for_all_pull_requests(self, guarded: Opener) -> None:
        """A stranger's comes second, from a branch of the same name, and its own purse is full."""
        with guarded("{pull_request: 0.75, day: 0.8}") as gated:
            change(gated, "!")
            gated.gate(gated.open())
            change(gated, "?")
            gated.actor = "mallory"

            gated.gate(gated.open(fork="mallory/desk"), approved=["llm-eval-external"])

            assert "`budget.day` is $0.80, of which $0.18 are spent" in stopped(gated)


class TestAForgedRecord:
    def test_is_not_believed(self, guarded: Opener) -> None:
        """A pull request's own gate.yml leaves an artifact of that name; it says that the first run cost nothing."""
        free = {"attempt": 9, "began": "2999", "accounts": {}, "lost": 0, "drawn": []}
        record = {"schema": "harness/spent/1", "run": FIRST + 2, "attempt": 1, "accounts": {}}
        text = json.dumps({**record, "before": {str(FIRST + 1): free}})
        with guarded("{pull_request: 0.8}") as gated:
            change(gated, "!")
            gated.gate(gated.open())
            for path in (gated.scratch.root / ".github/workflows").iterdir():
                path.unlink()
            gated.scratch.write(".github/workflows/gate.yml", FORGER.format(record=text))
            change(gated, "?")
            event = gated.push("forge")
            forged = gated.gate(gated.untrusted(event))

            gated.gate(event)

            assert forged.succeeded, forged.jobs[0].log
            assert "`budget.pull_request` is $0.80, of which $0.18 are spent" in stopped(gated)


class TestSamples:
    def test_of_a_top_up_are_asked_for_no_more(self, guarded: Opener) -> None:
        """After a merge base has its answers, and the next gate asks the candidate alone."""
        with guarded("{day: 9}") as gated:
            (event,) = gated.github.push("main", "mia")
            topup = gated.topup(event)
            change(gated, "!")

            report = gated.gate(gated.open())

            assert topup.succeeded, topup.jobs[0].log
            assert "40 samples of the top-up" in report.job("eval (1/1)").log
            run = verdict(gated)["run"]
            assert (run["calls"], run["cached"]) == (4, 40)
