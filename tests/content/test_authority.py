"""Who may let inconclusive checks through is read strictly: each mistake at its line."""

import pytest

from harness.content.authority import read_authority
from harness.core.errors import ContentError

GOOD = """\
managers: [mia]
waivers:
  - check: regression/desk
    digest: "3f9a0c1b2d4e3f9a0c1b2d4e3f9a0c1b2d4e3f9a0c1b2d4e3f9a0c1b2d4e3f9a"
    owner: mia
    reason: agreed
    expires: 2026-12-31
"""


class TestTheFile:
    def test_says_who_manages_and_what_is_waived(self) -> None:
        """With the line of each waiver."""
        found = read_authority(GOOD.encode())
        assert found.managers == {"mia"}
        ((waiver),) = found.waivers
        assert (waiver.check, waiver.digest, waiver.owner, waiver.reason, waiver.expires) == (
            "regression/desk",
            "3f9a0c1b2d4e3f9a0c1b2d4e3f9a0c1b2d4e3f9a0c1b2d4e3f9a0c1b2d4e3f9a",
            "mia",
            "agreed",
            "2026-12-31",
        )
        assert str(waiver.origin) == ".github/waivers.yaml:3"

    @pytest.mark.parametrize(
        ("old", "new", "told"),
        [
            ("owner: mia", "owner: mla", ":5: `mla` is no manager; did you mean `mia`?"),
            ("2026-12-31", "31.12.2026", ":7: `expires` is not a date"),
            (
                '"3f9a0c1b2d4e3f9a0c1b2d4e3f9a0c1b2d4e3f9a0c1b2d4e3f9a0c1b2d4e3f9a"',
                '"3f9a"',
                ":4: `waivers.0.digest` should match pattern",
            ),
            ("regression/desk", "regression", ":3: `waivers.0.check` should match pattern"),
            ("    reason: agreed\n", "", ":3: the key `reason` is missing"),
            ("managers: [mia]", "manager: [mia]", ":1: unknown key `manager`; did you mean `managers`?"),
            ("[mia]", '["m ia"]', ":1: `managers.0` should match pattern"),
        ],
    )
    def test_is_refused_with_a_mistake(self, old: str, new: str, told: str) -> None:
        """A waiver that does not mean what its owner thinks is worse than none."""
        with pytest.raises(ContentError) as error:
            read_authority(GOOD.replace(old, new).encode())
        assert told in str(error.value)
