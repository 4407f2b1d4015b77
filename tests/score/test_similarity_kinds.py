"""Similarities against oracles written from their definitions."""

import math
from collections import Counter
from collections.abc import Callable
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.completion import Completion
from harness.core.score import CaseResult
from harness.score.similarity import LONGEST, bleu, chrf, levenshtein, rouge_l, rouge_n

type Judge = Callable[..., CaseResult]

TEXTS = st.text(alphabet="ab ß", max_size=7)


def edits(left: str, right: str) -> int:
    """The fewest edits by trying all of them."""

    @cache
    def least(i: int, j: int) -> int:
        if i == 0 or j == 0:
            return i + j
        replaced = least(i - 1, j - 1) + (left[i - 1] != right[j - 1])
        return min(replaced, least(i - 1, j) + 1, least(i, j - 1) + 1)

    return least(len(left), len(right))


def chrf_by_definition(answer: str, reference: str) -> float:
    """Popovic (2015): mean precision and recall over the orders that both texts reach, white space left out."""
    answer, reference = "".join(answer.split()), "".join(reference.split())
    precisions, recalls = [], []
    for n in range(1, 7):
        said = Counter(answer[i : i + n] for i in range(len(answer) - n + 1))
        wanted = Counter(reference[i : i + n] for i in range(len(reference) - n + 1))
        if said and wanted:
            shared = (said & wanted).total()
            precisions.append(shared / said.total())
            recalls.append(shared / wanted.total())
    if not precisions or sum(precisions) + sum(recalls) == 0:
        return 0.0
    precision, recall = sum(precisions) / len(precisions), sum(recalls) / len(recalls)
    return 5 * precision * recall / (4 * precision + recall)


class TestLevenshtein:
    @given(TEXTS, TEXTS)
    def test_agrees_with_brute_force(self, left: str, right: str) -> None:
        """The fast library counts what the definition counts."""
        longest = max(len(left), len(right))

        assert levenshtein(left, right) == pytest.approx(1 - edits(left, right) / longest if longest else 1.0)

    def test_knows_the_textbook_example(self) -> None:
        """Kitten to sitting takes three edits of seven."""
        assert levenshtein("kitten", "sitting") == pytest.approx(4 / 7)


class TestChrf:
    @given(st.text(alphabet="abc ", max_size=12), st.text(alphabet="abc ", min_size=1, max_size=12))
    def test_agrees_with_the_definition(self, answer: str, reference: str) -> None:
        """What sacrebleu computes is the F2 of the paper."""
        assert chrf(answer, reference) == pytest.approx(chrf_by_definition(answer, reference), abs=1e-9)

    def test_agrees_with_a_hand_count(self) -> None:
        """`abc` and `abd`: 2/3 of letters, 1/2 of pairs, no triple, so 7/18 both ways."""
        assert chrf("abc", "abd") == pytest.approx(7 / 18)

    def test_is_full_for_equal_texts(self) -> None:
        """Rounding never lifts it over one."""
        assert chrf("30 days", "30 days") == 1.0


def bleu_by_definition(answer: str, reference: str) -> float:
    """Papineni et al. (2002) of one reference, where every order up to four is reached by both and shared by some."""
    said, wanted = answer.split(), reference.split()
    precisions = []
    for n in range(1, 5):
        mine = Counter(tuple(said[i : i + n]) for i in range(len(said) - n + 1))
        theirs = Counter(tuple(wanted[i : i + n]) for i in range(len(wanted) - n + 1))
        precisions.append((mine & theirs).total() / mine.total())
    short = math.exp(min(0.0, 1 - len(wanted) / len(said)))
    return short * math.prod(precisions) ** 0.25


class TestBleu:
    @given(st.lists(st.sampled_from("abc"), max_size=6), st.lists(st.sampled_from("abc"), max_size=6))
    def test_agrees_with_the_definition(self, before: list[str], after: list[str]) -> None:
        """What sacrebleu computes is the measure of the paper, where nothing needs smoothing."""
        answer, reference = " ".join([*before, *"wxyz"]), " ".join([*"wxyz", *after])

        assert bleu(answer, reference) == pytest.approx(bleu_by_definition(answer, reference))

    def test_smooths_orders_that_share_nothing(self) -> None:
        """Only three words of five are shared: of pairs 1/2 of one in four counts, of threes 1/4, of fours 1/8."""
        hand = (3 / 5 * 1 / 8 * 1 / 12 * 1 / 16) ** 0.25

        assert bleu("a b c d e", "c x a y e") == pytest.approx(hand)

    def test_is_full_for_equal_texts_and_none_for_an_empty_one(self) -> None:
        """Short ones too: the orders that they do not reach do not count."""
        assert (bleu("30 days", "30 days"), bleu("", "30 days")) == (1.0, 0.0)


class TestRougeN:
    @pytest.mark.parametrize(
        ("answer", "reference", "n", "score"),
        [
            pytest.param("police kill the gunman", "police killed the gunman", 1, 3 / 4, id="three words of four"),
            pytest.param("police kill the gunman", "police killed the gunman", 2, 1 / 3, id="one pair of three"),
            pytest.param("the the the", "the cat", 1, 2 / 5, id="a word counts as often as both have it"),
            pytest.param("The cat, SAT!", "the cat sat", 2, 1.0, id="case and punctuation do not matter"),
            pytest.param("a b c d", "b", 1, 2 / 5, id="all recalled, a quarter precise"),
            pytest.param("word", "word", 2, 0.0, id="no pair at all"),
            pytest.param("", "x", 1, 0.0, id="an empty answer"),
        ],
    )
    def test_agrees_with_hand_counts(self, answer: str, reference: str, n: int, score: float) -> None:
        """F1: twice what is shared, over what both have."""
        assert rouge_n(answer, reference, n) == pytest.approx(score)


class TestRougeL:
    @pytest.mark.parametrize(
        ("answer", "reference", "score"),
        [
            pytest.param("police kill the gunman", "police killed the gunman", 3 / 4, id="Lin (2004), S2"),
            pytest.param("the gunman kill police", "police killed the gunman", 2 / 4, id="Lin (2004), S3"),
            pytest.param("The cat, SAT!", "the cat sat", 1.0, id="case and punctuation do not matter"),
            pytest.param("a b c", "b", 2 * 1 * (1 / 3) / (1 + 1 / 3), id="all recalled, a third precise"),
            pytest.param("...", "!", 0.0, id="no word at all"),
            pytest.param("", "x", 0.0, id="an empty answer"),
        ],
    )
    def test_agrees_with_hand_counts(self, answer: str, reference: str, score: float) -> None:
        """The examples of the paper that named the measure, at beta 1."""
        assert rouge_l(answer, reference) == pytest.approx(score)


class TestSimilarityKinds:
    @pytest.mark.parametrize("kind", ["levenshtein", "chrf", "bleu", "rouge-1", "rouge-2", "rouge-l"])
    def test_true_means_the_reference(self, judge: Judge, kind: str) -> None:
        """A gold answer is written once."""
        result = judge("within 30 days", {kind: True, "threshold": 1}, reference="within 30 days")

        assert result.passed

    def test_say_how_far_it_was(self, judge: Judge) -> None:
        """Both what was reached and what was asked."""
        result = judge("kitten", {"levenshtein": "sitting", "threshold": 0.8})

        assert result.failed[0].value == pytest.approx(4 / 7)
        assert result.failed[0].reason == 'levenshtein "sitting": similarity 0.571 (at least 0.8)'

    def test_say_how_near_it_may_be(self, judge: Judge) -> None:
        """Negated, the threshold is a ceiling."""
        result = judge("the cat", {"not-rouge-l": "The cat", "threshold": 0.75})

        assert result.failed[0].reason == 'not-rouge-l "The cat": similarity 1.000 (at most 0.25)'

    def test_meet_a_threshold_they_reach_by_rounding(self, judge: Judge) -> None:
        """1 - 0.9 is a little less than 0.1 only inside a computer."""
        assert judge("abcdefghi!", {"not-levenshtein": "abcdefghij", "threshold": 0.1}).passed

    def test_bound_their_work_and_say_so(self, judge: Judge) -> None:
        """A runaway answer of a megabyte costs no more than 20,000 characters."""
        result = judge(Completion("ab" * 500_000), {"levenshtein": "ab" * 5_000, "threshold": 1})

        assert LONGEST == 20_000
        assert result.failed[0].reason.endswith('": similarity 0.500 of the first 20,000 characters (at least 1)')
