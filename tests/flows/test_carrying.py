"""What earlier runs spent, as it weighs on a gate here: known, unknown, and dealt to shards."""

import json
from contextlib import closing
from datetime import UTC, datetime

import pytest

from harness.adapters.store import SqliteStore
from harness.core.earlier import Before, Spent
from harness.core.ledger import Claim, Settlement
from harness.core.policy import Budget
from harness.flows.carrying import carry
from harness.flows.meter import Meter, Payers
from harness.flows.providers import Prices
from tests.scenarios import remote
from tests.scenarios.scratch import Scratch

NOW = datetime(2026, 1, 31, tzinfo=UTC)
US = Payers("r1", "ana", "7", "2026-01-31")
DAY, OURS, ANA = "day 2026-01-31", "pull_request 7", "actor ana 2026-01-31"
KNOWN = Spent(1, accounts={DAY: 40, OURS: 30, ANA: 20, "day 2026-01-30": 900, "pull_request 8": 900})
LOST = Spent(1, lost=1, drawn=(DAY, "actor mia 2026-01-31", "head acme/desk:change"))


class TestEarlierRuns:
    def test_weigh_on_each_account_that_they_share(self) -> None:
        """Yesterday's day and another's pull request are nobody's business here."""
        budget = Budget(run=5, suites={"bias": 5}, pull_request=100, actor=100, day=100)

        counted, notices = carry(Before({1: KNOWN, 2: KNOWN}), US, budget)

        assert (counted, notices) == ({OURS: 60, ANA: 40, DAY: 80}, ())

    def test_leave_what_they_have_not_spent(self) -> None:
        """A limit that was lowered below what is spent leaves nothing, and what costs nothing may still be asked."""
        meter = Meter({}, US, Budget(run=5, pull_request=100, day=100), Prices({}), before={OURS: 60, DAY: 300})

        assert meter.left == {"run r1": 5, OURS: 40, DAY: 0}

    def test_of_which_nobody_knows_count_for_a_run_s_budget(self) -> None:
        """On the accounts on which they may have drawn; of a fork's pull request the branch alone is known."""
        budget = Budget(run=500_000, pull_request=100, actor=100, day=100)

        counted, notices = carry(Before({1: KNOWN, 2: LOST}, head="acme/desk:change"), US, budget)

        assert counted == {OURS: 500_030, ANA: 20, DAY: 500_040}
        (notice,) = notices
        assert notice == (
            "what 1 earlier run spent is not known: each counts for $0.50, the `budget.run`, in "
            "`budget.pull_request`, `budget.day`"
        )

    @pytest.mark.parametrize("head", ["", "acme/desk:other", "mallory/desk:change"])
    def test_of_other_branches_are_of_other_pull_requests(self, head: str) -> None:
        """Two forks may call their branches alike."""
        assert carry(Before({2: LOST}, head), US, Budget(pull_request=100)) == ({OURS: 0}, ())

    def test_of_which_nobody_knows_are_told_where_nothing_bounds_them(self) -> None:
        """They are not taken for nothing in silence."""
        counted, (notice,) = carry(Before({1: LOST, 2: LOST}), US, Budget(day=100))

        assert counted == {DAY: 0}
        assert notice == (
            "what 2 earlier runs spent is not known, and counts for nothing: `budget.day` may be exceeded; "
            "`budget.run` would bound it"
        )


BEFORE = ".harness/before.json"


class TestAGate:
    @pytest.fixture
    def paying(self, scratch: Scratch) -> Scratch:
        """Return a repository of two prompts, whose model nobody has to ask."""
        remote.make(scratch, "http://127.0.0.1:9", 4, more="budget: {pull_request: 0.01}\n")
        scratch.write("prompts/more.prompt.yml", scratch.read("prompts/desk.prompt.yml"))
        scratch.write_cases(scratch.cases(), "more")
        scratch.commit("two prompts")
        for name in ("desk", "more"):
            scratch.edit(f"prompts/{name}.prompt.yml", "opens at", "opens! at")
        return scratch

    def stop(self, paying: Scratch, *words: str, spent: int) -> str:
        """Return why a gate stops before any call, if it does, where earlier runs have spent so much."""
        runs = {"1": {"attempt": 1, "accounts": {OURS: spent}}}
        paying.write(BEFORE, json.dumps({"schema": "harness/before/1", "runs": runs}))
        found = remote.asked(paying, "gate", "--json", *words, HARNESS_PULL_REQUEST="7").verdict
        return str(found["checks"][0]["reason"]) if "before any call" in found["checks"][0]["reason"] else ""

    def test_begins_with_what_is_left(self, paying: Scratch) -> None:
        """The rest of the budget must bear what is ahead."""
        told = self.stop(paying, spent=9_000)

        assert told.endswith("and `budget.pull_request` is $0.01, of which $0.009 are spent")

    def test_in_two_shards_shares_what_is_spent(self, paying: Scratch) -> None:
        """Each has half of the limit, and bears half of what went before."""
        told = self.stop(paying, "--shard", "1/2", spent=9_001)

        assert told.endswith("and `budget.pull_request` is $0.005, of which $0.004501 are spent")

    @pytest.mark.parametrize("text", ["", "{}", "[", '{"schema": "harness/before/1", "runs": {"x": 1}}'])
    def test_does_not_begin_where_it_cannot_be_read(self, paying: Scratch, text: str) -> None:
        """Nobody would know what is left."""
        paying.write(BEFORE, text)

        told = remote.asked(paying, "gate")

        assert (told.exit_code, told.out) == (2, "")
        assert told.err == (
            "error: .harness/before.json: this does not tell what was spent\n\n"
            "hint: delete it; `harness cache fetch` writes a new one\n"
        )


class TestARecord:
    def test_needs_a_run_of_a_workflow(self, scratch: Scratch) -> None:
        """By its number others know whose it is."""
        told = scratch.harness("cache", "spent")

        assert told.exit_code == 2
        assert told.err.startswith("error: the environment has no `GITHUB_RUN_ID`\n")

    def test_holds_what_was_paid_and_what_is_set_aside(self, scratch: Scratch) -> None:
        """A call that was cut off may have been billed; a run's own accounts are of no use to others."""
        with closing(SqliteStore(scratch.root / ".harness/state.db")) as store:
            mine = Claim("00" * 32, "t", 500, US.of("regression"))
            other = mine._replace(key="11" * 32, amount=70)
            store.commit([], [mine, other], limits={}, at=NOW)
            store.commit([Settlement(mine.key, cost=20)], [], limits={}, at=NOW)

            scratch.harness("cache", "spent", environ={"GITHUB_RUN_ID": "3", "GITHUB_RUN_ATTEMPT": "1"})

        record = json.loads(scratch.read(".harness/spent.json"))
        assert record["accounts"] == {DAY: 90, OURS: 90, ANA: 90}
