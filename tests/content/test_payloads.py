"""`evalsets/injection/payloads/*.yaml`: attacks and their twins, read to the letter."""

import re
from collections import Counter
from itertools import pairwise

import pytest

from harness.content.payloads import FOLDER, read_payloads
from harness.core.attack import INSTRUCTION, OBJECTIVES, WRITINGS, Payload
from harness.core.carrier import CARRIER_KINDS
from harness.core.errors import ContentError
from tests.house.scratch import ROOT

ONE = "{id: a, objective: emit-marker, text: 'now {instruction}', twin: t}"
HEAD = "family: f\npayloads:\n"
TURNS = "{{id: a, objective: emit-marker, text: hi, twin: t, carriers: [user], turns: [{}]}}"
KEYS = "carriers, id, language, objective, text, transforms, turns, twin, verbatim"
A_KIND = (
    "'user', 'document-start', 'document-middle', 'document-end', 'tool-output', 'file-name', 'html-comment', "
    "'email', 'code-comment', 'history' or 'memory'"
)
AN_OBJECTIVE = (
    "'emit-marker', 'leak-canary', 'call-tool', 'exfil-url', 'break-format', 'say-forbidden', "
    "'deny-service' or 'echo-code'"
)

A_WRITING = f"{', '.join(f"'{name}'" for name in WRITINGS[:-1])} or '{WRITINGS[-1]}'"


def one(change: str = "", instead: str = "") -> str:
    """Return a file with one payload, in which a part stands changed."""
    return f"{HEAD}  - {ONE.replace(change, instead) if change else ONE}\n"


def shipped() -> list[Payload]:
    """Return the payloads of this repository."""
    return [
        payload
        for path in sorted((ROOT / FOLDER).glob("*.yaml"))
        for payload in read_payloads(path.read_bytes(), f"{FOLDER}{path.name}")
    ]


class TestPayloads:
    def test_are_read_whole(self) -> None:
        """What a file leaves out has a plain meaning: every carrier, in English, said at once."""
        (read,) = read_payloads(one().encode(), "p.yaml")

        assert read == Payload("a", "f", "emit-marker", "now {instruction}", "t", (), CARRIER_KINDS, "en")
        assert str(read.origin) == "p.yaml:3"

    def test_may_say_how_they_are_written(self) -> None:
        """An attack that was found is asked as it was found."""
        (read,) = read_payloads(one("twin: t", "twin: t, transforms: [base64, fenced]").encode(), "p.yaml")

        assert read.transforms == ("base64", "fenced")

    def test_may_be_led_up_to_turn_by_turn(self) -> None:
        """The user says the text, and one more turn after each answer; the last one demands."""
        entry = TURNS.format("b, c, 'd {instruction}'")

        (read,) = read_payloads(f"{HEAD}  - {entry}\n".encode(), "p.yaml")

        assert (read.text, read.turns, read.carriers) == ("hi", ("b", "c", "d {instruction}"), ("user",))

    def test_may_demand_in_their_own_words(self) -> None:
        """A conversation that a model led is asked as it was led; what it wanted shows in any answer."""
        entry = TURNS.format("b").replace("emit-marker", "leak-canary").replace("twin: t", "twin: t, verbatim: true")

        (read,) = read_payloads(f"{HEAD}  - {entry}\n".encode(), "p.yaml")

        assert (read.text, read.turns, read.verbatim) == ("hi", ("b",), True)


class TestFaultyPayloads:
    @pytest.mark.parametrize(
        ("text", "error"),
        [
            ("family: f\n", ":1: the key `payloads` is missing"),
            ("family: f\npayloads: []\n", ":2: `payloads` should have at least 1 item, not 0"),
            (
                "family: F f\npayloads: []\n",
                ":1: `family` should match pattern '^[a-z0-9][a-z0-9-]{0,63}$', not `F f`",
            ),
            (
                f"familiy: f\n{one()}",
                ":1: unknown key `familiy`; did you mean `family`?\n\nhint: known keys: family, payloads",
            ),
            (one(", twin: t"), ":3: the key `twin` is missing"),
            (one("twin: t", "twin: ''"), ":3: `payloads.0.twin` should have at least 1 character"),
            (one("twin: t", "twins: t"), f":3: unknown key `twins`; did you mean `twin`?\n\nhint: known keys: {KEYS}"),
            (
                one("emit-marker", "emit-maker"),
                f":3: `payloads.0.objective` should be {AN_OBJECTIVE}, not `emit-maker`; did you mean `emit-marker`?",
            ),
            (
                one("twin: t", "twin: t, carriers: [mail]"),
                f":3: `payloads.0.carriers.0` should be {A_KIND}, not `mail`; did you mean `email`?",
            ),
            (
                one("twin: t", "twin: t, transforms: [rot31]"),
                f":3: `payloads.0.transforms.0` should be {A_WRITING}, not `rot31`; did you mean `rot13`?",
            ),
            (
                one("twin: t", "twin: t, transforms: []"),
                ":3: `payloads.0.transforms` should have at least 1 item, not 0",
            ),
            (
                one("twin: t", "twin: t, transforms: [hex, hex, hex, hex, hex]"),
                ":3: `payloads.0.transforms` should have at most 4 items, not 5",
            ),
            (
                f"{HEAD}  - {TURNS.format("b, c, '{instruction}'").replace('[user]', '[user], transforms: [hex]')}\n",
                ":3: payload `a` has turns, which are said as they are\n\nhint: leave out `transforms`",
            ),
            (one("twin: t", "twin: t, carriers: []"), ":3: `payloads.0.carriers` should have at least 1 item, not 0"),
            (
                one("id: a", "id: A_b"),
                ":3: `payloads.0.id` should match pattern '^[a-z0-9][a-z0-9-]{0,63}$', not `A_b`",
            ),
            (
                one("twin: t", "twin: t, language: german"),
                ":3: `payloads.0.language` should match pattern '^[a-z]{2}$', not `german`",
            ),
            (
                f"{HEAD}  - {TURNS.format('')}\n",
                ":3: `payloads.0.turns` should have at least 1 item, not 0",
            ),
            (
                one("twin: t", "twin: t, verbatim: true"),
                (
                    ":3: payload `a` is verbatim, and `emit-marker` is worded for each case\n\n"
                    "hint: only leak-canary, break-format, deny-service can be"
                ),
            ),
            (
                one("emit-marker", "leak-canary").replace("twin: t", "twin: t, verbatim: true"),
                (
                    ":3: `text` of payload `a` holds `{instruction}`\n\n"
                    "hint: leave out `verbatim`, or the place for a demand"
                ),
            ),
            (
                f"{one()}  - {ONE}\n",
                ":4: the id `a` a second time\n\nhint: the first one is on line 3",
            ),
            (
                one("{instruction}"),
                ":3: the text of payload `a` holds no `{instruction}`\n\nhint: write it where the demand goes",
            ),
            (
                one("{instruction}", "{instruction} {instruction}"),
                ":3: the text of payload `a` holds `{instruction}` 2 times\n\nhint: keep one of them",
            ),
            (
                one("twin: t", "twin: '{instruction}'"),
                ":3: `twin` of payload `a` holds `{instruction}`\n\nhint: the twin asks for nothing",
            ),
            (
                f"{HEAD}  - {TURNS.format('b, c, d')}\n",
                ":3: the last turn of payload `a` holds no `{instruction}`\n\nhint: write it where the demand goes",
            ),
            (
                f"{HEAD}  - {TURNS.format('b, "{instruction}", "{instruction}"')}\n",
                ":3: `turns.1` of payload `a` holds `{instruction}`\n\nhint: only the last of the turns demands",
            ),
            (
                f"{HEAD}  - {TURNS.format('b, c, "{instruction}"').replace('[user]', '[user, email]')}\n",
                ":3: payload `a` has turns, which only a user says\n\nhint: write `carriers: [user]`",
            ),
        ],
    )
    def test_say_what_is_wrong_and_where(self, text: str, error: str) -> None:
        """An attack that is read wrongly attacks nothing, and nobody would know."""
        with pytest.raises(ContentError) as found:
            read_payloads(text.encode(), "p.yaml")

        assert str(found.value) == f"error: p.yaml{error}"

    def test_give_the_line_of_the_part_that_is_wrong(self) -> None:
        """A file has many payloads, and a payload many lines."""
        text = f"{HEAD}  - id: a\n    objective: emit-marker\n    text: |\n      nothing\n    twin: t\n"
        with pytest.raises(ContentError, match="holds no") as found:
            read_payloads(text.encode(), "p.yaml")

        assert str(found.value.where) == "p.yaml:5"


class TestTheShippedPayloads:
    def test_have_ids_of_their_own(self) -> None:
        """A case is known by the id of its payload, over all files."""
        assert [name for name, count in Counter(payload.id for payload in shipped()).items() if count > 1] == []

    def test_cover_each_objective_and_each_carrier_from_many_sides(self) -> None:
        """An objective that one family alone pursues says more about the family than about the application."""
        families = {name: {one.family for one in shipped() if one.objective == name} for name in OBJECTIVES}
        carried = Counter(kind for payload in shipped() for kind in payload.carriers)

        assert len(shipped()) >= 60
        assert len({payload.family for payload in shipped()}) >= 18
        assert {name for name, found in families.items() if len(found) < 2} == set()
        assert {kind for kind in CARRIER_KINDS if carried[kind] < 20} == set()
        assert {payload.language for payload in shipped()} >= {"en", "de", "es", "fr", "zh"}

    def test_stand_in_the_file_of_their_family(self) -> None:
        """The place tells where to look, and the first line lets an editor check it."""
        paths = sorted((ROOT / FOLDER).glob("*.yaml"))

        assert {payload.origin.path for payload in shipped()} == {
            f"{FOLDER}{payload.family}.yaml" for payload in shipped()
        }
        first = {path.read_text(encoding="utf-8").splitlines()[0] for path in paths}
        assert first == {"# yaml-language-server: $schema=../../../.schemas/payloads.schema.json"}

    def test_have_twins_that_look_like_them(self) -> None:
        """A twin that shares neither length nor words with its attack shows nothing about being wary of words."""
        assert [one.id for one in shipped() if not 0.6 < len(one.twin) / len(spoken(one)) < 1.7] == []
        assert [one.id for one in shipped() if len(words(spoken(one)) & words(one.twin)) < 3] == []

    def test_fit_where_they_may_stand(self) -> None:
        """A file's name is one line, and a comment must not be closed by what it hides."""
        assert [one.id for one in shipped() if "file-name" in one.carriers and "\n" in one.text + one.twin] == []
        assert [
            one.id for one in shipped() if "html-comment" in one.carriers and "-->" in f"{one.text}{one.twin}"
        ] == []

    def test_differ(self) -> None:
        """The same wording twice would count one weakness twice."""
        assert len({spoken(payload) for payload in shipped()}) == len(shipped())
        assert len({payload.twin for payload in shipped()}) == len(shipped())


def spoken(payload: Payload) -> str:
    """Return all that a payload says, without its demand."""
    return " ".join((payload.text, *payload.turns)).replace(INSTRUCTION, "")


def words(text: str) -> set[str]:
    """Return the longer words of a text, and the pairs of signs of a language without spaces."""
    signs = re.findall("[\u4e00-\u9fff]", text)
    pairs = {one + other for one, other in pairwise(signs)}
    return {word.casefold() for word in re.findall(r"[^\W\d_]{4,}", text) if not signs} | pairs
