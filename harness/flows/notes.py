"""Notes on a tree that is well formed: what its author has probably forgotten."""

from collections.abc import Iterator

from harness.content.stages import PATH, evaluated
from harness.content.tree import Content
from harness.content.yaml_reader import FILE_LIMIT
from harness.ports import Workspace


def notes(content: Content, workspace: Workspace) -> tuple[str, ...]:
    """Return what is not wrong, and leaves a pair unjudged or out of `dvc repro`."""
    return (*_unjudged(content), *_without_stage(content, workspace))


def _unjudged(content: Content) -> Iterator[str]:
    if not content.policy.gates:
        yield "there is no gate, so that nothing is judged: add one under `gates:` in params.yaml"
        return
    for pair in sorted(content.sources):
        if not content.policy.gates_of(*pair):
            yield f"no gate judges {pair}: add one under `gates:` in params.yaml"


def _without_stage(content: Content, workspace: Workspace) -> Iterator[str]:
    try:
        found = evaluated(workspace.read(PATH, limit=FILE_LIMIT))
    except FileNotFoundError:
        return
    for suite, prompt in sorted(content.sources) if found else ():
        if not any(one in ("", suite) and other in ("", prompt) for one, other in found):
            yield f"no stage of {PATH} runs {suite} / {prompt}"
