"""Keys and envelopes, held against another library's reading of the same formats."""

import base64
import hashlib
import json
import stat
from contextlib import suppress
from importlib import import_module
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_public_key,
)
from hypothesis import given
from hypothesis import strategies as st
from securesystemslib.dsse import Envelope as OtherEnvelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer._key import Key

from harness.adapters.signing import PrivateKey, PublicKey, as_envelope, make_keys, read_private, read_public
from harness.content.attestations import read_envelope
from harness.core.attestation import PAYLOAD_TYPE, Envelope, encoded
from harness.core.errors import ContentError, Origin, UsageError

REFERENCE = import_module("securesystemslib._vendor.ed25519.ed25519")
"""The published reference code of ed25519: arithmetic on Python's integers."""
SIGNER = import_module("securesystemslib.signer")

type Private = ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

HERE = Origin("k")
SEED = bytes(range(32))
ORDER = 2**252 + 27742317777372353535851937790883648493
"""Of the group in which ed25519 computes."""


def pem(key: Private, password: bytes = b"") -> bytes:
    """Return a private key of any kind in PEM."""
    lock = BestAvailableEncryption(password) if password else NoEncryption()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock)


def public_pem(key: Private) -> bytes:
    """Return the public half of a key of any kind in PEM."""
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


RAW = ed25519.Ed25519PrivateKey.from_private_bytes(SEED)
OURS = PrivateKey(RAW)
OTHERS = PrivateKey(ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32)))


def theirs(key: PublicKey, raw: ed25519.Ed25519PrivateKey = RAW) -> Key:
    """Return our key as the other library sees it."""
    made: Key = SIGNER.SSlibKey.from_crypto(raw.public_key(), keyid=key.id)
    return made


class TestAnEnvelope:
    @given(st.binary())
    def test_holds_for_another_library(self, payload: bytes) -> None:
        """Who verifies need not trust our code."""
        made = OtherEnvelope.from_dict(json.loads(as_envelope(PAYLOAD_TYPE, payload, OURS)))

        assert (made.payload, made.payload_type) == (payload, PAYLOAD_TYPE)
        assert made.verify([theirs(OURS.public)], 1)
        with pytest.raises(VerificationError):
            OtherEnvelope(payload + b" ", PAYLOAD_TYPE, made.signatures).verify([theirs(OURS.public)], 1)

    @given(st.binary())
    def test_of_another_library_holds_for_us(self, payload: bytes) -> None:
        """Its key ids are made in another way, and prove nothing either way."""
        made = OtherEnvelope(payload, PAYLOAD_TYPE, {})
        made.sign(SIGNER.CryptoSigner(RAW))
        read = read_envelope(json.dumps(made.to_dict()).encode(), "x")

        assert read.payload == payload
        assert OURS.public.signed(read)
        assert not OTHERS.public.signed(read)

    def test_holds_without_any_library(self) -> None:
        """By the reference code, which shares nothing with OpenSSL."""
        signature = OURS.sign(PAYLOAD_TYPE, b"hello")
        public = RAW.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

        REFERENCE.checkvalid(signature, encoded(PAYLOAD_TYPE, b"hello"), public)
        with pytest.raises(REFERENCE.SignatureMismatch):
            REFERENCE.checkvalid(signature, encoded(PAYLOAD_TYPE, b"hellO"), public)

    def test_is_the_same_each_time(self) -> None:
        """Ed25519 rolls no dice."""
        assert as_envelope(PAYLOAD_TYPE, b"x", OURS) == as_envelope(PAYLOAD_TYPE, b"x", OURS)


class TestASignature:
    @given(st.integers(0, 511), st.binary(max_size=40))
    def test_with_one_bit_changed_does_not_hold(self, bit: int, payload: bytes) -> None:
        """Wherever the bit is."""
        signature = bytearray(OURS.sign(PAYLOAD_TYPE, payload))
        signature[bit // 8] ^= 1 << bit % 8

        assert not OURS.public.signed(Envelope(PAYLOAD_TYPE, payload, (bytes(signature),)))

    @given(st.binary(max_size=100))
    def test_made_up_does_not_hold(self, signature: bytes) -> None:
        """Of any length, and no exception either."""
        assert not OURS.public.signed(Envelope(PAYLOAD_TYPE, b"x", (signature,)))

    def test_has_no_second_spelling(self) -> None:
        """Adding the group's order to its second half gives the same equation, and is refused."""
        signature = OURS.sign(PAYLOAD_TYPE, b"x")
        again = (int.from_bytes(signature[32:], "little") + ORDER).to_bytes(32, "little")

        assert not OURS.public.signed(Envelope(PAYLOAD_TYPE, b"x", (signature[:32] + again,)))

    def test_over_another_type_does_not_hold(self) -> None:
        """The type is signed with the payload."""
        signature = OURS.sign("application/json", b"{}")

        assert not OURS.public.signed(Envelope(PAYLOAD_TYPE, b"{}", (signature,)))

    def test_of_ours_among_others_holds(self) -> None:
        """Several may sign; one key is asked for."""
        both = tuple(key.sign(PAYLOAD_TYPE, b"x") for key in (OTHERS, OURS))

        assert OURS.public.signed(Envelope(PAYLOAD_TYPE, b"x", both))
        assert not OURS.public.signed(Envelope(PAYLOAD_TYPE, b"x", both[:1]))


class TestAKey:
    def test_is_made_for_its_owner_alone(self, tmp_path: Path) -> None:
        """And read back by both of its files."""
        made = make_keys(tmp_path / "gate.pem")
        private = read_private((tmp_path / "gate.pem").read_bytes(), HERE)
        public = read_public((tmp_path / "gate.pem.pub").read_bytes(), HERE)

        assert stat.S_IMODE((tmp_path / "gate.pem").stat().st_mode) == 0o600
        assert made.id == private.public.id == public.id
        assert public.signed(Envelope("t", b"x", (private.sign("t", b"x"),)))

    def test_is_named_by_the_digest_of_its_der_form(self, tmp_path: Path) -> None:
        """As `openssl pkey -pubin -outform DER | sha256sum` prints it; the DER form is the PEM's own base64."""
        made = make_keys(tmp_path / "k")
        lines = (tmp_path / "k.pub").read_text().splitlines()
        assert made.id == hashlib.sha256(base64.b64decode("".join(lines[1:-1]))).hexdigest()

    @pytest.mark.parametrize("there", ["k", "k.pub"])
    def test_is_never_overwritten(self, tmp_path: Path, there: str) -> None:
        """What it signed could not be verified any more."""
        (tmp_path / there).write_text("mine")

        with pytest.raises(UsageError, match="is there already"):
            make_keys(tmp_path / "k")
        assert [path.name for path in tmp_path.iterdir()] == [there]

    @pytest.mark.parametrize(
        ("data", "told"),
        [
            (b"", "not a private key in PEM"),
            (b"-----BEGIN PRIVATE KEY-----\nc2VjcmV0LXdvcmRz\n-----END PRIVATE KEY-----\n", "not a private key in PEM"),
            (public_pem(RAW), "not a private key in PEM"),
            (pem(RAW, b"secret-words"), "the private key is locked by a password"),
            (pem(ec.generate_private_key(ec.SECP256R1())), "not an ed25519 key"),
            (pem(rsa.generate_private_key(65537, 2048)), "not an ed25519 key"),
        ],
    )
    def test_that_cannot_sign_is_refused_in_a_sentence(self, data: bytes, told: str) -> None:
        """Which says nothing of what it is made of."""
        with pytest.raises(ContentError) as caught:
            read_private(data, HERE)

        assert caught.value.what == told
        assert caught.value.__context__ is None or caught.value.__suppress_context__

    @pytest.mark.parametrize(
        ("data", "told"),
        [
            (b"\x00\xff", "not a public key in PEM"),
            (pem(RAW), "a private key, where a public one is expected"),
            (public_pem(ec.generate_private_key(ec.SECP256R1())), "not an ed25519 key"),
        ],
    )
    def test_that_cannot_verify_is_refused_in_a_sentence(self, data: bytes, told: str) -> None:
        """A private key at the place where one verifies is an accident to tell of."""
        with pytest.raises(ContentError) as caught:
            read_public(data, HERE)

        assert caught.value.what == told

    @given(st.binary(), st.integers(0, 200))
    def test_that_is_damaged_is_read_or_refused(self, noise: bytes, place: int) -> None:
        """Never an exception of the library's own."""
        good = pem(RAW)
        for data in (noise, good[:place] + noise + good[place:], good[:place]):
            for read in (read_private, read_public):
                with suppress(ContentError):
                    read(data, HERE)

    def test_shows_nothing_of_itself(self) -> None:
        """In a traceback, a log or a list."""
        shown = f"{OURS!r} {OURS} {vars(type(OURS)).get('__dict__')}"

        assert base64.b64encode(SEED).decode() not in shown
        assert SEED.hex() not in shown
        assert pem(RAW).decode().splitlines()[1] not in shown

    def test_reads_what_others_make(self) -> None:
        """Trailing text after the PEM block is theirs."""
        assert isinstance(load_pem_public_key(public_pem(RAW)), ed25519.Ed25519PublicKey)
        assert read_public(public_pem(RAW) + b"\ncomment\n", HERE).id == OURS.public.id
