"""From a push to a comment and a check by our own `gate.yml`: nothing is stubbed but the actions of others."""

from pathlib import Path

import pytest

from tests.endpoint.launch import endpoint
from tests.github.records import RefusedError
from tests.publishing.changes import PROMPT, THIEF, adopt, edit_cases, forge_check, reword, weaken
from tests.publishing.test_publishing import MARK
from tests.publishing.works import SECRETS, Works, fill, works
from tests.scenarios.attacked import attack, unguard
from tests.scenarios.remote import make
from tests.scenarios.scratch import Scratch
from tests.workflows.test_others import CALLER

GOOD, BAD, OPEN = ("passed", "success"), ("blocked", "failure"), ("inconclusive", "action_required")
LOST = ("unavailable", "action_required")


class TestAChange:
    def test_that_is_good_passes_and_can_be_merged(self, gated: Works) -> None:
        """Squashed, its commit is one that nobody judged, of the content that was attested."""
        reword(gated)
        event = gated.open()
        gated.github.approve(gated.number, "mia")
        with pytest.raises(RefusedError, match="Repository rule violations"):
            gated.github.merge(gated.number, "ana", "squash")

        report = gated.gate(event)
        before, judged = gated.main, gated.head
        gated.github.merge(gated.number, "ana", "squash")

        assert (report.succeeded, gated.told) == (True, GOOD)
        assert f"`{judged[:7]}` against `{before[:7]}`" in gated.ours
        assert gated.main not in {before, judged}
        assert gated.verify(gated.main)[0] == 0
        assert gated.verify(before)[0] == 1

    def test_that_breaks_cases_is_blocked_whatever_is_forged(self, gated: Works) -> None:
        """A mark of ours in somebody's comment, a check of our name by somebody's workflow: neither lets it merge."""
        weaken(gated)
        event = gated.open()
        gated.github.comment(gated.number, "ana", MARK.format(head=gated.head, pr=gated.number))
        forge_check(gated)

        report = gated.gate(event)

        assert (report.succeeded, gated.told) == (False, BAD)
        assert "room-00" in gated.ours
        gated.github.approve(gated.number, "mia")
        with pytest.raises(RefusedError, match="Repository rule violations"):
            gated.github.merge(gated.number, "ana")
        assert "the gate did not pass" in gated.verify(gated.head)[1]

    def test_that_turns_to_a_branch_of_its_own_finds_no_manager_there(self, gated: Works) -> None:
        """Its author may choose another base while the gate is at work, and the first one again before it merges."""
        weaken(gated)
        edit_cases(gated)
        event = gated.open()
        git = gated.scratch.git

        def turn() -> None:
            git("checkout", "-q", "-B", "mine", "main")
            gated.scratch.write(".github/waivers.yaml", "managers: [bo]\n")
            gated.scratch.commit("a manager of my own")
            git("push", "-q", "origin", "mine")
            gated.github.push("mine", "ana")
            gated.github.member("bo")
            gated.github.approve(gated.number, "bo")
            gated.github.world.pull(gated.number)[1].base_ref = "mine"

        gated.meanwhile = turn
        gated.gate(event)

        assert gated.told == OPEN

    def test_that_touches_nothing_is_told_so(self, gated: Works) -> None:
        """The required check is posted on every pull request: a skipped one would count as met."""
        gated.scratch.write("NOTES.md", "nothing\n")

        report = gated.gate(gated.open())

        assert (report.succeeded, gated.told) == (True, GOOD)
        assert "nothing to judge" in gated.ours

    def test_that_loosens_the_policy_is_judged_by_the_old_one(self, gated: Works) -> None:
        """What a pull request says of its judge counts after it is merged; and the comment says that it tried."""
        weaken(gated)
        gated.scratch.edit("params.yaml", "margin: 0.05\n    at_least: 0.9\n", "margin: 1.0\n    at_least: 0.0\n")

        gated.gate(gated.open())

        assert gated.told == BAD
        assert "The policy is changed: judged by base's" in gated.ours

    def test_that_deletes_the_cases_it_fails_is_judged_by_them(self, gated: Works) -> None:
        """A case that base has is asked on both trees, whether the change has it or not."""
        weaken(gated)
        gated.scratch.write_cases(gated.scratch.cases()[:1])

        gated.gate(gated.open())

        assert gated.told == BAD

    def test_that_redefines_its_cases_needs_a_manager(self, gated: Works) -> None:
        """The job that is run again after the approval ends green, and what is attested says who let it through."""
        weaken(gated)
        edit_cases(gated)
        event = gated.open()

        first = gated.gate(event)
        undecided, unproven = gated.told, gated.verify(gated.head)
        gated.github.approve(gated.number, "mia")
        second = gated.gate(event, attempt=2)

        assert (first.succeeded, undecided) == (False, OPEN)
        assert unproven[0] == 1
        assert (second.succeeded, gated.told) == (True, GOOD), second.job("verdict").log
        code, told = gated.verify(gated.head)
        assert code == 0
        assert "by mia (approval" in told

    def test_with_a_new_variable_needs_a_manager(self, gated: Works) -> None:
        """The cases bring it, but base's own cannot be asked any more: whoever wants that has to say so."""
        gated.scratch.edit(PROMPT, "Question: {{ question }}", "Question: {{ question }} ({{ tone }})")
        cases = gated.scratch.cases()
        gated.scratch.write_cases([{**one, "vars": {**one["vars"], "tone": "please"}} for one in cases])

        gated.gate(gated.open())

        assert gated.told == OPEN
        assert "cannot be compared" in gated.ours

    def test_with_a_variable_that_no_case_has_is_not_judged(self, gated: Works) -> None:
        """It cannot be asked, which is not the same as passing."""
        gated.scratch.edit(PROMPT, "Question: {{ question }}", "Question: {{ question }} ({{ tone }})")

        gated.gate(gated.open())

        assert gated.told == LOST
        assert "no verdict came: error: evalsets/regression/desk.jsonl:1: 'tone' is undefined" in gated.ours

    def test_whose_model_does_not_answer_is_told_so(self, pristine: Scratch, tmp_path: Path) -> None:
        """No verdict for a reason that the gate knows: it says which answers it lacks, and not that a job failed."""
        scratch = fill(pristine.copy(tmp_path / "desk"))
        with endpoint() as server:
            make(scratch, server.url("echo-key"), 2)
            scratch.edit("params.yaml", "STUB_KEY", "LLM_API_KEY")
            scratch.commit("ask an endpoint")
            with works(scratch, tmp_path) as gated:
                gated.scratch.edit(PROMPT, "SAY room", "SAY the room")

                report = gated.gate(gated.open())

        assert (report.succeeded, gated.told) == (False, LOST)
        assert "no answer to 8 trials" in gated.ours
        assert "HTTP 400" in gated.ours

    def test_that_goes_to_main_from_now_on_is_judged(self, gated: Works) -> None:
        """Until then it went to another branch, and nobody asked for a verdict."""
        gated.scratch.git("push", "-q", "origin", "HEAD:next")
        gated.github.push("next", "mia")
        weaken(gated)
        gated.open(onto="next")

        moved = gated.trusted(gated.github.retarget(gated.number, "ana", "main"))
        gated.gate(moved)

        assert gated.told == BAD

    @pytest.mark.slow
    def test_that_drops_its_guard_is_blocked(self, pristine: Scratch, tmp_path: Path) -> None:
        """The attacks that succeed are told by their carriers, and handed over as findings."""
        with works(fill(attack(pristine.copy(tmp_path / "desk"))), tmp_path, warm=False) as gated:
            unguard(gated.scratch)

            gated.gate(gated.open())

            assert gated.told == BAD
            assert "resisted" in gated.ours
            assert gated.github.world.sarifs


class TestTheReusableGate:
    @pytest.mark.slow
    def test_ends_green_after_an_approval_too(self, pristine: Scratch, tmp_path: Path) -> None:
        """The gate that another workflow calls, with all of it in one shard."""
        scratch = fill(pristine.copy(tmp_path / "desk"))
        scratch.write(".github/workflows/gate.yml", CALLER)
        scratch.commit("call the gate")
        with works(scratch, tmp_path) as gated:
            weaken(gated)
            edit_cases(gated)
            event = gated.open()

            first, undecided = gated.gate(event), gated.told
            gated.github.approve(gated.number, "mia")
            second = gated.gate(event, attempt=2)

            assert (first.succeeded, undecided) == (False, OPEN)
            assert (second.succeeded, gated.told) == (True, GOOD)

    @pytest.mark.slow
    def test_tells_that_no_verdict_came(self, pristine: Scratch, tmp_path: Path) -> None:
        """Whether the evaluation is killed, or what makes one verdict of it."""
        scratch = fill(pristine.copy(tmp_path / "desk"))
        scratch.write(".github/workflows/gate.yml", CALLER)
        scratch.commit("call the gate")
        with works(scratch, tmp_path) as gated:
            reword(gated)
            gated.kill("merge")

            report = gated.gate(gated.open())

            assert (report.succeeded, gated.told) == (False, LOST)


class TestASecret:
    @pytest.mark.parametrize("name", ["LLM_API_KEY", "LLM_GATE_APP_KEY"])
    def test_that_gets_out_is_seen(self, gated: Works, name: str) -> None:
        """After each test here all that a run leaves is searched; a search that never finds anything shows nothing."""
        left = gated.root / "machine/left"
        left.write_text(f"Authorization: {SECRETS[name]}")

        found = gated.leaks()
        left.unlink()

        assert found == [str(left)]


class TestAFork:
    def test_waits_for_a_reviewer_and_is_judged_then(self, gated: Works) -> None:
        """Whoever opens the page sees that it is not judged yet; nobody's money is spent before."""
        reword(gated)
        event = gated.open(fork="mallory/desk")

        report = gated.gate(event)

        assert [job.result for job in report.jobs] == ["success", "waiting", "success", "waiting"]
        assert gated.told == ("running", "in_progress")
        assert gated.gate(event, attempt=2, approved=["llm-eval-external"]).succeeded
        assert gated.told == GOOD

    def test_has_no_secret_in_its_own_workflow(self, gated: Works) -> None:
        """Its file runs, with a token that can read, and enters no environment."""
        for path in (gated.scratch.root / ".github/workflows").iterdir():
            path.unlink()
        gated.scratch.write(".github/workflows/thief.yml", THIEF)
        event = gated.open(fork="mallory/desk")

        report = gated.gate(gated.untrusted(event))

        assert report.job("take").why == "a fork's own workflow has no secrets of the environment `llm-gate`"
        assert "key=. token=." in report.job("look").log
        assert gated.github.writes == []


class TestTwoPushes:
    def test_before_the_gate_begins_are_judged_once(self, gated: Works) -> None:
        """The run of the older head finds that it has moved, and says nothing."""
        weaken(gated)
        old = gated.open()
        gated.scratch.git("checkout", "-q", "HEAD~1", "--", "prompts")
        new = gated.push("mend")

        first = gated.gate(old)
        silent = list(gated.github.writes)
        gated.gate(new)

        assert [job.result for job in first.jobs] == ["success", "skipped", "skipped", "skipped"]
        assert (silent, gated.told) == ([], GOOD)

    def test_at_once_leave_the_newer_ones_word(self, gated: Works) -> None:
        """The older run, whose evaluation ends last, speaks of its own commit and of no other."""
        weaken(gated)
        old = gated.open()
        bad = gated.head

        def again() -> None:
            gated.scratch.git("checkout", "-q", "HEAD~1", "--", "prompts")
            gated.gate(gated.push("mend"))

        gated.meanwhile = again
        gated.gate(old)

        assert gated.told == GOOD
        assert gated.mark["run"] == 2
        assert (gated.check(bad)["conclusion"], gated.labels) == ("failure", {"gate:passed"})


class TestTheMergeQueue:
    def test_lands_the_group_that_was_judged(self, gated: Works) -> None:
        """Its commit is another than the pull request's, and has a check and an attestation of its own."""
        reword(gated)
        gated.gate(gated.open())
        gated.github.approve(gated.number, "mia")

        report, group = gated.queue()
        gated.github.dequeue(gated.number)

        assert report.succeeded, report.job("verdict").log
        assert (gated.check(group)["conclusion"], gated.main) == ("success", group)
        assert gated.verify(group)[0] == 0

    @pytest.mark.slow
    def test_lands_what_a_manager_approved_as_the_head(self, gated: Works) -> None:
        """Nobody can tell of the group either; it is the same change over the same main, and nobody is asked twice."""
        weaken(gated)
        edit_cases(gated)
        event = gated.open()
        gated.gate(event)
        gated.github.approve(gated.number, "mia")
        approved = gated.head

        report, group = gated.queue()
        gated.github.dequeue(gated.number)

        assert report.succeeded, report.job("verdict").log
        assert (gated.check(group)["conclusion"], gated.main) == ("success", group)
        assert f"by mia (approval): approved {approved[:7]}, which proposes the same" in gated.verify(group)[1]

    def test_keeps_out_what_is_blocked(self, gated: Works) -> None:
        """Whoever puts it in the queue by hand gets it out again."""
        weaken(gated)
        gated.open()
        gated.github.approve(gated.number, "mia")
        before = gated.main

        report, group = gated.queue()
        (out,) = gated.github.dequeue(gated.number)

        assert (report.succeeded, gated.check(group)["conclusion"]) == (False, "failure")
        assert (out.payload["reason"], gated.main) == ("dequeued", before)


class TestACrash:
    @pytest.mark.parametrize("verb", ["plan", "gate", "merge"])
    def test_is_told_as_no_verdict(self, gated: Works, verb: str) -> None:
        """Whichever step is killed, no check says for ever that it runs, and none lets the change merge."""
        reword(gated)
        gated.kill(verb)

        report = gated.gate(gated.open())

        assert (report.succeeded, gated.told) == (False, LOST)
        assert gated.labels == {"gate:unavailable"}

    def test_after_the_verdict_was_told_leaves_it(self, gated: Works) -> None:
        """What is not signed is still true; the run ends red, so that somebody looks."""
        reword(gated)
        gated.kill("attest")

        report = gated.gate(gated.open())

        assert (report.succeeded, gated.told) == (False, GOOD)


class TestTheFirstAdoption:
    def test_is_not_let_through_by_its_own_policy(self, gated: Works) -> None:
        """Base has the workflows and no policy: the first policy is for people to look at."""
        adopt(gated)

        report = gated.gate(gated.open("prompts, cases and policy"))

        assert (report.succeeded, gated.told) == (False, OPEN), gated.ours
