"""Attacks from garak: `garak.<id>.report.jsonl`, and the `hitlog.jsonl` of those that succeeded."""

from collections.abc import Iterator

from harness.content.attacks_from.attack import ImportedAttack, Node, json_node, some
from harness.content.yaml_reader import decode
from harness.core.errors import Origin

SOURCE = "garak"
_HINT = "give the `.report.jsonl` or the `.hitlog.jsonl` of a run"


def read_garak(data: bytes, path: str) -> tuple[ImportedAttack, ...]:
    """Return the prompts of a report, each once, by the probe that wrote them.

    A prompt is a text, a message or a conversation, by the version of garak. One that is no text is left out.

    Raises:
        ContentError: With the line; or there is no prompt in the file.
    """
    return some(_attacks(decode(data, path), path), path, _HINT)


def _attacks(text: str, path: str) -> Iterator[ImportedAttack]:
    for number, line in enumerate(text.split("\n"), start=1):
        if '"prompt"' not in line:
            continue  # setup, evaluations and digests
        node = json_node(line, Origin(path, number))
        if _is_attempt(node):
            probe = node.at("probe_classname" if node.has("probe_classname") else "probe")
            yield ImportedAttack(node.at("prompt").said(), SOURCE, probe.text())


def _is_attempt(node: Node) -> bool:
    """Return whether a line is an attempt, or a hit, which names no type."""
    return not node.has("entry_type") or node.at("entry_type").value == "attempt"
