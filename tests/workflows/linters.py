"""The linters for workflow files, offline."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

BESIDE = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
"""Where programs are looked for: those installed with this Python first."""


def lint(folder: Path) -> str:
    """Return what zizmor finds in the workflow files and actions of a folder, one finding a line."""
    program = shutil.which("zizmor", path=BESIDE)
    assert program is not None, "zizmor is not installed"
    command = [program, "--offline", "--no-progress", "--quiet", "--format=json", str(folder / ".github")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout, done.stderr
    return "\n".join(f"{found['ident']}: {found['desc']}" for found in json.loads(done.stdout))


def lint_shape(path: Path, schema: str) -> str:
    """Return what is wrong with the shape of a file."""
    command = [sys.executable, "-m", "check_jsonschema", "--quiet", "--builtin-schema", schema, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr
