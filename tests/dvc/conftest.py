"""A repository whose evalset DVC keeps in a remote of its own."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.scenarios.scratch import Scratch, make

EVALSET = "evalsets/regression/desk.jsonl"
Dvc = Callable[..., str]


def dvc_in(scratch: Scratch) -> Dvc:
    """Return what runs the real `dvc` in a repository, quietly and without a word to anybody."""

    def run(*words: str, code: int = 0) -> str:
        bin_folder = str(Path(sys.executable).parent)
        environ = {
            **scratch.environ(),
            "DVC_NO_ANALYTICS": "1",
            "DVC_SITE_CACHE_DIR": str(scratch.root.parent / "site-cache"),
            "PATH": f"{bin_folder}:{os.environ['PATH']}",
        }
        command = [sys.executable, "-m", "dvc", *words]
        done = subprocess.run(command, cwd=scratch.root, env=environ, capture_output=True, text=True, check=False)
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout

    return run


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a repository whose evalset is in DVC, and the local remote it was pushed to."""
    folder = tmp_path_factory.mktemp("original")
    scratch = make(folder / "repository")
    dvc = dvc_in(scratch)
    dvc("init", "--quiet")
    dvc("remote", "add", "--default", "--quiet", "shelf", "../shelf")
    scratch.git("rm", "--cached", "--quiet", EVALSET)
    dvc("add", "--quiet", EVALSET)
    dvc("push", "--quiet")
    scratch.commit("keep the evalset in DVC")
    return folder


@pytest.fixture
def kept(original: Path, tmp_path: Path) -> Scratch:
    """Return a copy of that repository to change, with a remote of its own in `shelf`."""
    shutil.copytree(original / "shelf", tmp_path / "shelf")
    return Scratch(original / "repository").copy(tmp_path / "repository")
