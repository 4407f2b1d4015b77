"""A verdict that somebody signs, and everything that is tried to have another one believed."""

import base64
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.adapters.signing import PrivateKey, as_envelope, make_keys, read_private
from harness.cli.main import run as harness
from harness.core.attestation import PAYLOAD_TYPE
from harness.core.errors import Origin
from tests.scenarios.scratch import Result, Scratch
from tests.scenarios.varying import harm, reword

ENVELOPE, STATEMENT, VERDICT = "attestation.dsse.json", "attestation.json", "verdict.json"


def last_run(scratch: Scratch) -> Path:
    """Return the folder of the newest run."""
    return max((scratch.root / ".harness/runs").iterdir(), key=lambda path: path.stat().st_mtime_ns)


def private(path: Path) -> PrivateKey:
    """Return the private key in a file."""
    return read_private(path.read_bytes(), Origin(str(path)))


@pytest.fixture(scope="module")
def signed(asked: Scratch, tmp_path_factory: pytest.TempPathFactory) -> Scratch:
    """Return a repository with a commit that passed its gate, and beside it the keys `ours` and `theirs`."""
    scratch = asked.copy(tmp_path_factory.mktemp("attested") / "repository")
    for name in ("ours", "theirs"):
        make_keys(scratch.root.parent / name)
    scratch.git("checkout", "-q", "-b", "change")
    reword(scratch)
    scratch.commit("reword")
    assert scratch.harness("gate").exit_code == 0
    assert scratch.harness("attest", "--key", "../ours").exit_code == 0
    return scratch


@pytest.fixture
def run(signed: Scratch, tmp_path: Path) -> Path:
    """Return a copy of its run folder, to tamper with."""
    return Path(shutil.copytree(last_run(signed), tmp_path / "run"))


def verify(scratch: Scratch, run: Path, *words: str, key: str = "ours.pub") -> Result:
    """Verify a run by one of the keys beside the repository."""
    return scratch.harness("verify", str(run), "--key", f"../{key}", *words)


def edit(path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Change the JSON in a file."""
    data = json.loads(path.read_text())
    change(data)
    path.write_text(json.dumps(data))


def payload(run: Path) -> dict[str, Any]:
    """Return the statement in a run's envelope."""
    found: dict[str, Any] = json.loads(base64.b64decode(json.loads((run / ENVELOPE).read_text())["payload"]))
    return found


def swap(run: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Change the statement in a run's envelope, and leave its signature as it was."""
    data = payload(run)
    change(data)
    text = base64.b64encode(json.dumps(data).encode()).decode()
    edit(run / ENVELOPE, lambda envelope: envelope.update(payload=text))


def sign(run: Path, key: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Sign a changed statement, alone in its folder."""
    data = payload(run)
    change(data)
    (run / ENVELOPE).write_text(as_envelope(PAYLOAD_TYPE, json.dumps(data).encode(), private(key)))
    (run / STATEMENT).unlink()


class TestAVerdict:
    def test_is_signed_and_verified(self, signed: Scratch) -> None:
        """On the commit that was judged."""
        run, head = last_run(signed), signed.git("rev-parse", "HEAD")

        result = verify(signed, run, "--commit", head)

        content = payload(run)["subject"][0]["digest"]["sha256"]
        assert (result.exit_code, result.err) == (0, "")
        assert result.out.startswith("passed, signed by key ")
        assert result.out.endswith(f": content {content[:12]}, commit {head[:12]}\n")

    def test_is_verified_with_the_pages_that_are_there(self, signed: Scratch, run: Path) -> None:
        """Whoever keeps the verdict need not keep every view of it."""
        (run / "report.html").unlink()

        names = [one["name"] for one in payload(run)["predicate"]["configuration"]]

        assert {"report.html", "report.md", "junit.xml"} <= {*names}
        assert verify(signed, run).exit_code == 0

    def test_is_verified_by_its_envelope_alone(self, signed: Scratch, run: Path) -> None:
        """As it lies in another place, without the run."""
        for name in (STATEMENT, VERDICT):
            (run / name).unlink()

        assert verify(signed, run / ENVELOPE).exit_code == 0

    def test_holds_for_its_content_on_another_commit(self, signed: Scratch, tmp_path: Path) -> None:
        """A squash makes a commit that nobody judged, of content that somebody did."""
        scratch, run = signed.copy(tmp_path / "squashed"), last_run(signed)
        shutil.copy(signed.root.parent / "ours.pub", tmp_path)
        scratch.git("checkout", "-q", "main")
        before = scratch.git("rev-parse", "HEAD")
        scratch.git("merge", "-q", "--squash", "change")
        scratch.commit("squashed")
        squashed = scratch.git("rev-parse", "HEAD")

        assert verify(scratch, run, "--head", squashed).exit_code == 0
        refused = verify(scratch, run, "--head", before)
        assert refused.exit_code == 1
        assert refused.err.startswith(f"error: the content of commit {before[:12]} is not what the gate judged\n")
        assert verify(scratch, run, "--commit", squashed).exit_code == 1

    def test_is_handed_over_to_who_makes_the_statement_itself(self, signed: Scratch, tmp_path: Path) -> None:
        """The predicate and the subject's digest apart, just as they stand in the statement."""
        told = signed.harness("attest", "--to", str(tmp_path / "new/there"))

        assert (told.exit_code, told.err) == (0, "")
        statement = payload(last_run(signed))
        assert json.loads((tmp_path / "new/there/predicate.json").read_text()) == statement["predicate"]
        content = statement["subject"][0]["digest"]["sha256"]
        assert (tmp_path / "new/there/subject").read_text() == f"sha256:{content}\n"

    def test_that_did_not_pass_is_signed_and_not_believed(self, signed: Scratch, tmp_path: Path) -> None:
        """A signature says who speaks, not that the news are good; a changed tree is no commit, either."""
        scratch = signed.copy(tmp_path / "harmed")
        for name in ("ours", "ours.pub"):
            shutil.copy(signed.root.parent / name, tmp_path)
        harm(scratch, where="room 3 ")
        assert scratch.harness("gate", "--all").exit_code == 1

        told = scratch.harness("attest", "--key", "../ours")
        refused = verify(scratch, last_run(scratch))

        assert (told.exit_code, told.out[:7]) == (0, "FAILED:")
        assert refused.exit_code == 1
        assert "error: the gate did not pass: its result is FAILED; failed: regression/desk" in refused.err
        assert [one["name"] for one in payload(last_run(scratch))["subject"]] == ["content", "regression/desk"]

    def test_of_a_part_is_not_attested(self, signed: Scratch, tmp_path: Path) -> None:
        """It says nothing of the other cases."""
        scratch = signed.copy(tmp_path / "part")
        scratch.harness("gate", "--all", "--first", "2")

        result = scratch.harness("attest", str(last_run(scratch)))

        assert result.exit_code == 2
        assert result.err.startswith("error: a partial verdict is not attested")

    def test_is_stated_without_a_key(self, signed: Scratch, run: Path) -> None:
        """For somebody else to sign, byte by byte as with one."""
        before = (run / STATEMENT).read_bytes()
        (run / ENVELOPE).unlink()

        result = signed.harness("attest", str(run))

        assert result.exit_code == 0
        assert "not signed: sign it with `--key FILE`" in result.out
        assert (run / STATEMENT).read_bytes() == before
        assert not (run / ENVELOPE).exists()

    def test_names_the_policy_where_its_commit_is_known(self, signed: Scratch, run: Path, tmp_path: Path) -> None:
        """By git's own digest of the file; elsewhere the commit of base says the same."""
        blob = signed.git("rev-parse", "main:params.yaml")
        (tmp_path / "elsewhere").mkdir()

        known = payload(run)["predicate"]["configuration"][0]
        told = signed.harness("-C", str(tmp_path / "elsewhere"), "attest", str(run))

        assert known["digest"] == {"gitBlob": blob}
        assert told.exit_code == 0
        assert "digest" not in json.loads((run / STATEMENT).read_text())["predicate"]["configuration"][0]

    def test_says_where_it_was_judged(self, signed: Scratch, run: Path) -> None:
        """CI's page of the run, for whoever looks into it."""
        ci = {"GITHUB_SERVER_URL": "https://forge.example", "GITHUB_REPOSITORY": "o/r", "GITHUB_RUN_ID": "7"}

        assert signed.harness("attest", str(run), environ=ci).exit_code == 0
        assert (
            json.loads((run / STATEMENT).read_text())["predicate"]["url"] == "https://forge.example/o/r/actions/runs/7"
        )


type Tampering = Callable[[Path], object]


def forged_under_our_id(run: Path) -> None:
    """Sign with another key, under the id of ours."""
    ours = json.loads((run / ENVELOPE).read_text())["signatures"][0]["keyid"]
    sign(run, run.parent / "theirs", lambda data: data)
    edit(run / ENVELOPE, lambda envelope: envelope["signatures"][0].update(keyid=ours))


def pipe(run: Path) -> None:
    """Put something there that never ends."""
    (run / ENVELOPE).unlink()
    os.mkfifo(run / ENVELOPE)


def link(run: Path, name: str = VERDICT) -> None:
    """Let the verdict, or a page, be another file."""
    (run / name).unlink()
    (run / name).symlink_to(run / STATEMENT)


TAMPERED: dict[str, tuple[Tampering, int, str]] = {
    "another key": (
        lambda run: sign(run, run.parent / "theirs", lambda data: data),
        1,
        "no signature holds by the key",
    ),
    "another key under our id": (forged_under_our_id, 1, "no signature holds by the key"),
    "a better result": (
        lambda run: swap(run, lambda data: data["predicate"].update(result="PASSED", x=1)),
        1,
        "no sig",
    ),
    "another commit": (
        lambda run: swap(run, lambda data: data["subject"][1]["digest"].update(gitCommit="0" * 40)),
        *(1, "no signature holds by the key"),
    ),
    "no signature": (
        lambda run: edit(run / ENVELOPE, lambda data: data.update(signatures=[])),
        2,
        "`signatures` should",
    ),
    "a verdict with a word more": (
        lambda run: edit(run / VERDICT, lambda data: data.update(summary="passed: all is well")),
        *(1, "the verdict is not the one that was signed"),
    ),
    "another statement beside it": (
        lambda run: edit(run / STATEMENT, lambda data: data["predicate"].update(passedTests=["all"])),
        *(1, "the statement beside the envelope is not the one that was signed"),
    ),
    "a page with a word more": (
        lambda run: (run / "report.html").write_text("passed" + (run / "report.html").read_text()),
        *(1, "report.html: the page is not the one that was signed"),
    ),
    "a page that nobody signed": (
        lambda run: (run / "bias-evidence.md").write_text("nobody is treated otherwise"),
        *(1, "bias-evidence.md: the page is not the one that was signed"),
    ),
    "a page that is a link": (lambda run: link(run, "junit.xml"), 2, "a symbolic link"),
    "another payload type": (
        lambda run: edit(run / ENVELOPE, lambda data: data.update(payloadType="application/json")),
        *(2, "the payload is no in-toto statement"),
    ),
    "another predicate": (
        lambda run: sign(
            run, run.parent / "ours", lambda data: data.update(predicateType="https://slsa.dev/provenance/v1")
        ),
        *(2, "the statement is not about a verdict"),
    ),
    "a failed check beside a pass": (
        lambda run: sign(
            run, run.parent / "ours", lambda data: data["predicate"].update(failedTests=["\x1b[31mx\n::y"])
        ),
        *(1, "the gate did not pass: its result is PASSED; failed: \\u001b[31mx ::y"),
    ),
    "a warning": (
        lambda run: sign(run, run.parent / "ours", lambda data: data["predicate"].update(result="WARNED")),
        *(1, "the gate did not pass: its result is WARNED"),
    ),
    "trailing data": (
        lambda run: (run / ENVELOPE).write_text((run / ENVELOPE).read_text() + "{}"),
        2,
        "not JSON: Extra data",
    ),
    "a key that stands twice": (
        lambda run: (run / ENVELOPE).write_text('{"payload": "", ' + (run / ENVELOPE).read_text()[1:]),
        *(2, "not JSON: the key `payload` stands twice"),
    ),
    "a verdict with a key twice": (
        lambda run: (run / VERDICT).write_text('{"outcome": "passed", ' + (run / VERDICT).read_text()[1:]),
        *(2, "not JSON: the key `outcome` stands twice"),
    ),
    "a huge file": (lambda run: os.truncate(run / ENVELOPE, 1 << 40), 2, "longer than 8,000,000 bytes"),
    "a pipe": (pipe, 2, "not a plain file"),
    "a link": (
        link,
        *(2, "a symbolic link"),
    ),
    "nothing": (lambda run: (run / ENVELOPE).unlink(), 2, "there is no file"),
}


class TestAnAttestation:
    @pytest.mark.parametrize("how", TAMPERED)
    def test_that_was_tampered_with_is_refused_in_a_sentence(
        self, signed: Scratch, run: Path, how: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Never a traceback, and never believed; in this process, since there are many ways."""
        tamper, code, told = TAMPERED[how]
        for name in ("ours", "theirs"):
            shutil.copy(signed.root.parent / name, run.parent)
        tamper(run)

        came_to = harness(["-C", str(signed.root), "verify", str(run), "--key", str(signed.root.parent / "ours.pub")])

        out, err = capsys.readouterr()
        assert (came_to, out) == (code, "")
        assert told in err
        assert err.startswith("error: ")
        assert err.count("error: ") == 1
        assert "Traceback" not in err
        assert "\x1b" not in err

    def test_is_believed_for_its_signature_and_not_for_its_key_id(self, signed: Scratch, run: Path) -> None:
        """The id is a hint that nobody signed; that of another tool for the same key is as good."""
        edit(run / ENVELOPE, lambda envelope: envelope["signatures"][0].update(keyid="another tool's"))

        assert verify(signed, run).exit_code == 0

    def test_is_not_believed_by_another_key(self, signed: Scratch) -> None:
        """Whoever verifies says whom to believe."""
        result = verify(signed, last_run(signed), key="theirs.pub")

        assert result.exit_code == 1
        assert "no signature holds by the key" in result.err

    @pytest.mark.parametrize(
        ("words", "told"),
        [
            (("--commit", "HEAD"), "`HEAD` is no commit in full"),
            (("--head", "1234567"), "`1234567` is no commit in full"),
            (("--head", "0" * 40), "there is no commit"),
        ],
    )
    def test_is_about_commits_in_full(self, signed: Scratch, words: tuple[str, str], told: str) -> None:
        """Seven digits are not what was signed."""
        result = verify(signed, last_run(signed), *words)

        assert result.exit_code == 2
        assert told in result.err

    def test_of_no_known_profile_says_nothing_of_another_commit(self, signed: Scratch, run: Path) -> None:
        """How many cases were composed is part of what was judged."""
        ours = signed.root.parent / "ours"
        sign(run, ours, lambda data: data["predicate"]["annotations"].update(profile="all"))

        result = verify(signed, run, "--head", signed.git("rev-parse", "main"))

        assert result.exit_code == 2
        assert "the statement does not say how many cases were composed" in result.err

    def test_shows_who_let_what_through(self, signed: Scratch, run: Path) -> None:
        """In one line each, whatever the reason holds."""
        lifted = {"check": "regression/desk", "by": "ana", "how": "waiver", "reason": "a\n::error::b\x1b", "until": "x"}
        ours = signed.root.parent / "ours"
        sign(run, ours, lambda data: data["predicate"]["annotations"].update(lifted=[lifted]))

        result = verify(signed, run)

        assert result.exit_code == 0
        assert result.out.splitlines()[1:] == [
            "let through: regression/desk by ana (waiver until x): a ::error::b\\u001b"
        ]


class TestASecretKey:
    def test_may_come_from_the_surroundings_and_is_seen_nowhere(self, signed: Scratch, run: Path) -> None:
        """Neither printed nor in a file that the run leaves."""
        pem = (signed.root.parent / "ours").read_text()
        before = (run / ENVELOPE).read_bytes()
        (run / ENVELOPE).unlink()

        result = signed.harness("attest", str(run), environ={"HARNESS_SIGNING_KEY": pem})

        secret = pem.splitlines()[1]
        assert (run / ENVELOPE).read_bytes() == before
        assert secret not in result.told
        assert [path.name for path in run.iterdir() if secret in path.read_text()] == []

    @pytest.mark.parametrize(
        ("given", "told"),
        [
            ("", "`HARNESS_SIGNING_KEY` is empty"),
            ("sw0rdfish-sw0rdfish", "HARNESS_SIGNING_KEY: not a private key in PEM"),
            (
                "-----BEGIN PRIVATE KEY-----\nsw0rdfish\n-----END PRIVATE KEY-----\n",
                "HARNESS_SIGNING_KEY: not a private key in PEM",
            ),
        ],
    )
    def test_that_is_wrong_is_not_repeated(self, signed: Scratch, run: Path, given: str, told: str) -> None:
        """Not even where tracebacks are asked for; a secret that CI does not have comes as an empty text."""
        surroundings = {"HARNESS_SIGNING_KEY": given, "HARNESS_DEBUG": "1"}

        result = signed.harness("attest", str(run), environ=surroundings)

        assert result.exit_code == 2
        assert result.err.startswith(f"error: {told}")
        assert "sw0rdfish" not in result.told

    def test_is_made_once(self, signed: Scratch, tmp_path: Path) -> None:
        """And where it lies is said, with whom to give what."""
        made = signed.harness("attest", "--new-key", str(tmp_path / "gate.pem"))
        again = signed.harness("attest", "--new-key", str(tmp_path / "gate.pem"))
        both = signed.harness("attest", "--new-key", str(tmp_path / "x"), "--key", "y")

        assert made.exit_code == 0
        assert f"keep {tmp_path}/gate.pem secret, and give {tmp_path}/gate.pem.pub to those who verify" in made.out
        assert (again.exit_code, both.exit_code) == (2, 2)
        assert "is there already" in again.err
        assert not (tmp_path / "x").exists()

    def test_at_the_place_of_the_public_one_is_refused(self, signed: Scratch) -> None:
        """Before somebody publishes it."""
        result = verify(signed, last_run(signed), key="ours")

        assert result.exit_code == 2
        assert "a private key, where a public one is expected" in result.err


class TestWithoutTheLibrary:
    def test_a_statement_is_written_and_a_signature_names_what_is_missing(
        self, signed: Scratch, run: Path, tmp_path: Path
    ) -> None:
        """The core does without it."""
        (tmp_path / "site/cryptography").mkdir(parents=True)
        (tmp_path / "site/cryptography/__init__.py").write_text("raise ImportError")
        lacking = {"PYTHONPATH": os.pathsep.join([str(tmp_path / "site"), os.environ.get("PYTHONPATH", "")])}

        plain = signed.harness("attest", str(run), environ=lacking)
        told = [
            signed.harness("attest", str(run), "--key", "../ours", environ=lacking),
            signed.harness("verify", str(run), "--key", "../ours.pub", environ=lacking),
        ]

        assert plain.exit_code == 0
        for result in told:
            assert result.exit_code == 4
            assert result.err == (
                "error: signing and verifying need `cryptography`\n\nhint: install `prompt-harness[sign]`\n"
            )
