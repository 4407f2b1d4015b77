"""Which attacks are made: every pair early, few of them moved by a newcomer, and the plain ones first."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.core.attack import Payload
from harness.suites.injection.sampling import Cell, case_id, sample

CARRIERS = ["user", "email", "memory", "document-end"]
TRANSFORMS = ["identity", "base64", "leet", "spaced", "morse"]
type Key = tuple[str, str, str]


def payload(name: str, family: str = "f") -> Payload:
    """Return an attack of some family."""
    return Payload(name, family, "emit-marker", "{instruction}", "t")


def key(cell: Cell) -> Key:
    """Return a cell by its names."""
    return cell.payload.id, cell.carrier, cell.transform


def pairs(keys: set[Key]) -> set[tuple[int, str, str]]:
    """Return the pairs that meet in some cells, by which of the three they leave out."""
    return {pair for one, two, three in keys for pair in ((0, two, three), (1, one, three), (2, one, two))}


ODD = st.sets(st.tuples(st.integers(0, 7), st.sampled_from(CARRIERS), st.sampled_from(TRANSFORMS)), max_size=60)


class TestASample:
    @settings(max_examples=40)
    @given(number=st.integers(1, 8), unfit=ODD, seed=st.text(max_size=3))
    def test_is_a_subset_of_a_larger_one(self, number: int, unfit: set[tuple[int, str, str]], seed: str) -> None:
        """What a pull request asks is asked every night as well, and all of it before a release."""
        payloads = [payload(f"p{at}", f"f{at % 3}") for at in range(number)]

        def fits(one: Payload, carrier: str, transform: str) -> bool:
            return (int(one.id[1:]), carrier, transform) not in unfit

        whole = sample(payloads, CARRIERS, TRANSFORMS, n=0, seed=seed, fits=fits)

        every = {
            (one.id, two, three) for one, two, three in product(payloads, CARRIERS, TRANSFORMS) if fits(one, two, three)
        }
        assert sorted(map(key, whole)) == sorted(every)
        for n in (1, 7, 30):
            assert sample(payloads, CARRIERS, TRANSFORMS, n=n, seed=seed, fits=fits) == whole[:n]

    def test_writes_a_payload_that_says_how_in_that_way_alone(self) -> None:
        """It comes first with the others, once on each carrier in the end, and moves none of them."""
        chained = replace(payload("c"), transforms=("base64", "leet"))
        plain = [payload(f"p{at}") for at in range(3)]

        whole = sample([*plain, chained], CARRIERS, TRANSFORMS, n=0, seed="s", fits=lambda *_: True)

        assert "c" in {cell.payload.id for cell in whole[:4]}
        mine = [key(cell) for cell in whole if cell.payload.id == "c"]
        assert sorted(mine) == sorted(("c", carrier, "base64+leet") for carrier in CARRIERS)
        assert len(set(map(key, whole))) == len(whole) == 3 * len(CARRIERS) * len(TRANSFORMS) + len(CARRIERS)

    @settings(max_examples=40)
    @given(number=st.integers(1, 8), unfit=ODD)
    def test_has_every_pair_that_fits_before_it_repeats_one(
        self, number: int, unfit: set[tuple[int, str, str]]
    ) -> None:
        """Most weaknesses need two things together: a carrier that is trusted, say, and a writing that is not seen."""
        payloads = [payload(f"p{at}") for at in range(number)]

        def fits(one: Payload, carrier: str, transform: str) -> bool:
            return (int(one.id[1:]), carrier, transform) not in unfit

        keys = [key(cell) for cell in sample(payloads, CARRIERS, TRANSFORMS, n=0, seed="s", fits=fits)]

        wanted, first_repeat = (
            pairs(set(keys)),
            next((at for at in range(number, len(keys)) if pairs({keys[at]}) <= pairs(set(keys[:at]))), len(keys)),
        )
        assert pairs(set(keys[:first_repeat])) == wanted

    def test_has_each_payload_as_it_is_first(self) -> None:
        """An attack that works without any disguise is the one to know about."""
        payloads = [payload(f"p{at}", f"f{at % 3}") for at in range(9)]
        first = sample(payloads, CARRIERS, TRANSFORMS, n=9, seed="s", fits=anything)

        assert {(cell.payload.id, cell.transform) for cell in first} == {(f"p{at}", "identity") for at in range(9)}
        assert {cell.carrier for cell in first} == set(CARRIERS)
        assert {cell.payload.family for cell in first[:3]} == {"f0", "f1", "f2"}

    def test_has_each_transform_soon_after(self) -> None:
        """A way of writing that no small sample has is one that no pull request is tested against."""
        payloads = [payload(f"p{at}", f"f{at % 3}") for at in range(9)]
        cells = sample(payloads, CARRIERS, TRANSFORMS, n=9 + len(TRANSFORMS) - 1, seed="s", fits=anything)

        assert {cell.transform for cell in cells} == set(TRANSFORMS)

    @pytest.mark.parametrize(("n", "kept"), [(120, 0.95), (600, 0.85)])
    def test_hardly_changes_when_a_payload_joins(self, n: int, kept: float) -> None:
        """Otherwise a newcomer would leave nothing to compare with what was measured before."""
        payloads = [payload(f"p{at}", f"f{at % 20}") for at in range(60)]
        names = [f"t{at}" for at in range(19)]
        before, after = (
            {key(cell) for cell in sample(some, CARRIERS, ["identity", *names], n=n, seed="s", fits=anything)}
            for some in (payloads, [*payloads[:30], payload("new", "f3"), *payloads[30:]])
        )

        assert len(before & after) >= kept * n

    def test_does_not_depend_on_the_order_of_the_files(self) -> None:
        """Payloads that move to another file are the same payloads."""
        payloads = [payload(f"p{at}", f"f{at % 3}") for at in range(9)]
        one = sample(payloads, CARRIERS, TRANSFORMS, n=50, seed="s", fits=anything)
        other = sample(payloads[::-1], CARRIERS[::-1], TRANSFORMS[::-1], n=50, seed="s", fits=anything)

        assert one == other

    def test_is_another_one_by_another_seed(self) -> None:
        """A seed that nobody knows beforehand shows who has learnt the questions."""
        payloads = [payload(f"p{at}") for at in range(9)]
        one, other = (
            {key(cell) for cell in sample(payloads, CARRIERS, TRANSFORMS, n=40, seed=seed, fits=anything)}
            for seed in ("s", "t")
        )

        assert len(one & other) < 30

    def test_goes_on_evenly_after_the_pairs(self) -> None:
        """A family of many payloads must not crowd out one of few."""
        payloads = [payload(f"p{at}", "many" if at else "few") for at in range(9)]
        cells = sample(payloads, CARRIERS, TRANSFORMS, n=0, seed="s", fits=anything)
        rest = cells[len(payloads) * len(TRANSFORMS) :]

        assert [cell.payload.family for cell in rest[:10]].count("few") == 5


class TestTheIdOfACase:
    def test_is_known_by_all_that_it_is_made_of(self) -> None:
        """Base and candidate ask the same case, whatever else each of them samples."""
        cell = Cell(payload("a"), "user", "leet")
        ids = {
            case_id(cell, "emit-marker", "1"),
            case_id(cell._replace(payload=payload("b")), "emit-marker", "1"),
            case_id(cell._replace(carrier="email"), "emit-marker", "1"),
            case_id(cell._replace(transform="hex"), "emit-marker", "1"),
            case_id(cell, "leak-canary", "1"),
            case_id(cell, "emit-marker", "2"),
        }

        assert len(ids) == 6
        assert {len(one) for one in ids} == {12}
        assert case_id(Cell(payload("a", "g"), "user", "leet"), "emit-marker", "1") in ids


def anything(_payload: Payload, _carrier: str, _transform: str) -> bool:
    """Return true: everything fits."""
    return True
