"""Which evalsets DVC keeps, and under which hash: `.dvc` files and the outputs in dvc.lock."""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress

from harness.content.yaml_reader import FILE_LIMIT, Document, read_yaml
from harness.core.errors import ContentError, Origin
from harness.core.jsons import Json
from harness.ports import Workspace

LOCK = "dvc.lock"
SUFFIX = ".dvc"
_MD5 = re.compile(r"[0-9a-f]{32}")


def read_dvc_file(data: bytes, path: str) -> str:
    """Return the md5 that a `.dvc` file gives for the file beside it.

    Raises:
        ContentError: It is not the `.dvc` file of exactly that file.
    """
    document = read_yaml(data, path)
    target = path.removesuffix(SUFFIX)
    for out, place in _outs(document, document.value, ()):
        if out.get("path") == target.rsplit("/", 1)[-1]:
            return _md5(out, document.origin(place))
    raise ContentError(f"does not describe `{target}`", where=Origin(path, 1), hint=f"run `dvc add {target}`")


def read_lock(data: bytes, path: str = LOCK) -> dict[str, tuple[str, str]]:
    """Return the md5 and the stage of every output in dvc.lock, by path.

    Raises:
        ContentError: It is not a dvc.lock.
    """
    document = read_yaml(data, path)
    stages = document.value.get("stages") if isinstance(document.value, dict) else None
    if not isinstance(stages, Mapping):
        raise ContentError("has no `stages`", where=Origin(path, 1), hint="run `dvc repro`")
    found: dict[str, tuple[str, str]] = {}
    for name, stage in stages.items():
        if not isinstance(stage, dict):
            raise ContentError(f"the stage `{name}` should be a mapping", where=document.origin(("stages", name)))
        for out, place in _outs(document, stage, ("stages", name)):
            if str(out.get("path", "")).startswith("evalsets/"):
                found[str(out["path"])] = (_md5(out, document.origin(place)), name)
    return found


def kept_by_dvc(workspace: Workspace) -> dict[str, tuple[str, str]]:
    """Return the md5 and the stage, if any, of each evalset that DVC keeps, by path.

    Raises:
        ContentError: dvc.lock or a `.dvc` file is wrong.
    """
    kept: dict[str, tuple[str, str]] = {}
    with suppress(FileNotFoundError):  # a tree without stages has no lock
        kept |= read_lock(workspace.read(LOCK, limit=FILE_LIMIT))
    for path in workspace.paths("evalsets/"):
        if path.endswith(SUFFIX):
            kept[path.removesuffix(SUFFIX)] = (read_dvc_file(workspace.read(path, limit=FILE_LIMIT), path), "")
    return kept


def _outs(
    document: Document, holder: Json, place: tuple[str | int, ...]
) -> Iterator[tuple[dict[str, Json], tuple[str | int, ...]]]:
    outs = holder.get("outs") if isinstance(holder, dict) else None
    if outs is None:
        return
    if not isinstance(outs, list):
        raise ContentError("`outs` should be a list", where=document.origin((*place, "outs")))
    for index, out in enumerate(outs):
        if not isinstance(out, dict) or not isinstance(out.get("path"), str):
            where = document.origin((*place, "outs", index))
            raise ContentError("an output should be a mapping with a `path`", where=where)
        yield out, (*place, "outs", index)


def _md5(out: Mapping[str, Json], where: Origin) -> str:
    md5 = out.get("md5")
    if not isinstance(md5, str) or not _MD5.fullmatch(md5):
        hint = "evalsets are files, not folders" if str(md5).endswith(".dir") else "run `dvc commit` to write it anew"
        raise ContentError("has no md5 of a single file", where=where, hint=hint)
    return md5
