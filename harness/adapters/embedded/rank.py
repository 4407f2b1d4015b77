"""Ranking sentences against a question: stems, rarity, numbers, and a few everyday synonyms."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log

SENTENCES_LIMIT = 2_000
"""Sentences that are looked at; more are left unread."""

_ABBREVIATION = re.compile(r"\b(?:e\.g|i\.e|z\.B|d\.h|ca|bzw|Mr|Mrs|Dr|No|Nr|Str|St|p\.ej|Sr|Sra|approx|incl|etc|vs)\.$", re.IGNORECASE)
_ENDS = re.compile(r"(?<=[.!?])[\"')\]]*\s+(?=[\"'(\[A-ZÄÖÜÁÉÍÓÚÑ¿¡0-9])|\n\s*\n|\n\s*[-*]\s+|\n")
_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_NUMBER = re.compile(r"\d")
SYNONYM_WEIGHT = 0.7
NAME_WEIGHT = 0.5
BESIDE_WEIGHT = 0.35
WHOLE_WEIGHT = 0.35
NUMBER_WEIGHT = 0.15
RARITY_POWER = 1.0
STORY_WEIGHT = 0.5
UNSEEN_WEIGHT = 0.8
"""What a word that no document has counts, compared with the rarity of those that some have."""
_QUANTITY = re.compile(
    r"\b(?:how (?:many|much|long|old|far|late|soon|often)|when|until|deadline|wie (?:viel|lange|oft|spät)|wann|bis wann|"
    r"cuánt\w+|cuándo)\b",
    re.IGNORECASE,
)
STOP = frozenset(
    (
        "a an and are as at be been but by can could did do does for from had has have how i if in into is it its me my "
        "no not of on or our shall should so that the their them then there they this to up was we were what when where "
        "which who why will with would you your am any about just also get got still please thanks hi hello "
        "der die das den dem des ein eine einen einem einer und oder ist sind war wird werden kann können ich wir sie es "
        "mein meine meinen mir mich für von zu zum zur im in am an auf aus bei mit nach nicht noch auch wie was wann wo "
        "wer wenn dass ob habe hat haben bitte ihr ihre bis um als "
        "el la los las un una unos unas y o de del al en con por para que qué cómo cuándo dónde cuánto es son está están "
        "ser mi mis me se su sus lo le no si sí puedo puede hay he ha tengo tiene cuál"
    ).split()
)
_ENDINGS = ("ationen", "ations", "ation", "ungen", "aciones", "ación", "ings", "ing", "edly", "ied", "ies", "ed", "es",
            "ung", "en", "er", "em", "ern", "s", "e", "a", "o", "os", "as", "n", "ly", "ment")
_GROUPS = (
    "cost price charge fee pay much kostet kosten preis gebühr cuesta costo precio tarifa",
    "open hour opening öffnungszeit geöffnet abierto horario",
    "return send back zurückgeben zurücksenden rückgabe retoure devolver devolución",
    "refund money back reimburse erstatten erstattung rückerstattung reembolso reembolsar",
    "deliver delivery ship arrive shipping lieferung liefern versand envío enviar entrega entregar",
    "day long period deadline within tag frist lange día plazo tiempo",
    "break broken damage defect faulty crack defekt kaputt beschädigt roto dañado defectuoso",
    "warranty guarantee garantie gewährleistung garantía",
    "renew extend prolong verlängern renovar prolongar",
    "cancel stornieren kündigen cancelar anular",
    "wash clean washing waschen reinigen lavar limpiar",
    "expire valid validity gültig ablaufen caducar válido",
    "exchange swap tauschen umtauschen cambiar cambio",
)


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Return a word without its commonest endings."""
    word = word.lower().replace("’", "'").removesuffix("'s")
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)].rstrip("i") if ending in {"ies", "ied"} else word[: -len(ending)]
    return word


_SYNONYM = {stem(word): number for number, group in enumerate(_GROUPS) for word in group.split()}


@lru_cache(maxsize=4096)
def sentences(text: str) -> tuple[str, ...]:
    """Return the sentences of a text, in order."""
    found: list[str] = []
    for piece in _ENDS.split(text):
        piece = piece.strip().lstrip("-*• ").strip()
        if not piece:
            continue
        if found and _ABBREVIATION.search(found[-1]):
            found[-1] = f"{found[-1]} {piece}"
        else:
            found.append(piece)
    return tuple(found[:SENTENCES_LIMIT])


@lru_cache(maxsize=20_000)
def terms(text: str) -> frozenset[str]:
    """Return the stems that carry a text's meaning, and the synonym groups they are in."""
    words = [word for word in _WORD.findall(text) if word.lower() not in STOP]
    stems = {stem(word) for word in words}
    return frozenset(stems | {f"~{_SYNONYM[one]}" for one in stems if one in _SYNONYM})


@dataclass(frozen=True, slots=True)
class Hit:
    """A sentence with the document it stands in and how well it matches."""

    document: int
    position: int
    text: str
    score: float
    coverage: float
    """The share of the question's weight that the sentence and its document's name carry."""


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
    rarity = {word: log(1 + len(rows) / count) ** RARITY_POWER for word, count in seen.items()}
    weight = {word: rarity[word] * asked[word] * (SYNONYM_WEIGHT if word[0] == "~" else 1) for word in seen}
    unseen = UNSEEN_WEIGHT * sum(share for word, share in asked.items() if word not in seen and word[0] != "~")
    total = sum(weight.values()) + unseen
    names = [terms(re.sub(r"[^\w]+", " ", name)) & weight.keys() for name, _ in texts]
    whole = [terms(text[:20_000]) & weight.keys() for _, text in texts]
    wants = _wants_number(question)
    hits: list[Hit] = []
    for index, (number, place, sentence, words) in enumerate(rows):
        mine = words & weight.keys()
        beside = {word for near in (index - 1, index + 1) if 0 <= near < len(rows) and rows[near][0] == number for word in rows[near][3] & weight.keys()}
        own = sum(weight[word] for word in mine)
        lent = NAME_WEIGHT * sum(weight[word] for word in names[number] - mine)
        lent += BESIDE_WEIGHT * sum(weight[word] for word in beside - mine)
        lent += WHOLE_WEIGHT * sum(weight[word] for word in whole[number] - mine - beside)
        bonus = NUMBER_WEIGHT * total if wants and _NUMBER.search(sentence) and own else 0.0
        score = own + lent + bonus - 0.01 * total * (len(sentence.split()) / 20)
        hits.append(Hit(number, place, sentence, score, (own + lent) / total if own else 0.0))
    return sorted(hits, key=lambda hit: (-hit.score, hit.document, hit.position))


@lru_cache(maxsize=4096)
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
