"""A comment as GitHub shows it: rendered by its own Markdown library, dressed as its page dresses it."""

import cmarkgfm
from cmarkgfm.cmark import Options

_STYLE = """
body { background: #fff; margin: 24px; color: #1f2328;
  font: 14px/1.5 -apple-system, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif, "Noto Color Emoji" }
main { border: 1px solid #d1d9e0; border-radius: 6px; max-width: 1070px; overflow-wrap: break-word }
header { background: #f6f8fa; border-bottom: 1px solid #d1d9e0; color: #59636e; padding: 8px 16px }
article { padding: 16px }
h2 { border-bottom: 1px solid #d1d9e0b3; font-size: 1.5em; margin: 0 0 16px; padding-bottom: .3em }
h3 { font-size: 1.25em; margin: 24px 0 16px }
p { margin: 0 0 10px }
table { border-collapse: collapse; display: block; font-variant: tabular-nums; margin: 0 0 16px; max-width: 100%;
  overflow: auto; width: max-content }
td, th { border: 1px solid #d1d9e0; padding: 6px 13px }
tr:nth-child(2n) { background: #f6f8fa }
code { background: #818b981f; border-radius: 6px; font: 85% ui-monospace, monospace; padding: .2em .4em }
pre { background: #f6f8fa; border-radius: 6px; overflow: auto; padding: 16px }
pre code { background: none; padding: 0 }
blockquote { border-left: .25em solid #9a6700; color: #59636e; margin: 0 0 16px; padding: 0 1em }
ul { margin: 0 0 16px; padding-left: 2em }
"""


def comment_page(body: str, author: str) -> str:
    """Return a page with a comment on it."""
    shown = cmarkgfm.github_flavored_markdown_to_html(body, options=Options.CMARK_OPT_UNSAFE)
    for word in ("Warning", "Note"):  # GitHub's site draws them, its library does not
        shown = shown.replace(f"[!{word.upper()}]", f"<b>{word}</b>")
    head = f"<!doctype html><meta charset=utf-8><title>A comment</title><style>{_STYLE}</style>"
    return f"{head}<main><header><b>{author}</b> bot commented</header><article>{shown}</article></main>"
