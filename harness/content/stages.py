"""`dvc.yaml`: which pairs its stages evaluate, as far as that can be told without DVC."""

from collections.abc import Iterator
from itertools import islice, pairwise, product

from harness.content.yaml_reader import read_yaml
from harness.core.errors import ContentError
from harness.core.jsons import Json

PATH = "dvc.yaml"
LIMIT = 10_000
"""Combinations of a matrix that are looked at."""


def evaluated(data: bytes) -> set[tuple[str, str]]:
    """Return the suite and the prompt of each `harness run`; empty for every one of them.

    A file that needs DVC itself to be understood (`foreach`, variables of other files, anchors) gives nothing.
    """
    try:
        document = read_yaml(data, PATH).value
    except ContentError:
        return set()
    stages = document.get("stages") if isinstance(document, dict) else None
    found = stages.values() if isinstance(stages, dict) else ()
    runs = [words for stage in found for words in _commands(stage) if _is_run(words)]
    if any("${" in word for words in runs for word in words):
        return set()
    return {(_option(words, "--suite"), _option(words, "--prompt")) for words in runs}


def _commands(stage: Json) -> Iterator[list[str]]:
    """Yield the words of a stage's commands, for each combination of its matrix."""
    if not isinstance(stage, dict):
        return
    body, matrix = stage.get("do", stage), stage.get("matrix")
    commands = body.get("cmd") if isinstance(body, dict) else None
    given = matrix.items() if isinstance(matrix, dict) else ()
    axes = {name: values for name, values in given if isinstance(values, list)}
    for chosen in islice(product(*axes.values()), LIMIT):
        for text in commands if isinstance(commands, list) else [commands]:
            told = str(text)
            for name, value in zip(axes, chosen, strict=True):
                told = told.replace(f"${{item.{name}}}", str(value))
            yield told.split()


def _is_run(words: list[str]) -> bool:
    return any(one.rsplit("/", 1)[-1] == "harness" and other == "run" for one, other in pairwise(words))


def _option(words: list[str], name: str) -> str:
    """Return the value of an option, written in one word or in two; empty when it is not given."""
    spread = [part for word in words for part in word.split("=", 1)]
    return next((value.strip("'\"") for option, value in pairwise(spread) if option == name), "")
