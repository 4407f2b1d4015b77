"""The page: the templates beside this file, filled with a verdict and closed against everything else."""

from base64 import b64encode
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TypedDict

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from harness.core.card import Card
from harness.core.finding import AttackRule, Finding
from harness.core.pair import PairReport
from harness.core.verdict import Check, Verdict
from harness.report.attacks import figures
from harness.report.document import verdict_digest
from harness.report.html.attacks import Matrix, matrices
from harness.report.html.cases import BIAS, Cases, cases
from harness.report.html.checks import Panel, panels, without_figure
from harness.report.html.headline import Headline, headline
from harness.report.html.part import Part, part, same
from harness.report.html.spending import Bill, bill
from harness.report.summary import place
from harness.report.text import one_line, visible

ROWS = 200
"""Checks in words, findings, pairs and detectors that are shown."""
NAME = 160
"""Characters of a name: of a case, a file, a branch."""
_ROOM = "harness.report.html"


class Page(TypedDict):
    """What the templates know beside the verdict's own fields."""

    verdict: Verdict
    head: Headline
    panels: tuple[Panel, ...]
    plain_checks: Part[Check]
    cases: Cases
    matrices: tuple[Matrix, ...]
    findings: Part[Finding]
    helps: list[AttackRule]
    bias: list[Check]
    bills: list[Bill]
    pairs: Part[PairReport]
    cards: Part[Card]


def as_html(verdict: Verdict, rules: Sequence[AttackRule] = (), *, digest: str = "") -> str:
    """Return `report.html`: one file without a script, which fetches nothing and in which every text is escaped.

    Args:
        verdict: What is shown.
        rules: What the rules of the findings mean.
        digest: The verdict's digest, if it is known already; of a large one it takes longer than all the page.
    """
    return _template().render(**_page(verdict, rules), digest=digest or _digest(verdict))


def _page(verdict: Verdict, rules: Sequence[AttackRule]) -> Page:
    broken = {finding.rule for finding in verdict.findings}
    return Page(
        verdict=verdict,
        head=headline(verdict),
        panels=panels(verdict.checks),
        plain_checks=part(without_figure(verdict.checks), ROWS, same),
        cases=cases(verdict),
        matrices=matrices(verdict.attacks, rules),
        findings=part(verdict.findings, ROWS, same),
        helps=[rule for rule in rules if rule.id in broken],
        bias=[check for check in verdict.checks if check.suite == BIAS][:ROWS],
        bills=[bill(found) for found in verdict.spending],
        pairs=part(verdict.pairs, ROWS, same),
        cards=part(verdict.detectors, ROWS, same),
    )


def _digest(verdict: Verdict) -> str:
    """Return the verdict's digest; a page is made even of one that cannot have any."""
    try:
        return verdict_digest(verdict)
    except ValueError:
        return "without a digest, since half a surrogate pair stands in it"


@cache
def _template() -> Template:
    """Return the page, whose one style the browser knows by its digest."""
    environment = Environment(
        loader=PackageLoader(_ROOM, "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = (files(_ROOM) / "templates" / "page.css").read_text(encoding="utf-8")
    known = b64encode(sha256(style.encode()).digest()).decode()
    environment.globals |= {
        "style": Markup(style),  # noqa: S704 (it is our own)
        "style_digest": f"sha256-{known}",
        "one_line": one_line,
        "place": place,
        "figures": figures,
    }
    environment.filters["name"] = lambda text: one_line(text, NAME)
    return environment.get_template("page.html")


def _shown(value: object) -> object:
    """Return what a template puts out: of texts, their invisible characters written as escapes."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value
