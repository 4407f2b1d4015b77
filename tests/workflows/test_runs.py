"""Runs: scripts run for real, actions are stood in for, and files go from job to job."""

from dataclasses import replace
from pathlib import Path

import pytest

from harness.flows.workflow_host import RunReport
from harness.workflows.events import Event
from tests.workflows.world import World, commit, git

UPLOAD = "actions/upload-artifact@b7c566a772e6b6bfb58ed0dc250532a479d7789f"
DOWNLOAD = "actions/download-artifact@37930b1c2abaa49bbe596cd826c3c89aef350131"
CHECKOUT = "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1"


def ran(root: Path, jobs: str, **files: str) -> RunReport:
    """Run a workflow that a push starts, in a repository with further files; `__` in a name is a `/`."""
    root.mkdir(exist_ok=True)
    world = World.at(root)
    work = root / "work"
    for path in (work / ".github/workflows").iterdir():
        path.unlink()
    (work / ".github/workflows/w.yml").write_text(f"on: push\njobs:\n{jobs}")
    for name, text in files.items():
        place = work / name.replace("__", "/")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    head = commit(work, "a workflow")
    git(root / "server.git", "fetch", "-q", str(work), "+HEAD:refs/heads/main")
    pushed = Event("push", {"after": head, "ref": "refs/heads/main", "repository": {"full_name": "acme/shop"}})
    return replace(world, head=head).run(pushed)


def job(name: str, *steps: str, more: str = "") -> str:
    """Return a job of some steps, in YAML."""
    lines = "".join(f"      - {step}\n" for step in steps)
    return f"  {name}:\n    runs-on: ubuntu-24.04\n{more}    steps:\n{lines}"


class TestAScript:
    def test_stops_at_its_first_failure(self, tmp_path: Path) -> None:
        """And what follows it is skipped, but for what asks to run always."""
        steps = (
            "run: |\n          false\n          echo went on",
            "run: echo next",
            "if: always()\n        run: echo last",
        )

        report = ran(tmp_path, job("a", *steps)).job("a")

        assert [step.conclusion for step in report.steps] == ["failure", "skipped", "success"]
        assert "went on" not in report.log

    @pytest.mark.parametrize(("shell", "result"), [("", "success"), ("bash", "failure")])
    def test_minds_a_pipe_that_breaks_where_bash_is_named(self, tmp_path: Path, shell: str, result: str) -> None:
        """GitHub's two ways to call bash differ in `pipefail`."""
        step = "run: false | true" + (f"\n        shell: {shell}" if shell else "")

        assert ran(tmp_path, job("a", step)).job("a").result == result

    def test_inherits_nothing_from_this_machine(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A key in the developer's own environment is in no run."""
        monkeypatch.setenv("MY_OWN_KEY", "secret")

        log = ran(tmp_path, job("a", "run: env")).job("a").log

        assert "MY_OWN_KEY" not in log
        assert "GITHUB_TOKEN" not in log
        assert "GITHUB_REPOSITORY=acme/shop" in log

    def test_hands_on_outputs_variables_paths_and_a_summary(self, tmp_path: Path) -> None:
        """By the four files that GitHub gives it."""
        first = (
            "id: one\n        run: |\n          echo out=1 >>$GITHUB_OUTPUT\n          echo VAR=2 >>$GITHUB_ENV\n"
            "          echo /opt/three >>$GITHUB_PATH\n          echo '# four' >>$GITHUB_STEP_SUMMARY"
        )
        second = 'env: {OUT: "${{ steps.one.outputs.out }}"}\n        run: echo "$OUT $VAR ${PATH%%:*}"'

        report = ran(tmp_path, job("a", first, second)).job("a")

        assert "1 2 /opt/three" in report.log
        assert report.summary == "# four\n"

    def test_that_takes_too_long_is_ended(self, tmp_path: Path) -> None:
        """With all that it started."""
        report = ran(tmp_path, job("a", "run: sleep 30 & sleep 30\n        timeout-minutes: 0.005")).job("a")

        assert (report.result, "ended after" in report.log) == ("failure", True)

    def test_with_a_limit_of_time_that_is_none_fails(self, tmp_path: Path) -> None:
        """Of a step as of a job; without a limit it might never end."""
        step = ran(tmp_path / "step", job("a", "run: 'true'\n        timeout-minutes: ${{ 'soon' }}")).job("a")
        whole = ran(tmp_path / "job", job("a", "run: 'true'", more="    timeout-minutes: 0\n")).job("a")

        assert (step.result, whole.result) == ("failure", "failure")
        assert "`timeout-minutes: soon` is no number of minutes" in step.log
        assert "`timeout-minutes: 0` is no number of minutes" in whole.why

    def test_may_speak_in_bytes_that_are_no_text(self, tmp_path: Path) -> None:
        """What it says to its runner is read as far as it can be."""
        report = ran(tmp_path, job("a", r"run: printf 'x=\377\n' >>$GITHUB_OUTPUT", more="    outputs: {}\n")).job("a")

        assert report.result == "success"

    def test_may_fail_where_that_is_forgiven(self, tmp_path: Path) -> None:
        """The outcome still says what happened."""
        steps = ("id: a\n        run: exit 1\n        continue-on-error: true", "run: echo ${{ steps.a.outcome }}")

        report = ran(tmp_path, job("a", *steps)).job("a")

        assert (report.result, "failure\n" in report.log) == ("success", True)


class TestJobs:
    def test_hand_on_outputs_and_files(self, tmp_path: Path) -> None:
        """What one job makes the next one finds."""
        made = job(
            "make",
            "id: x\n        run: mkdir d && echo hi >d/f && echo v=7 >>$GITHUB_OUTPUT",
            f"uses: {UPLOAD}\n        with: {{name: n, path: d}}",
            more="    outputs: {v: '${{ steps.x.outputs.v }}'}\n",
        )
        used = job(
            "use",
            f"uses: {DOWNLOAD}\n        with: {{name: n, path: got}}",
            "run: cat got/f && echo ${{ needs.make.outputs.v }}",
            more="    needs: make\n",
        )

        report = ran(tmp_path, made + used)

        assert "hi\n7\n" in report.job("use").log

    def test_after_a_failure_are_skipped_unless_they_ask(self, tmp_path: Path) -> None:
        """Through those that were skipped, too."""
        jobs = (
            job("a", "run: exit 1")
            + job("b", "run: 'true'", more="    needs: a\n")
            + job("c", "run: 'true'", more="    needs: b\n    if: failure()\n")
            + job("d", "run: 'true'", more="    needs: b\n")
        )

        results = {one.name: one.result for one in ran(tmp_path, jobs).jobs}

        assert results == {"a": "failure", "b": "skipped", "c": "success", "d": "skipped"}

    def test_without_a_permission_do_not_check_out(self, tmp_path: Path) -> None:
        """A private repository is read by what the token may."""
        report = ran(tmp_path, job("a", f"uses: {CHECKOUT}", more="    permissions: {}\n")).job("a")

        assert "not permitted `contents: read`" in report.log


class TestWhatIsUsed:
    def test_must_be_known_and_pinned(self, tmp_path: Path) -> None:
        """An action that nothing stands in for is an error, not a step that passes."""
        unpinned = ran(tmp_path / "a", job("a", "uses: actions/checkout@v7")).job("a")
        unknown = ran(tmp_path / "b", job("a", f"uses: some/thing@{'0' * 40}")).job("a")
        wrong = ran(tmp_path / "c", job("a", f"uses: {CHECKOUT}\n        with: {{dept: 1}}")).job("a")

        assert "is not pinned to a commit" in unpinned.log
        assert "no stand-in" in unknown.log
        assert "no input `dept`" in wrong.log

    def test_from_the_workspace_needs_a_checkout(self, tmp_path: Path) -> None:
        """`./` is what lies there; `$/` is the running workflow's own."""
        action = "name: x\nruns: {using: composite, steps: [{run: echo inside, shell: bash}]}\n"

        report = ran(
            tmp_path,
            job("before", "uses: ./act") + job("own", "uses: $/act") + job("after", f"uses: {CHECKOUT}", "uses: ./act"),
            **{"act__action.yml": action},
        )

        assert [one.result for one in report.jobs] == ["success", "success", "failure"]

    def test_as_a_workflow_takes_inputs_and_gives_outputs(self, tmp_path: Path) -> None:
        """Run from the commit of its caller, within what the caller may."""
        called = (
            "on:\n  workflow_call:\n    inputs: {who: {type: string}}\n"
            "    outputs: {said: {value: '${{ jobs.a.outputs.s }}'}}\n"
            "jobs:\n"
            + job(
                "a",
                'id: x\n        env: {WHO: "${{ inputs.who }}"}\n        run: echo "s=hello $WHO" >>$GITHUB_OUTPUT',
                more="    outputs: {s: '${{ steps.x.outputs.s }}'}\n",
            )
        )
        jobs = "  call:\n    uses: ./.github/workflows/called.yml\n    with: {who: you}\n" + job(
            "after", "run: echo ${{ needs.call.outputs.said }}", more="    needs: call\n"
        )

        report = ran(tmp_path, jobs, **{".github__workflows__called.yml": called})

        assert [one.name for one in report.jobs] == ["call / a", "call", "after"]
        assert "hello you" in report.job("after").log
