"""Attacks from giskard: the result of a scan or a suite as JSON, or of one scenario."""

from collections.abc import Iterator

from harness.content.attacks_from.attack import ImportedAttack, Node, json_node, some
from harness.content.yaml_reader import decode
from harness.core.errors import ContentError, Origin

SOURCE = "giskard"
_HINT = "give the result of a scan as JSON: `result.model_dump_json()`"


def read_giskard(data: bytes, path: str) -> tuple[ImportedAttack, ...]:
    """Return what each scenario said last, by the scenario's name.

    A scenario that broke before it said anything, or said no text, is left out.

    Raises:
        ContentError: With the place of what is missing; or nothing was said at all.
    """
    node = json_node(decode(data, path), Origin(path))
    if not node.has("results") and not node.has("final_trace"):
        raise ContentError("no result of a scan or a suite", where=Origin(path), hint=_HINT)
    return some(_attacks(node), path, _HINT)


def _attacks(node: Node) -> Iterator[ImportedAttack]:
    for scenario in node.at("results").items() if node.has("results") else [node]:
        said = scenario.at("final_trace").at("interactions").items()
        if said:
            yield ImportedAttack(said[-1].at("inputs").said(), SOURCE, scenario.at("scenario_name").text())
