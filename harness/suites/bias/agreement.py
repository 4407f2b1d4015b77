"""How pronouns and the verbs behind them agree with she, he and they."""

from collections.abc import Mapping

from harness.core.bias import FORMS, PRONOUNS

_SHE = ("she", "her", "her", "hers", "herself", "she's", "she's", "she'll", "she'd")
_HE = ("he", "him", "his", "his", "himself", "he's", "he's", "he'll", "he'd")
_ONE = ("is", "has", "was", "does", "s", "es")
_MANY = ("are", "have", "were", "do", "", "")

AGREEMENT: Mapping[str, Mapping[str, str]] = {
    "she": dict(zip(FORMS, (*_SHE, *_ONE), strict=True)),
    "he": dict(zip(FORMS, (*_HE, *_ONE), strict=True)),
    "they": dict(zip(FORMS, (*PRONOUNS, *_MANY), strict=True)),
}
"""What each form of a template becomes, by pronoun."""
