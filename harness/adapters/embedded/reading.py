"""Reading: from a request to an answer, a pure function. It is no language model and claims no more."""

import re
import unicodedata
from dataclasses import replace

from harness.adapters.embedded.commands import guarded, obey
from harness.adapters.embedded.demands import Demands, find_demands
from harness.adapters.embedded.layout import Layout, lay_out
from harness.adapters.embedded.rank import Hit, rank
from harness.adapters.embedded.refusing import REFUSAL, turned_away
from harness.adapters.embedded.rules import call_for, decide, find_rules
from harness.adapters.embedded.structured import as_json, choose, fill, labels_asked
from harness.core.completion import Completion, ToolCall
from harness.core.prompt import Request

ENOUGH = 0.3
"""The share of the question's weight that a sentence must carry to answer it."""
SECOND = 0.6
"""How near, as a share of the best score, a further sentence must come to be said with it."""
_MARKUP = re.compile(r"<[/!a-zA-Z]|!\[|&#?\w{1,8};|\x1b|\{\{|https?:|[\u200b-\u200f\u2060-\u2064\U000e0000-\U000e007f]")
"""Sentences with code, addresses or invisible characters in them are not quoted."""
_CAPITALS = re.compile(r"\b(?:answer|reply|write) in (?:capitals|upper case)\b", re.IGNORECASE)


def read(request: Request) -> Completion:
    """Return the reader's answer to a request."""
    layout = lay_out(request.messages)
    if request.json_schema is None and turned_away(layout.system, layout.user):
        return completion(REFUSAL)
    obeyed = None if guarded(layout.system) else obey(layout.user, request)
    if obeyed and not (obeyed.added or obeyed.plain):
        return completion(obeyed.text, obeyed.calls)
    if obeyed and obeyed.plain:
        request = replace(request, json_schema=None, json_object=False)
    text, calls = _answer(request, layout)
    if _CAPITALS.search(layout.user):
        text = text.upper()
    return completion(f"{text}\n{obeyed.added}" if obeyed and obeyed.added else text, calls)


def completion(text: str, calls: tuple[ToolCall, ...] = ()) -> Completion:
    """Return an answer that ended by itself."""
    return Completion(text, calls, "tool_calls" if calls else "stop")


def _answer(request: Request, layout: Layout) -> tuple[str, tuple[ToolCall, ...]]:
    system = layout.system
    if rules := find_rules(system):
        rule = decide(rules, layout.fields)
        if rule:
            call = call_for(rule.label, system, request.tools, layout.fields)
            return f"{rule.label}: {rule.reason}".rstrip(": "), (call,) if call else ()
    if isinstance(request.json_schema, dict):
        schema = request.json_schema.get("schema")
        return as_json(fill(schema if isinstance(schema, dict) else {}, system, layout.prose)), ()
    if request.json_object:
        return as_json({"answer": extract(layout, find_demands(system))}), ()
    if labels := labels_asked(system):
        return choose(labels, system, layout.prose), ()
    return extract(layout, find_demands(system)), ()


def extract(layout: Layout, demands: Demands) -> str:
    """Return the sentences that answer the question best, with their source, or the abstention."""
    sources = [(document.id, document.text) for document in layout.documents]
    hits = [
        hit for hit in rank(layout.question, sources) if not _MARKUP.search(unicodedata.normalize("NFKC", hit.text))
    ]
    if not hits or hits[0].coverage < ENOUGH:
        return demands.abstention or "I don't know."
    best = hits[0]
    chosen = [best]
    if demands.max_sentences > 1:
        near = [hit for hit in hits[1:6] if hit.document == best.document and hit.score > SECOND * best.score]
        chosen += near[: demands.max_sentences - 1]
    chosen.sort(key=lambda hit: (hit.document, hit.position))
    cited = f" [{layout.documents[best.document].id}]" if demands.cites else ""
    return _cut(chosen, best, demands.max_words, len(cited.split())) + cited


def _cut(chosen: list[Hit], best: Hit, limit: int | None, spare: int) -> str:
    text = " ".join(hit.text for hit in chosen)
    if limit is None or len(text.split()) + spare <= limit:
        return text
    return " ".join(best.text.split()[: max(limit - spare, 1)])
