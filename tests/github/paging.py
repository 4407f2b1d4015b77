"""Long lists: a page at a time, and links to the others."""

from collections.abc import Mapping
from urllib.parse import urlencode

from tests.github.routing import Answer

LARGEST_PAGE = 100
UNPAGED = frozenset({"git/list-matching-refs", "repos/get-content"})
"""Operations that answer with the whole list."""


def paged(answer: Answer, operation: str, *, url: str, query: Mapping[str, str]) -> tuple[object, dict[str, str]]:
    """Return the page of an answer that was asked for, and the header with the links."""
    items = answer.document
    if not isinstance(items, list) or operation in UNPAGED:
        return items, {}
    size = min(max(whole(query.get("per_page"), 30), 1), LARGEST_PAGE)
    page = max(whole(query.get("page"), 1), 1)
    last = max(-(-len(items) // size), 1)
    shown: object = items[(page - 1) * size : page * size]
    if answer.wrapped:
        shown = {"total_count": len(items), answer.wrapped: shown}
    wanted = {"next": page + 1, "last": last} if page < last else {}
    wanted |= {"prev": page - 1, "first": 1} if page > 1 else {}
    links = [f'<{url}?{urlencode({**query, "page": number})}>; rel="{name}"' for name, number in wanted.items()]
    return shown, {"Link": ", ".join(links)} if links else {}


def whole(text: str | None, otherwise: int) -> int:
    """Return text as a number that is not absurd, or else another one."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else otherwise
