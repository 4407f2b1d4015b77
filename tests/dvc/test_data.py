"""An evalset in DVC: from the working tree, the cache or the remote, always by its hash."""

import shutil
from pathlib import Path

import pytest

from tests.dvc.conftest import EVALSET, dvc_in
from tests.scenarios.scratch import Scratch


def place_in_cache(scratch: Scratch) -> Path:
    """Return the file of the evalset in DVC's cache."""
    return next(path for path in (scratch.root / ".dvc/cache/files/md5").rglob("*") if path.is_file())


def forget(scratch: Scratch, *, cache: bool = False) -> None:
    """Delete the evalset from the working tree, and from the cache if asked."""
    scratch.remove(EVALSET)
    if cache:
        shutil.rmtree(scratch.root / ".dvc/cache")


class TestData:
    def test_are_read_from_the_working_tree(self, kept: Scratch) -> None:
        """The file is there: neither DVC nor its cache is needed."""
        shutil.rmtree(kept.root / ".dvc/cache")

        assert kept.gate("--all").exit_code == 0

    @pytest.mark.parametrize("cache", [False, True], ids=["from the cache", "from the remote"])
    def test_that_are_not_in_the_working_tree_are_found_by_their_hash(self, kept: Scratch, *, cache: bool) -> None:
        """A fresh clone has the hash only."""
        forget(kept, cache=cache)

        result = kept.gate("--all")

        assert result.exit_code == 0, result.told
        assert result.verdict["pairs"][0]["cases"] == 20
        assert not (kept.root / EVALSET).exists()

    def test_that_came_from_the_remote_once_come_from_the_cache_then(self, kept: Scratch, tmp_path: Path) -> None:
        """A download is kept as DVC keeps it: read-only, under its hash, for DVC to use too."""
        forget(kept, cache=True)
        kept.gate("--all")
        shutil.rmtree(tmp_path / "shelf")

        assert kept.gate("--all").exit_code == 0
        assert place_in_cache(kept).stat().st_mode & 0o777 == 0o444
        assert dvc_in(kept)("checkout")

    def test_of_the_base_are_found_while_the_working_tree_has_others(self, kept: Scratch) -> None:
        """Base's cases are read by base's hash, whatever lies in the folder now."""
        cases = kept.cases()
        (kept.root / EVALSET).unlink()
        kept.write_cases(cases[:-1])
        dvc_in(kept)("add", "--quiet", EVALSET)

        result = kept.gate()

        pair = result.verdict["pairs"][0]
        assert (result.exit_code, pair["status"], pair["removed"]) == (0, "changed", 1)

    @pytest.mark.parametrize("cache", ["", "../elsewhere"])
    def test_are_read_through_dvcs_own_links(self, kept: Scratch, cache: str) -> None:
        """With `cache.type symlink` the file in the working tree is a link into the cache."""
        dvc = dvc_in(kept)
        dvc("config", "cache.type", "symlink")
        if cache:
            shutil.move(kept.root / ".dvc/cache", kept.root / cache)
            dvc("cache", "dir", cache)
        dvc("checkout", "--relink")
        assert (kept.root / EVALSET).is_symlink()

        assert kept.harness("check").exit_code == 0
        assert kept.gate().exit_code == 0
        assert kept.gate("--all").exit_code == 0

    def test_that_dvc_does_not_keep_are_not_read_through_its_links(self, kept: Scratch) -> None:
        """What a link leads to is no content of this tree, unless a hash says so."""
        (kept.root / "evalsets/regression/desk.more.jsonl").symlink_to(place_in_cache(kept))

        result = kept.harness("check")

        assert result.exit_code == 2
        assert "evalsets/regression/desk.more.jsonl: a symbolic link" in result.err

    def test_that_git_keeps_for_a_stage_are_read_from_the_commit(self, scratch: Scratch) -> None:
        """An output with `cache: false` is in dvc.lock too, and in no cache."""
        scratch.write("make.py", f"import shutil; shutil.copy('cases.jsonl', '{EVALSET}')\n")
        shutil.copy(scratch.root / EVALSET, scratch.root / "cases.jsonl")
        outs = f"outs:\n      - {EVALSET}: {{cache: false}}\n"
        scratch.write("dvc.yaml", f"stages:\n  cases:\n    cmd: python3 make.py\n    deps: [cases.jsonl]\n    {outs}")
        dvc = dvc_in(scratch)
        dvc("init", "--quiet")
        dvc("repro", "--quiet")
        scratch.commit("generate the cases")
        scratch.write("cases.jsonl", "".join(scratch.read(EVALSET).splitlines(keepends=True)[:-1]))
        dvc("repro", "--quiet")

        result = scratch.gate()

        assert (result.exit_code, result.verdict["pairs"][0]["removed"]) == (0, 1), result.told


class TestDataThatCannotBeHad:
    def test_name_the_command_that_brings_them(self, kept: Scratch, tmp_path: Path) -> None:
        """One sentence and one command, not a page of a library's trace."""
        forget(kept, cache=True)
        shutil.rmtree(tmp_path / "shelf")
        dvc_in(kept)("remote", "remove", "shelf")

        result = kept.harness("gate", "--all")

        assert result.exit_code == 2
        assert result.err == f"error: {EVALSET}: its data are missing\n\nhint: run `dvc pull {EVALSET}`\n"

    def test_are_missing_in_the_remote_too(self, kept: Scratch, tmp_path: Path) -> None:
        """A hash that was never pushed."""
        forget(kept, cache=True)
        shutil.rmtree(tmp_path / "shelf")
        (tmp_path / "shelf").mkdir()

        assert (
            kept.harness("check").err == f"error: {EVALSET}: its data are missing\n\nhint: run `dvc pull {EVALSET}`\n"
        )

    def test_name_the_extra_where_dvc_is_not_installed(self, kept: Scratch, tmp_path: Path) -> None:
        """The light core has no DVC."""
        forget(kept, cache=True)
        (tmp_path / "site").mkdir()
        (tmp_path / "site/sitecustomize.py").write_text("import sys; sys.modules['dvc'] = None\n")

        result = kept.harness("check", environ={"PYTHONPATH": str(tmp_path / "site")})

        assert result.exit_code == 2
        assert result.err == (
            f"error: {EVALSET}: its data are missing\n\n"
            f'hint: `pip install "prompt-harness[dvc]"`, then run `dvc pull {EVALSET}`\n'
        )

    def test_name_the_stage_that_makes_them(self, scratch: Scratch) -> None:
        """An output is made anew by its stage, which needs no remote."""
        scratch.write("make.py", f"import shutil; shutil.copy('cases.jsonl', '{EVALSET}')\n")
        scratch.git("rm", "--cached", "--quiet", EVALSET)
        scratch.move(EVALSET, "cases.jsonl")
        scratch.write("dvc.yaml", f"stages:\n  cases:\n    cmd: python3 make.py\n    outs:\n      - {EVALSET}\n")
        dvc = dvc_in(scratch)
        dvc("init", "--quiet")
        dvc("repro", "--quiet")
        scratch.commit("generate the cases")
        assert scratch.gate("--all").exit_code == 0
        forget(scratch, cache=True)

        result = scratch.harness("gate", "--all")

        assert result.exit_code == 2
        assert f"{EVALSET}: its data are missing\n\nhint: run `dvc repro cases` or `dvc pull`" in result.err

    def test_because_they_were_edited_are_an_error(self, kept: Scratch) -> None:
        """What is judged must be what is committed."""
        (kept.root / EVALSET).chmod(0o644)
        cases = kept.cases()
        (kept.root / EVALSET).unlink()
        kept.write_cases(cases[:5])

        result = kept.harness("gate", "--all")

        assert result.exit_code == 2
        assert result.err == (
            f"error: {EVALSET}: differs from the hash that DVC keeps\n\nhint: run `dvc add {EVALSET}`\n"
        )

    def test_because_the_cache_is_damaged_are_an_error(self, kept: Scratch) -> None:
        """A cache that lies is never believed."""
        place = place_in_cache(kept)
        forget(kept)
        place.chmod(0o644)
        place.write_bytes(place.read_bytes()[:-200])

        result = kept.harness("gate", "--all")

        assert result.exit_code == 2
        assert "is damaged in DVC's cache" in result.err
        assert f"delete {place} and run `dvc pull {EVALSET}`" in result.err

    def test_because_the_remote_is_damaged_leave_nothing_in_the_cache(self, kept: Scratch, tmp_path: Path) -> None:
        """The md5 is checked before a download counts."""
        forget(kept, cache=True)
        for path in (tmp_path / "shelf").rglob("*"):
            if path.is_file():
                path.chmod(0o644)
                path.write_bytes(b"something else")

        result = kept.harness("gate", "--all")

        assert result.exit_code == 2
        assert "is damaged in DVC's remote" in result.err
        assert [path for path in (kept.root / ".dvc/cache").rglob("*") if path.is_file()] == []

    def test_because_dvc_is_misconfigured_name_its_file(self, kept: Scratch) -> None:
        """A configuration nobody can read is no reason for a trace."""
        forget(kept, cache=True)
        kept.write(".dvc/config", "[core\n")

        assert kept.harness("check").err == "error: .dvc/config: cannot be read\n\nhint: run `dvc config -l`\n"


class TestAWrongHash:
    @pytest.mark.parametrize(
        ("text", "error"),
        [
            ("outs:\n- md5: 12\n  path: desk.jsonl\n", "desk.jsonl.dvc:2: has no md5 of a single file"),
            ("outs:\n- path: desk.jsonl\n", "desk.jsonl.dvc:2: has no md5 of a single file"),
            ("outs: no\n", "desk.jsonl.dvc:1: `outs` should be a list"),
            (f"outs:\n- md5: {'0' * 32}\n  path: other.jsonl\n", "desk.jsonl.dvc:1: does not describe"),
            ("- outs\n", "desk.jsonl.dvc:1: does not describe"),
        ],
    )
    def test_in_a_dvc_file_is_an_error_at_its_line(self, kept: Scratch, text: str, error: str) -> None:
        """A file that a person merged by hand is read with suspicion."""
        kept.write(f"{EVALSET}.dvc", text)

        result = kept.harness("check")

        assert result.exit_code == 2
        assert error in result.err

    @pytest.mark.parametrize("text", ["schema: '2.0'\n", "stages: 3\n", "[]\n"])
    def test_in_a_lock_is_an_error(self, kept: Scratch, text: str) -> None:
        """So is a dvc.lock without stages."""
        kept.write("dvc.lock", text)

        assert kept.harness("check").err == "error: dvc.lock:1: has no `stages`\n\nhint: run `dvc repro`\n"
