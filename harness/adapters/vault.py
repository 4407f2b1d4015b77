"""Data kept by DVC: the file in the working tree, else DVC's cache, else its remote, always by hash."""

import hashlib
import os
from pathlib import Path
from typing import BinaryIO

from harness.core.errors import ContentError, Origin, UnavailableError


class DvcVault:
    """See `ports.Vault`."""

    def __init__(self, root: Path) -> None:
        """Name the repository; nothing is read yet, and DVC is imported only to reach a remote."""
        self._root = root

    def open(self, md5: str, path: str, *, stage: str, edited: bool) -> BinaryIO:
        """Open data by hash; see `ports.Vault`."""
        place = self._root / path
        if (place.is_file() and not place.is_symlink()) or _links_into_cache(place, self._cache()):
            if _md5(place) == md5:
                return place.open("rb")
            if edited:
                how = f"dvc commit {stage}" if stage else f"dvc add {path}"
                raise ContentError("differs from the hash that DVC keeps", where=Origin(path), hint=f"run `{how}`")
        kept = self._cache() / md5[:2] / md5[2:]
        if not kept.is_file():
            self._fetch(md5, path, stage, kept)
        if _md5(kept) != md5:
            raise ContentError(
                "is damaged in DVC's cache", where=Origin(path), hint=f"delete {kept} and {_how(path, stage)}"
            )
        return kept.open("rb")

    def _cache(self) -> Path:
        """Return the folder of DVC's cache for plain md5, as its configuration says."""
        from configparser import ConfigParser

        base = self._root / ".dvc" / "cache"
        for name in ("config", "config.local"):
            config = ConfigParser(interpolation=None)
            config.read(self._root / ".dvc" / name, encoding="utf-8")
            if told := config.get("cache", "dir", fallback=""):
                base = (self._root / ".dvc" / told).resolve()
        return base / "files" / "md5"

    def _fetch(self, md5: str, path: str, stage: str, kept: Path) -> None:
        """Bring data from the default remote into the cache."""
        missing = ContentError("its data are missing", where=Origin(path), hint=_how(path, stage))
        if not (self._root / ".dvc").is_dir():
            raise missing
        try:
            from dvc.repo import Repo
        except ImportError:
            hint = f'pip install "prompt-harness[dvc]", then {_how(path, stage)}'
            raise ContentError("its data are missing", where=Origin(path), hint=hint) from None
        from dvc.config import NoRemoteError
        from dvc.exceptions import DvcException

        partial = kept.with_name(f"{kept.name}.{os.getpid()}.part")
        try:
            with Repo(str(self._root)) as repo:
                remote = repo.cloud.get_remote_odb(hash_name="md5")
                kept.parent.mkdir(parents=True, exist_ok=True)
                remote.fs.get_file(remote.oid_to_path(md5), str(partial))
        except (NoRemoteError, FileNotFoundError):
            raise missing from None
        except (DvcException, OSError) as error:
            hint = f"check the remote, or {_how(path, stage)}"
            raise UnavailableError(f"DVC's remote did not answer: {error}", where=Origin(path), hint=hint) from None
        partial.replace(kept)


def _how(path: str, stage: str) -> str:
    return f"run `dvc repro {stage}` or `dvc pull`" if stage else f"run `dvc pull {path}`"


def _links_into_cache(place: Path, cache: Path) -> bool:
    """Return whether a file is one of DVC's own links."""
    return place.is_symlink() and place.resolve().is_relative_to(cache.resolve())


def _md5(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
