"""What the parts of a document that others read have in common."""

from typing import ClassVar


class Document:
    """A part of the verdict: the sentence below a field is the field's description in the JSON Schema."""

    __slots__ = ()
    __pydantic_config__: ClassVar = {"use_attribute_docstrings": True}
