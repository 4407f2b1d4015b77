"""A gate dealt to several machines comes to the very verdict that one machine comes to."""

import json
import re
from pathlib import Path

import pytest

from tests.scenarios.scratch import Result, Scratch


@pytest.fixture(scope="module")
def weakened(whole: Scratch, tmp_path_factory: pytest.TempPathFactory) -> Scratch:
    """Return the example after a change that every suite sees."""
    scratch = whole.copy(tmp_path_factory.mktemp("shards") / "shop")
    rules = scratch.root / "prompts/partials/house-rules.md"
    rules.write_text("\n".join(rules.read_text(encoding="utf-8").splitlines()[:2]) + "\n", encoding="utf-8")
    triage = scratch.root / "prompts/ticket-triage.prompt.yml"
    triage.write_text(
        triage.read_text(encoding="utf-8").replace("temperature: 0", "temperature: 0, topP: 0.9"), encoding="utf-8"
    )
    scratch.commit()
    return scratch


@pytest.fixture(scope="module")
def undealt(weakened: Scratch) -> str:
    """Return the run folder of the gate on one machine."""
    return _folder(weakened.harness("gate", "--against", "HEAD~1"))


@pytest.fixture(scope="module")
def three(weakened: Scratch) -> list[str]:
    """Return the run folders of its three shards."""
    return _shards(weakened, 3)


def _folder(told: Result) -> str:
    found = re.search(r"reports in (\S+)", told.out)
    assert found, told.told
    return found[1]


def _shards(scratch: Scratch, of: int) -> list[str]:
    """Judge each shard, and return their run folders."""
    dealt = (f"{number}/{of}" for number in range(1, of + 1))
    return [_folder(scratch.harness("gate", "--against", "HEAD~1", "--shard", shard)) for shard in dealt]


def _digest(folder: str) -> str:
    """Return the digits of a run folder's name that are its verdict's, apart from what the run took."""
    return folder.rpartition("-")[2]


def _files(scratch: Scratch, folder: str) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in (scratch.root / folder).iterdir()}


def _planned(scratch: Scratch, of: int, against: str = "HEAD~1") -> list[str]:
    """Return the shards that a plan names."""
    told = scratch.harness("plan", "--json", "--against", against, "--shards", str(of))
    found: list[str] = json.loads(told.out)["shards"]
    return found


class TestTheShardsOfAGate:
    def test_come_to_the_verdict_of_the_whole(self, weakened: Scratch, undealt: str, three: list[str]) -> None:
        """Everything but what the runs took is the same to the letter: the digest in the folder's name says so."""
        merged = weakened.harness("merge", *three)
        assert merged.exit_code == 1
        assert _digest(_folder(merged)) == _digest(undealt)
        one, other = _files(weakened, undealt), _files(weakened, _folder(merged))
        assert one.keys() == other.keys()
        for name in ("findings.sarif", "bias-evidence.md", "bias-evidence.json"):
            assert one[name] == other[name], name

    def test_judge_each_pair_once(self, weakened: Scratch, three: list[str]) -> None:
        """Each judged pair has its results in one shard, and none in the others."""
        verdicts = [json.loads(_files(weakened, folder)["verdict.json"]) for folder in three]
        pairs = [pair for one in verdicts for pair in one["pairs"] if pair["passed"] is not None]
        judged = [(pair["suite"], pair["prompt"]) for pair in pairs]
        assert len(judged) == len(set(judged))
        changed = {(pair["suite"], pair["prompt"]) for pair in verdicts[0]["pairs"] if pair["status"] == "changed"}
        assert set(judged) == {pair for pair in changed if pair[0] != "budget"}

    def test_are_no_verdict_alone(self, weakened: Scratch, three: list[str]) -> None:
        """Whoever reads one finds that it is a part."""
        verdict = json.loads(_files(weakened, three[0])["verdict.json"])
        assert (verdict["scope"], verdict["shard"]) == ("shard", "1/3")

    @pytest.mark.slow
    def test_may_be_more_than_there_are_pairs(self, weakened: Scratch, undealt: str) -> None:
        """Whoever has nothing to judge says so, and the verdict is the same."""
        merged = weakened.harness("merge", *_shards(weakened, 9))
        assert _digest(_folder(merged)) == _digest(undealt)

    def test_are_named_by_the_plan(self, weakened: Scratch) -> None:
        """CI makes its matrix of them: as many as there is work for, and one at least."""
        assert _planned(weakened, 2) == ["1/2", "2/2"]
        assert 2 < len(_planned(weakened, 50)) < 50
        assert _planned(weakened, 4, against="HEAD") == ["1/1"]


class TestMerging:
    def test_refuses_when_a_shard_is_missing(self, weakened: Scratch, three: list[str]) -> None:
        """A part that nobody judged must not pass by being absent."""
        told = weakened.harness("merge", *three[:2])
        assert told.exit_code == 2
        assert told.err == (
            "error: shard 3/3 is missing\n\nhint: its job failed, or its run folder was not handed on\n"
        )

    def test_refuses_one_that_stands_twice(self, weakened: Scratch, three: list[str]) -> None:
        """Else its cases would count twice."""
        told = weakened.harness("merge", *three, _copied(weakened, three[0]))
        assert (told.exit_code, told.err.splitlines()[0]) == (2, "error: shard 1/3 stands twice")

    def test_refuses_a_shard_of_another_gate(self, weakened: Scratch, three: list[str]) -> None:
        """A verdict on another base, however well it looks, is none on this one."""
        other = _folder(weakened.harness("gate", "--against", "HEAD", "--shard", "3/3"))
        told = weakened.harness("merge", *three[:2], other)
        expected = "error: shard 3/3 belongs to another gate than shard 1/3: base"
        assert (told.exit_code, told.err.splitlines()[0]) == (2, expected)

    def test_leaves_the_verdict_of_one_machine_as_it_is(self, weakened: Scratch, undealt: str) -> None:
        """A plan may come to one shard, `1/1`, which is the whole: CI merges whatever there is."""
        merged = weakened.harness("merge", undealt)
        assert merged.exit_code == 1
        assert _folder(merged) == undealt

    def test_refuses_a_verdict_that_is_no_shard(self, weakened: Scratch, undealt: str, three: list[str]) -> None:
        """A whole and a part have cases in common, and a filter's verdict is no whole."""
        told = weakened.harness("merge", undealt, three[0])
        assert (told.exit_code, told.err.splitlines()[0]) == (2, "error: a verdict that is no shard cannot be merged")
        filtered = _folder(weakened.harness("gate", "--against", "HEAD~1", "--first", "1"))
        told = weakened.harness("merge", filtered)
        assert (told.exit_code, told.err.splitlines()[0]) == (2, "error: a verdict that is no shard cannot be merged")

    def test_refuses_a_folder_without_verdicts(self, weakened: Scratch) -> None:
        """A path that is wrong is told, not passed over."""
        told = weakened.harness("merge", "prompts")
        assert (told.exit_code, told.err.splitlines()[0]) == (2, "error: there is no verdict below prompts")

    @pytest.mark.parametrize("shard", ["0/2", "3/2", "1", "a/b", "-1/2", "1/2/3", "1/1000", ""])
    def test_has_no_shard_of_such_a_name(self, weakened: Scratch, shard: str) -> None:
        """Judging nothing by mistake would look like passing."""
        told = weakened.harness("gate", "--shard", shard)
        assert (told.exit_code, told.err.splitlines()[0]) == (2, f"error: `{shard}` is no shard")


def _copied(scratch: Scratch, folder: str) -> str:
    copy = Path(f"{folder}-copy")
    (scratch.root / copy).mkdir(exist_ok=True)
    text = (scratch.root / folder / "verdict.json").read_text(encoding="utf-8")
    (scratch.root / copy / "verdict.json").write_text(text, encoding="utf-8")
    return str(copy)
