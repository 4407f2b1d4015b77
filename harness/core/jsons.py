"""The type of a JSON value, as every reader and scorer sees it."""

type Json = bool | int | float | str | list[Json] | dict[str, Json] | None
