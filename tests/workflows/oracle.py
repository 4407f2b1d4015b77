"""GitHub's own library for expressions; run as a program, this writes `answers.json` anew."""

import tempfile
from pathlib import Path

from tests.workflows.node import HERE, ask, install

ANSWERS = HERE / "answers.json"


def answers(folder: Path) -> str:
    """Return what the library answers to each line of `expressions.txt`; the folder is where it is installed.

    Raises:
        NoNodeError: Something that it needs is not there.
    """
    install(folder)
    manifest = "node_modules/@actions/expressions/package.json"
    return ask(folder, "oracle.mjs", str(HERE / "expressions.txt"), str(HERE / "contexts.json"), manifest)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        ANSWERS.write_text(answers(Path(made)), encoding="utf-8")
