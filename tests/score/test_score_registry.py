"""The registry: built-ins by the public path, strangers welcome, faults named with their owner."""

import sys
from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import Distribution, EntryPoint, EntryPoints, entry_points
from pathlib import Path
from typing import cast

import pytest

from harness.core import plugins
from harness.core.case import Case
from harness.core.completion import Completion
from harness.core.errors import ContentError
from harness.core.score import Mark, UnableError
from harness.score.registry import GROUP, Scorers, Strangers, installed


class Shouting:
    """A stranger's scorer in a few lines."""

    version = "7"
    needs_threshold = False

    def problem(self, expected: object, _reference: str) -> str:
        """Accept true only."""
        return "" if expected is True else "must be true"

    def mark(self, answer: Completion, _expected: object, _case: object) -> Mark:
        """Say whether the answer is in capitals."""
        return Mark(float(answer.text.isupper()), "so it is")


class Broken(Shouting):
    """One that does not mark."""

    def __init__(self, does: Callable[[], object]) -> None:
        self.does = does

    def mark(self, _answer: Completion, _expected: object, _case: object) -> Mark:
        """Do whatever else."""
        return cast("Mark", self.does())


def too_short() -> object:
    """Say that nobody can tell."""
    raise UnableError("too short")


SHOUTING = Shouting()
RAISES, EXITS = Broken(lambda: 1 / 0), Broken(lambda: sys.exit(0))
SAYS_NOTHING, CANNOT_TELL = Broken(lambda: None), Broken(too_short)
NOT_A_SCORER = object()


class _Owner(Distribution):
    """An installed distribution with a name."""

    def __init__(self, name: str) -> None:
        self.owner = name

    def read_text(self, filename: str) -> str | None:
        return f"Name: {self.owner}\n" if filename == "METADATA" else None

    def locate_file(self, path: object) -> Path:
        return Path(str(path))


def entry(name: str, value: str, owner: str = "") -> EntryPoint:
    """An entry point as a distribution would bring it."""
    made = EntryPoint(name, value, GROUP)
    return made._for(_Owner(owner)) if owner else made  # type: ignore[attr-defined]  # noqa: SLF001 (how importlib.metadata does it)


@pytest.fixture
def only(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[EntryPoint]]:
    """The entry points that seem installed."""
    found: list[EntryPoint] = []
    monkeypatch.setattr(plugins, "everything", lambda: EntryPoints(found))
    for known in (plugins.registered, installed):
        known.cache_clear()
    yield found
    for known in (plugins.registered, installed):
        known.cache_clear()


class TestRegistry:
    def test_finds_every_built_in(self, scorers: Scorers) -> None:
        """Each entry of pyproject.toml loads and is a scorer."""
        found = {kind: scorers.find(kind) for kind in scorers.names()}

        assert len(found) == 47
        assert all(scorer is not None and scorer.version for scorer in found.values())

    def test_knows_what_is_installed(self, entries: Mapping[str, EntryPoint]) -> None:
        """The installed distribution registers what pyproject.toml says."""
        assert {one.name: one.value for one in entry_points(group=GROUP)} == {
            kind: one.value for kind, one in entries.items()
        }

    def test_knows_no_other(self, scorers: Scorers) -> None:
        """An unknown kind is no error here; the reader of cases says it better."""
        assert scorers.find("no-such-kind") is None

    def test_loads_each_once_and_only_when_asked(self) -> None:
        """A kind that nobody uses may be broken."""
        mine = Scorers(
            entries={"broken": entry("broken", "no.such:THING"), "shouting": entry("shouting", f"{__name__}:SHOUTING")}
        )

        assert mine.names() == ["broken", "shouting"]
        assert mine.find("shouting") is mine.find("shouting")

    def test_takes_a_stranger(self, only: list[EntryPoint]) -> None:
        """What another package registers is found like our own."""
        only.append(entry("shouting", f"{__name__}:SHOUTING", "loud"))

        found = Scorers().find("shouting")

        assert isinstance(found, Strangers)
        assert (found.version, found.problem(1, "")) == ("7", "must be true")
        assert found.mark(Completion("HELLO"), True, Case("a", {}, ())) == Mark(1.0, "so it is")  # noqa: FBT003 (JSON)

    @pytest.mark.parametrize(
        ("name", "cause"),
        [
            ("RAISES", "ZeroDivisionError: division by zero"),
            ("EXITS", "SystemExit: 0"),
            ("SAYS_NOTHING", "TypeError: `mark` returned a value of type `NoneType`, not a Mark"),
        ],
    )
    def test_names_the_owner_of_what_fails_at_work(self, only: list[EntryPoint], name: str, cause: str) -> None:
        """It is no bug of ours, and no pass."""
        only.append(entry("loud", f"{__name__}:{name}", "loud-scorers"))
        found = Scorers().find("loud")
        assert isinstance(found, Strangers)

        with pytest.raises(ContentError) as error:
            found.mark(Completion("hello"), True, Case("a", {}, ()))  # noqa: FBT003 (JSON)

        assert str(error.value) == (
            f"error: scorer `loud` of `loud-scorers` failed: {cause}\n\nhint: mend or uninstall `loud-scorers`"
        )

    def test_lets_a_stranger_say_that_it_cannot_tell(self, only: list[EntryPoint]) -> None:
        """That is an answer, and not a fault."""
        only.append(entry("loud", f"{__name__}:CANNOT_TELL", "loud-scorers"))
        found = Scorers().find("loud")
        assert isinstance(found, Strangers)

        with pytest.raises(UnableError, match="too short"):
            found.mark(Completion("hello"), True, Case("a", {}, ()))  # noqa: FBT003 (JSON)

    @pytest.mark.parametrize(
        ("value", "what"),
        [
            ("no_such_module:THING", "does not load: ModuleNotFoundError: No module named 'no_such_module'"),
            (f"{__name__}:NO", f"does not load: AttributeError: module '{__name__}' has no attribute 'NO'"),
            (f"{__name__}:NOT_A_SCORER", "does not load: AttributeError: 'object' object has no attribute 'version'"),
            (
                f"{__name__}:Shouting",
                (
                    "does not load: TypeError: it is not an instance with `version`, `needs_threshold`, `problem` and "
                    "`mark`"
                ),
            ),
        ],
    )
    def test_names_the_owner_of_what_does_not_load(self, only: list[EntryPoint], value: str, what: str) -> None:
        """A plugin that fails is an error, not a warning."""
        only.append(entry("loud", value, "loud-scorers"))

        with pytest.raises(ContentError) as error:
            Scorers().find("loud")

        assert str(error.value) == (
            f"error: scorer `loud` of `loud-scorers` {what}\n\nhint: mend or uninstall `loud-scorers`"
        )

    def test_refuses_two_owners_of_one_kind(self, only: list[EntryPoint]) -> None:
        """Which of them marks must not depend on the order of a path."""
        only += [entry("loud", "a:A", "first"), entry("loud", "b:B", "second")]

        with pytest.raises(ContentError) as error:
            Scorers().names()

        assert str(error.value) == (
            "error: `second` and `first` both register the scorer `loud`\n\nhint: uninstall one of them"
        )

    def test_forgives_a_distribution_that_is_seen_twice(self, only: list[EntryPoint]) -> None:
        """An editable install may stand on the path beside a copy."""
        only += [entry("loud", "a:A", "first"), entry("loud", "a:A")]

        assert Scorers().names() == ["loud"]

    @pytest.mark.parametrize("name", ["not-loud", "any-of", "weight", "Loud", "a b", ""])
    def test_refuses_names_that_no_case_could_use(self, only: list[EntryPoint], name: str) -> None:
        """A scorer that can never be called is a mistake of its author."""
        only.append(entry(name, "a:A"))

        with pytest.raises(ContentError) as error:
            Scorers().names()

        assert error.value.what == (
            f"`an unnamed distribution` registers a scorer under the name `{name}`, which cannot be used"
        )
