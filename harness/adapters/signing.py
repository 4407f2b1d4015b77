"""Keys and signatures: ed25519 by `cryptography`, which only those who sign or verify need."""

import base64
import hashlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from harness.core.attestation import Envelope, encoded
from harness.core.errors import ContentError, Origin, UnavailableError, UsageError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

KEY_LIMIT = 10_000
ENVIRONMENT = "HARNESS_SIGNING_KEY"
_MAKE = "make a pair of keys by `harness attest --new-key FILE`"


class PublicKey:
    """A key by which signatures are checked."""

    __slots__ = ("_key", "id")

    def __init__(self, key: "Ed25519PublicKey") -> None:
        """Take a key; its id is the SHA-256 of its DER form."""
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        self._key = key
        self.id = hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()

    def signed(self, envelope: Envelope) -> bool:
        """Return whether one of an envelope's signatures is by this key, over its payload and payload type."""
        from cryptography.exceptions import InvalidSignature

        data = encoded(envelope.payload_type, envelope.payload)
        for signature in envelope.signatures:
            try:
                self._key.verify(signature, data)
            except InvalidSignature:
                continue
            return True
        return False


class PrivateKey:
    """A key that signs; nothing shows what it is made of."""

    __slots__ = ("_key", "public")

    def __init__(self, key: "Ed25519PrivateKey") -> None:
        """Take a key, and keep it to itself."""
        self._key = key
        self.public = PublicKey(key.public_key())

    def sign(self, payload_type: str, payload: bytes) -> bytes:
        """Return the signature of a payload and its type."""
        return self._key.sign(encoded(payload_type, payload))


def as_envelope(payload_type: str, payload: bytes, key: PrivateKey) -> str:
    """Return a payload in an envelope that a key has signed, as JSON."""
    signature = {"keyid": key.public.id, "sig": _text(key.sign(payload_type, payload))}
    data = {"payload": _text(payload), "payloadType": payload_type, "signatures": [signature]}
    return json.dumps(data, indent=1) + "\n"


def read_private(pem: bytes, where: Origin) -> PrivateKey:
    """Return the private key in a PEM text; no error repeats a word of it.

    Raises:
        ContentError: It is none, or not of ed25519.
        UnavailableError: The extra is not installed.
    """
    need_library()
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(pem, None)
    except TypeError:
        raise ContentError("the private key is locked by a password", where=where, hint=_MAKE) from None
    except (ValueError, UnsupportedAlgorithm):
        raise ContentError("not a private key in PEM", where=where, hint=_MAKE) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise ContentError("not an ed25519 key", where=where, hint=_MAKE)
    return PrivateKey(key)


def read_public(pem: bytes, where: Origin) -> PublicKey:
    """Return the public key in a PEM text.

    Raises:
        ContentError: It is none, or not of ed25519.
        UnavailableError: The extra is not installed.
    """
    need_library()
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    if b"PRIVATE KEY" in pem:
        hint = "name the public key beside it, FILE.pub, and keep the private one where it signs"
        raise ContentError("a private key, where a public one is expected", where=where, hint=hint)
    try:
        key = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm):
        raise ContentError("not a public key in PEM", where=where, hint=_MAKE) from None
    if not isinstance(key, Ed25519PublicKey):
        raise ContentError("not an ed25519 key", where=where, hint=_MAKE)
    return PublicKey(key)


def make_keys(path: Path) -> PublicKey:
    """Write a new private key, which its owner alone may read, and beside it the public one as `PATH.pub`.

    Raises:
        UsageError: One of the files is there already.
        UnavailableError: The extra is not installed.
    """
    need_library()
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

    public = path.with_name(f"{path.name}.pub")
    for place in (path, public):
        if place.exists() or place.is_symlink():
            raise UsageError(f"{place} is there already", hint="name another file; a key is never overwritten")
    key = Ed25519PrivateKey.generate()
    _write(path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), 0o600)
    _write(public, key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo), 0o644)
    return PublicKey(key.public_key())


def need_library() -> None:
    """Refuse to go on where nothing can sign or verify.

    Raises:
        UnavailableError: The extra is not installed.
    """
    try:
        import cryptography  # noqa: F401 (whether it is there)
    except ImportError:
        hint = "install `prompt-harness[sign]`"
        raise UnavailableError("signing and verifying need `cryptography`", hint=hint) from None


def _write(path: Path, data: bytes, mode: int) -> None:
    """Write a file that was not there, readable from its first byte on by those who may."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "wb") as stream:
        stream.write(data)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
