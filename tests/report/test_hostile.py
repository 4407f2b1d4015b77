"""Nothing that a contributor or a model wrote comes alive on a pull request: shown by GitHub's own renderer."""

import re
import unicodedata
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.core.forge import CheckRun, Posting
from harness.core.verdict import Verdict
from harness.report import marker
from harness.report.check_run import as_check, unavailable_check
from harness.report.comment import as_comment, as_unavailable
from harness.report.markdown import as_markdown
from tests.report.hostile import ATTACKS, FULL, OURS, planted
from tests.report.pages import TAGS, Page

HEAD = "ab" * 20
OURS_ALONE = {"report": "https://example.com/r", "check": "https://example.com/c"}
POSTED = Posting(42, HEAD, 1873, 1, OURS_ALONE)
HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""The kinds of characters that steer, hide or divide: no list of ours."""
CUT = ("strong", "/strong", "a", "/a")
"""The tags of the sentence that says what was left out."""
LIVE = re.compile(r"@\w|#[0-9]|GH-[0-9]|\b[0-9a-f]{7,40}\b|https?:|www\.|:[a-z_+]+[0-9a-z_]*:|\$")
TOLD = [pytest.param(text, id=name) for name, text in ATTACKS.items()]


def all_texts(text: str) -> list[str]:
    """Return every piece of Markdown that is posted, with a text in each place that somebody else can write."""
    posted = POSTED._replace(caveats=(text,))
    verdict = planted(text)
    check = as_check(verdict, posted)
    crash = as_unavailable(posted, text), unavailable_check(posted, text).summary
    return [as_comment(verdict, posted), check.summary, check.text, *crash]


@cache
def harmless() -> list[list[str]]:
    """Return the shapes of the same pages where nobody means harm."""
    return [Page(text).tags for text in all_texts("word")]


class TestAHostileText:
    @pytest.mark.parametrize("attack", TOLD)
    def test_leaves_the_page_the_shape_that_a_harmless_one_has(self, attack: str) -> None:
        """No tag more or less: no link, image, HTML, cell, row, fence, heading or list of its own."""
        for text, shape in zip(all_texts(attack), harmless(), strict=True):
            tags = Page(text).tags
            assert (set(tags) <= {*shape, *CUT}) if "Left out for length" in text else (tags == shape)

    @pytest.mark.parametrize("attack", TOLD)
    def test_stays_out_of_what_github_makes_live(self, attack: str) -> None:
        """Outside code there is no mention, reference, commit, address or emoji code, and nobody's comment but ours."""
        for text in all_texts(attack):
            page = Page(text)

            prose = re.sub(r"\$[0-9]", "", " ".join(page.prose))
            assert not LIVE.search(prose)
            assert set(page.addresses) <= set(OURS_ALONE.values())
            assert len(page.comments) == text.startswith("<!-- harness:v1 ")

    @pytest.mark.parametrize("attack", TOLD)
    def test_neither_steers_nor_hides(self, attack: str) -> None:
        """Controls, marks of direction and invisible characters are written out; nothing is a command to a log."""
        for text in all_texts(attack):
            assert {unicodedata.category(char) for char in text if char not in "\n\t"}.isdisjoint(HIDDEN)
            assert not re.search("[\u034f\u115f\u1160\u3164\uffa0\ufe00-\ufe0d\U000e0100-\U000e01ef]", text)
            assert not re.search(r"^\s*(::|##\[)", text, re.MULTILINE)

    @pytest.mark.parametrize("attack", TOLD)
    def test_is_one_plain_line_in_an_annotation_and_in_a_title(self, attack: str) -> None:
        """Where GitHub renders nothing, a line break or an escape would still deceive."""
        hostile = planted(attack)
        flips = tuple(replace(flip, line=3) for flip in hostile.flips)
        check = as_check(replace(hostile, flips=flips), POSTED)

        for line in [check.title, *(said for one in check.annotations for said in (one.path, one.title, one.message))]:
            assert {unicodedata.category(char) for char in line}.isdisjoint(HIDDEN)
            assert len(line) <= 600

    @given(st.text(st.characters(exclude_categories=["Cf"])))
    @settings(max_examples=60)
    def test_whatever_it_is_leaves_the_page_its_shape(self, attack: str) -> None:
        """The corpus is what we thought of; this is what we did not."""
        if attack.strip():
            assert [Page(text).tags for text in all_texts(attack)] == harmless()

    @pytest.mark.parametrize("attack", TOLD)
    def test_comes_to_no_life_in_the_artifact(self, attack: str) -> None:
        """The whole report is quoted in the same way."""
        assert Page(as_markdown(planted(attack))).tags == Page(as_markdown(planted("word"))).tags


class TestTheCorpus:
    def test_holds_what_it_says(self) -> None:
        """At least forty ways, and the renderer does make them live where nobody quotes."""
        assert len(ATTACKS) >= 40
        assert "img" in Page(ATTACKS["image"]).tags
        assert "script" in "".join(Page(ATTACKS["script"]).tags + Page(ATTACKS["script"]).prose)
        assert Page(ATTACKS["bare address"]).addresses == ["https://evil.example/x?y=1#z"]

    def test_reaches_every_place(self) -> None:
        """What is not planted is ours alone."""
        told = repr(planted("word"))

        assert "support-answer" not in told
        assert "days" not in told
        assert {"case", "reason", "vars", "summary", "path", "tags"}.isdisjoint(OURS)

    def test_shows_every_tag_that_a_page_of_ours_has(self) -> None:
        """A page that shows less proves less."""
        assert {tag for shape in harmless() for tag in shape if not tag.startswith("/")} == TAGS


class TestAForgedMark:
    @pytest.mark.parametrize("attack", TOLD)
    def test_is_none_wherever_it_stands(self, attack: str) -> None:
        """Line one of our comment is ours, whatever the verdict holds."""
        found = marker.read(as_comment(planted(attack), POSTED))

        assert found == marker.Mark(42, HEAD, 1873, 1, "blocked")


def check_of(verdict: Verdict) -> CheckRun:
    """Return the check of a verdict."""
    return as_check(verdict, POSTED)


class TestTheCheck:
    def test_has_a_title_of_our_own_words(self) -> None:
        """It is shown in lists, where nothing is quoted."""
        assert check_of(FULL).title == "Blocked: 1 of 4 checks"
