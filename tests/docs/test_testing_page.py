"""docs/testing.md against what it describes; `tests/testing` shows that it does so."""

import inspect
import re

from harness.testing import assert_gate
from tests.house.scratch import ROOT

PAGE = (ROOT / "docs/testing.md").read_text(encoding="utf-8")


class TestTheTestingPage:
    def test_has_every_argument(self) -> None:
        """And no other."""
        rows = re.findall(r"^\| (`.*?) \|", PAGE.partition("| argument |")[2], re.MULTILINE)
        named = [name for row in rows for name in re.findall(r"`(\w+)", row)]

        assert named == list(inspect.signature(assert_gate).parameters)
