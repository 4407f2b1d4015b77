"""Markdown as GitHub's own renderer makes a page of it, read back: which tags, where, and which text outside code."""

from html.parser import HTMLParser

import cmarkgfm
from cmarkgfm.cmark import Options

TAGS = frozenset(
    "a b blockquote br code details h1 h2 h3 li p pre strong summary table tbody td th thead tr ul".split()  # noqa: SIM905
)


class Page(HTMLParser):
    """What a reader would see."""

    def __init__(self, markdown: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        """Every tag as it opens and closes: the shape of the page."""
        self.addresses: list[str] = []
        self.comments: list[str] = []
        self.prose: list[str] = []
        """Text that is in no code."""
        self._depth = 0
        self.feed(cmarkgfm.github_flavored_markdown_to_html(markdown, options=Options.CMARK_OPT_UNSAFE))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag, and where it leads."""
        self.tags.append(tag)
        self._depth += tag in {"code", "pre"}
        self.addresses += [value or "" for name, value in attrs if name in {"href", "src"}]
        strange = {name for name, _ in attrs} - {"href", "align", "lang"}
        self.tags += [f"{tag}[{name}]" for name in sorted(strange)]

    def handle_endtag(self, tag: str) -> None:
        """Note the end of a tag."""
        self.tags.append(f"/{tag}")
        self._depth -= tag in {"code", "pre"}

    def handle_comment(self, data: str) -> None:
        """Note a comment."""
        self.comments.append(data)

    def handle_decl(self, decl: str) -> None:
        """Note a declaration."""
        self.tags.append(f"!{decl}")

    def handle_pi(self, data: str) -> None:
        """Note a processing instruction."""
        self.tags.append(f"?{data}")

    def unknown_decl(self, data: str) -> None:
        """Note a section of another kind."""
        self.tags.append(f"![{data}")

    def handle_data(self, data: str) -> None:
        """Keep what is said outside code."""
        if not self._depth:
            self.prose.append(data)
