"""`harness evidence`: a pack for an auditor, the same from each clone, and checked without a repository."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.adapters.archives import packed, unpacked
from harness.adapters.signing import make_keys
from tests.release.shop import Line, Shop
from tests.scenarios.scratch import Result, Scratch


@pytest.fixture(scope="module")
def delivered(released: Line, tmp_path_factory: pytest.TempPathFactory) -> Line:
    """Return a repository whose staging ran one release, then another, and was rolled back; no test changes it."""
    line = Line(released.fork(tmp_path_factory.mktemp("delivered")).root, *released.releases)
    line.promote("staging", line.first)
    line.promote("staging", line.second)
    assert line.harness("rollback", "staging", "--reason", "slow").exit_code == 0
    assert line.harness("evidence", "-o", str(line.root.parent / "pack.zip")).exit_code == 0
    return line


@pytest.fixture
def files(delivered: Line) -> dict[str, bytes]:
    """Return the files of its pack."""
    return unpacked((delivered.root.parent / "pack.zip").read_bytes(), limit=1 << 30)


def verify(folder: Path, files: dict[str, bytes], key: Path) -> Result:
    """Check a pack where there is no repository."""
    (folder / "pack.zip").write_bytes(packed(files))
    return Scratch(folder).harness("evidence", "--verify", "pack.zip", "--key", str(key))


def resealed(files: dict[str, bytes]) -> dict[str, bytes]:
    """Return files with a manifest that fits them, as whoever changes a pack would make it."""
    manifest = json.loads(files["manifest.json"])
    rest = {path: data for path, data in files.items() if path != "manifest.json"}
    manifest["files"] = {path: hashlib.sha256(data).hexdigest() for path, data in rest.items()}
    return {"manifest.json": json.dumps(manifest).encode(), **rest}


def named(files: dict[str, bytes], end: str) -> str:
    """Return the first path with this end."""
    return min(path for path in files if path.endswith(end))


class TestAPack:
    def test_holds_what_ran_and_why_it_might(self, delivered: Line, files: dict[str, bytes]) -> None:
        """Releases with their proofs, the environment at each commit, and a page that says what proves what."""
        history = json.loads(files["environments/staging/history.json"])["commits"]

        assert [step["release"][:12] for step in history] == [delivered.first, delivered.second, delivered.first, ""]
        assert b"quarantine:" in files[history[0]["file"]]
        assert {path.split("/")[1][:12] for path in files if path.startswith("releases/")} == {
            delivered.first,
            delivered.second,
        }
        assert f"| `{delivered.first}` | `proven` |" in files["README.md"].decode()
        assert "rules/gate.pem.pub" in files

    def test_has_equal_bytes_from_two_clones(self, delivered: Line, tmp_path: Path) -> None:
        """As a zip, and as a folder; whoever doubts what git is said to hold makes it again."""
        delivered.git("clone", "-q", str(delivered.root), str(tmp_path / "clone"))
        clone = Scratch(tmp_path / "clone")

        assert clone.harness("evidence", "-o", str(tmp_path / "pack.zip")).exit_code == 0
        assert clone.harness("evidence", "-o", str(tmp_path / "pack")).exit_code == 0

        ours = (delivered.root.parent / "pack.zip").read_bytes()
        assert (tmp_path / "pack.zip").read_bytes() == ours
        folder = {path.relative_to(tmp_path / "pack").as_posix(): path for path in (tmp_path / "pack").rglob("*.*")}
        assert {path: place.read_bytes() for path, place in folder.items()} == unpacked(ours, limit=1 << 30)

    def test_may_be_of_one_release_with_its_signed_pages(self, judged: Shop, tmp_path: Path) -> None:
        """Pages of a run are taken if they are those that were signed; other files are attached as they are."""
        shop = judged.fork(tmp_path)
        release = shop.release().out.split()[1]
        (tmp_path / "ours.pub").write_bytes((shop.root / ".github/gate.pem.pub").read_bytes())
        run = max((shop.root / ".harness/runs").iterdir())
        (tmp_path / "audit.head").write_text("4f 12")

        words = ("-o", "../pack.zip", "--run", str(run), "--with", "../audit.head")
        told = shop.harness("evidence", release, *words)

        assert (told.exit_code, told.err) == (0, "")
        found = unpacked((tmp_path / "pack.zip").read_bytes(), limit=1 << 30)
        assert found["attached/audit.head"] == b"4f 12"
        assert verify(tmp_path, found, tmp_path / "ours.pub").exit_code == 0
        found[named(found, "/report.html")] += b" "
        page = verify(tmp_path, resealed(found), tmp_path / "ours.pub")
        assert (page.exit_code, "report.html is not the page that was signed" in page.out) == (1, True)

    def test_says_what_it_cannot_be_about(self, delivered: Line) -> None:
        """A misspelt environment, and no place to write to."""
        for words, why in (
            (("stagin", "-o", "x.zip"), "`stagin` names no release"),
            ((), "nobody says where to write it"),
            (("-o", "x.zip", "--with", "nowhere"), "there is no file nowhere"),
            (("-o", "x.zip", "--run", "nowhere"), "there is no run nowhere"),
            (("-o", "x.zip", "--with", "a b"), "`a b` is no name for a file in a pack"),
        ):
            told = delivered.harness("evidence", *words)

            assert (told.exit_code, why in told.err) == (2, True), told.err


class TestAnAuditor:
    def test_checks_a_pack_without_a_repository(self, delivered: Line, files: dict[str, bytes], tmp_path: Path) -> None:
        """With the key alone."""
        (tmp_path / "ours.pub").write_bytes(files["rules/gate.pem.pub"])

        told = verify(tmp_path, files, tmp_path / "ours.pub")

        assert (told.exit_code, told.err) == (0, "")
        assert f"release {delivered.first} passed\n" in told.out
        assert told.out.endswith(f"all of it holds: {len(files) - 1} files\n")

    def test_does_not_believe_the_key_in_the_pack(self, files: dict[str, bytes], tmp_path: Path) -> None:
        """Whoever makes up a pack brings a key of their own."""
        make_keys(tmp_path / "theirs")

        told = verify(tmp_path, files, tmp_path / "theirs.pub")

        assert told.exit_code == 1
        assert "no signature holds by the key" in told.out

    @pytest.mark.parametrize("sealed", [False, True], ids=["by a byte", "and sealed again"])
    @pytest.mark.parametrize(
        "end", ["/release.json", "/verdict.json", "/attestation.dsse.json", "staging/history.json"]
    )
    def test_finds_what_was_changed(self, files: dict[str, bytes], tmp_path: Path, end: str, *, sealed: bool) -> None:
        """A manifest that fits does not help: signatures, the release's name and the environment's files contradict."""
        (tmp_path / "ours.pub").write_bytes(files["rules/gate.pem.pub"])
        path = named(files, end)
        old = files[path]
        files[path] = _changed(end, old)
        assert files[path] != old

        told = verify(tmp_path, resealed(files) if sealed else files, tmp_path / "ours.pub")

        assert told.exit_code in {1, 2}, told.told
        assert "all of it holds" not in told.out

    @pytest.mark.parametrize(
        ("changing", "why"),
        [
            pytest.param(lambda files: files.pop("README.md"), "README.md is missing", id="missing"),
            pytest.param(
                lambda files: files.update(extra=b""), "extra does not belong to the pack", id="more than was packed"
            ),
        ],
    )
    def test_finds_what_is_missing_or_too_much(
        self, files: dict[str, bytes], tmp_path: Path, changing: Callable[[dict[str, bytes]], object], why: str
    ) -> None:
        """Each by its name."""
        (tmp_path / "ours.pub").write_bytes(files["rules/gate.pem.pub"])
        changing(files)

        told = verify(tmp_path, files, tmp_path / "ours.pub")

        assert (told.exit_code, f"does not hold: {why}\n" in told.out) == (1, True)

    @pytest.mark.parametrize(
        "path",
        [
            "APPROVED.txt",
            "rules/more.md",
            "releases/{release}/report.html",
            "releases/{release}/{verdict}/more/report.html",
            "environments/staging/000000000000.yaml",
            "environments/other/000000000000.yaml",
        ],
    )
    def test_finds_what_has_no_place(self, files: dict[str, bytes], tmp_path: Path, path: str) -> None:
        """Somebody slipped in a file that nothing vouches for, and sealed the pack again."""
        (tmp_path / "ours.pub").write_bytes(files["rules/gate.pem.pub"])
        _, release, verdict, _ = named(files, "/verdict.json").split("/")
        stranger = path.format(release=release, verdict=verdict)

        told = verify(tmp_path, resealed({**files, stranger: b"all is well"}), tmp_path / "ours.pub")

        assert (told.exit_code, f"does not hold: {stranger} has no place in a pack\n" in told.out) == (1, True)

    def test_finds_a_page_that_no_verdict_signed(self, files: dict[str, bytes], tmp_path: Path) -> None:
        """It lies in a folder of its own, beside a verdict on the same release that holds."""
        (tmp_path / "ours.pub").write_bytes(files["rules/gate.pem.pub"])
        page = f"releases/{named(files, '/verdict.json').split('/')[1]}/000000000000/report.html"

        told = verify(tmp_path, resealed({**files, page: b"all is well"}), tmp_path / "ours.pub")

        assert (told.exit_code, f"{page} is not the page that was signed" in told.out) == (1, True)

    @pytest.mark.parametrize("about", ["release/", "sha256:"])
    def test_finds_that_it_is_about_nothing(self, files: dict[str, bytes], tmp_path: Path, about: str) -> None:
        """Every release begins with no digits at all."""
        (tmp_path / "ours.pub").write_bytes(files["rules/gate.pem.pub"])
        manifest = json.dumps({**json.loads(files["manifest.json"]), "about": about}).encode()

        told = verify(tmp_path, resealed({**files, "manifest.json": manifest}), tmp_path / "ours.pub")

        assert (told.exit_code, f"nothing here is about {about}\n" in told.out) == (1, True), told.told

    def test_finds_a_history_that_is_not_the_environments(self, files: dict[str, bytes], tmp_path: Path) -> None:
        """It is of another one, is none, or was left out of a pack that is about it."""
        (tmp_path / "ours.pub").write_bytes(files["rules/gate.pem.pub"])
        path = "environments/staging/history.json"
        manifest = {**json.loads(files["manifest.json"]), "about": "staging"}
        about = {**files, "manifest.json": json.dumps(manifest).encode()}
        left = {path: data for path, data in about.items() if not path.startswith("environments/")}

        for changed, why in (
            ({**about, path: files[path].replace(b'"staging"', b'"other"')}, f"{path} is the history of other"),
            ({**about, path: b"[]"}, f"does not hold: {path}: "),
            (left, "nothing here is about staging"),
        ):
            told = verify(tmp_path, resealed(changed), tmp_path / "ours.pub")

            assert (told.exit_code, why in told.out) == (1, True), told.told

    def test_sees_what_ran_without_a_proof(self, line: Line) -> None:
        """Somebody wrote a release into the file by hand."""
        path = ".github/environments/staging.yaml"
        line.write(path, f"release: sha256:{'0' * 64}\n{line.read(path)}")
        line.commit("by hand")
        line.harness("evidence", "staging", "-o", "../pack.zip")

        told = line.harness("evidence", "--verify", "../pack.zip")

        assert told.exit_code == 1
        assert "staging ran release 000000000000, of which there is no proof here" in told.out

    @pytest.mark.parametrize("data", [b"", b"PK", packed({"a": b""}), packed({"manifest.json": b"{}"})])
    def test_is_told_what_is_no_pack(self, delivered: Line, tmp_path: Path, data: bytes) -> None:
        """Before anything of it is believed."""
        (tmp_path / "pack.zip").write_bytes(data)

        assert delivered.harness("evidence", "--verify", str(tmp_path / "pack.zip")).exit_code == 2

    def test_is_not_led_out_of_a_pack(self, delivered: Line, files: dict[str, bytes], tmp_path: Path) -> None:
        """A name that climbs is no name."""
        files["../out"] = b""

        (tmp_path / "pack.zip").write_bytes(packed(resealed(files)))

        assert delivered.harness("evidence", "--verify", str(tmp_path / "pack.zip")).exit_code == 2


def _changed(end: str, data: bytes) -> bytes:
    """Return a file that says something else, and is still of its kind where that can be."""
    if end.endswith("history.json"):
        history = json.loads(data)
        history["commits"][0]["release"] = ""
        return json.dumps(history).encode()
    at = len(data) // 2
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


class TestAnArchive:
    def test_depends_on_its_files_alone(self) -> None:
        """Not on the time, the order, or how well the machine squeezes."""
        one = packed({"b": b"2", "a": b"1"})

        assert one == packed({"a": b"1", "b": b"2"})
        with zipfile.ZipFile(io.BytesIO(one)) as opened:
            assert [(entry.filename, entry.date_time[0]) for entry in opened.infolist()] == [("a", 1980), ("b", 1980)]
