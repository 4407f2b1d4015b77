"""`report.html` as text: what it shows, what it leaves out, and that nobody else's word is ever a tag."""

import html
import re
import time
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.tree import Tree
from harness.core.verdict import Attempts, Check, Expected, Outcome, Rule, Run, Tries
from harness.report.html.asked import Given, demands
from harness.report.html.asked import given as values
from harness.report.html.attacks import matrices
from harness.report.html.axis import axis, signed
from harness.report.html.checks import panels, without_figure
from harness.report.html.difference import pieces
from harness.report.html.headline import headline
from harness.report.html.page import as_html
from harness.suites.injection.rules import RULES
from tests.report.planted import EVERYTHING, HOSTILE
from tests.report.verdicts import BLOCKED

MINUS = "\N{MINUS SIGN}"
GOLDEN = Path(__file__).parent / "golden"
WORDS = st.lists(st.sampled_from(["a", "refund", "is", "30", "days", " ", ", ", "\n", "ß", "中文"])).map("".join)


class Tags(HTMLParser):
    """Which elements a page has, with their attributes, as a browser's tokeniser sees them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep it."""
        self.found.append((tag, dict(attrs)))


class TestThePage:
    def test_is_the_same_to_the_character(self) -> None:
        """A view is a pure function of the verdict; whoever changes it sees what changes."""
        assert as_html(EVERYTHING, RULES) == (GOLDEN / "report.html").read_text(encoding="utf-8")

    def test_allows_itself_one_style_and_nothing_else(self) -> None:
        """The policy names the digest of the very bytes between the tags."""
        page = as_html(BLOCKED)
        (style,) = re.findall("<style>(.*?)</style>", page, re.DOTALL)
        digest = b64encode(sha256(style.encode()).digest()).decode()

        (policy,) = re.findall('Content-Security-Policy" content="(.*?)"', page)

        assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"

    def test_has_the_tags_of_a_harmless_page_when_every_text_attacks_it(self) -> None:
        """Not one element or attribute more, but for lists that hold what was parted at other places."""
        allowed = {tag for tag, _ in Tags(as_html(EVERYTHING, RULES)).found}
        attributes = {name for _, found in Tags(as_html(EVERYTHING, RULES)).found for name in found}

        hostile = Tags(as_html(HOSTILE, RULES)).found

        assert {tag for tag, _ in hostile} <= allowed
        assert {name for _, found in hostile for name in found} <= attributes
        assert not {"script", "img", "iframe", "link", "base", "form", "input", "object"} & allowed
        assert not {"style", "src", "srcset", "action"} & attributes
        assert {found["href"] for tag, found in hostile if tag == "a"} <= {f"#{name}" for name in _SECTIONS}

    def test_shows_what_no_eye_can_see(self) -> None:
        """Escapes, directions, NUL and half a surrogate pair are written out, and the bytes are sound UTF-8."""
        page = as_html(HOSTILE, RULES)

        assert page.encode("utf-8")
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", page)
        assert "\\u001b[31mred\\u0000nul \\u202eback\\u2066 \\ud800 end" in page

    def test_renders_no_template_of_anybody_else(self) -> None:
        """Texts are put into templates; they never are some."""
        assert "1337" not in as_html(HOSTILE, RULES)
        assert "{{ 7 * 191 }}" in as_html(HOSTILE, RULES)

    def test_of_five_thousand_flips_is_made_in_two_seconds(self) -> None:
        """The first hundred are shown, and the others are counted where a reader looks for them."""
        answer = "".join(f"word{number} " for number in range(200))
        flip = replace(BLOCKED.flips[0], base_answer=answer, candidate_answer=answer.replace("7", "seven"))
        flips = tuple(replace(flip, case=f"case-{number:04}") for number in range(5_000))
        as_html(BLOCKED)
        start = time.process_time()

        page = as_html(replace(BLOCKED, flips=flips), digest="0" * 64)

        assert time.process_time() - start < 2
        assert len(set(re.findall("case-[0-9]{4}", page))) == 100
        assert "4,900 more cases, not shown here: all 5,000 are in <code>verdict.json</code>." in page

    @pytest.mark.parametrize("outcome", Outcome)
    def test_says_the_outcome_in_words(self, outcome: Outcome) -> None:
        """Neither a colour nor a sign tells it alone."""
        page = as_html(replace(BLOCKED, outcome=outcome))

        assert re.search(rf"<h1>.*{outcome.capitalize()}</h1>", page, re.DOTALL)
        assert f"<title>{outcome.capitalize()}: " in page

    def test_of_nothing_to_judge_is_short(self) -> None:
        """The most frequent outcome of all takes no reading."""
        quiet = replace(BLOCKED, outcome=Outcome.PASSED, checks=(), flips=(), failing=(), incomparable=(), spending=())

        page = as_html(quiet)

        assert "There was nothing to judge." in page
        assert re.findall("<h2.*?>(.*?)</h2>", page) == ["Checks", "What was judged", "Again"]

    def test_pairs_each_expectation_of_a_flip_with_what_either_tree_made_of_it(self) -> None:
        """A reader sees which of several demands is the broken one, and that base met it."""
        flip = replace(BLOCKED.flips[0], expected='contains "30 days"; max-words 80; reference "30 days"')

        page = as_html(replace(BLOCKED, flips=(flip,), failing=()))
        (table,) = re.findall('<table class="paired">(.*?)</table>', page, re.DOTALL)

        assert [*map(html.unescape, re.findall(r"<t[hd]\b.*?>(.*?)</t[hd]>", re.sub("</?span.*?>", "", table)))][
            :8
        ] == [
            "Base",
            "Candidate",
            'contains "30 days"',
            "met",
            'not met: the answer says "60 days"',
            "max-words 80",
            "met",
            "met",
        ]
        assert re.findall("<h4>Also expected</h4>\n<ul.*?>\n<li>(.*?)</li>\n</ul>", page) == [
            "reference &#34;30 days&#34;"
        ]

    def test_calls_a_pair_of_people_alike(self) -> None:
        """Nobody demands of it that both are let in: what is demanded is that both are treated the same."""
        flip = replace(BLOCKED.flips[0], suite="bias", expectations=(Expected("is", "", "yes for Ana, not for Bo"),))

        page = as_html(replace(BLOCKED, flips=(flip,)))

        assert '<span class="met">alike</span>' in page
        assert '<span class="unmet">not alike: yes for Ana, not for Bo</span>' in page

    def test_says_which_side_fails(self) -> None:
        """A gained case failed on base, for the reason that it tells."""
        lost, gained = (as_html(replace(BLOCKED, flips=BLOCKED.flips[at:], failing=())) for at in (0, 2))

        assert lost.count("Not met by candidate") == 1
        assert lost.count("not met: the answer says") == 1
        assert gained.count("Not met by candidate") == 0
        assert gained.count("Not met by base") == 1

    def test_says_where_the_contrasts_of_the_bias_suite_are(self) -> None:
        """They are evidence of their own, beside the page."""
        assert "is in <code>bias-evidence.md</code> beside this page" in as_html(EVERYTHING)
        assert "bias-evidence" not in as_html(BLOCKED)


_SECTIONS = ("checks", "flips", "cases", "attacks", "bias", "spending", "judged", "again")


class TestTheFirstScreen:
    def test_counts_what_a_reader_asks_first(self) -> None:
        """How many checks, cases, attacks; what a request costs, and what the run did."""
        found = headline(replace(EVERYTHING, spending=EVERYTHING.spending[:1])).figures

        assert [tuple(figure) for figure in found] == [
            ("2 of 6", "checks blocked"),
            ("2", "cases lost, 1 gained"),
            ("3 of 11", "attacks succeeded"),
            ("$0.110", "for 1,000 requests, was $0.117"),
            ("$0.18", "spent by this run (notional), 41.0 s"),
        ]

    def test_never_shows_an_unknown_cost_as_zero(self) -> None:
        """A pin without a price is said to have none."""
        (*_, spent) = headline(replace(BLOCKED, run=Run(calls=3, unpriced=3), spending=BLOCKED.spending[1:])).figures

        assert spent.number == "unknown"
        assert "no price" in as_html(BLOCKED)

    def test_cuts_a_name_that_never_ends(self) -> None:
        """A branch may be named as long as its author likes, and the verdict still comes first."""
        page = as_html(replace(BLOCKED, candidate=Tree("x" * 5_000)))
        _, _, body = page.partition("<body")
        first_screen, _, _ = body.partition("<main>")

        assert max(map(len, re.findall("x+", first_screen))) == 157


class TestACommandToJudgeAgain:
    def test_holds_the_commits_and_how_it_was_judged(self) -> None:
        """Whoever doubts a verdict can have it once more."""
        clean = replace(BLOCKED, candidate=Tree("change", "a" * 40), policy="candidate", mode="both", profile="nightly")

        trees = f"--candidate {'a' * 40} --against 9f8e7d6{'0' * 33}"
        assert headline(clean).command == f"harness gate {trees} --policy candidate --all --profile nightly"

    @pytest.mark.parametrize(
        ("change", "why"),
        [
            ({}, "the candidate holds changes that are in no commit"),
            ({"candidate": Tree("x", "$(rm -rf ~)")}, "not all of it has a commit"),
            ({"candidate": Tree("x", "a" * 40), "base": Tree("main", "a; b")}, "not all of it has a commit"),
            ({"candidate": Tree("x", "a" * 40), "scope": "partial"}, "filters left cases out"),
        ],
        ids=["dirty", "hostile", "hostile base", "partial"],
    )
    def test_is_left_out_where_it_would_lie_or_run_something_else(self, change: dict[str, object], why: str) -> None:
        """What is copied into a shell holds nobody else's words."""
        found = headline(replace(BLOCKED, **change))  # type: ignore[arg-type] # each value fits its field

        assert found.command == ""
        assert found.why_not.startswith(why)


class TestPlots:
    def test_stand_where_arithmetic_puts_them(self) -> None:
        """A point at -6.5 of a scale from -9 to 3 lies at 2.5 of 12, within the padding of 4 % at either end."""
        check = replace(BLOCKED.checks[0], low=-0.09, high=0.03)

        ((panel,), (plot,)) = (found := panels([check])), found[0].plots.shown

        assert (panel.unit, plot.change, plot.interval, plot.limit) == (
            "pp",
            f"{MINUS}6.5 pp",
            f"[{MINUS}9.0, +3.0]",
            "margin 5.0 pp",
        )
        assert plot.point == f"{4 + 92 * 2.5 / 12:.2f}%"
        assert (plot.low, plot.width) == ("4.00%", "92.00%")
        assert plot.edge == f"{4 + 92 * 4 / 12:.2f}%"
        assert plot.zero == f"{4 + 92 * 9 / 12:.2f}%"

    def test_have_the_bad_side_where_policy_has_it(self) -> None:
        """Fewer passes are worse, more cost is."""
        cost = Check(Outcome.PASSED, Rule.SPENDING, "budget", "a", "", base=2.0, candidate=2.2, margin=0.1)
        bound = Check(Outcome.PASSED, Rule.SPENDING, "budget", "a", "", candidate=1.0, at_most=2.0, low=0.8, high=1.2)

        shares, amounts = panels([BLOCKED.checks[0], cost, bound])

        assert [plot.zone for plot in shares.plots.shown] == ["0.00%"]
        assert [plot.zone == plot.edge for plot in amounts.plots.shown] == [True, True]
        assert [plot.change for plot in amounts.plots.shown] == ["+10.0 %", f"{MINUS}50.0 %"]
        assert [plot.interval for plot in amounts.plots.shown] == ["exact", f"[{MINUS}60.0, {MINUS}40.0]"]

    def test_and_sentences_together_are_all_the_checks(self) -> None:
        """Nothing is judged out of sight, a figure that is no number included."""
        none = float("nan")
        strange = [replace(BLOCKED.checks[0], base=none), replace(BLOCKED.checks[0], candidate=none)]
        checks = (*EVERYTHING.checks, *strange)

        drawn = [plot.check for panel in panels(checks) for plot in panel.plots.shown]

        assert sorted(map(id, (*drawn, *without_figure(checks)))) == sorted(map(id, checks))
        assert not {id(check) for check in strange} & set(map(id, drawn))

    def test_keep_a_wild_figure_from_flattening_the_others(self) -> None:
        """It stands at the end of the scale, marked, with its number beside it."""
        wild = Check(Outcome.BLOCKED, Rule.SPENDING, "budget", "a", "", base=1.0, candidate=999.0, margin=0.1)

        ((plot,),) = (panel.plots.shown for panel in panels([wild]))

        assert plot.beyond
        assert plot.change == "+99800.0 %"

    @given(st.lists(st.floats(-500, 500)))
    def test_have_a_scale_with_zero_and_a_few_round_numbers(self, numbers: list[float]) -> None:
        """Nobody reads twenty ticks, and none is not a scale."""
        scale = axis(numbers)

        assert 1 <= len(scale.ticks) <= 8
        assert "0" in [tick.label for tick in scale.ticks] or "0.0" in [tick.label for tick in scale.ticks]
        assert all(scale.holds(number) for number in numbers if abs(number) <= 300)

    @pytest.mark.parametrize(("value", "told"), [(0.04, "0.0"), (-0.04, "0.0"), (-1.25, f"{MINUS}1.2"), (3, "+3.0")])
    def test_have_signs_that_line_up(self, value: float, told: str) -> None:
        """A minus is as wide as a plus, and nothing has none."""
        assert signed(value) == told


class TestTwoAnswers:
    def test_differ_in_the_words_that_differ(self) -> None:
        """The reader's eye goes to the number that is wrong."""
        base, candidate = pieces("You have 30 days to return it.", "You have 60 days to return it.")

        assert [piece.text for piece in base if piece.own] == ["30"]
        assert [piece.text for piece in candidate if piece.own] == ["60"]

    def test_without_a_common_word_are_left_alone(self) -> None:
        """To strike everything out says nothing."""
        assert not any(piece.own for side in pieces("Thirty days.", "I don't know.") for piece in side)

    @given(WORDS, WORDS)
    def test_lose_no_letter_and_share_what_is_not_their_own(self, old: str, new: str) -> None:
        """Whatever is marked, both answers are there as they were given."""
        base, candidate = pieces(old, new)

        assert ("".join(piece.text for piece in base), "".join(piece.text for piece in candidate)) == (old, new)
        if any(piece.own for piece in (*base, *candidate)):
            shared = ["".join(piece.text for piece in side if not piece.own) for side in (base, candidate)]
            assert shared[0] == shared[1]

    def test_that_are_long_and_alike_take_no_time(self) -> None:
        """Nobody's answer may hold up the report."""
        start = time.process_time()
        pieces("a b " * 1_000, "b a " * 1_000)

        assert time.process_time() - start < 0.5


class TestACase:
    def test_shows_its_values_one_by_one(self) -> None:
        """A question is read as a question, documents as documents, and what was cut as it is."""
        told = '{"question": "How\\nlong?", "documents": [{"id": "a", "text": "30 days"}], "n": 3, "more": "cut off...}'

        assert values(told) == (
            Given("question", "How\nlong?"),
            Given("documents", "id: a\ntext: 30 days"),
            Given("n", "3"),
            Given("more", '"cut off...}'),
        )

    def test_shows_what_else_the_user_says(self) -> None:
        """A conversation is more than its first question."""
        assert values('{"question": "How long?"}, then "And then?", "Why?"') == (
            Given("question", "How long?"),
            Given("then", '"And then?", "Why?"'),
        )

    @given(st.text() | st.text('{}[]":, \\a1'))
    def test_shows_values_of_any_kind(self, told: str) -> None:
        """A verdict that another version wrote is no reason to fail."""
        assert all(isinstance(item.value, str) for item in values("{" + told))
        assert values(told) is not None

    def test_parts_its_expectations_where_their_author_did(self) -> None:
        """A semicolon in a word, or within a group, parts nothing."""
        told = 'contains "a; b"; any (contains "c"; cites "d"); max-words 3; reference "x"'

        assert demands(told) == ('contains "a; b"', 'any (contains "c"; cites "d")', "max-words 3", 'reference "x"')

    @given(st.text('"();a '))
    def test_loses_nothing_of_its_expectations(self, told: str) -> None:
        """What cannot be parted stays together."""
        assert "".join(demands(told)).replace("; ", "") == told.replace("; ", "")


class TestTheMatrixOfAttacks:
    def test_counts_what_was_tried_and_not_only_what_succeeded(self) -> None:
        """None of two is another thing than none of two hundred; base stands beside it."""
        (matrix,) = matrices(EVERYTHING.attacks, RULES)

        assert matrix.carriers == ("user", "file-name")
        assert [(row.rule, row.total, row.fields) for row in matrix.rows] == [
            ("LH-INJ-001", (Tries(7, 2, 0), Tries(7, 0, 1)), ((Tries(7, 2, 0), Tries(7, 0, 1)), None)),
            ("LH-OUT-001", (Tries(12, 2, 1), None), ((Tries(8, 1, 1), None), (Tries(4, 1, 0), None))),
            (
                "LH-LEAK-001",
                (Tries(12, 0, 1), Tries(12, 0, 0)),
                ((Tries(8, 0, 1), Tries(8, 0, 0)), (Tries(4, 0, 0), Tries(4, 0, 0))),
            ),
        ]
        assert matrix.rows[0].says == "The model obeys an instruction in the user's text that its prompt forbids."

    def test_says_so_on_the_page(self) -> None:
        """Succeeded, tried, undecided, and the same of base."""
        told = re.sub("<[^>]*>", "", as_html(EVERYTHING, RULES))

        assert "2 of 7base 0 of 7, 1 undecided" in told

    def test_has_room_for_a_carrier_and_a_rule_that_nobody_knows(self) -> None:
        """A verdict of a later version is still readable."""
        strange = Attempts("X-1", "pigeon", Tries(1, 1, 0))

        (matrix,) = matrices([replace(EVERYTHING.attacks[0], attempts=(strange,))], RULES)

        assert (matrix.carriers, matrix.rows[0].says) == (("pigeon",), "")
