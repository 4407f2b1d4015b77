"""`report.html` in a real browser: nothing runs, nothing leaves, and everybody can read it."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from harness.report.html.page import as_html
from harness.suites.injection.rules import RULES
from tests.browser import CHROMIUM, FLAGS
from tests.report.planted import EVERYTHING, HOSTILE, PLANTED, RUN
from tests.report.verdicts import BLOCKED

if CHROMIUM is None:
    pytest.skip("there is no chromium to open pages in", allow_module_level=True)

from playwright.sync_api import Browser, Dialog, Page, sync_playwright

WATCH = "document.addEventListener('securitypolicyviolation', event => console.error(`policy: ${event.blockedURI}`))"
WIDE = """
() => [...document.querySelectorAll('body *')]
    .filter(one => one.getClientRects().length && !one.closest('.scroll, .skip, svg'))
    .filter(one => one.getBoundingClientRect().right > innerWidth + 0.5 || one.getBoundingClientRect().left < -0.5)
    .map(one => `${one.tagName}.${one.className}`)
"""
"""Whatever stands beyond either edge of the window, but for what has a window of its own."""
FAINT = """
() => {
    const parse = colour => {
        const [r, g, b, a = 1] = colour.match(/[\\d.]+/g).map(Number)
        return {r, g, b, a}
    }
    const over = (top, below) => ({
        r: top.r * top.a + below.r * (1 - top.a), g: top.g * top.a + below.g * (1 - top.a),
        b: top.b * top.a + below.b * (1 - top.a), a: 1,
    })
    const ground = one => {
        const layers = []
        for (let at = one; at; at = at.parentElement) layers.push(parse(getComputedStyle(at).backgroundColor))
        return layers.reverse().reduce((below, top) => over(top, below), {r: 255, g: 255, b: 255, a: 1})
    }
    const light = ({r, g, b}) => {
        const part = value => (value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
        return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b)
    }
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    const found = []
    let seen = 0
    while (texts.nextNode()) {
        const one = texts.currentNode.parentElement
        if (!texts.currentNode.data.trim() || !one.getClientRects().length) continue
        const style = getComputedStyle(one), below = ground(one)
        const above = over(parse(one.closest('svg') ? style.fill : style.color), below)
        const [dark, bright] = [light(above), light(below)].sort((a, b) => a - b)
        const ratio = (bright + 0.05) / (dark + 0.05)
        seen += 1
        if (ratio < 4.5) found.push(`${one.tagName}.${one.className} ${ratio.toFixed(2)}`)
    }
    return {seen, found}
}
"""
"""Texts whose contrast with what is behind them, by WCAG 2.2, is below 4.5 to 1."""


class Opened(NamedTuple):
    """A page that was opened, and all that it did meanwhile."""

    page: Page
    noticed: list[str]
    """Messages, errors, violations of its policy, dialogs, downloads, and requests but for the page itself."""


class Opener(NamedTuple):
    """Opens pages, each as if it were the first."""

    browser: Browser
    folder: Path

    def __call__(self, html: str, *, width: int = 1280, height: int = 800, scheme: Any = "light") -> Opened:  # noqa: ANN401 (a literal of playwright's)
        """Open a page from a file."""
        file = self.folder / "report.html"
        file.write_text(html, encoding="utf-8")
        context = self.browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
        context.add_init_script(WATCH)
        page, noticed = context.new_page(), list[str]()
        watch(page, noticed)
        page.goto(file.as_uri())
        noticed.remove(f"request: {file.as_uri()}")
        return Opened(page, noticed)


def watch(page: Page, noticed: list[str]) -> None:
    """Write down whatever a page does."""

    def refuse(dialog: Dialog) -> None:
        noticed.append("dialog")
        dialog.dismiss()

    page.on("console", lambda message: noticed.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: noticed.append(f"error: {error}"))
    page.on("dialog", refuse)
    page.on("download", lambda _: noticed.append("download"))
    page.on("popup", lambda _: noticed.append("popup"))
    page.on("request", lambda request: noticed.append(f"request: {request.url}"))
    page.on("requestfailed", lambda request: noticed.append(f"refused: {request.failure}"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return a browser for all that do not change it; it ends with the module, and its event loop with it."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield found
        found.close()


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Opener]:
    """Return what opens a page; whatever was opened is closed."""
    yield Opener(browser, tmp_path)
    for context in browser.contexts:
        context.close()


def unfolded(found: Opened) -> Opened:
    """Open all that is folded."""
    found.page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    return found


class TestAPageThatIsAttacked:
    def test_runs_nothing_asks_nothing_and_shows_the_attack(self, opened: Opener) -> None:
        """Models, contributors, file names: all of it is text, whatever it is made of."""
        found = unfolded(opened(as_html(HOSTILE, RULES)))
        page = found.page
        page.mouse.move(300, 300)
        page.mouse.click(300, 300)
        page.wait_for_timeout(200)

        assert found.noticed == []
        assert page.evaluate("window.ran") is None
        assert page.url.endswith("/report.html")
        assert page.locator("script, img, iframe, object, embed, link, base, form, input, dialog").count() == 0
        assert page.locator("style").count() == 1
        assert page.locator("a:not([href^='#'])").count() == 0
        assert f"<script>{RUN}</script>" in page.inner_text(".said >> nth=0")
        assert "{{ 7 * 191 }}" in page.inner_text("main")

    def test_would_be_seen_to_run_if_it_did(self, opened: Opener) -> None:
        """The same texts as live tags: what finds nothing above finds all of it here."""
        found = opened(
            f"<!doctype html><html lang=en><title>x</title><body><p>{PLANTED.encode('ascii', 'ignore').decode()}"
        )
        found.page.wait_for_timeout(200)

        assert any("planted.example" in one for one in found.noticed)

    def test_could_not_do_it_even_if_it_were_a_tag(self, opened: Opener) -> None:
        """The second wall: with the page's policy before it, a script stays dead and no picture is asked for."""
        attack = f"<script>{RUN}</script><img src='https://planted.example/x.png' onerror='{RUN}'><p style='color:red'>"
        found = opened(as_html(BLOCKED).replace("<main>", f"<main>{attack}"))

        assert found.page.evaluate("window.ran") is None
        assert [one for one in found.noticed if one.startswith("refused")] == ["refused: csp"]
        assert len([one for one in found.noticed if one.startswith("console: policy: ")]) >= 2


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
class TestAPageOnAnyScreen:
    def test_fits_asks_for_nothing_and_is_legible(self, opened: Opener, width: int, scheme: str) -> None:
        """On a phone and on a desk, by day and by night, with everything unfolded."""
        found = unfolded(opened(as_html(EVERYTHING, RULES), width=width, scheme=scheme))

        faint = found.page.evaluate(FAINT)

        assert found.noticed == []
        assert found.page.evaluate("document.documentElement.scrollWidth") <= width
        assert found.page.evaluate(WIDE) == []
        assert faint["found"] == []
        assert faint["seen"] > 200

    def test_fits_whatever_is_written_in_it(self, opened: Opener, width: int, scheme: str) -> None:
        """A name without a space, or one that never ends."""
        flip = replace(BLOCKED.flips[0], case="x" * 500, reason="y" * 500, base_answer="z" * 3_000, tags=("t" * 300,))
        check = replace(BLOCKED.checks[0], slice="s" * 300, gate="g" * 300)
        endless = replace(EVERYTHING, flips=(flip,), checks=(check,), changed=("p" * 400,), summary="w" * 900)

        found = unfolded(opened(as_html(endless, RULES), width=width, scheme=scheme))

        assert found.page.evaluate("document.documentElement.scrollWidth") <= width
        assert found.page.evaluate(WIDE) == []


class TestAPageForEverybody:
    @pytest.mark.parametrize(("width", "height"), [(320, 640), (1280, 800)])
    def test_begins_with_the_verdict(self, opened: Opener, width: int, height: int) -> None:
        """Word, sentence and figures are there before anybody scrolls."""
        page = opened(as_html(EVERYTHING, RULES), width=width, height=height).page

        for place in ("h1", ".sentence", ".figures"):
            box = page.locator(place).bounding_box()
            assert box
            assert box["y"] + box["height"] <= height
        assert page.inner_text("h1") == "Blocked"

    def test_has_its_landmarks_and_headings_in_order(self, opened: Opener) -> None:
        """Who hears a page goes by these."""
        page = opened(as_html(EVERYTHING, RULES)).page

        levels = page.evaluate("[...document.querySelectorAll('h1, h2, h3, h4')].map(one => +one.tagName[1])")

        assert [page.locator(name).count() for name in ("header", "nav", "main", "footer", "h1")] == [1] * 5
        assert levels[0] == 1
        assert all(after - before <= 1 for before, after in pairwise(levels))
        assert page.get_attribute("html", "lang") == "en"
        assert page.title().startswith("Blocked: ")
        assert page.locator("section:not([aria-labelledby])").count() == 0
        assert page.evaluate("document.querySelectorAll('[id]').length") == page.evaluate(
            "new Set([...document.querySelectorAll('[id]')].map(one => one.id)).size"
        )

    def test_unfolds_by_the_keyboard_alone(self, opened: Opener) -> None:
        """Tab reaches a case, with a frame that shows it, and Enter opens it."""
        page = opened(as_html(EVERYTHING, RULES)).page
        page.locator("details:not([open]) > summary").first.evaluate("one => { one.id = 'wanted' }")

        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.id") == "wanted":
                break
        framed = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        page.keyboard.press("Enter")

        assert framed == "solid"
        assert page.locator("#wanted").evaluate("one => one.parentElement.open")

    def test_prints_what_is_folded(self, opened: Opener) -> None:
        """Nobody unfolds paper."""
        page = opened(as_html(EVERYTHING, RULES)).page
        page.emulate_media(media="print")

        heights = page.evaluate(
            "[...document.querySelectorAll('details > :not(summary)')].map(one => one.getBoundingClientRect().height)"
        )

        assert heights
        assert min(heights) > 0
        assert not page.locator("nav").is_visible()

    def test_opens_with_five_thousand_flips(self, opened: Opener) -> None:
        """The largest regression of all is still a page, and says what it leaves out."""
        flips = tuple(replace(BLOCKED.flips[0], case=f"case-{number}") for number in range(5_000))

        found = opened(as_html(replace(EVERYTHING, flips=flips), RULES))

        assert found.noticed == []
        assert found.page.locator("#flips details").count() == 100
        assert "4,900 more cases, not shown here" in found.page.inner_text("#flips")
