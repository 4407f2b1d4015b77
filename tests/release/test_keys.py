"""Keys: who may ask a gateway what; and that no key is ever seen again."""

import re
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.content.keys import read_keys
from harness.core.errors import ContentError
from tests.release.guarded import ask, events
from tests.release.served import VARS, Served, gateway
from tests.release.shop import Line

pytest.importorskip("uvicorn", reason="the extra `serve` is not installed")

HASH = "a" * 64
PLANTED = f"hk_{'Planted-secret_1' * 3}"


@pytest.fixture(scope="module")
def kept(released: Line, tmp_path_factory: pytest.TempPathFactory) -> Line:
    """Return a repository whose staging runs a release; its keys are in `keys.yaml`."""
    line = copy_of(released, tmp_path_factory.mktemp("kept"))
    line.promote("staging", line.first)
    return line


@pytest.fixture(scope="module")
def keys(kept: Line) -> dict[str, str]:
    """Return a key of each role, and one that nobody has."""
    found = {"nobody": f"hk_{'x' * 43}"}
    for role in ("app", "viewer", "manager"):
        told = kept.harness("keys", "new", f"the-{role}", "--role", role, "--keys", "keys.yaml")
        assert told.exit_code == 0
        found[role] = told.out.strip()
    return found


@pytest.fixture(scope="module")
def served(kept: Line, keys: dict[str, str]) -> Iterator[Served]:
    """Return a gateway that asks for keys."""
    assert keys
    with gateway(kept, "staging", "--keys", "keys.yaml") as found:
        yield found


def copy_of(line: Line, folder: Path) -> Line:
    """Return a copy to serve beside it: one process writes one log."""
    return Line(line.fork(folder).root, *line.releases)


class TestANewKey:
    def test_is_printed_once_and_kept_as_a_hash(self, kept: Line, keys: dict[str, str]) -> None:
        """32 random bytes; the file, which is its owner's alone, cannot tell it."""
        text = kept.read("keys.yaml")

        assert re.fullmatch(r"hk_[\w-]{43}", keys["app"])
        assert not [key for key in keys.values() if key in text]
        assert text.startswith("# Who may ask a gateway")
        assert stat.S_IMODE((kept.root / "keys.yaml").stat().st_mode) == 0o600

    @pytest.mark.parametrize(
        ("words", "why"),
        [
            (("the-app",), "keys.yaml:6: a second key with the same name"),
            (("The App",), "keys.yaml:6: `keys.3.name` should match pattern"),
        ],
    )
    def test_needs_a_name_of_its_own(self, kept: Line, keys: dict[str, str], words: tuple[str], why: str) -> None:
        """Or nobody could tell in the log who asked; the file stays as it was."""
        before = kept.read("keys.yaml")

        told = kept.harness("keys", "new", *words, "--role", "app", "--keys", "keys.yaml")

        assert keys
        assert (told.exit_code, told.out, kept.read("keys.yaml")) == (2, "", before)
        assert why in told.err


class TestAFile:
    @pytest.mark.parametrize(
        ("text", "why"),
        [
            ("keys: []\n", "k.yaml:1: `keys`"),
            (f"keys:\n  - {{name: a, role: boss, sha256: {HASH}}}\n", "k.yaml:2: `keys.0.role`"),
            (f"keys:\n  - {{name: a, role: app, sha256: {PLANTED}}}\n", "k.yaml:2: `keys.0.sha256`"),
            (f"keys:\n  - {{name: {PLANTED}, role: app, sha256: {HASH}}}\n", "k.yaml:2: `keys.0.name`"),
            (f"keys:\n  - {{name: a, role: app, {PLANTED}: {HASH}}}\n", "k.yaml:2: unknown key `***`"),
            (f"keys: {{name: a, role: app, sha256: {PLANTED}}}\n", "k.yaml:1: `keys`"),
            (f"keys:\n  - {PLANTED}\n", "k.yaml:2: `keys.0`"),
        ],
    )
    def test_that_is_wrong_says_where_and_shows_no_key(self, text: str, why: str) -> None:
        """Somebody writes the key itself where its hash belongs, and shows the error to a colleague."""
        with pytest.raises(ContentError) as caught:
            read_keys(text.encode(), "k.yaml")

        assert why in str(caught.value)
        assert PLANTED[:12] not in str(caught.value)


class TestARequest:
    @pytest.mark.parametrize(
        ("method", "path", "statuses"),
        [
            ("POST", "/v1/prompts/desk", {"app": 200, "viewer": 403, "manager": 403, "nobody": 401, "": 401}),
            ("GET", "/metrics", {"app": 403, "viewer": 200, "manager": 200, "nobody": 401, "": 401}),
            ("GET", "/v1/audit", {"app": 403, "viewer": 200, "manager": 200, "nobody": 401, "": 401}),
            ("GET", "/healthz", {"app": 200, "viewer": 200, "manager": 200, "nobody": 200, "": 200}),
        ],
    )
    def test_is_for_those_whose_role_it_is(
        self, served: Served, keys: dict[str, str], method: str, path: str, statuses: dict[str, int]
    ) -> None:
        """An application that is broken into stops no rollout, and a dashboard asks no model."""
        body = {"vars": VARS} if method == "POST" else None

        found = {
            role: ask(served, method, path, body, **({"authorization": f"Bearer {keys[role]}"} if role else {})).status
            for role in statuses
        }

        assert found == statuses

    @pytest.mark.parametrize("header", ["{}", "Basic {}", "Bearer", "Bearer {}x", "Bearer {} {}", "bearer  {} "])
    def test_needs_the_whole_key_as_a_bearer_token(self, served: Served, keys: dict[str, str], header: str) -> None:
        """Only the last is one."""
        came = ask(served, "POST", "/v1/prompts/desk", {"vars": VARS}, authorization=header.format(*[keys["app"]] * 2))

        assert came.status == (200 if header.startswith("bearer") else 401)
        assert came.headers.get("www-authenticate") == (None if came.status == 200 else "Bearer")

    def test_that_is_refused_is_counted_and_written_down(
        self, served: Served, kept: Line, keys: dict[str, str]
    ) -> None:
        """By who it was, where that is known; many in a second are one line."""
        for _ in range(5):
            ask(served, "POST", "/v1/prompts/desk", {"vars": VARS}, authorization=f"Bearer {keys['viewer']}")

        until = time.monotonic() + 5
        while not (mine := [one for one in events(kept.root, "refused") if one.get("who") == "the-viewer"]):
            assert time.monotonic() < until
            time.sleep(0.05)

        text = ask(served, "GET", "/metrics", authorization=f"Bearer {keys['viewer']}").body.decode()
        assert mine[-1]["status"] == 403
        assert re.search(r'harness_refused_total\{environment="staging",status="403"\} [1-9]', text)

    def test_leaves_its_key_nowhere(self, served: Served, kept: Line, keys: dict[str, str]) -> None:
        """Planted and looked for, as it is and as its hash: in answers, metrics, and every file here."""
        seen = b""
        for key in (*keys.values(), PLANTED):
            for method, path in (("POST", "/v1/prompts/desk"), ("GET", "/metrics"), ("POST", "/v1/chat/completions")):
                body = {"vars": VARS, "model": "desk", "user": key} if method == "POST" else None
                seen += ask(served, method, path, body, authorization=f"Bearer {key}").body
        files = [path for path in (kept.root / ".harness").rglob("*") if path.is_file()]
        seen += b"".join(path.read_bytes() for path in files if not path.name.startswith("state.db"))

        assert len(files) >= 3
        assert [role for role, key in keys.items() if key.encode() in seen] == []
        assert PLANTED.encode() not in seen


class TestAChange:
    def test_of_the_file_counts_at_once_and_a_broken_one_not_at_all(self, kept: Line, tmp_path: Path) -> None:
        """Whose line is deleted may ask no more; who breaks the file locks nobody out, and nobody in."""
        file = tmp_path / "keys.yaml"
        new = ("keys", "new", "--role", "app", "--keys", str(file))
        first, second = (f"Bearer {kept.harness(*new, name).out.strip()}" for name in ("a", "b"))
        whole = file.read_text()

        with gateway(copy_of(kept, tmp_path), "staging", "--keys", str(file)) as served:

            def statuses() -> tuple[int, ...]:
                return tuple(ask(served, "GET", "/metrics", authorization=key).status for key in (first, second))

            def wait_for(*wanted: int) -> None:
                until = time.monotonic() + 5
                while statuses() != wanted:
                    assert time.monotonic() < until
                    time.sleep(0.1)

            file.write_text("".join(whole.splitlines(keepends=True)[:-1]))
            wait_for(403, 401)
            file.write_text("keys: [")
            time.sleep(1.2)
            wait_for(403, 401)
            file.write_text(whole)
            wait_for(403, 403)
            served.process.terminate()
            _, err = served.process.communicate(timeout=20)

        assert "keys read again: 1\n" in err
        assert f"keeping the keys as they were: {file}:2: not valid YAML" in err
        assert "keys read again: 2\n" in err
        assert "hk_" not in err


class TestAStart:
    def test_without_keys_says_who_may_ask(self, kept: Line, tmp_path: Path) -> None:
        """Once, and to whoever starts it."""
        with gateway(copy_of(kept, tmp_path), "staging") as served:
            served.process.terminate()
            _, err = served.process.communicate(timeout=20)

        assert err.count("anybody on this machine may ask") == 1

    def test_with_a_file_that_is_not_there_ends(self, kept: Line) -> None:
        """Nobody is let in by mistake."""
        told = kept.harness("serve", "production", "--port", "0", "--keys", "none.yaml")

        assert told.exit_code == 2
        assert told.err == (
            "error: none.yaml cannot be read: No such file or directory\n\n"
            "hint: make one by `harness keys new NAME --role app`\n"
        )

    @pytest.mark.parametrize(
        ("host", "why"),
        [
            ("0.0.0.0", "`--host 0.0.0.0` lets others ask"),  # noqa: S104 (it is refused)
            ("::", "`--host ::` lets others ask"),
            ("here", "`--host` is no address"),
        ],
    )
    def test_where_others_reach_it_needs_keys(self, kept: Line, host: str, why: str) -> None:
        """Nobody opens a model to a whole network by one word."""
        told = kept.harness("serve", "production", "--port", "0", "--host", host)

        assert (told.exit_code, told.err.startswith(f"error: {why}")) == (2, True)

    def test_may_let_others_ask_who_have_a_key(self, kept: Line, keys: dict[str, str], tmp_path: Path) -> None:
        """At every address of the machine."""
        line = copy_of(kept, tmp_path)
        with gateway(line, "staging", "--keys", str(kept.root / "keys.yaml"), "--host", "0.0.0.0") as served:  # noqa: S104 (it asks for keys)
            came = ask(served, "POST", "/v1/prompts/desk", {"vars": VARS}, authorization=f"Bearer {keys['app']}")

        assert (served.url.startswith("http://0.0.0.0:"), came.status) == (True, 200)
