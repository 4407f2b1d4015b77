"""A repository that releases: its key is committed, and every change of its prompt is gated and signed."""

import re
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


@dataclass(frozen=True)
class Line(Shop):
    """A repository with releases, and environments to run them."""

    first: str
    second: str
    third: str

    @property
    def releases(self) -> tuple[str, str, str]:
        """The twelve digits of each."""
        return self.first, self.second, self.third

    def runs(self, environment: str) -> str:
        """Return the twelve digits of what an environment runs, as HEAD has it."""
        (line,) = re.findall("^release: sha256:(.{12})", self.environment(environment), re.MULTILINE)
        return str(line)

    def environment(self, name: str) -> str:
        """Return the file of an environment, as HEAD has it."""
        return self.git("show", f"HEAD:.github/environments/{name}.yaml")

    def promote(self, *words: str) -> None:
        """Promote, and have it done."""
        told = self.harness("promote", *words)
        assert (told.exit_code, told.err) == (0, "")

    def add(self, environment: str, text: str) -> None:
        """Commit more lines of an environment's file."""
        path = f".github/environments/{environment}.yaml"
        self.write(path, self.read(path) + text)
        self.commit("a rule")


def open_shop(asked: Scratch, folder: Path) -> Shop:
    """Return a repository that has released nothing yet."""
    shop = Shop(asked.copy(folder / "repository").root)
    make_keys(folder / "ours")
    shop.write(".github/gate.pem.pub", (folder / "ours.pub").read_text())
    shop.commit("whose signature counts")
    return shop
