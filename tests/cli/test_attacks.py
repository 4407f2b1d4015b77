"""`harness attacks search`: looking for attacks that succeed, and adopting what was found."""

import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.cli.attackable import FOUND, adopt, entries, look, resisted
from tests.endpoint.launch import endpoint
from tests.scenarios.remote import KEY, MODELS
from tests.scenarios.scratch import Scratch
from tests.scenarios.varying import stored

PAYING = {"STUB_KEY": KEY}


class TestASearch:
    def test_of_a_reader_that_obeys_documents_finds_attacks(self, weak: Scratch) -> None:
        """What it says is whole: how many were tried, which rules they break, where they are, what it cost."""
        result = look(weak)

        written = len(entries(weak))
        first, rules, where, cost = result.out.splitlines()
        number = int(rules.split()[-1])
        assert result.exit_code == 1
        assert result.err == "injection / desk: 40 of 40\n"
        assert first == f"injection / desk: 40 candidates tried, {number} succeeded"
        assert rules == f"  LH-INJ-002   {number}"
        assert where == f"{written} payloads written to {FOUND}, for review"
        assert written == number
        assert cost.startswith("42 calls for $0.00")
        assert cost.endswith(", 38 answers from the cache")

    def test_leaves_out_what_the_gate_asks_anyway(self, weak: Scratch) -> None:
        """A gate is blocked by it already."""
        weak.edit("params.yaml", "cases: 4", "cases: 400")

        result = look(weak)

        written = len(entries(weak)) if (weak.root / FOUND).exists() else 0
        number = int(result.out.splitlines()[1].split()[-1])
        assert number > written
        assert result.out.splitlines()[2].endswith(f"; the gate asks {number - written} anyway")

    def test_of_one_that_obeys_none_finds_nothing(self, desk: Scratch) -> None:
        """To find nothing is good news, and writes nothing."""
        result = look(desk)

        assert (result.exit_code, result.out.splitlines()[0]) == (
            0,
            "injection / desk: 40 candidates tried, 0 succeeded",
        )
        assert not (desk.root / FOUND).exists()

    def test_writes_payloads_that_say_all_that_was_tried(self, weak: Scratch) -> None:
        """Whoever reviews an attack sees its carrier and its writing, and an editor checks the file."""
        look(weak)

        head, *_ = weak.read(FOUND).splitlines()
        one = entries(weak)[0]
        assert head == "# yaml-language-server: $schema=../../../.schemas/payloads.schema.json"
        assert list(one) == ["id", "objective", "text", "twin", "carriers", "transforms"]
        assert str(one["text"]).count("{instruction}") == 1

    def test_again_asks_nobody_and_writes_nothing(self, weak: Scratch) -> None:
        """What was paid for is kept, and nobody reviews an attack twice."""
        look(weak)
        before = weak.read(FOUND)

        again = look(weak)

        assert again.exit_code == 1
        assert "nothing is written to" in again.out
        assert f"{len(entries(weak))} there already" in again.out
        assert again.out.endswith("\n0 calls for $0.00, 80 answers from the cache\n")
        assert weak.read(FOUND) == before

    def test_with_another_seed_puts_its_own_after_those_of_a_person(self, weak: Scratch) -> None:
        """A file under review has notes in it, which stay."""
        look(weak)
        weak.write(FOUND, weak.read(FOUND).rstrip("\n") + "\n  # the last one is odd")
        before = weak.read(FOUND)

        look(weak, "--seed", "another")

        assert weak.read(FOUND).startswith(f"{before}\n  - id: found-")
        ids = [one["id"] for one in entries(weak)]
        assert len(ids) == len(set(ids))

    def test_is_read_by_nobody_until_a_person_adopts_it(self, weak: Scratch) -> None:
        """What a search wrote must not change what a gate asks."""
        before = weak.harness("check").out
        look(weak)
        weak.write("evalsets/injection/found/odd.yaml", "no: payloads")

        assert weak.harness("check").out == before

    def test_that_was_killed_ends_as_one_that_was_not(self, weak: Scratch, tmp_path: Path) -> None:
        """A long search is cut off now and then; its answers are not lost."""
        other = weak.copy(tmp_path / "other")
        words = ["attacks", "search", "--prompt", "desk", "--budget", "150"]
        whole = other.harness(*words)
        with subprocess.Popen([sys.executable, "-m", "harness", *words], cwd=weak.root, env=weak.environ()) as running:
            while stored(weak) < 20 and running.poll() is None:
                time.sleep(0.005)
            running.send_signal(signal.SIGKILL)
        kept = stored(weak)

        resumed = weak.harness(*words)

        assert 20 <= kept < stored(weak) == stored(other)
        assert resumed.out.splitlines()[:-1] == whole.out.splitlines()[:-1]
        assert weak.read(FOUND) == other.read(FOUND)
        assert resumed.out.splitlines()[-1].startswith(f"{stored(weak) - kept} calls for ")


class TestASearchOverTheNetwork:
    def test_pays_once_for_each_answer(self, desk: Scratch) -> None:
        """The endpoint's own count, not ours."""
        with endpoint() as server:
            ask(desk, server.url())

            first = look(desk, environ=PAYING)
            asked = server.counts().received
            again = look(desk, environ=PAYING)

            assert first.exit_code == again.exit_code
            assert first.out.splitlines()[-1].startswith(f"{asked} calls for $0.00")
            assert again.out.splitlines()[-1].startswith("0 calls for $0.00, ")
            assert server.counts().received == asked

    def test_that_gets_no_answer_ends_without_a_verdict(self, desk: Scratch) -> None:
        """An attack that was not answered was not resisted."""
        with endpoint() as server:
            ask(desk, server.url("too-long"))

            result = look(desk, environ=PAYING)

        assert (result.exit_code, result.out) == (4, "")
        assert result.err.startswith("error: injection / desk: desk/")
        assert result.err.endswith("\n\nhint: answers that came back are kept\n")


def ask(here: Scratch, url: str) -> None:
    """Let the prompt ask an endpoint."""
    _, policy = here.read("params.yaml").split("suites:\n")
    here.write("params.yaml", f"{MODELS.format(url=url, concurrency=4, timeout=10)}suites:\n{policy}")


class TestAnAdoptedAttack:
    def test_is_asked_by_the_gate_as_it_was_found(self, weak: Scratch) -> None:
        """The very case: its answer is there already, and the gate is blocked by it."""
        before = resisted(weak)
        look(weak)
        name = next(str(one["id"]) for one in entries(weak) if one["transforms"] != ["identity"])
        chain = next(one["transforms"] for one in entries(weak) if one["id"] == name)
        calls = stored(weak)

        adopt(weak, FOUND, name)
        weak.edit("params.yaml", "cases: 4", "cases: 5")
        after = resisted(weak)
        verdict = weak.gate("--suite", "injection", "--all")

        joined = after.keys() - before.keys()
        found = [one for one in verdict.verdict["findings"] if joined & set(one["cases"])]
        assert [after[case] for case in joined] == [False]
        assert stored(weak) - calls <= 2, "its twin and its control"
        assert verdict.exit_code == 1
        assert set(chain if isinstance(chain, list) else []) <= set(found[0]["transforms"])

    def test_is_found_no_more(self, weak: Scratch) -> None:
        """It has been reviewed."""
        look(weak)
        name = str(entries(weak)[-1]["id"])
        adopt(weak, FOUND, name)

        look(weak)

        assert name not in {one["id"] for one in entries(weak)}
