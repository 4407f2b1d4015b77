"""An application as a Python function: called in processes of its own, by the code of each tree, and gone with us."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from harness.adapters.folder import Folder
from harness.core.errors import ContentError, Origin
from harness.core.pin import Pin
from harness.flows import applications
from tests.scenarios.application import WORDS, make_python, verdict_of
from tests.scenarios.scratch import Scratch


def processes(scratch: Scratch) -> list[str]:
    """Return the command lines of the processes that run code of a repository's applications."""
    found: list[str] = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cwd").readlink().is_relative_to(scratch.root / ".harness/applications"):
                found.append((process / "cmdline").read_text())
        except OSError:
            continue
    return found


def until_none_runs(scratch: Scratch) -> list[str]:
    """Wait for the end of all applications; returns those that stay for three seconds."""
    end = time.monotonic() + 3
    while (left := processes(scratch)) and time.monotonic() < end:
        time.sleep(0.02)
    return left


class TestAPythonApplication:
    def test_gives_figures_and_leaves_no_process(self, scratch: Scratch) -> None:
        """Called in children of its own, each trial once."""
        make_python(scratch, cases=20)

        first, second = scratch.harness("run"), scratch.harness("run")

        assert first.out == "regression / desk  20/20 pass\n20 calls, 0 answers from the cache\n"
        assert second.out == "regression / desk  20/20 pass\n0 calls, 20 answers from the cache\n"
        assert until_none_runs(scratch) == []

    @pytest.mark.parametrize(
        "body",
        [
            pytest.param("async def answer(inputs):\n    return {'text': 'nine'}\n", id="async"),
            pytest.param("class Bot:\n    def __call__(self, i): return 'nine'\nanswer = Bot()\n", id="any callable"),
            pytest.param("import words\ndef answer(inputs):\n    return words.hour()\n", id="beside itself"),
            pytest.param(
                "import asyncio\nlock = asyncio.Lock()\nasync def answer(inputs):\n    async with lock:\n"
                "        await asyncio.sleep(0)\n        return 'nine'\n",
                id="with clients that live as long as it",
            ),
            pytest.param(
                "import os, subprocess, sys\nprint('{\"answer\": {}}')\ndef answer(inputs):\n"
                "    print('noise', flush=True)\n    sys.stderr.write('noise\\n')\n    os.write(1, b'[1]\\n')\n"
                '    subprocess.run([\'echo\', \'{"answer": {"text": "ten"}}\'])\n    sys.stdin.read()\n'
                "    return 'nine'\n",
                id="that prints and reads",
            ),
        ],
    )
    def test_may_be_written_in_many_ways(self, scratch: Scratch, body: str) -> None:
        """And whatever it prints is no answer."""
        make_python(scratch, body)

        assert "3/3 pass" in scratch.harness("run").out

    def test_may_say_half_a_letter(self, scratch: Scratch) -> None:
        """Its model may have said that; it is the answer's fault, and no bug of ours."""
        make_python(scratch, "def answer(inputs):\n    return 'ten \\ud800'\n", cases=1)

        assert verdict_of(scratch, "--all")["failing"][0]["answer"] == "ten ?"

    def test_has_the_surroundings_of_its_user(self, scratch: Scratch) -> None:
        """Its own keys are there; PYTHONPATH adds no code that its digest does not cover."""
        make_python(scratch, "import os\ndef answer(inputs):\n    return os.environ['SHOP_SAYS']\n")
        environ = {"SHOP_SAYS": "nine", "PYTHONPATH": str(scratch.root)}

        assert "3/3 pass" in scratch.harness("run", environ=environ).out

    def test_cannot_import_what_is_not_its_own(self, scratch: Scratch) -> None:
        """A module beside the folder would change its answers and not its digest."""
        make_python(scratch, "import beside\ndef answer(inputs):\n    return beside.WORD\n")
        scratch.write("beside.py", "WORD = 'nine'\n")

        result = scratch.harness("run", environ={"PYTHONPATH": str(scratch.root)})

        assert result.exit_code == 4
        assert "app/support.py does not load: ModuleNotFoundError: No module named 'beside'" in result.err

    def test_reports_what_it_used(self, scratch: Scratch) -> None:
        """The same object as over HTTP."""
        body = "def answer(inputs):\n    return {'text': 'nine', 'usage': {'cost_usd': 0.05}}\n"
        make_python(scratch, body, price="0.02")

        verdict = verdict_of(scratch, "--all")

        assert verdict["run"]["cost"] == 150_000
        assert "a call of `shop` (app/support.py:answer) cost $0.05, and its pin says $0.02 at most" in str(verdict)

    @pytest.mark.parametrize(
        ("body", "reason"),
        [
            ("def answer(inputs):\n    raise KeyError('a\\nb')\n", "the application raised KeyError: 'a\\nb'"),
            ("def answer(inputs):\n    raise SystemExit(0)\n", "the application raised SystemExit: 0"),
            ("def answer(inputs):\n    raise ValueError('x' * 10**6)\n", "the application raised ValueError: xxx"),
            ("import os\ndef answer(inputs):\n    os._exit(3)\n", "the application ended by itself, with code 3"),
            ("import os\ndef answer(inputs):\n    os.abort()\n", "the application died of signal 6"),
            ("import os\nos._exit(0)\n", "the application ended by itself, with code 0"),
            ("1 / 0\n", "app/support.py does not load: ZeroDivisionError: division by zero"),
            ("def answer(:\n", "app/support.py does not load: SyntaxError: invalid syntax"),
            ("def reply(inputs):\n    return 'nine'\n", "app/support.py has no function `answer`"),
            ("def answer(inputs):\n    return 9\n", "returned a value of type `int`, no text and no dict"),
            ("def answer(inputs):\n    return {'text': {1}}\n", "returned what is no JSON: TypeError: Object of type"),
            ("def answer(inputs):\n    return {'text': 9}\n", "answer is malformed: `text` is no text"),
            ("def answer(inputs):\n    return {'text': 9**999}\n", "the application said something that is no answer"),
            ("def answer(inputs):\n    return 'x' * 2**25\n", "the application's answer is longer than 16 MB"),
            (
                (
                    "import os\ndef answer(inputs):\n"
                    "    [os.write(fd, b'{}\\n') for fd in range(3, 20) if writes(fd)]\n"
                    "def writes(fd):\n    try: return os.write(fd, b'') == 0\n    except OSError: return False\n"
                ),
                "the application said something that is no answer",
            ),
        ],
    )
    def test_that_fails_is_a_counted_failure_and_nothing_else(self, scratch: Scratch, body: str, reason: str) -> None:
        """In seconds, with one clear line, and no process stays."""
        make_python(scratch, body, cases=1)

        result = scratch.harness("run")

        assert result.exit_code == 4, result.told
        assert reason in result.err
        assert len(result.err) < 1000
        assert until_none_runs(scratch) == []

    @pytest.mark.parametrize(
        "body", ["def answer(inputs):\n    while True: pass\n", "import time\ntime.sleep(600)\n"], ids=["busy", "idle"]
    )
    def test_that_hangs_costs_seconds(self, scratch: Scratch, body: str) -> None:
        """The child is killed when the client gives the call up."""
        make_python(scratch, body, cases=1)
        scratch.edit("params.yaml", "timeout: 60", "timeout: 1")
        began = time.monotonic()

        result = scratch.harness("run")

        assert result.exit_code == 4, result.told
        assert "no answer in 1 s" in result.err
        assert time.monotonic() - began < 20
        assert until_none_runs(scratch) == []

    def test_that_fails_at_times_loses_no_other_answer(self, scratch: Scratch) -> None:
        """A crash costs the child and its trial; the others are answered by the next."""
        body = (
            "import os\ndef answer(inputs):\n    if 'room 7 ' in inputs['question']: os._exit(1)\n    return 'nine'\n"
        )
        make_python(scratch, body, cases=20)
        scratch.edit("params.yaml", "regression: {}", "regression: {max_failures: 0.1}")

        verdict = verdict_of(scratch, "--all")

        assert (verdict["run"]["failures"], verdict["run"]["calls"]) == (2, 38)  # asked twice

    @pytest.mark.parametrize("wait", ["while True: pass", "import time; time.sleep(60)"])
    def test_does_not_outlive_a_harness_that_was_killed(self, scratch: Scratch, wait: str) -> None:
        """Its pipe closes, and it ends, whatever it is busy with."""
        make_python(scratch, f"def answer(inputs):\n    {wait}\n")
        running = subprocess.Popen([sys.executable, "-m", "harness", "run"], cwd=scratch.root, env=scratch.environ())
        while len(processes(scratch)) < 2:
            assert running.poll() is None
            time.sleep(0.02)

        running.send_signal(signal.SIGKILL)
        running.wait()

        assert until_none_runs(scratch) == []


class TestAnApplicationsCode:
    def test_answers_for_its_own_tree(self, scratch: Scratch) -> None:
        """Base is asked by base's code, read from git, and the change is a change of the pair."""
        make_python(scratch)
        scratch.edit("app/words.py", "nine", "ten")

        verdict = verdict_of(scratch)
        diff = scratch.harness("diff", "r1")

        assert verdict["exit_code"] == 3
        assert [(flip["base_answer"][-8:], flip["candidate_answer"][-7:]) for flip in verdict["flips"]] == [
            ("At nine.", "At ten.")
        ] * 3
        assert verdict["changed"] == ["app/words.py"]
        assert verdict["pairs"][0]["why"] == ["revision"]
        assert "+When does room 1 open? At ten." in diff.out

    def test_that_is_edited_is_asked_again_and_nothing_else(self, scratch: Scratch) -> None:
        """Any of its files counts, and no file beside it; editing back finds the old answers."""
        make_python(scratch)
        scratch.harness("run")
        calls = []
        for path, text in (
            ("README.md", "not the application's"),
            ("app/.notes", "hidden"),
            ("app/data/prices.csv", "1,2"),
            ("app/data/prices.csv", None),
            ("app/words.py", f"{WORDS}# tidied\n"),
        ):
            if text is None:
                scratch.remove(path)
            else:
                scratch.write(path, text)
            calls.append(scratch.harness("run").out.splitlines()[1].split()[0])

        assert calls == ["0", "0", "3", "0", "3"]

    def test_that_is_too_much_is_an_error_of_its_pin(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """It is no fault of the file that was read last."""
        pin = Pin("shop", "python", "app/support.py:answer", origin=Origin("params.yaml", 2))
        scratch = Scratch(tmp_path)
        for name in ("data", "support"):
            scratch.write(f"app/{name}.py", "x" * 60)
        monkeypatch.setattr(applications, "LIMIT", 100)

        with pytest.raises(ContentError) as caught:
            applications.read_application(pin, Folder(tmp_path))

        told = "error: params.yaml:2: pin `shop`: the files below app/ are longer than 100 bytes together"
        assert str(caught.value).startswith(told)

    def test_that_is_not_changed_is_not_judged(self, scratch: Scratch) -> None:
        """The same digest on both trees, with no call."""
        make_python(scratch)
        verdict = verdict_of(scratch)

        assert (verdict["exit_code"], verdict["pairs"][0]["status"], verdict["run"]["calls"]) == (0, "unchanged", 0)

    def test_is_what_was_read_though_somebody_put_other_code_in_its_place(self, scratch: Scratch) -> None:
        """A pull request that brings a `.harness` folder cannot answer for base."""
        make_python(scratch)
        scratch.harness("run")
        (place,) = (scratch.root / ".harness/applications").iterdir()
        (place / "app/words.py").write_text(WORDS.replace("nine", "ten"))
        (place / "app/more.py").write_text("")
        (place / "json").symlink_to(scratch.root)
        (scratch.root / ".harness/state.db").unlink()

        assert "3/3 pass" in scratch.harness("run").out
        assert sorted(path.name for path in place.rglob("*")) == ["app", "support.py", "words.py"]
        assert (place.stat().st_mode & 0o777, [path.name for path in place.parent.iterdir()]) == (0o700, [place.name])

    def test_that_is_old_goes_with_the_old_answers(self, scratch: Scratch) -> None:
        """Each edit leaves a copy, and they would pile up."""
        make_python(scratch)
        scratch.harness("run")

        scratch.harness("cache", "prune", "--older-than", "0", "--yes")

        assert list((scratch.root / ".harness/applications").iterdir()) == []
        assert "3 calls" in scratch.harness("run").out

    @pytest.mark.parametrize(
        ("path", "old", "new"),
        [
            pytest.param("app/words.py", "nine", "ten", id="other code"),
            pytest.param("params.yaml", "support.py:answer", "words.py:hour", id="another function"),
        ],
    )
    def test_of_somebody_else_is_not_run(self, scratch: Scratch, path: str, old: str, new: str) -> None:
        """A pull request could read our keys with it: refused before anything is asked."""
        make_python(scratch)
        scratch.git("switch", "-q", "-c", "change")
        scratch.edit(path, old, new)
        scratch.commit("a change")
        scratch.git("switch", "-q", "main")

        result = scratch.harness("gate", "--candidate", "change")

        assert result.exit_code == 2
        assert "which is not called by base or differs from base's code" in result.err
        assert not (scratch.root / ".harness/state.db").exists()

    def test_of_base_answers_somebody_elses_prompt(self, scratch: Scratch) -> None:
        """Who changes the inputs alone runs no code of his own."""
        make_python(scratch)
        scratch.git("switch", "-q", "-c", "change")
        scratch.edit("prompts/desk.prompt.yml", "berlin", "paris")
        scratch.commit("a change")
        scratch.git("switch", "-q", "main")

        assert verdict_of(scratch, "--candidate", "change")["run"]["calls"] == 3 * 3 + 3
