"""A change of the harness itself: judged by the one that base has, and held beside it."""

import shutil
import sys
from pathlib import Path

import pytest

from tests.house.scratch import ROOT
from tests.publishing.test_workflow import GOOD
from tests.publishing.works import fill, works
from tests.scenarios.scratch import Scratch

VENV = f"""\
#!/bin/sh
# As ours prepares it: the command of this checkout runs this checkout's code.
cd "$(dirname "$0")/.."
mkdir -p .venv/bin
printf '#!/bin/sh\\nPYTHONPATH=%s exec {sys.executable} -P -m harness "$@"\\n' "$PWD" >.venv/bin/harness
chmod +x .venv/bin/harness
"""
SCORER = ("harness/score/text.py", 'Mark(1.0, "the answer contains it")', 'Mark(0.0, "no longer")')


def housed(scratch: Scratch) -> Scratch:
    """Let a repository bring the harness that judges it, as the harness's own does."""
    shutil.copytree(ROOT / "harness", scratch.root / "harness", ignore=shutil.ignore_patterns("__pycache__"))
    scratch.write(".ci/venv", VENV)
    scratch.write(".ci/data", "#!/bin/sh\n")
    for script in ("venv", "data"):
        (scratch.root / ".ci" / script).chmod(0o755)
    scratch.write(".gitignore", ".harness\n.venv\n__pycache__\n")
    return fill(scratch)


class TestAChangeOfTheHarness:
    @pytest.mark.slow
    def test_is_judged_by_the_old_one_and_shown_under_both(self, pristine: Scratch, tmp_path: Path) -> None:
        """A scorer that fails what passed blocks nothing before it is merged; who merges it has seen what it will."""
        with works(housed(pristine.copy(tmp_path / "desk")), tmp_path) as gated:
            gated.scratch.edit("harness/__init__.py", '__version__ = "', '__version__ = "9.')
            gated.scratch.edit(*SCORER)
            event = gated.open()

            trusted = gated.gate(event)
            advice = gated.runs(gated.untrusted(event), "pr-eval")

            assert (trusted.succeeded, gated.told) == (True, GOOD), trusted.job("eval").log
            assert "The harness is changed: judged by base's; the new one counts once merged." in gated.ours
            shown = advice.job("versions").summary
            assert "### What the new version judges otherwise" in shown
            assert "    pair     regression/desk: 20 of 20 pass -> 0 of 20 pass" in shown
            assert ", passed, and harness 9." in shown
