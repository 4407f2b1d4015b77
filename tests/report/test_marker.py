"""The mark of a comment, and the links in it: nothing of them can be forged into more."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.report.marker import STATES, Mark, read
from harness.report.quoting import link
from tests.report.posting import HEAD, MARK


class TestTheMark:
    @given(
        st.builds(
            Mark,
            st.integers(0, 10**18 - 1),
            st.text("0123456789abcdef", min_size=40, max_size=40),
            st.integers(0, 10**18 - 1),
            st.integers(0, 10**18 - 1),
            st.sampled_from(STATES).map(str),
        )
    )
    def test_is_read_as_it_was_written(self, mark: Mark) -> None:
        """By it a later run finds its comment."""
        assert read(f"{mark.as_line()}\n\nbody") == mark
        assert read(f"{mark.as_line()}\r\nbody") == mark

    @pytest.mark.parametrize(
        "wrong",
        [
            {"head": "--><img src=x>"},
            {"head": "1" * 39},
            {"head": "A" * 40},
            {"pr": -1},
            {"run": 10**18},
            {"state": "passed --> <b>"},
            {"state": "neutral"},
        ],
    )
    def test_is_not_written_with_what_could_end_it(self, wrong: dict[str, object]) -> None:
        """An HTML comment that ends early shows, or hides, what follows."""
        with pytest.raises(ValueError, match="a mark holds whole numbers, a full commit digest and a known state"):
            MARK._replace(**wrong).as_line()  # type: ignore[arg-type] # wrong on purpose

    @pytest.mark.parametrize(
        "body",
        [
            "",
            "hello",
            f"hello\n{MARK.as_line()}",
            f" {MARK.as_line()}",
            f"{MARK.as_line()} ",
            f"{MARK.as_line()}{MARK.as_line()}",
            MARK.as_line().replace("v1", "v2"),
            MARK.as_line().replace(":42", ":042"),
            MARK.as_line().replace(":42", ":true"),
            MARK.as_line().replace(":42", ":4.2e1"),
            MARK.as_line().replace(":42", ":\u0664\u0662"),
            MARK.as_line().replace(":42", ':42,"pr":43'),
            MARK.as_line().replace(":42", ":" + "4" * 5_000),
            MARK.as_line().replace(HEAD, "1" * 41),
            MARK.as_line().replace("blocked", "merged"),
            MARK.as_line().replace(",", ", "),
            "<!-- harness:v1 " + "[" * 100_000,
            "\ufeff" + MARK.as_line(),
        ],
    )  # fmt: skip
    def test_is_none_where_it_is_not_ours_to_the_letter(self, body: str) -> None:
        """Whoever forges one gets no second reading of it."""
        assert read(body) is None


class TestALink:
    @pytest.mark.parametrize(
        "address",
        ["", "javascript:alert(1)", "https://a.b/c)d", "https://a.b/ c", "https://a.b/<x>", "//a.b", "https://a.b/`"],
    )
    def test_leads_nowhere_but_where_it_says(self, address: str) -> None:
        """An address comes from outside as well."""
        assert link("report", address) == "report"

    def test_is_a_link_otherwise(self) -> None:
        """To a run, for instance."""
        address = "https://github.com/acme/shop/actions/runs/1873/attempts/1?pr=42#summary"

        assert link("run", address) == f"[run]({address})"
