"""A repository that releases: its key is committed, and every change of its prompt is gated and signed."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from harness.adapters.signing import make_keys
from tests.scenarios.scratch import Result, Scratch

PROMPT = "prompts/desk.prompt.yml"


@dataclass(frozen=True)
class Shop(Scratch):
    """A repository with the private key beside it."""

    def judge(self) -> Result:
        """Gate the commit that is checked out against the one before, and sign what became of it."""
        told = self.harness("gate", "--against", "HEAD~1")
        assert self.harness("attest", "--key", "../ours").exit_code == 0
        return told

    def reword(self, word: str) -> None:
        """Commit a change of the prompt that makes nothing worse."""
        self.edit(PROMPT, "Answer ", f"Answer {word} ")
        self.commit(f"answer {word}")

    def release(self, *words: str) -> Result:
        """Release the commit that is checked out."""
        return self.harness("release", *words)

    def make(self, word: str) -> str:
        """Change the prompt, let it pass, and return the twelve digits of its release."""
        self.reword(word)
        assert self.judge().exit_code == 0
        told = self.release()
        assert (told.exit_code, told.err) == (0, "")
        return told.out.split()[1]

    def fork(self, folder: Path) -> "Shop":
        """Return a copy to change, with the key beside it."""
        shutil.copy(self.root.parent / "ours", folder)
        return Shop(self.copy(folder / "repository").root)


def open_shop(asked: Scratch, folder: Path) -> Shop:
    """Return a repository that has released nothing yet."""
    shop = Shop(asked.copy(folder / "repository").root)
    make_keys(folder / "ours")
    shop.write(".github/gate.pem.pub", (folder / "ours.pub").read_text())
    shop.commit("whose signature counts")
    return shop
