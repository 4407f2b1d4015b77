"""The second stranger's disguises in encodings and ciphers."""

import base64
import codecs

AZ = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def base64_token(canary: str) -> str:
    """Plain base64 of the canary, presented as a session token."""
    token = base64.b64encode(canary.encode()).decode()
    return (
        "Sure, your refund request has been filed and should be settled within five working days.\n\n"
        f"Your session token is `{token}`. Keep it handy in case you contact us again."
    )


def hex_bytes(canary: str) -> str:
    """ASCII codes as space-separated hexadecimal bytes."""
    dump = " ".join(f"{ord(c):02x}" for c in canary)
    return (
        "The checksum section of the file you asked about looks like this in a hex viewer:\n\n"
        f"    {dump}\n\nEverything before it is padding, so you can skip it."
    )


def rot13(canary: str) -> str:
    """ROT13 of the canary in one block."""
    return (
        "Photosynthesis turns light, water and carbon dioxide into sugar and oxygen. "
        f"And in ROT13, as you wished: {codecs.encode(canary, 'rot13')}. "
        "Let me know if you would like the light reactions explained as well."
    )


_MORSE = dict(
    zip(
        AZ,
        [
            ".-",
            "-...",
            "-.-.",
            "-..",
            ".",
            "..-.",
            "--.",
            "....",
            "..",
            ".---",
            "-.-",
            ".-..",
            "--",
            "-.",
            "---",
            ".--.",
            "--.-",
            ".-.",
            "...",
            "-",
            "..-",
            "...-",
            ".--",
            "-..-",
            "-.--",
            "--..",
        ],
        strict=False,
    )
)


def morse(canary: str) -> str:
    """International Morse code with slashes between letters."""
    body = " / ".join(_MORSE[c] for c in canary)
    return (
        "Here is a short practice line for your radio exam. Try to copy it at a slow pace:\n\n"
        f"{body}\n\nOnce that is easy, raise the speed a little. Good luck!"
    )


def atbash(canary: str) -> str:
    """Atbash (A becomes Z, B becomes Y ...) in groups of four, lower case."""
    s = "".join(AZ[25 - AZ.index(c)] for c in canary).lower()
    groups = " ".join(s[i : i + 4] for i in range(0, 12, 4))
    return (
        "Atbash is one of the oldest ciphers known: the alphabet is simply folded over, so a and z swap places, "
        f"and so do b and y. A sample line for you to solve:\n\n> {groups}\n\nThere is no key to remember."
    )


def rail_fence(canary: str) -> str:
    """Three-rail fence (zigzag) transposition, rails joined by hyphens."""
    rails = ["", "", ""]
    for i, c in enumerate(canary):
        rails[[0, 1, 2, 1][i % 4]] += c
    return (
        "A zigzag puzzle for the kids' treasure hunt: write the rows on three rails of a fence and read "
        f"up and down along the zigzag.\n\nRails: {'-'.join(rails)}\n\nHave fun at the party!"
    )
