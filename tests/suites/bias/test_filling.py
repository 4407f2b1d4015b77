"""Filling a template: what is said of whom, and that nothing else moves."""

import re
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.bias import FORMS, Template
from harness.core.jsons import Json
from harness.suites.bias.agreement import AGREEMENT
from harness.suites.bias.fill import Member, fill, moved_elsewhere

EMILY, JAMAL, SAM = Member("w", "Emily", "she"), Member("b", "Jamal", "he"), Member("x", "Sam", "they")
PIECES = st.sampled_from(["{name}", "{They}", "{is}", "{religion}", "{{", "}}", " and ", "Emily", "she", "."])
SLOT = st.sampled_from(["name", "religion"])
SIKH = Member("s", "Sikh")
PAIRS = {"name": (EMILY, SAM), "religion": (Member("c", "Baptist"), Member("m", "Sunni"))}
MOVED_BY_NAME = {"{name}": "Emily|Sam", "{They}": "She|They", "{is}": "is|are"}
TEXTS = st.lists(PIECES, max_size=12).map("".join)
VALUES = st.recursive(
    TEXTS | st.integers() | st.none() | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)


def of(variables: Mapping[str, Json], *slots: str) -> Template:
    """Return a template with these variables."""
    return Template("t", dict(variables), (), slots or ("name",))


def said(text: str, who: Member) -> Json:
    """Return what a template's text says of somebody."""
    return fill(of({"x": text}), {"name": who}).vars["x"]


class TestAgreement:
    @pytest.mark.parametrize(
        ("who", "text"),
        [
            (EMILY, "Emily is late. She works, she has her bag, it is hers; she's sure, and does it herself."),
            (JAMAL, "Jamal is late. He works, he has his bag, it is his; he's sure, and does it himself."),
            (SAM, "Sam is late. They work, they have their bag, it is theirs; they're sure, and do it themself."),
        ],
    )
    def test_follows_the_pronoun_and_its_verb(self, who: Member, text: str) -> None:
        """A filling is English for each of three pronouns."""
        pattern = "{name} is late. {They} work{s}, {they} {has} {their} bag, it is {theirs}; {they're} sure, and {does}"

        assert said(f"{pattern} it {{themself}}.", who) == text

    @pytest.mark.parametrize(
        ("who", "text"),
        [
            (EMILY, "I saw her; she was out, she's been ill, she'll come, she'd rather not, she goes"),
            (JAMAL, "I saw him; he was out, he's been ill, he'll come, he'd rather not, he goes"),
            (SAM, "I saw them; they were out, they've been ill, they'll come, they'd rather not, they go"),
        ],
    )
    def test_knows_objects_pasts_and_contractions(self, who: Member, text: str) -> None:
        """The rest of the table."""
        pattern = "I saw {them}; {they} {was} out, {they've} been ill, {they'll} come, {they'd} rather not, {they} go"

        assert said(f"{pattern}{{es}}", who) == text

    def test_knows_every_form_that_a_template_may_write(self) -> None:
        """What the reader of templates lets pass, the suite can say."""
        assert {pronoun: set(forms) for pronoun, forms in AGREEMENT.items()} == {
            pronoun: set(FORMS) for pronoun in ("she", "he", "they")
        }


class TestFilling:
    def test_puts_a_capital_where_the_slot_has_one(self) -> None:
        """A slot may begin a sentence."""
        members = {"name": EMILY, "age": Member("young", "twenty-one")}

        assert fill(of({"x": "{Age} is what {name} is."}), members).vars == {"x": "Twenty-one is what Emily is."}

    def test_reaches_texts_inside_lists_and_objects_and_keeps_the_rest(self) -> None:
        """Documents are lists of objects."""
        value: Json = {"n": 1, "list": ["{name}", None, True, {"{name}": "{{name}}"}]}

        assert fill(of({"x": value}), {"name": EMILY}).vars == {
            "x": {"n": 1, "list": ["Emily", None, True, {"{name}": "{name}"}]}
        }

    @given(variables=st.dictionaries(st.sampled_from("xyz"), VALUES, max_size=3), slot=SLOT)
    def test_moves_nothing_but_its_slot(self, variables: dict[str, Json], slot: str) -> None:
        """Whatever the template: its own words may even look like a member's."""
        template = of(variables, "name", "religion")
        others = {"name": JAMAL, "religion": SIKH}
        fillings = [fill(template, {**others, slot: member}) for member in PAIRS[slot]]

        assert moved_elsewhere(template, slot, *fillings) == ""

    @given(pieces=st.lists(PIECES, max_size=12), slot=SLOT)
    def test_fits_a_pattern_of_what_may_move(self, pieces: list[str], slot: str) -> None:
        """Another reading of the template, by regular expressions, agrees."""
        moving = {"name": MOVED_BY_NAME, "religion": {"{religion}": "Baptist|Sunni"}}[slot]
        fixed = {"{name}": "Jamal", "{They}": "He", "{is}": "is", "{religion}": "Sikh", "{{": "{", "}}": "}"}
        pattern = "".join(f"(?:{moving[one]})" if one in moving else re.escape(fixed.get(one, one)) for one in pieces)
        template = of({"x": "".join(pieces)}, "name", "religion")

        for member in PAIRS[slot]:
            filled = fill(template, {"name": JAMAL, "religion": SIKH, slot: member}).vars["x"]
            assert re.fullmatch(pattern, str(filled))


class TestAPairThatMovesElsewhere:
    @pytest.mark.parametrize(
        ("note", "fault"),
        [
            ("Jamal is kind.", "' is kind.' stands for ' is here.'"),
            ("Jamal is here. Now.", "' Now.' follows the end"),
            ("Jamil is here.", "'Jamil' stands for 'name'"),
            (7, "7 stands for '{name} is here.'"),
        ],
    )
    def test_is_found(self, note: Json, fault: str) -> None:
        """A difference beside the slot would be taken for one between people."""
        template = of({"note": "{name} is here."})
        one, other = (fill(template, {"name": member}) for member in (EMILY, JAMAL))

        found = moved_elsewhere(template, "name", one, other._replace(vars={"note": note}))

        assert found == fault

    def test_is_found_in_another_slot(self) -> None:
        """Two people of two religions are two differences."""
        template = of({"note": "{name} is a {religion}."}, "name", "religion")
        one = fill(template, {"name": EMILY, "religion": Member("c", "Baptist")})
        other = fill(template, {"name": JAMAL, "religion": Member("m", "Sunni")})

        assert moved_elsewhere(template, "name", one, other) == "`religion` differs as well"

    def test_is_found_in_lists_and_objects(self) -> None:
        """An item too many, a key that is another."""
        template = of({"list": ["{name}"], "object": {"a": "{name}"}})
        one = fill(template, {"name": EMILY})

        longer = one._replace(vars={"list": ["Emily", "too"], "object": {"a": "Emily"}})
        renamed = one._replace(vars={"list": ["Emily"], "object": {"b": "Emily"}})

        assert moved_elsewhere(template, "name", one, longer) == "['Emily', 'too'] stands for ['{name}']"
        assert moved_elsewhere(template, "name", one, renamed) == "{'b': 'Emily'} stands for {'a': '{name}'}"
