"""A file that people wrote is changed in one place, or not at all."""

import difflib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.content.environment_edits import rewritten
from harness.content.environments import read_environment
from harness.core.environment import Quarantined
from harness.core.errors import ContentError
from tests.content.test_environments import FILE, GOOD, PATH

NEXT = "c" * 64
ENTRY = Quarantined(GOOD, 'it "lies":\n# a \u00fc \u2028 - b', "2026-11-22T05:00:00Z", "Mia: <m>")


def changed(before: str, *recalled: Quarantined) -> tuple[str, list[str]]:
    """Return a file after a change, and the lines that differ."""
    after = rewritten(before.encode(), PATH, NEXT, *recalled).decode()
    lines = [
        line
        for line in difflib.ndiff(before.removeprefix("\ufeff").splitlines(), after.splitlines())
        if line[0] in "+-"
    ]
    return after, lines


class TestAChange:
    def test_is_one_line_and_its_comment_stays(self) -> None:
        """A reviewer sees what is promoted and nothing beside it."""
        assert changed(FILE)[1] == [
            f"- release: sha256:{GOOD}  # what runs",
            f"+ release: sha256:{NEXT}  # what runs",
        ]

    @pytest.mark.parametrize(
        "before",
        [
            pytest.param(FILE, id="in one line each"),
            pytest.param(FILE.replace("\n", "\r\n"), id="with the line ends of Windows"),
            pytest.param(FILE.split("quarantine:", maxsplit=1)[0], id="without a list"),
            pytest.param(FILE.split("quarantine:", maxsplit=1)[0] + "quarantine: []\n", id="with an empty list"),
            pytest.param("quarantine: []\ntarget: {kind: git}\n", id="with an empty list at the top"),
            pytest.param("# ours\ntarget: {kind: git}", id="without an end of line"),
            pytest.param("\ufefftarget: {kind: git}\nrelease:\n", id="with a mark of UTF-8, and no release yet"),
            pytest.param(
                f"target: {{kind: git}}\nquarantine:\n- reason: x\n  release: sha256:{'d' * 64}\n", id="not indented"
            ),
        ],
    )
    def test_says_just_what_is_wanted(self, before: str) -> None:
        """However the file is laid out, it reads as before but for the two keys."""
        after, lines = changed(before, ENTRY)

        found, old = read_environment(after.encode(), PATH), read_environment(before.encode(), PATH)
        assert (found.release, found.quarantine) == (NEXT, (ENTRY, *old.quarantine))
        assert len(lines) <= 8
        assert "\n" not in after.replace("\r\n", "") or "\r\n" not in before

    @pytest.mark.parametrize(
        "before",
        [
            pytest.param(f"{{target: {{kind: git}}, release: sha256:{GOOD}}}\n", id="on one line"),
            pytest.param(f"target: {{kind: git}}\nrelease:\n  sha256:{GOOD}\n", id="on two lines"),
            pytest.param(
                f"target: {{kind: git}}\nquarantine: [{{release: 'sha256:{GOOD}', reason: x}}]\n",
                id="a list on one line",
            ),
        ],
    )
    def test_is_refused_where_it_would_be_another(self, before: str) -> None:
        """A file is never guessed at."""
        with pytest.raises(ContentError) as fault:
            changed(before, ENTRY)

        assert str(fault.value).startswith(f"error: {PATH}:1: nobody but you can change this file")

    @given(st.text(min_size=1), st.text())
    def test_takes_any_words(self, reason: str, by: str) -> None:
        """A reason may be anything, and means no key and no line of its own."""
        entry = Quarantined(GOOD, reason, "", by)

        after = rewritten(FILE.encode(), PATH, NEXT, entry)

        assert read_environment(after, PATH).quarantine[0] == entry
