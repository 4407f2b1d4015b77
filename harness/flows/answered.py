"""What a case came to, for people: why it did not pass, and what was answered."""

import json

from harness.core.completion import Completion
from harness.core.score import CaseResult

ANSWER_LIMIT = 2_000
"""Characters of an answer that the verdict keeps."""


def why(result: CaseResult | None) -> str:
    """Return in one line why a case did not pass."""
    if result is None:
        return "not rendered"
    return result.problem or "; ".join(score.reason or score.expectation for score in result.failed[:3])


def show(said: Completion | None) -> str:
    """Return an answer as a report shows it: its text, then its tool calls."""
    if said is None:
        return ""
    calls = [f"{call.name}({json.dumps(call.arguments, ensure_ascii=False)})" for call in said.tool_calls]
    return "\n".join([*([said.text] if said.text else []), *calls])[:ANSWER_LIMIT]
