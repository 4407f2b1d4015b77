"""A merge queue judges a commit of its own, which nobody can approve: when the approval of the head counts for it."""

from collections.abc import Mapping

import pytest

from tests.publishing.stage import Stage
from tests.publishing.test_publishing import inconclusive


def grouped(desk: Stage, moved: Mapping[str, str], more: Mapping[str, str] | None = None) -> str:
    """Let main move, squash the change onto it as a merge queue does, and return that commit."""
    git = desk.scratch.git
    git("checkout", "-q", "main")
    for path, text in moved.items():
        desk.scratch.write(path, text)
    desk.scratch.commit("main moves")
    git("push", "-q", "origin", "main")
    desk.github.push("main", "mia")
    git("fetch", "-q", "origin")
    git("checkout", "-q", "-b", "group")
    git("merge", "-q", "--squash", "origin/change")
    for path, text in (more or {}).items():
        desk.scratch.write(path, text)
    desk.scratch.commit("group")
    group = git("rev-parse", "HEAD")
    git("push", "-q", "origin", f"group:gh-readonly-queue/main/pr-{desk.number}")
    git("checkout", "-q", "change")
    return group


class TestTheApprovalOfAHead:
    def test_counts_for_a_group_that_proposes_the_same(self, desk: Stage) -> None:
        """Main has moved on by what no verdict rests on, so the group is another commit, and another tree."""
        inconclusive(desk)
        desk.github.approve(desk.number, "mia")
        group = grouped(desk, {"NOTES.md": "later\n"})

        told = desk.publish(desk.judge(head=group), head=group)

        assert (told.exit_code, desk.check(group)["conclusion"]) == (0, "success"), told.told
        assert f"approved {desk.head[:7]}, which proposes the same" in desk.check(group)["output"]["summary"]

    @pytest.mark.parametrize(
        ("path", "old", "new"),
        [
            pytest.param("params.yaml", "at_least: 0.9", "at_least: 0.8", id="by the policy"),
            pytest.param("params.yaml", "temperature: 0", "temperature: 0.0, top_p: 1", id="by the pin"),
            pytest.param("evalsets/regression/desk.jsonl", "Coffee is sold", "Tea is sold", id="by its cases"),
        ],
    )
    def test_does_not_count_where_main_has_moved(self, desk: Stage, path: str, old: str, new: str) -> None:
        """The manager saw the change over another main: over this one it may do something else."""
        inconclusive(desk)
        desk.github.approve(desk.number, "mia")
        desk.scratch.git("checkout", "-q", "main")
        text = desk.scratch.read(path)
        assert old in text
        group = grouped(desk, {path: text.replace(old, new)})

        told = desk.publish(desk.judge(head=group), head=group)

        assert (told.exit_code, desk.check(group)["conclusion"]) == (3, "action_required"), told.told

    def test_does_not_count_for_a_group_with_more_in_it(self, desk: Stage) -> None:
        """The queue puts groups upon groups: what is ahead of a change is judged with it, and was not approved."""
        inconclusive(desk)
        desk.github.approve(desk.number, "mia")
        other = desk.scratch.read("prompts/office.prompt.yml").replace("only, in", "only, and in")
        group = grouped(desk, {}, more={"prompts/office.prompt.yml": other})

        told = desk.publish(desk.judge(head=group), head=group)

        assert (told.exit_code, desk.check(group)["conclusion"]) == (3, "action_required"), told.told

    def test_does_not_count_where_it_is_not_known(self, desk: Stage) -> None:
        """A head that was not fetched cannot be compared."""
        inconclusive(desk)
        group = grouped(desk, {"NOTES.md": "later\n"})
        git = desk.github.world.git.git
        again = git("commit-tree", f"{desk.head}^{{tree}}", "-p", desk.head, "-m", "again").strip()
        git("update-ref", "refs/heads/change", again)
        desk.github.push("change", "ana")
        desk.github.approve(desk.number, "mia")

        told = desk.publish(desk.judge(head=group), head=group)

        assert (told.exit_code, desk.check(group)["conclusion"]) == (3, "action_required"), told.told
