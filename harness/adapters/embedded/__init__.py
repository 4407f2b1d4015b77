"""The embedded reader: answers with no key and no network, by extraction and rules."""

from harness.adapters.embedded.provider import Embedded

__all__ = ["Embedded"]
