"""The name of an answer says whose it was, to this gateway alone."""

import pytest

from harness.core.rollout import Arm
from harness.gateway.receipts import Receipt, Receipts

WROTE = Receipt("0123456789ab", 3, Arm.CANDIDATE, 2**64 - 1)


class TestAReceipt:
    def test_is_read_by_who_wrote_it(self) -> None:
        """A vote finds its release, arm, step and session with nothing remembered."""
        name = Receipts(b"ours").write(WROTE, "00" * 6)

        assert name.startswith("chatcmpl-")
        assert Receipts(b"ours").read(name) == WROTE
        assert Receipts(b"theirs").read(name) is None

    def test_hides_whose_it_is(self) -> None:
        """Two answers to one session have nothing in common that names it."""
        one, other = (Receipts(b"ours").write(WROTE, mark * 6) for mark in ("00", "01"))
        shown = {Receipts(b"ours").write(WROTE._replace(session=0), "00" * 6)[25:41], one[25:41], other[25:41]}

        assert len(shown) == 3
        assert "f" * 16 not in one + other

    @pytest.mark.parametrize("name", ["", "chatcmpl-", "chatcmpl-xyz", "chatcmpl-" + "00" * 31, "é", "00" * 4000])
    def test_that_nobody_wrote_is_none(self, name: str) -> None:
        """Clients say what they like."""
        assert Receipts(b"ours").read(name) is None

    def test_that_was_changed_is_none(self) -> None:
        """Nobody blames the other arm."""
        name = Receipts(b"ours").write(WROTE, "00" * 6)

        assert all(
            Receipts(b"ours").read(name[:at] + "f" + name[at + 1 :]) is None for at in range(9, 60) if name[at] != "f"
        )
