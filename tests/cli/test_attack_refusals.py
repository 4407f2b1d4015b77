"""`harness attacks search` where it cannot begin: it says what is missing, and asks nobody."""

import pytest

from tests.cli.attackable import FOUND, PAYLOADS, RESISTED, SUITE, look
from tests.scenarios.scratch import Scratch


class TestASearchThatCannotBegin:
    @pytest.mark.parametrize(
        ("words", "told"),
        [
            ("--prompt dsk", "there is no prompt `dsk`; did you mean `desk`?\n\nhint: prompts: desk\n"),
            (
                "--prompt desk --objective call-tool",
                (
                    "evalsets/injection/payloads: no payload of `call-tool` can be carried to the prompt `desk`, "
                    "so that there is nothing to begin with\n\nhint: add a payload that says at once what it "
                    "wants, for one of the prompt's carriers\n"
                ),
            ),
            (
                "--prompt desk --objective emit-marker --objective leak-canary",
                (
                    "evalsets/injection/payloads: no payload of `leak-canary` can be carried to the prompt `desk`, "
                    "so that there is nothing to begin with\n\nhint: objectives that can: emit-marker\n"
                ),
            ),
            (
                "--prompt desk --objective emit",
                (
                    "`--objective`: 'emit' is not one of 'emit-marker', 'leak-canary', 'call-tool', 'exfil-url', "
                    "'break-format', 'say-forbidden', 'deny-service', 'echo-code'\n\n"
                    "hint: run `harness attacks search --help`\n"
                ),
            ),
            ("", "`--prompt` is missing\n\nhint: run `harness attacks search --help`\n"),
        ],
    )
    def test_says_why(self, desk: Scratch, words: str, told: str) -> None:
        """Nothing was tried must not look like nothing was found."""
        result = desk.harness("attacks", "search", *words.split())

        assert (result.exit_code, result.out, result.err) == (2, "", f"error: {told}")

    def test_for_want_of_a_host(self, desk: Scratch) -> None:
        """An attack is put into something."""
        desk.remove("evalsets/injection/desk.jsonl")
        desk.edit("params.yaml", RESISTED, "gates:\n")

        told = "attacks on `desk` have no cases to be put into\n\n"
        told += "hint: add evalsets/injection/desk.jsonl, or drop its carriers\n"
        assert look(desk).err == f"error: params.yaml:13: {told}"

    def test_for_want_of_a_carrier(self, desk: Scratch) -> None:
        """An attack gets there by some variable."""
        desk.edit("params.yaml", SUITE, "suites:\n  injection: {}\n")
        desk.edit("params.yaml", RESISTED, "gates:\n")

        told = "no carrier brings attacks to `desk`\n\n"
        told += "hint: add them under `suites: injection: carriers: desk:` in params.yaml, or delete the file\n"
        assert look(desk).err == f"error: evalsets/injection/desk.jsonl: {told}"

    def test_for_want_of_both(self, scratch: Scratch) -> None:
        """A prompt that nobody attacks yet is told where to begin."""
        told = (
            "there is no input of `desk` into which an attack can be put\n\nhint: add evalsets/injection/desk.jsonl\n"
        )

        assert look(scratch).err == f"error: {told}"

    def test_with_a_budget_for_half_of_its_objectives(self, desk: Scratch) -> None:
        """An objective that gets no candidate would be passed over in silence."""
        desk.write(
            "evalsets/injection/payloads/more.yaml",
            PAYLOADS.replace("override", "m").replace("emit-marker", "exfil-url"),
        )

        result = desk.harness("attacks", "search", "--prompt", "desk", "--budget", "1")

        told = "a budget of 1 is too small for 2 objectives\n\nhint: name one with `--objective`, or raise `--budget`\n"
        assert (result.exit_code, result.err) == (2, f"error: {told}")

    def test_for_want_of_money_asks_nobody(self, weak: Scratch) -> None:
        """The budget bears all that may be ahead, or nothing is begun; what is known already costs nothing."""
        rich = look(weak)
        weak.edit("params.yaml", "gates:\n", "budget: {run: 0.000001}\ngates:\n")

        again, other = look(weak), look(weak, "--seed", "another")

        assert again.exit_code == rich.exit_code == 1
        assert other.exit_code == 3
        assert other.err.startswith("error: stopped before any call: ")
        assert "`budget.run` is $0.000001" in other.err

    def test_where_its_own_file_is_wrong(self, weak: Scratch) -> None:
        """What a person broke under review is theirs to mend."""
        weak.write(FOUND, "family: found\npayloads: []\n")

        told = f"{FOUND}:2: `payloads` should have at least 1 item, not 0\n"
        assert look(weak).err == f"error: {told}"
