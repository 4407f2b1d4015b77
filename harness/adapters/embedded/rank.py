"""Ranking sentences against a question: stems, rarity, numbers, and a few everyday synonyms."""

import re
from collections.abc import Sequence
from functools import lru_cache
from math import log
from typing import NamedTuple

from harness.adapters.embedded.words import ENDINGS, GROUPS, LETTERS_KEPT, STOP

SENTENCES_LIMIT = 2_000
"""Sentences that are looked at; more are left unread."""

_ABBREVIATION = re.compile(
    r"\b(?:e\.g|i\.e|z\.B|d\.h|ca|bzw|Mr|Mrs|Ms|Dr|No|Nr|Str|St|p\.ej|Sr|Sra|approx|incl|vs|\d{1,2})\.$", re.IGNORECASE
)
"""What ends with a full stop and ends no sentence; a day of the month (`31. Januar`) is one."""
ABBREVIATION_LIMIT = 12
"""Characters at the end of a sentence in which an abbreviation is looked for."""
_ENDS = re.compile(r"(?<=[.!?])[\"')\]]*\s+(?=[\"'(\[A-ZÄÖÜÁÉÍÓÚÑ¿¡0-9])|\n[ \t]*[-*][ \t]+|\n")
_WORD = re.compile(r"[^\W_]+(?:[-'\u2019][^\W_]+)*")
_NUMBER = re.compile(r"\d")

SYNONYM_WEIGHT = 0.4
"""What a shared synonym counts, compared with a shared word."""
NAME_WEIGHT = 0.8
BESIDE_WEIGHT = 0.1
WHOLE_WEIGHT = 0.35
"""What words count that stand only in a document's name, in the sentences beside, or elsewhere in the document."""
NUMBER_WEIGHT = 0.15
"""The bonus, as a share of the question, for a number where the question asks for one."""
STORY_WEIGHT = 0.5
"""What words count that stand in a question's story and not in the sentence that asks."""
UNSEEN_WEIGHT = 0.5
"""What a word that no document has counts, compared with the rarity of those that some have."""
_QUANTITY = re.compile(
    r"\b(?:how (?:many|much|long|old|far|late|soon|often)|when|until|deadline|wie (?:viel|lange|oft|spät)|wann|"
    r"cuánt\w+|cuándo)\b",
    re.IGNORECASE,
)


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """Return a word in lower case without its commonest endings."""
    word = word.replace("\u2019", "'").removesuffix("'s")
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= LETTERS_KEPT:
            return word[: -len(ending)].rstrip("i") if ending in {"ies", "ied"} else word[: -len(ending)]
    return word


_SYNONYM = {stem(word): number for number, group in enumerate(GROUPS) for word in group.split()}


@lru_cache(maxsize=1024)
def sentences(text: str) -> tuple[str, ...]:
    """Return the sentences of a text, in order."""
    found: list[str] = []
    for part in _ENDS.split(text):
        piece = part.strip().lstrip("-*• ").strip()
        if not piece:
            continue
        if found and _ABBREVIATION.search(found[-1][-ABBREVIATION_LIMIT:]):
            found[-1] = f"{found[-1]} {piece}"
        else:
            found.append(piece)
    return tuple(found[:SENTENCES_LIMIT])


@lru_cache(maxsize=2_000)
def stems(text: str) -> frozenset[str]:
    """Return the stems that carry a text's meaning."""
    return frozenset(stem(word) for word in _WORD.findall(text.lower()) if word not in STOP)


@lru_cache(maxsize=2_000)
def terms(text: str) -> frozenset[str]:
    """Return a text's stems, and the synonym groups they are in."""
    found = stems(text)
    return found | {f"~{_SYNONYM[one]}" for one in found if one in _SYNONYM}


class Hit(NamedTuple):
    """A sentence with the document it stands in and how well it matches."""

    document: int
    position: int
    text: str
    score: float
    coverage: float
    """The share of the question's weight that the sentence and its surroundings carry."""


def rank(question: str, texts: Sequence[tuple[str, str]]) -> list[Hit]:
    """Return the sentences of some documents, best first; ties by order.

    A word counts by its rarity among the sentences; words of the sentence that asks count fully, those of the story
    around it half. The rest of a sentence's document, its name and the sentences beside it lend some weight.

    Args:
        question: What is asked.
        texts: Each document's id and text.
    """
    asked = _asked(question)
    rows = [
        (number, place, sentence, terms(sentence))
        for number, (_, text) in enumerate(texts)
        for place, sentence in enumerate(sentences(text))
    ][:SENTENCES_LIMIT]
    if not rows or not asked:
        return []
    seen: dict[str, int] = {}
    for *_, words in rows:
        for word in words:
            if word in asked:
                seen[word] = seen.get(word, 0) + 1
    rarity = {word: log(1 + len(rows) / count) for word, count in seen.items()}
    weight = {word: rarity[word] * asked[word] * (SYNONYM_WEIGHT if word[0] == "~" else 1) for word in seen}
    unseen = UNSEEN_WEIGHT * sum(share for word, share in asked.items() if word not in seen and word[0] != "~")
    total = sum(weight.values()) + unseen
    names = [terms(re.sub(r"[^\w]+", " ", name)) & weight.keys() for name, _ in texts]
    shared = [words & weight.keys() for *_, words in rows]
    whole: list[set[str]] = [set() for _ in texts]
    for (number, *_), mine in zip(rows, shared, strict=True):
        whole[number] |= mine
    wants = _wants_number(question)
    hits: list[Hit] = []
    for index, (number, place, sentence, _) in enumerate(rows):
        mine = shared[index]
        beside = set[str]()
        for near in (index - 1, index + 1):
            if 0 <= near < len(rows) and rows[near][0] == number:
                beside |= shared[near]
        own = sum(weight[word] for word in mine)
        lent = NAME_WEIGHT * sum(weight[word] for word in names[number] - mine)
        lent += BESIDE_WEIGHT * sum(weight[word] for word in beside - mine)
        lent += WHOLE_WEIGHT * sum(weight[word] for word in whole[number] - mine - beside)
        bonus = NUMBER_WEIGHT * total if wants and _NUMBER.search(sentence) and own else 0.0
        score = own + lent + bonus - 0.01 * total * (len(sentence.split()) / 20)
        hits.append(Hit(number, place, sentence, score, (own + lent) / total if own else 0.0))
    return sorted(hits, key=lambda hit: (-hit.score, hit.document, hit.position))


@lru_cache(maxsize=1024)
def _asked(question: str) -> dict[str, float]:
    """Return how much each word of a question counts."""
    parts = sentences(question)
    asking = any("?" in part for part in parts)
    found: dict[str, float] = {}
    for part in parts:
        share = 1.0 if "?" in part or not asking else STORY_WEIGHT
        for word in terms(part):
            found[word] = max(found.get(word, 0.0), share)
    return found


def _wants_number(question: str) -> bool:
    return bool(_QUANTITY.search(question))
