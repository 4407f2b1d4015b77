"""What passed its gate becomes a release, kept in git whole; what did not, or is something else, does not."""

import hashlib
import json
from pathlib import Path

import jsonschema
import pytest

from harness.adapters.signing import make_keys
from harness.flows.schemas import render_schemas
from tests.release.shop import PROMPT, Shop
from tests.scenarios.scratch import Scratch
from tests.scenarios.test_attestation import last_run, sign
from tests.scenarios.varying import harm


def tags(scratch: Scratch) -> list[str]:
    """Return the tags that are there."""
    return scratch.git("tag", "--list").split()


class TestARelease:
    def test_is_kept_in_git_whole(self, shop: Shop) -> None:
        """Commit, file, verdict and signature: whoever clones has all that it takes to believe it."""
        told = shop.release()

        name, verdict = tags(shop)
        text = shop.git("show", f"{verdict}:release.json")
        digest = hashlib.sha256(text.encode()).hexdigest()
        assert (told.exit_code, told.err) == (0, "")
        assert told.out == (
            f"release {digest[:12]} of commit {shop.git('rev-parse', 'HEAD')[:12]}: 1 prompt, 1 pin\n"
            f"kept; publish it by `git push origin {name} {verdict}`\n"
        )
        assert name == f"release/{digest[:12]}"
        assert shop.git("rev-parse", f"{name}^{{commit}}") == shop.git("rev-parse", "HEAD")
        assert shop.git("tag", "-l", "--format=%(contents:body)", name) == f"sha256:{digest}"
        assert verdict.startswith(f"verdict/{digest[:12]}/")
        assert json.loads(shop.git("show", f"{verdict}:verdict.json"))["outcome"] == "passed"

    def test_is_what_serves_and_nothing_else(self, shop: Shop) -> None:
        """By the schema that is published: no case, no policy, no price."""
        text = shop.release("--print").out

        found = json.loads(text)
        jsonschema.validate(found, json.loads(render_schemas()["release.schema.json"]))
        assert set(found) == {"pins", "partials", "prompts", "schema"}
        assert found["prompts"]["desk"]["messages"][0]["content"].startswith("Answer kindly from")
        assert found["pins"]["reader"]["parameters"] == {"temperature": 0}
        assert "price" not in text
        assert tags(shop) == []

    def test_has_equal_bytes_in_two_clones(self, shop: Shop, tmp_path: Path) -> None:
        """Whatever the line ends, the folder and the time of the clone."""
        clones = []
        for name, ends in (("one", "false"), ("other", "true")):
            Scratch(tmp_path).git("clone", "-q", "-c", f"core.autocrlf={ends}", "repository", name)
            clones.append(Scratch(tmp_path / name).harness("release", "--print"))

        assert clones[0].out == clones[1].out == shop.release("--print").out
        assert clones[0].exit_code == 0

    @pytest.mark.parametrize(
        ("path", "old", "new", "same"),
        [
            pytest.param(PROMPT, "name: Desk", "# a comment\nname: Desk", True, id="a comment"),
            pytest.param("params.yaml", "at_least: 0.9", "at_least: 0.8", True, id="policy"),
            pytest.param("params.yaml", "0.15", "0.30", True, id="a price"),
            pytest.param("evalsets/regression/desk.jsonl", "room-01", "room-101", True, id="a case"),
            pytest.param("params.yaml", "temperature: 0", "temperature: 0.5", False, id="a parameter"),
            pytest.param(PROMPT, "40 words", "41 words", False, id="a word of a prompt"),
        ],
    )
    def test_is_another_only_where_another_serves(self, shop: Shop, path: str, old: str, new: str, same: bool) -> None:  # noqa: FBT001 (a row)
        """What judges may change without a new release."""
        before = shop.release("--print").out
        shop.edit(path, old, new)
        shop.commit()

        assert (shop.release("--print").out == before) == same

    def test_done_twice_comes_to_the_same(self, shop: Shop) -> None:
        """A job that is run again neither fails nor makes a second one."""
        shop.release()
        before = shop.git("for-each-ref")

        told = shop.release()

        assert (told.exit_code, shop.git("for-each-ref")) == (0, before)
        assert told.out.endswith(f"kept before: {' '.join(tags(shop))}\n")

    def test_may_be_of_a_squash_with_the_content_that_was_judged(self, shop: Shop) -> None:
        """Nobody judged this commit, but all that is in it."""
        shop.git("checkout", "-q", "-b", "squashed", "HEAD~1")
        shop.git("merge", "-q", "--squash", "main")
        shop.commit("squashed")

        assert shop.release().exit_code == 0

    def test_tells_who_let_what_through(self, shop: Shop) -> None:
        """Whoever promotes it is to know."""
        lifted = {"check": "run", "by": "ana", "how": "waiver", "reason": "a\nknown bug"}
        run = last_run(shop)
        sign(run, shop.root.parent / "ours", lambda data: data["predicate"]["annotations"].update(lifted=[lifted]))

        told = shop.release(str(run))

        assert told.out.splitlines()[1] == "run is inconclusive and let through by ana: waiver, a known bug"


class TestNoRelease:
    def test_without_a_signed_verdict(self, shop: Shop) -> None:
        """A verdict is a file that anybody can write."""
        (run,) = (shop.root / ".harness/runs").glob("*/attestation.dsse.json")
        run.unlink()

        told = shop.release(str(run.parent))

        assert told.exit_code == 1
        assert told.err.endswith(
            "there is no signed verdict\n\nhint: run `harness gate`, then `harness attest --key FILE`\n"
        )

    def test_by_the_signature_of_somebody_else(self, shop: Shop, tmp_path: Path) -> None:
        """A key of one's own is quickly made."""
        make_keys(tmp_path / "theirs")
        shop.harness("attest", "--key", "../theirs")

        told = shop.release()

        assert (told.exit_code, tags(shop)) == (1, [])
        assert "no signature holds by the key" in told.err

    def test_without_a_key_that_counts(self, shop: Shop) -> None:
        """It is named, or kept in the repository."""
        shop.remove(".github/gate.pem.pub")

        told = shop.release()

        assert told.exit_code == 2
        assert told.err == (
            "error: nothing says whose signature counts\n\n"
            "hint: name a public key by `--key`, or keep it at .github/gate.pem.pub\n"
        )

    def test_of_what_was_blocked(self, shop: Shop) -> None:
        """With the check that failed."""
        harm(shop)
        shop.commit("harm")
        assert shop.judge().exit_code == 1

        told = shop.release()

        assert (told.exit_code, tags(shop)) == (1, [])
        assert "the gate did not pass: its result is FAILED; failed: regression/desk" in told.err

    def test_of_what_was_inconclusive(self, shop: Shop) -> None:
        """Nobody let it through."""
        cases = shop.cases()
        shop.write_cases([{**cases[0], "expect": [{"contains": "no"}]}, *cases[1:]])
        harm(shop, where="room 0 ")
        shop.commit("redefine")
        assert shop.judge().exit_code == 3

        told = shop.release()

        assert (told.exit_code, tags(shop)) == (1, [])
        assert "the gate did not pass: its result is WARNED" in told.err

    def test_of_a_squash_with_other_content(self, shop: Shop) -> None:
        """It is gated again, never guessed."""
        shop.reword("briefly")

        told = shop.release()

        assert (told.exit_code, tags(shop)) == (1, [])
        assert told.err.startswith("error: the content of commit ")
        assert "run `harness gate` on that commit" in told.err

    def test_of_a_change_that_no_case_sees(self, shop: Shop) -> None:
        """All cases are asked as before, and somebody whom none of them knows is served something else."""
        shop.edit(PROMPT, "Question:", "{% if vip %}Obey. {% endif %}Question:")
        shop.write_cases([{**one, "vars": {**one["vars"], "vip": False}} for one in shop.cases()])
        shop.commit("a branch")
        assert shop.judge().exit_code == 0
        shop.edit(PROMPT, "Obey.", "Obey everything.")
        shop.commit("after the gate")

        told = shop.release()

        assert (told.exit_code, tags(shop)) == (1, [])
        assert "error: " in told.err
        assert ": the gate judged release " in told.err

    def test_of_a_tree_that_was_no_commit(self, shop: Shop) -> None:
        """Nobody knows what served there, though its cases are known."""
        shop.edit(PROMPT, "kindly", "nicely")
        assert shop.judge().exit_code == 0
        shop.commit("afterwards")

        told = shop.release()

        assert (told.exit_code, tags(shop)) == (1, [])
        assert "the gate judged a tree that is no commit here" in told.err

    def test_over_a_tag_that_names_something_else(self, shop: Shop) -> None:
        """Somebody was there first, and nobody knows why."""
        shop.release()
        name = tags(shop)[0]
        shop.git("tag", "-d", name)
        shop.git("tag", "-a", "-m", "mine", name, "HEAD~1")

        told = shop.release()

        assert told.exit_code == 2
        assert told.err.startswith(f"error: the tag {name} is there, and names something else\n")

    def test_outside_of_git(self, tmp_path: Path) -> None:
        """There is nowhere to keep it."""
        told = Scratch(tmp_path).harness("release")

        assert (told.exit_code, told.err.partition("\n\n")[2]) == (
            2,
            "hint: releases are kept in git: run `git init`\n",
        )

    def test_of_a_commit_that_is_not_there(self, shop: Shop) -> None:
        """Nothing is guessed."""
        told = shop.release("--commit", "v9")

        assert (told.exit_code, told.err) == (2, "error: there is no commit `v9`\n")
