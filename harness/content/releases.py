"""`release.json`: bytes to a release."""

from harness.content.records import build
from harness.core.digest import DECIMAL, is_decimal
from harness.core.errors import ContentError, Origin
from harness.core.json_reader import NotJsonError, read_json
from harness.core.jsons import Json
from harness.core.release import SCHEMA, Release

DEEPEST = 64


def read_release(data: bytes, path: str) -> Release:
    """Return the release in a file.

    Raises:
        ContentError: It is none of this harness.
    """
    where = Origin(path)
    try:
        said = _with_decimals(read_json(data.decode(), deepest=DEEPEST, written=True))
    except (NotJsonError, UnicodeDecodeError) as error:
        raise ContentError(f"not a release: {error}", where=where) from None
    found = build(Release, said, lambda _place: where)
    if found.schema != SCHEMA or found.text.encode() != data:
        raise ContentError("not a release of this harness", where=where, hint="make it again by `harness release`")
    return found


def _with_decimals(value: Json) -> Json:
    """Return a value with its fractions as numbers; see `core.digest.canonical`."""
    if isinstance(value, list):
        return [_with_decimals(item) for item in value]
    if not isinstance(value, dict):
        return value
    within = value.get(DECIMAL)
    if is_decimal(value):
        return float(str(within))
    if len(value) == 1 and isinstance(within, float):
        return {DECIMAL: repr(within)}
    return {key: _with_decimals(item) for key, item in value.items()}
