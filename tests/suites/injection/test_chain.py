"""Ways of writing on top of each other, and their names."""

from harness.core.attack import WRITINGS
from harness.suites.injection.chain import BARE, WRAPPERS, name_of, names_of, written
from harness.suites.injection.transforms import TRANSFORMS


class TestAChain:
    def test_knows_every_way_that_a_payload_may_name(self) -> None:
        """A file that is accepted is one that can be asked."""
        assert sorted(WRITINGS) == sorted([*TRANSFORMS, *WRAPPERS.keys() - {BARE}])
        assert not TRANSFORMS.keys() & WRAPPERS.keys()

    def test_writes_from_the_inside_out(self) -> None:
        """What is put last is undone first."""
        assert written("abc", ("reversed", "quoted")) == f'Quote: "{TRANSFORMS["reversed"].ask("abc")}"'
        assert written("abc", ()) == written("abc", ("identity",)) == "abc"

    def test_has_one_name_which_leads_back(self) -> None:
        """A case is known by it."""
        assert name_of(()) == "identity"
        assert names_of(name_of(("base64", "fenced"))) == ("base64", "fenced")
        assert not any("+" in name for name in WRITINGS)
