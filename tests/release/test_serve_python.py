"""A release that asks a Python application: its digest stands in the release, and its code in the commit."""

import pytest

from tests.release.served import gateway
from tests.release.shop import Line, Shop
from tests.scenarios.application import make_python

pytest.importorskip("uvicorn", reason="the extra `serve` is not installed")


@pytest.fixture
def asking(shop: Shop) -> Line:
    """Return a repository whose staging runs a release that asks an application, and whose branch has other code."""
    make_python(shop)
    shop.write(".github/environments/staging.yaml", "target: {kind: git}\n")
    shop.commit("an environment")
    assert shop.judge().exit_code == 0
    line = Line(shop.root, shop.release().out.split()[1], "", "")
    line.promote("staging", line.first)
    line.edit("app/words.py", "nine", "ten")
    line.commit("not judged")
    return line


class TestAPythonApplication:
    def test_is_served_with_the_code_that_was_judged(self, asking: Line) -> None:
        """Whatever the branch or the working tree has by now."""
        with gateway(asking) as served:
            said = served.ask({"vars": {"n": 7}})

        assert (said.status, said.text) == (200, "When does room 7 open? At nine.")

    def test_is_not_served_with_other_code(self, asking: Line) -> None:
        """Somebody moves the tag; no code runs that nobody judged."""
        asking.git("tag", "-d", f"release/{asking.first}")
        asking.git("tag", "-a", "-m", "mine", f"release/{asking.first}", "HEAD")

        told = asking.harness("serve", "staging", "--port", "0")

        assert told.exit_code == 2
        assert f"pin `shop`: app/ in release/{asking.first} is other code than was judged" in told.err
