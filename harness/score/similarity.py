"""Kinds that measure how near an answer is to a reference text: levenshtein, chrf, bleu, rouge-1, rouge-2 and rouge-l.

All of them are lexical: they cannot tell "30 days" from "90 days" by meaning, so they never decide without a threshold
that an author chose.
"""

import re
from collections import Counter
from collections.abc import Callable
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from harness.core.case import Case
from harness.core.completion import Completion
from harness.core.jsons import Json
from harness.core.score import Mark
from harness.score.simple import Simple

if TYPE_CHECKING:
    from sacrebleu.metrics import bleu as sacre_bleu
    from sacrebleu.metrics import chrf as sacre

LONGEST = 20_000
"""Characters of an answer and of a reference that are compared; their cost grows with the product."""
WORD = re.compile(r"\w+")

type Similarity = Callable[[str, str], float]
"""From an answer and a reference to a number in [0, 1]."""


def levenshtein(answer: str, reference: str) -> float:
    """Return one minus the edits (insert, delete, replace) that part two texts, over the longer one's length."""
    from rapidfuzz.distance import Levenshtein

    return float(Levenshtein.normalized_similarity(answer, reference))


@lru_cache(maxsize=1)
def _sacre_chrf() -> "sacre.CHRF":
    from sacrebleu.metrics import chrf as sacre

    return sacre.CHRF()


def chrf(answer: str, reference: str) -> float:
    """Return the F score of character n-grams up to six, recall weighing twice as much as precision.

    Source:
        Popovic (2015), chrF: character n-gram F-score for automatic MT evaluation; as sacrebleu computes it.
    """
    return min(1.0, float(_sacre_chrf().sentence_score(answer, [reference]).score) / 100)


@lru_cache(maxsize=1)
def _sacre_bleu() -> "sacre_bleu.BLEU":
    from sacrebleu.metrics import bleu as sacre_bleu

    return sacre_bleu.BLEU(effective_order=True)


def bleu(answer: str, reference: str) -> float:
    """Return the geometric mean of the precisions of word n-grams up to four, less what too short an answer loses.

    Source:
        Papineni et al. (2002), BLEU: a method for automatic evaluation of machine translation; of one sentence, as
        sacrebleu computes it: tokenized by 13a, smoothed exponentially, of the orders that the answer reaches.
    """
    return min(1.0, float(_sacre_bleu().sentence_score(answer, [reference]).score) / 100)


def _words(text: str) -> list[str]:
    return WORD.findall(text.lower())


def _sequences(text: str, n: int) -> Counter[tuple[str, ...]]:
    words = _words(text)
    return Counter(tuple(words[at : at + n]) for at in range(len(words) - n + 1))


def rouge_n(answer: str, reference: str, n: int) -> float:
    """Return the F1 of the sequences of n lower-case words that two texts share, each as often as both have it.

    Source:
        Lin (2004), section 2, with precision beside recall, at beta 1.
    """
    said, wanted = _sequences(answer, n), _sequences(reference, n)
    every = said.total() + wanted.total()
    return 2 * (said & wanted).total() / every if every else 0.0


def rouge_l(answer: str, reference: str) -> float:
    """Return the F1 of the longest common subsequence of lower-case words.

    Source:
        Lin (2004), ROUGE: a package for automatic evaluation of summaries; section 3, sentence level, beta 1.
    """
    from rapidfuzz.distance import LCSseq

    said, wanted = _words(answer), _words(reference)
    return 2 * LCSseq.similarity(said, wanted) / (len(said) + len(wanted)) if said or wanted else 0.0


def _problem(expected: Json, reference: str) -> str:
    if expected is True:
        return "" if reference else "is true, which stands for the case's `reference`, but the case has none"
    return "" if isinstance(expected, str) and expected else "must be a reference text, or true for the case's own"


def _scorer(similarity: Similarity) -> Simple:
    def mark(answer: Completion, expected: Json, case: Case) -> Mark:
        reference = case.reference if expected is True else str(expected)
        value = similarity(answer.text[:LONGEST], reference[:LONGEST])
        long = max(len(answer.text), len(reference)) > LONGEST
        return Mark(value, f"similarity {value:.3f}" + (f" of the first {LONGEST:,} characters" if long else ""))

    return Simple("1", _problem, mark, needs_threshold=True)


LEVENSHTEIN = _scorer(levenshtein)
CHRF = _scorer(chrf)
BLEU = _scorer(bleu)
ROUGE_1 = _scorer(partial(rouge_n, n=1))
ROUGE_2 = _scorer(partial(rouge_n, n=2))
ROUGE_L = _scorer(rouge_l)
