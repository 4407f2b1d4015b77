"""Data kept by DVC: the file in the working tree, else DVC's cache, else its remote, always by hash."""

import hashlib
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from harness.core.errors import ContentError, Origin, UnavailableError
from harness.core.plugins import blamed

if TYPE_CHECKING:
    from io import BufferedReader


class DvcVault:
    """See `ports.Vault`."""

    def __init__(self, root: Path) -> None:
        """Name the repository; nothing is read yet, and DVC is imported only to reach a remote."""
        self._root = root

    def open(self, md5: str, path: str, *, stage: str, edited: bool) -> BinaryIO:
        """Open data by hash; see `ports.Vault`."""
        place, cache = self._root / path, _cache(self._root)
        if (place.is_file() and not place.is_symlink()) or leads_into_cache(self._root, path):
            if stream := checked(place.open("rb"), md5):
                return stream
            if edited:
                how = f"dvc commit {stage}" if stage else f"dvc add {path}"
                raise ContentError("differs from the hash that DVC keeps", where=Origin(path), hint=f"run `{how}`")
        kept = cache / md5[:2] / md5[2:]
        if not kept.is_file():
            self._fetch(md5, path, stage, kept)
        if stream := checked(kept.open("rb"), md5):
            return stream
        hint = f"delete {kept} and {_how(path, stage)}"
        raise ContentError("is damaged in DVC's cache", where=Origin(path), hint=hint)

    def _fetch(self, md5: str, path: str, stage: str, kept: Path) -> None:
        """Bring data from the default remote into the cache."""
        where, how = Origin(path), _how(path, stage)
        if not (self._root / ".dvc").is_dir():
            raise ContentError("its data are missing", where=where, hint=how)
        kept.parent.mkdir(parents=True, exist_ok=True)
        partial = kept.with_name(f"{kept.name}.{os.getpid()}.part")
        hint = f"check the remote (`dvc remote list`), or {how}"
        try:
            with blamed(
                lambda cause: UnavailableError(f"DVC's remote did not answer: {cause}", where=where, hint=hint)
            ):
                reason = self._download(md5, partial)
            if not partial.exists():
                raise ContentError("its data are missing", where=where, hint=f"{reason}{how}")
            if not (stream := checked(partial.open("rb"), md5)):
                raise ContentError("is damaged in DVC's remote", where=where, hint=f"`dvc push` it anew, or {how}")
            stream.close()
            partial.chmod(0o444)  # as DVC protects its cache
            partial.replace(kept)
        finally:
            partial.unlink(missing_ok=True)

    def _download(self, md5: str, partial: Path) -> str:
        """Copy data from the default remote to a file; return what to do first when this installation cannot."""
        try:
            from dvc.config import NoRemoteError
            from dvc.repo import Repo
        except ImportError:
            return '`pip install "prompt-harness[dvc]"`, then '
        with suppress(NoRemoteError, FileNotFoundError), Repo(str(self._root)) as repo:
            remote = repo.cloud.get_remote_odb(hash_name="md5")
            remote.fs.get_file(remote.oid_to_path(md5), str(partial))
        return ""


def _how(path: str, stage: str) -> str:
    return f"run `dvc repro {stage}` or `dvc pull`" if stage else f"run `dvc pull {path}`"


def leads_into_cache(root: Path, path: str) -> bool:
    """Return whether a file is one of DVC's own links, which it makes with `cache.type symlink`."""
    place = root / path
    return place.is_symlink() and place.resolve().is_relative_to(_cache(root).resolve())


def _cache(root: Path) -> Path:
    """Return the folder of DVC's cache for plain md5, as its configuration says."""
    from configparser import ConfigParser, Error

    base = root / ".dvc" / "cache"
    for name in ("config", "config.local"):
        config = ConfigParser(interpolation=None)
        try:
            config.read(root / ".dvc" / name, encoding="utf-8")
        except (Error, UnicodeDecodeError):
            raise ContentError("cannot be read", where=Origin(f".dvc/{name}"), hint="run `dvc config -l`") from None
        if told := config.get("cache", "dir", fallback=""):
            base = (root / ".dvc" / told).resolve()
    return base / "files" / "md5"


def checked(stream: BinaryIO, md5: str) -> BinaryIO | None:
    """Return a stream of bytes that have this md5, or close it and return None when they have another."""
    if (
        hashlib.file_digest(cast("BufferedReader", stream), lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
        == md5
    ):
        stream.seek(0)
        return stream
    stream.close()
    return None
