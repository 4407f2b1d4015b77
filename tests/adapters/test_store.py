"""The store on a real disk: durable, private, shared, and clear about damage."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.adapters.store import SqliteStore
from harness.core.completion import Answer, Completion, ToolCall, Trial
from harness.core.errors import ContentError, UnavailableError

NOW = datetime(2026, 5, 1, tzinfo=UTC)
KEY = "ab" * 32


Open = Callable[[Path], SqliteStore]


@pytest.fixture
def opened() -> Iterator[Open]:
    """Open stores, and close them when the test is over."""
    with ExitStack() as stores:
        yield lambda path: stores.enter_context(closing(SqliteStore(path)))


def answer(key: str = KEY, name: str = "desk/c1#0", completion: Completion | None = None) -> Answer:
    """Return something to record."""
    return Answer(Trial(name, key), completion or Completion("9 am", cost=5), {"model": "m1"})


class TestTheStore:
    def test_gives_back_exactly_what_was_recorded(self, tmp_path: Path, opened: Open) -> None:
        """Every field survives, tool calls and odd characters too."""
        said = Completion("é\x00\ud800", (ToolCall("pay", {"amount": 4.5}),), "tool_calls", 10, 3, None, 1.5, "fp-1")
        store = opened(tmp_path / "state.db")
        store.record([answer(completion=said)], at=NOW)
        store.close()

        assert opened(tmp_path / "state.db").find([KEY, "cd" * 32]) == {KEY: said}

    @given(st.text(), st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=5), max_size=3))
    def test_survives_any_text_a_model_may_say(
        self, tmp_path_factory: pytest.TempPathFactory, text: str, arguments: dict[str, object]
    ) -> None:
        """Model output is hostile."""
        said = Completion(text, (ToolCall(text, arguments),))  # type: ignore[arg-type]  # JSON by construction

        with closing(SqliteStore(tmp_path_factory.mktemp("store") / "state.db")) as store:
            store.record([answer(completion=said)], at=NOW)

            assert store.find([KEY]) == {KEY: said}

    def test_finds_among_more_keys_than_one_query_takes(self, tmp_path: Path, opened: Open) -> None:
        """SQLite bounds the number of variables."""
        keys = [f"{number:064x}" for number in range(1203)]
        store = opened(tmp_path / "state.db")
        store.record([answer(key) for key in keys], at=NOW)

        assert store.find(keys).keys() == set(keys)

    def test_keeps_the_first_answer_to_a_trial(self, tmp_path: Path, opened: Open) -> None:
        """Two processes may ask at once; verdicts must not depend on who wrote last. Both calls were paid."""
        store = opened(tmp_path / "state.db")
        store.record([answer(completion=Completion("first"))], at=NOW)
        store.record([answer(completion=Completion("second"))], at=NOW)

        assert store.find([KEY])[KEY].text == "first"
        assert (store.size().answers, store.size().calls) == (1, 2)

    def test_remembers_the_ingredients_of_the_last_record(self, tmp_path: Path, opened: Open) -> None:
        """A miss is explained against the most recent time."""
        store = opened(tmp_path / "state.db")
        store.record([answer()], at=NOW)
        store.record([Answer(Trial("desk/c1#0", "cd" * 32), Completion("x"), {"model": "m2"})], at=NOW)

        assert store.parts("desk/c1#0") == {"model": "m2"}
        assert store.parts("desk/c2#0") is None

    def test_records_all_or_nothing(self, tmp_path: Path, opened: Open) -> None:
        """A wave that cannot be written whole leaves no half."""
        store = opened(tmp_path / "state.db")

        with pytest.raises(TypeError):
            store.record([answer(), answer("cd" * 32, completion=Completion("x", input_tokens=object()))], at=NOW)  # type: ignore[arg-type]  # on purpose

        assert store.size().answers == 0

    def test_is_readable_by_its_owner_only(self, tmp_path: Path, opened: Open) -> None:
        """Answers may hold what customers wrote."""
        opened(tmp_path / "state.db").close()

        assert (tmp_path / "state.db").stat().st_mode & 0o777 == 0o600

    def test_forgets_answers_and_keeps_the_ledger(self, tmp_path: Path, opened: Open) -> None:
        """Pruning frees the cache, and never what was paid."""
        store = opened(tmp_path / "state.db")
        store.record([answer()], at=NOW - timedelta(days=40))
        store.record([answer("cd" * 32)], at=NOW)

        assert store.prune(before=NOW - timedelta(days=30)) == 1
        assert store.find([KEY, "cd" * 32]).keys() == {"cd" * 32}
        assert store.size().calls == 2

    def test_forgets_what_was_recorded_in_the_second_that_runs(self, tmp_path: Path, opened: Open) -> None:
        """Moments are kept in whole seconds, and "everything until now" means the last of them too."""
        store = opened(tmp_path / "state.db")
        store.record([answer()], at=NOW)

        assert store.prune(before=NOW + timedelta(milliseconds=200)) == 1

    def test_takes_at_most_a_kilobyte_and_a_half_a_case(self, tmp_path: Path, opened: Open) -> None:
        """Ten thousand cases stay a small file."""
        store = opened(tmp_path / "state.db")
        said = Completion("The deposit is refunded within 14 days of the return. [policy/returns] " * 3, cost=12)
        parts = {f"message {number} (user)": "0123456789ab" for number in range(3)} | {
            f"p{number}": "0" * 12 for number in range(7)
        }
        store.record([Answer(Trial(f"desk/case-{n}#0", f"{n:064x}"), said, parts) for n in range(1000)], at=NOW)
        store.close()

        assert (tmp_path / "state.db").stat().st_size / 1000 <= 1500

    def test_is_shared_by_processes_that_write_at_once(self, tmp_path: Path, opened: Open) -> None:
        """Nobody's answers are lost, and nobody has to wait for a lock to be cleared by hand."""
        path = tmp_path / "state.db"
        code = (
            "import sys\nfrom datetime import UTC, datetime\nfrom pathlib import Path\n"
            "from harness.adapters.store import SqliteStore\nfrom harness.core.completion import *\n"
            "store = SqliteStore(Path(sys.argv[1]))\n"
            "for n in range(40):\n"
            "    trial = Trial(f'desk/c{n}#0', f'{int(sys.argv[2]) * 1000 + n:064x}')\n"
            "    store.record([Answer(trial, Completion('x'), {})], at=datetime.now(UTC))\n"
        )
        children = [subprocess.Popen([sys.executable, "-c", code, str(path), str(number)]) for number in range(3)]

        assert [child.wait(timeout=60) for child in children] == [0, 0, 0]
        assert opened(path).size().answers == 120


class TestDamage:
    def test_is_told_with_the_file_and_what_to_do(self, tmp_path: Path, opened: Open) -> None:
        """A truncated or foreign file is never taken for an empty store."""
        path = tmp_path / "state.db"
        path.write_bytes(b"this is no database, whatever its name says" * 100)

        with pytest.raises(ContentError) as caught:
            opened(path)

        assert str(caught.value) == (
            f"error: {path}: the store is damaged: file is not a database\n\n"
            "hint: move the file away; answers will be asked again"
        )

    def test_of_another_version_is_refused(self, tmp_path: Path, opened: Open) -> None:
        """Tables are never migrated by guess."""
        path = tmp_path / "state.db"
        with sqlite3.connect(path) as other:
            other.execute("PRAGMA user_version = 99")
        other.close()

        with pytest.raises(ContentError, match="made by another version of harness"):
            opened(path)

    def test_of_the_folder_is_told_too(self, tmp_path: Path, opened: Open) -> None:
        """A file where the folder should be is not a crash."""
        (tmp_path / ".harness").write_text("in the way")

        with pytest.raises(UnavailableError, match="the store cannot be opened"):
            opened(tmp_path / ".harness/state.db")

    def test_a_store_that_cannot_be_written_is_unavailable(self, tmp_path: Path, opened: Open) -> None:
        """Whatever stops it half-way (a full disk, a lost table): exit 4, and nothing half written."""
        store = opened(tmp_path / "state.db")
        with sqlite3.connect(tmp_path / "state.db") as other:
            other.execute("DROP TABLE ledger")
        other.close()

        with pytest.raises(UnavailableError, match="the store cannot be used"):
            store.record([answer()], at=NOW)
        assert store.find([KEY]) == {}
