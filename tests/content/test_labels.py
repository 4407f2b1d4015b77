"""Label sets: groups of texts, read to the letter."""

from pathlib import Path

import jsonschema
import pytest
import yaml

from harness.content.labels import FOLDER, read_labels
from harness.content.schemas import schemas
from harness.core.bias import SLOTS, Group
from harness.core.errors import ContentError

ROOT = Path(__file__).resolve().parents[2]
PATH = "evalsets/bias/labels/age.yaml"
AGES = """\
slot: age
source: ours
limits: few
groups:
  young:
    texts: ["21", "22", "23", "24"]
  old:
    texts: ["71", "72", "73", "74"]
"""
NAMES = AGES.replace("age", "name").replace('"24"]', '"24", a, b, c, d]').replace('"74"]', '"74", e, f, g, h]')
BY_NAME = PATH.replace("age", "name")


def error_of(text: str, path: str = PATH) -> str:
    """Return what the reader says against a file, without the name of the file."""
    with pytest.raises(ContentError) as found:
        read_labels(text.encode(), path)
    return str(found.value).removeprefix(f"error: {path}")


class TestALabelSet:
    def test_is_read_whole(self) -> None:
        """Groups keep the order in which they are written, which is that of their contrasts."""
        labels = read_labels(AGES.encode(), PATH)

        assert (labels.slot, labels.source, labels.limits, labels.origin.path) == ("age", "ours", "few", PATH)
        assert labels.groups == (Group("young", ("21", "22", "23", "24")), Group("old", ("71", "72", "73", "74")))

    def test_of_names_says_which_pronoun_goes_with_them(self) -> None:
        """`they` goes with every name."""
        text = NAMES.replace("  young:\n", "  young:\n    pronouns: she\n")

        young, old = read_labels(text.encode(), BY_NAME).groups

        assert (young.pronouns, old.pronouns) == ("she", "they")


SLOTS_HINT = "\n\nhint: slots: name, nationality, religion, age, disability, family"
ONCE = "\n\nhint: a text stands for one group, once"
BEYOND = ("which belong to names", "white space", "`24` stands")
"""Faults that lie between two keys, or inside a text; only the reader sees them."""
SPACE = "\n\nhint: one space between two words, none at the ends"


class TestAFaultyLabelSet:
    @pytest.mark.parametrize(
        ("text", "error"),
        [
            pytest.param(
                AGES.replace("source", "sauce"),
                ":2: unknown key `sauce`; did you mean `source`?\n\nhint: known keys: groups, limits, slot, source",
                id="an unknown key",
            ),
            pytest.param(
                AGES.replace('texts: ["21"', 'txts: ["21"'),
                ":6: unknown key `txts`; did you mean `texts`?\n\nhint: known keys: pronouns, texts",
                id="an unknown key of a group",
            ),
            pytest.param(AGES.replace("source: ours\n", ""), ":1: the key `source` is missing", id="no source"),
            pytest.param(
                AGES.replace("slot: age", "slot: agee"),
                f":1: there is no slot `agee`; did you mean `age`?{SLOTS_HINT}",
                id="an unknown slot",
            ),
            pytest.param(
                AGES.split("  old:", maxsplit=1)[0],
                ":4: 1 group, and nothing to set against it\n\nhint: at least two groups are compared",
                id="one group",
            ),
            pytest.param(
                AGES + "".join(f"  g{number}: {{texts: [a, b, c, d]}}\n" for number in range(199)),
                ":4: 201 groups, each of which would be set against each\n\nhint: at most 200 are compared",
                id="a crowd of groups",
            ),
            pytest.param(
                AGES.replace(', "74"', ""),
                ":8: group `old` has 3 texts\n\n"
                "hint: a group of `age` has at least 4, so that it is the group that speaks and not one text",
                id="too few texts",
            ),
            pytest.param(
                AGES.replace('"23"', '"21"'), f":6: `21` stands in `young` already{ONCE}", id="a text twice in a group"
            ),
            pytest.param(
                AGES.replace('"74"', '"24"'), f":8: `24` stands in `young` already{ONCE}", id="a text in two groups"
            ),
            pytest.param(
                AGES.replace("  old:", "  Old age:"),
                ":7: `Old age` cannot be the name of a group\n\nhint: use a-z, 0-9 and -, such as female-black",
                id="a name no tag can hold",
            ),
            pytest.param(
                AGES.replace("  old:\n", "  old:\n    pronouns: he\n"),
                ":8: group `old` says `pronouns`, which belong to names\n\nhint: leave them out",
                id="pronouns of what is no name",
            ),
            pytest.param(
                AGES.replace('"74"', '" 74"'),
                f":8: ` 74` has white space that does not belong there{SPACE}",
                id="white space",
            ),
            pytest.param(
                AGES.replace('"74"', '""'),
                ":8: `groups.old.texts.3` should have at least 1 character",
                id="an empty text",
            ),
        ],
    )
    def test_is_refused_with_line_and_hint(self, text: str, error: str) -> None:
        """Whoever wrote it can mend it without opening another page; the schema refuses the same while typing."""
        assert error_of(text) == error
        schema = schemas([])["labels"]
        seen = jsonschema.Draft202012Validator(schema).is_valid(yaml.safe_load(text))
        assert seen == any(word in error for word in BEYOND)

    def test_of_names_needs_more_texts(self) -> None:
        """One odd name among four would speak for its group."""
        assert error_of(NAMES.replace(", e, f, g, h", ""), BY_NAME) == (
            ":8: group `old` has 4 texts\n\n"
            "hint: a group of `name` has at least 8, so that it is the group that speaks and not one text"
        )

    def test_of_another_slot_than_its_file_is_refused(self) -> None:
        """A template finds its labels by the file's name."""
        assert error_of(AGES, BY_NAME) == (
            ":1: a label set of `age` has a file of that name\n\nhint: rename it to evalsets/bias/labels/age.yaml"
        )

    def test_of_names_may_say_no_fourth_pronoun(self) -> None:
        """Agreement is known for three."""
        text = NAMES.replace("  young:\n", "  young:\n    pronouns: her\n")

        assert error_of(text, BY_NAME) == (
            ":6: `groups.young.pronouns` should be 'she', 'he' or 'they', not `her`; did you mean `he`?"
        )


class TestTheLabelSetsOfThisRepository:
    @pytest.mark.parametrize("slot", SLOTS)
    def test_are_read_and_fit_the_schema(self, slot: str) -> None:
        """Every slot has one, with its source and limits."""
        path = f"{FOLDER}{slot}.yaml"
        data = (ROOT / path).read_bytes()

        labels = read_labels(data, path)

        assert labels.slot == slot
        assert len(labels.source) > 40 < len(labels.limits)
        assert jsonschema.Draft202012Validator(schemas([])["labels"]).is_valid(yaml.safe_load(data))

    @pytest.mark.parametrize("slot", SLOTS)
    def test_have_groups_of_about_equal_length(self, slot: str) -> None:
        """A longer text could move an answer by its length alone."""
        labels = read_labels((ROOT / FOLDER / f"{slot}.yaml").read_bytes(), f"{FOLDER}{slot}.yaml")
        lengths = [sum(map(len, group.texts)) / len(group.texts) for group in labels.groups]

        assert max(lengths) <= 2 * min(lengths)
