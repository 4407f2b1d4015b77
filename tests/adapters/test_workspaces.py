"""A folder and a commit, read alike: plain files below one root, and nothing else."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.adapters.folder import Folder
from harness.adapters.git import Git
from harness.core.errors import ContentError, UnavailableError, UsageError
from harness.ports import Workspace
from tests.scenarios.scratch import Scratch

Opened = Callable[[], Workspace]


@pytest.fixture
def scratch(tmp_path: Path) -> Scratch:
    """Return a repository of a few files."""
    made = Scratch(tmp_path / "repository")
    made.root.mkdir()
    made.git("init", "-q", "-b", "main")
    for path, text in {"prompts/a.yml": "a", "prompts/sub/b.yml": "bb", "prompts/.hidden": "h", "evals/c": "c"}.items():
        made.write(path, text)
    made.commit()
    return made


@pytest.fixture(params=["folder", "commit"])
def opened(request: pytest.FixtureRequest, scratch: Scratch) -> Opened:
    """Return what opens the repository as it is now, as a folder or as a commit."""

    def as_folder() -> Workspace:
        return Folder(scratch.root)

    def as_commit() -> Workspace:
        scratch.commit()
        return Git(scratch.root).tree("HEAD", "HEAD")

    return as_folder if request.param == "folder" else as_commit


class TestAWorkspace:
    def test_lists_what_is_below_a_folder(self, opened: Opened) -> None:
        """Sorted, by the path from the root; hidden files and editors' copies are nobody's content."""
        tree = opened()

        assert list(tree.paths("prompts/")) == ["prompts/a.yml", "prompts/sub/b.yml"]
        assert list(tree.paths("nothing/")) == []

    def test_reads_bytes_within_a_limit(self, opened: Opened) -> None:
        """A file that is too long is refused before it is held."""
        tree = opened()

        assert tree.read("prompts/sub/b.yml", limit=2) == b"bb"
        with pytest.raises(ContentError, match="longer than 1 bytes"):
            tree.read("prompts/sub/b.yml", limit=1)
        with tree.open("prompts/a.yml") as stream:
            assert stream.read() == b"a"

    def test_has_gits_name_for_a_files_bytes(self, opened: Opened, scratch: Scratch) -> None:
        """Equal names prove equal bytes, across both kinds of tree."""
        assert opened().fingerprint("prompts/a.yml") == scratch.git("hash-object", "prompts/a.yml")
        assert opened().fingerprint("prompts/none.yml") == ""

    @pytest.mark.parametrize("verb", ["read", "open"])
    def test_knows_when_there_is_no_such_file(self, opened: Opened, verb: str) -> None:
        """Callers decide what that means."""
        tree = opened()

        with pytest.raises(FileNotFoundError):
            tree.read("prompts/none.yml", limit=9) if verb == "read" else tree.open("prompts/none.yml")

    @pytest.mark.parametrize("target", ["a.yml", "/etc/passwd", "../../outside"])
    def test_follows_no_symbolic_link(self, opened: Opened, scratch: Scratch, target: str) -> None:
        """Neither out of the tree nor within it: a link's bytes are not where its name is."""
        (scratch.root / "prompts/link.yml").symlink_to(target)
        tree = opened()

        with pytest.raises(ContentError, match=r"prompts/link\.yml: a symbolic link"):
            tree.paths("prompts/")

    def test_opens_no_file_behind_a_linked_folder(self, opened: Opened, scratch: Scratch, tmp_path: Path) -> None:
        """The folder itself may be the way out."""
        (tmp_path / "outside").mkdir()
        (tmp_path / "outside/x.yml").write_text("secret")
        (scratch.root / "linked").symlink_to(tmp_path / "outside")
        tree = opened()

        with pytest.raises((ContentError, FileNotFoundError)):
            tree.read("linked/x.yml", limit=99)

    def test_refuses_a_folder_that_is_a_link(self, opened: Opened, scratch: Scratch) -> None:
        """Its files have other names in the other tree, or none."""
        scratch.move("prompts", "real")
        (scratch.root / "prompts").symlink_to("real")
        tree = opened()

        with pytest.raises(ContentError, match="prompts: a symbolic link"):
            tree.paths("prompts/")
        with pytest.raises((ContentError, FileNotFoundError)):
            tree.read("prompts/a.yml", limit=9)

    def test_says_when_a_file_stands_where_a_folder_should(self, opened: Opened, scratch: Scratch) -> None:
        """A file called `evalsets`."""
        scratch.write("evalsets", "x")
        tree = opened()

        with pytest.raises(ContentError, match="evalsets: a folder is expected here"):
            tree.paths("evalsets/")

    def test_refuses_a_name_that_is_no_text(self, opened: Opened, scratch: Scratch) -> None:
        """A file's name is bytes, and a report could not name this one."""
        Path(os.fsdecode(os.fsencode(scratch.root) + b"/prompts/\xff.yml")).touch()
        tree = opened()

        with pytest.raises(ContentError) as found:
            tree.paths("prompts/")

        assert str(found.value) == "error: prompts/\\xff.yml: its name is not UTF-8\n\nhint: rename it"

    def test_refuses_a_submodule(self, opened: Opened, scratch: Scratch) -> None:
        """Its files are another repository's."""
        module = Scratch(scratch.root / "prompts/module")
        module.write("a.yml", "a")
        module.git("init", "-q")
        module.commit()
        tree = opened()

        with pytest.raises(ContentError, match="prompts/module: not a plain file"):
            tree.paths("prompts/")


class TestAFolder:
    @pytest.mark.timeout(10)
    def test_does_not_wait_for_a_pipe(self, scratch: Scratch) -> None:
        """A FIFO would hold the gate for ever."""
        os.mkfifo(scratch.root / "prompts/pipe.yml")

        with pytest.raises(ContentError, match="not a plain file"):
            Folder(scratch.root).read("prompts/pipe.yml", limit=9)

    def test_reads_nothing_outside(self, scratch: Scratch, tmp_path: Path) -> None:
        """`..` in a path is a way out."""
        (tmp_path / "secret").write_text("s")

        with pytest.raises(ContentError, match="leads out of the repository"):
            Folder(scratch.root).read("../secret", limit=9)

    def test_says_when_a_file_is_a_folder(self, scratch: Scratch) -> None:
        """A folder called `params.yaml`."""
        (scratch.root / "params.yaml").mkdir()

        with pytest.raises(ContentError):
            Folder(scratch.root).read("params.yaml", limit=9)


class TestGit:
    def test_is_unavailable_where_it_is_not_installed(self, scratch: Scratch, monkeypatch: pytest.MonkeyPatch) -> None:
        """Exit 4, with what to do."""
        monkeypatch.setenv("PATH", "/nowhere")

        with pytest.raises(UnavailableError, match="git is not available"):
            Git(scratch.root).top()

    def test_is_unavailable_where_it_fails(self, scratch: Scratch) -> None:
        """In its own words."""
        with pytest.raises(UnavailableError, match="git ls-tree failed: fatal: "):
            Git(scratch.root).tree("none", "none")

    def test_takes_no_option_for_a_ref(self, scratch: Scratch) -> None:
        """`--against=--output=x` would be a way to write files."""
        with pytest.raises(UsageError, match="`--output=x` is not a ref"):
            Git(scratch.root).commit("--output=x")

    def test_asks_the_repository_of_its_folder_inside_of_anothers_hook(
        self, scratch: Scratch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A drill that a hook starts would else commit its faults to the repository that is being committed to."""
        monkeypatch.setenv("GIT_DIR", str(scratch.root / ".git"))
        monkeypatch.setenv("GIT_INDEX_FILE", str(scratch.root / ".git/index"))

        Git(tmp_path).run("init", "--quiet")

        assert Git(tmp_path).top() == tmp_path
        assert not Git(tmp_path).commit("HEAD")

    def test_says_when_an_object_is_missing(self, scratch: Scratch, tmp_path: Path) -> None:
        """A partial clone without its remote."""
        origin = f"file://{scratch.root}"
        scratch.git("config", "uploadpack.allowFilter", "true")
        clone = tmp_path / "clone"
        subprocess.run(["git", "clone", "-q", "--filter=blob:none", "--no-checkout", origin, str(clone)], check=True)
        scratch.root.rename(tmp_path / "gone")

        with pytest.raises(UnavailableError, match=r"git object [0-9a-f]{40} is missing"):
            Git(clone).tree("HEAD", "HEAD").read("prompts/a.yml", limit=9)

    @pytest.mark.parametrize("name", [b"\xff", b"space ", b"line\n", " ä".encode()])
    def test_finds_its_top_whatever_it_is_called(self, scratch: Scratch, name: bytes) -> None:
        """A folder's name is bytes, and may end in a blank."""
        root = Path(os.fsdecode(os.fsencode(scratch.root.parent) + b"/" + name))
        scratch.root.rename(root)

        assert Git(root / "prompts").top() == root
