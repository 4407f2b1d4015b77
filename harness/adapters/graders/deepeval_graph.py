"""deepeval's decision graphs as JSON, in its own form; see `deepeval.metrics.dag.serialization`."""

from typing import TYPE_CHECKING, Any, Literal

from pydantic import create_model

from harness.adapters.graders.deepeval_judge import Judge
from harness.core.jsons import Json

if TYPE_CHECKING:
    from deepeval.metrics.dag.graph import DeepAcyclicGraph

JUDGES = {"type", "criteria", "label", "evaluation_params", "children", "turn_window"}
KEYS = {
    "TaskNode": {"instructions", "output_label"} | JUDGES - {"criteria"},
    "BinaryJudgementNode": JUDGES,
    "NonBinaryJudgementNode": JUDGES,
    "VerdictNode": {"type", "verdict", "score", "child"},
}
"""What each kind of node may say: deepeval passes over the rest without a word."""
GEVAL = {"type", "name", "criteria", "evaluation_steps", "evaluation_params"}
"""What a G-Eval at the end of a graph may say."""
TASKS = 20
"""Task nodes, at most: deepeval walks every way through them, and their number may double with each."""


def graph(told: Json, judge: Judge, *, talk: bool) -> "DeepAcyclicGraph":
    """Return a graph whose G-Evals ask our judge.

    Raises:
        ValueError: It is no graph, or ends in something else than scores and G-Evals.
    """
    from deepeval.metrics.dag.serialization import dag_from_dict

    nodes: Any = told.get("nodes") if isinstance(told, dict) else None
    if not isinstance(nodes, dict) or not all(isinstance(node, dict) for node in nodes.values()):
        raise ValueError('a DAG is an object {"nodes": {"a-name": {"type": "BinaryJudgementNode", ...}, ...}}')
    _look(nodes)
    shown = ["role", "content"] if talk else ["input", "actual_output"]
    whole = {name: _node(name, node, {"evaluation_params": shown, "model": judge}) for name, node in nodes.items()}
    return dag_from_dict({"nodes": whole}, multiturn=talk)


def in_order(made: "DeepAcyclicGraph") -> None:
    """Let each choice offer its verdicts as they were written: deepeval has them in the order of a set.

    That differs from process to process, so that no prompt would be found in the cache again.
    """
    from deepeval.metrics.conversational_dag import ConversationalNonBinaryJudgementNode
    from deepeval.metrics.dag import NonBinaryJudgementNode

    for node in made.indegree:
        if isinstance(node, NonBinaryJudgementNode | ConversationalNonBinaryJudgementNode):
            options = [child.verdict for child in node.children]
            forms: dict[str, Any] = {"verdict": (Literal[tuple(options)], ...), "reason": (str, ...)}
            node._verdict_options = options  # noqa: SLF001
            node._verdict_schema = create_model("NonBinaryJudgementVerdict", **forms)  # noqa: SLF001


def _look(nodes: dict[str, dict[str, Any]]) -> None:
    """See that every node says what it may, and is shown something to judge.

    Raises:
        ValueError: One does not, or is not.
    """
    tasks = [node for node in nodes.values() if node.get("type") == "TaskNode"]
    if len(tasks) > TASKS:
        raise ValueError(f"a DAG has at most {TASKS} nodes of the type TaskNode")
    fed = {child for node in tasks for child in node.get("children") or ()}
    for name, node in nodes.items():
        kind = str(node.get("type"))
        if unknown := sorted(node.keys() - KEYS.get(kind, node.keys())):
            raise ValueError(f"the node `{name}` has an unknown key `{unknown[0]}`")
        if kind != "VerdictNode" and name not in fed and not node.get("evaluation_params"):
            raise ValueError(f"the node `{name}` is shown nothing: say its `evaluation_params`")


def _node(name: str, node: dict[str, Any], defaults: dict[str, Any]) -> dict[str, Any]:
    child = node.get("child")
    if not isinstance(child, dict) or child.get("type") == "node":
        return dict(node)
    unknown = sorted(child.keys() - GEVAL)
    if child.get("type") != "geval" or unknown:
        raise ValueError(f"the node `{name}` may end in a `score`, a `node` or a `geval` of {', '.join(sorted(GEVAL))}")
    return {**node, "child": {"name": name, **defaults, **child}}
