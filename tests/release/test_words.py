"""What there is to say of a rollout, by what git wants of it."""

from dataclasses import replace

import pytest

from harness.core.delivery import Deployment
from harness.core.environment import Strategy
from harness.core.rollout import Desired, Phase, Rollout
from harness.release.words import Word, due, word_of

OLD, NEW = "4f" * 32, "9a" * 32
WANTED = Desired(3, NEW, Strategy())
AT_REST = Rollout("production", 3, OLD)
NOW = Deployment("production", NEW, 3, "c3", "in_progress", "step 1 of 2")


class TestAWord:
    @pytest.mark.parametrize(
        ("wanted", "rollout", "holding", "said"),
        [
            pytest.param(WANTED._replace(release=""), Rollout("production", 3), "", "it runs nothing yet", id="none"),
            pytest.param(WANTED, AT_REST, "", f"release {OLD[:12]} answers still", id="not begun"),
            pytest.param(WANTED, Rollout("production", 3), "", "release none answers still", id="nothing answers"),
            pytest.param(
                WANTED,
                AT_REST,
                "it has no proof",
                f"release {OLD[:12]} answers still: it has no proof",
                id="not followed",
            ),
            pytest.param(
                WANTED,
                replace(AT_REST, generation=2),
                "no network",
                "whoever serves has not taken over what git says: no network",
                id="not looked",
            ),
        ],
    )
    def test_tells_how_it_stands(self, wanted: Desired, rollout: Rollout, holding: str, said: str) -> None:
        """And why it does not go on, if whoever serves knows."""
        assert word_of(wanted, rollout, holding).why == said

    def test_takes_back_only_what_git_names(self) -> None:
        """Of what is quarantined already git needs no reminder."""
        aborted = replace(AT_REST, phase=Phase.ABORTED, why="slow")

        assert not word_of(WANTED, aborted).recall
        assert word_of(WANTED, replace(aborted, candidate=NEW)).recall

    def test_blames_no_release_for_another(self) -> None:
        """Whoever serves says that it aborted what git does not name: nobody knows what that means."""
        odd = replace(AT_REST, phase=Phase.ABORTED, why="slow", candidate="5c" * 32)

        assert word_of(WANTED, odd) == Word("", "whoever serves aborted release 5c5c5c5c5c5c, which git does not name")


class TestTheRecord:
    def test_ends_what_another_followed(self) -> None:
        """Nobody waits for it any more, though nothing was wrong with it."""
        before = Deployment("production", OLD, 2, "c2", "in_progress", "step 1 of 2", id=7)

        ended, begun = due([before], NOW, {})

        assert (ended.id, ended.state, ended.why) == (7, "inactive", "another came before its end")
        assert begun == NOW

    def test_leaves_what_it_says_already(self) -> None:
        """So that a tick may come any number of times."""
        assert due([NOW._replace(id=8)], NOW, {}) == []
