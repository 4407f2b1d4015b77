"""Names of files and folders that few people choose and every disk allows, and where a repository begins."""

import os
from pathlib import Path

import pytest

from tests.scenarios.scratch import Scratch


def named(folder: Path, name: bytes) -> Path:
    """Return the path of a name that may be no text."""
    return Path(os.fsdecode(os.fsencode(folder) + b"/" + name))


class TestAName:
    @pytest.mark.parametrize("verb", ["check", "gate"])
    @pytest.mark.parametrize("folder", ["prompts", "evalsets/regression"])
    def test_of_a_file_that_is_no_text_is_an_error(self, scratch: Scratch, folder: str, verb: str) -> None:
        """A report could not say which file it is, and found out after asking."""
        place = named(scratch.root / folder, b"\xff.prompt.yml")
        place.write_bytes(scratch.read("prompts/desk.prompt.yml").encode())

        result = scratch.harness(verb)

        assert result.exit_code == 2
        assert result.err == f"error: {folder}/\\xff.prompt.yml: its name is not UTF-8\n\nhint: rename it\n"

    @pytest.mark.parametrize("name", [b"\xff", b"space "])
    def test_of_the_repository_may_be_anything(self, scratch: Scratch, name: bytes) -> None:
        """It is where the files are, and stands in no report."""
        moved = Scratch(scratch.root.rename(named(scratch.root.parent, name)))

        assert moved.harness("check").exit_code == 0
        assert moved.harness("gate", "--all").exit_code == 0


class TestInit:
    def test_in_a_part_of_a_repository_is_refused(self, scratch: Scratch) -> None:
        """The gate looks at the top of a repository, so this one would never be found."""
        result = scratch.harness("init", "svc")

        assert result.exit_code == 2
        assert result.err == (
            f"error: {scratch.root}/svc is inside of another repository, {scratch.root}\n\n"
            f"hint: run `harness init` in {scratch.root}, or choose a folder outside of it\n"
        )
        assert not (scratch.root / "svc").exists()

    def test_at_the_top_of_an_empty_repository_works(self, tmp_path: Path) -> None:
        """As the hint says."""
        fresh = Scratch(tmp_path)
        fresh.git("init", "-q")

        assert fresh.harness("init").exit_code == 0
        assert fresh.harness("gate").exit_code == 0
