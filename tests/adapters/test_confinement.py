"""Other people's text and code: a child process with limits, and limits on our own."""

import json
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

import pytest

from harness.adapters import limits
from harness.adapters.confined import Confined, ConfinedError
from harness.adapters.limits import LimitError, lifted, limited
from harness.content.templates import Templates
from harness.core.errors import ContentError, Origin
from harness.core.jsons import Json
from harness.core.prompt import Message, Prompt
from harness.flows import foreign
from harness.flows.foreign import ForeignTemplates
from harness.score.child import replies

SERVER = "harness.score.child"


@pytest.fixture
def child() -> Iterator[Confined]:
    """Return a child that runs functions."""
    with Confined(SERVER, seconds=2) as confined:
        yield confined


def load(child: Confined, source: str) -> object:
    """Give a child a file."""
    return child.ask({"path": "checks.py", "source": source})


FORGER = """
import os
from contextlib import suppress

def f(answer, case):
    for pipe in range(3, 9):
        with suppress(OSError):
            os.write(pipe, b'SAID\\n')
"""
NOT = "not a bool or a number from 0 to 1"
CALL: dict[str, Json] = {"function": "f", "answer": "a", "case": {}}


class TestAChild:
    def test_answers_in_turn(self, child: Confined) -> None:
        """One reply a question."""
        load(child, "def f(answer, case): return (answer == 'a', 'it is')")

        assert [child.ask({**CALL, "answer": text}) for text in ("a", "b")] == [
            {"result": [True, "it is"]},
            {"result": [False, "it is"]},
        ]

    @pytest.mark.parametrize(
        ("body", "told"),
        [
            ("while True: pass", "it took longer than 2 s"),
            ("return 'x' * (1 << 31)", None),
            ("import os; os._exit(0)", "it ended by itself, with code 0"),
            ("import os; os.kill(os.getpid(), 11)", "it died of signal 11"),
            ("return (1, 'x' * 20_000_000)", "it made more than 16 MB"),
        ],
    )
    def test_that_breaks_a_limit_is_ended(self, child: Confined, body: str, told: str | None) -> None:
        """In time, memory and output; running out of memory is an exception that it may tell of itself."""
        load(child, f"def f(answer, case):\n    {body}\n")

        if told is None:
            assert child.ask(CALL) == {"unable": "raised MemoryError: "}
        else:
            with pytest.raises(ConfinedError, match=told):
                child.ask(CALL)
            with pytest.raises(ConfinedError):
                child.ask(CALL)

    def test_that_we_turn_away_from_is_ended(self, child: Confined) -> None:
        """Its late reply would be taken for the next question's."""
        load(child, "import time\ndef f(answer, case):\n    time.sleep(1)\n    return (True, answer)\n")

        with pytest.raises(Interruption), interrupted(after=0.3):
            child.ask({**CALL, "answer": "slow"})
        with pytest.raises(ConfinedError, match="it died of signal 9"):
            child.ask({**CALL, "answer": "next"})

    @pytest.mark.parametrize(
        "body", ["print('[3, 1]')", "subprocess.run(['echo', '[3, 1]'])", "os.write(1, b'[3, 1]')"]
    )
    def test_speaks_for_itself_only(self, child: Confined, body: str) -> None:
        """What a function prints, or a program that it starts, is not a reply."""
        load(child, f"import os, subprocess\ndef f(answer, case):\n    {body}\n    return answer == 'a'\n")

        assert [child.ask({**CALL, "answer": text}) for text in "ab"] == [{"result": True}, {"result": False}]

    def test_reads_no_question_that_is_not_its_own(self, child: Confined) -> None:
        """A program that it starts finds an empty input."""
        load(
            child,
            "import subprocess\ndef f(answer, case): return not subprocess.run(['cat'], capture_output=True).stdout",
        )

        assert [child.ask(CALL), child.ask(CALL)] == [{"result": True}] * 2

    @pytest.mark.parametrize("said", ["[1, {}]", "[9, {}]", "{}", "3", "no JSON", "[" * 99_999, "\\xff"])
    def test_that_answers_another_question_is_ended(self, child: Confined, said: str) -> None:
        """Whoever finds the pipe can write to it, and is not believed."""
        load(child, FORGER.replace("SAID", said))

        with pytest.raises(ConfinedError, match="it said something that is no answer to its question"):
            child.ask(CALL)

    def test_answers_though_a_thousand_connections_are_open(self) -> None:
        """A gate has as many as its pins allow; what is opened after them has a large number."""
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if hard < 2048:
            pytest.skip("this machine opens no more than a thousand files")
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 2048), hard))
        with ExitStack() as opened, Path(os.devnull).open("rb") as nothing:
            for _ in range(1100):
                opened.callback(os.close, os.dup(nothing.fileno()))
            with Confined(SERVER) as child:
                load(child, "def f(answer, case): return True")

                assert child.ask(CALL) == {"result": True}
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))

    def test_has_no_environment_and_no_repository(self, child: Confined, monkeypatch: pytest.MonkeyPatch) -> None:
        """A key in an environment variable is not a pull request's to read."""
        monkeypatch.setenv("SECRET", "s3cret")
        load(child, "import os\ndef f(answer, case): return (True, repr((os.environ.get('SECRET'), os.getcwd())))")

        assert child.ask(CALL) == {"result": [True, "(None, '/')"]}

    def test_writes_no_file(self, child: Confined, tmp_path: Path) -> None:
        """Not a byte."""
        load(child, f"def f(answer, case):\n    with open({str(tmp_path / 'x')!r}, 'w') as f:\n        f.write('x')\n")

        assert child.ask(CALL) == {"unable": "raised OSError: [Errno 27] File too large"}
        assert (tmp_path / "x").read_text() == ""


class Interruption(Exception):  # noqa: N818 (it is none of the code's errors)
    """Somebody presses Ctrl-C, or another limit is reached."""


@contextmanager
def interrupted(*, after: float) -> Iterator[None]:
    """Raise an exception in the midst of what is being done."""

    def stop(_number: int, _frame: object) -> None:
        raise Interruption

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, after)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


class TestItsReplies:
    @pytest.mark.parametrize(
        ("source", "reply"),
        [
            ("def f(a, c): return True", {"result": True}),
            ("def f(a, c): return 0.5", {"result": 0.5}),
            ("def f(a, c): return (0.5, 'half')", {"result": (0.5, "half")}),
            ("def f(a, c): return [0.5, 'half']", {"unable": f"returned a value of type `list`, {NOT}"}),
            ("def f(a, c): return None", {"unable": f"returned a value of type `NoneType`, {NOT}"}),
            ("def f(a, c): raise ValueError('no')", {"unable": "raised ValueError: no"}),
            ("def f(a, c): raise SystemExit(0)", {"unable": "raised SystemExit: 0"}),
            ("f = 3", {"unable": "checks.py has no function `f`"}),
        ],
    )
    def test_are_what_a_function_says_or_why_it_cannot(self, source: str, reply: dict[str, object]) -> None:
        """Whatever it does, there is one line of JSON."""
        lines = [json.dumps([1, {"path": "checks.py", "source": source}]), json.dumps([2, CALL])]

        assert list(replies(lines)) == [(1, {}), (2, reply)]

    def test_tell_that_a_file_does_not_load(self) -> None:
        """With the cause."""
        (reply,) = replies([json.dumps([1, {"path": "checks.py", "source": "1 / 0"}])])

        assert reply == (1, {"unable": "checks.py does not load: ZeroDivisionError: division by zero"})


LOOP = "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}"


class TestForeignTemplates:
    def prompt(self, content: str) -> Prompt:
        """Return a prompt of one message."""
        return Prompt("a", "m", (Message("user", content),), origin=Origin("prompts/a.prompt.yml", 1), lines=(5,))

    def test_render_like_our_own(self) -> None:
        """The same variables, partials and texts."""
        prompt, partials = self.prompt('{% include "partials/p.md" %}{{ x }}'), {"partials/p.md": "{{ y }}-"}
        ours, theirs = Templates(prompt, partials), ForeignTemplates(prompt, partials)
        where = Origin("a.jsonl", 1)

        assert (theirs.variables, theirs.partials) == (ours.variables, ours.partials)
        assert theirs.render({"x": "é", "y": "1"}, where) == ours.render({"x": "é", "y": "1"}, where)

    @pytest.mark.parametrize(("content", "values"), [("{{ x", {}), ("{{ x }}", {}), ("{{ 1 / x }}", {"x": 0})])
    def test_fail_like_our_own(self, content: str, values: dict[str, int]) -> None:
        """To the character, from the other side of a pipe."""
        told = []
        for kind in (Templates, ForeignTemplates):
            with pytest.raises(ContentError) as found:
                kind(self.prompt(content), {}).render(values, Origin("a.jsonl", 1))
            told.append(str(found.value))

        assert told[0] == told[1]

    @pytest.fixture
    def quick(self, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
        """Stop a template after two seconds."""
        monkeypatch.setattr(foreign, "Confined", partial(Confined, seconds=2))
        return monkeypatch

    @pytest.mark.usefixtures("quick")
    def test_go_on_after_a_case_that_was_stopped(self) -> None:
        """In a new child, with each case's own messages."""
        templates = ForeignTemplates(self.prompt(f"{{{{ x }}}}{{% if x == 'late' %}}{LOOP}{{% endif %}}"), {})

        with pytest.raises(ContentError, match=r"the template was stopped: it took longer than 2 s"):
            templates.render({"x": "late"}, Origin("a.jsonl", 1))

        said = [templates.render({"x": name}, Origin("a.jsonl", 2))[0].content for name in "AB"]
        assert said == ["A", "B"]

    def test_are_given_up_when_they_are_stopped_again_and_again(self, quick: pytest.MonkeyPatch) -> None:
        """A template that hangs on every case would hold the gate for hours."""
        quick.setattr(foreign, "PATIENCE", 1)
        templates = ForeignTemplates(self.prompt(LOOP), {})

        for told in ("it took longer than 2 s", "not rendered again"):
            with pytest.raises(ContentError, match=told):
                templates.render({}, Origin("a.jsonl", 1))

    @pytest.mark.slow
    def test_are_stopped_when_they_do_not_end(self) -> None:
        """After five seconds."""
        with pytest.raises(ContentError, match="the template was stopped: it took longer than 5 s"):
            ForeignTemplates(self.prompt(LOOP), {}).render({}, Origin("a.jsonl", 1))

    def test_are_stopped_when_they_eat_memory(self) -> None:
        """A text of ten thousand million characters."""
        with pytest.raises(ContentError, match=r"template"):
            ForeignTemplates(self.prompt("{{ 'a'.ljust(10**10) }}"), {}).render({}, Origin("a.jsonl", 1))


def loop_for_ever() -> None:
    """Do nothing, without end."""
    while True:
        pass


class TestLimits:
    def test_let_ordinary_work_through_and_leave_nothing_behind(self) -> None:
        """The timer is off and the limits are as before."""
        before = resource.getrlimit(resource.RLIMIT_AS), signal.getsignal(signal.SIGALRM)

        with limited():
            result = sum(range(1000))

        assert result == 499_500
        assert (resource.getrlimit(resource.RLIMIT_AS), signal.getsignal(signal.SIGALRM)) == before
        assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)

    def test_stop_what_takes_too_long(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A loop without end, ended."""
        monkeypatch.setattr(limits, "SECONDS", 0.2)
        began = time.monotonic()

        with pytest.raises(LimitError, match=r"it takes longer than 0\.2 s"), limited():
            loop_for_ever()

        assert time.monotonic() - began < 2

    def test_stop_what_takes_too_much_memory(self) -> None:
        """Refused at once, before a byte is written."""
        with pytest.raises(LimitError, match="it takes more than 1024 MB"), limited():
            "a".ljust(10**11)

    @pytest.mark.skipif(sys.platform != "linux", reason="address space is bounded on Linux only")
    def test_count_what_the_process_already_has(self) -> None:
        """Each thread reserves eight megabytes for its stack, and uses a few kilobytes of them."""
        threads = "threads = [threading.Thread(target=done.wait) for _ in range(150)]"
        program = f"""
import threading
from harness.adapters.limits import limited
threading.stack_size(16 << 20)
done = threading.Event()
{threads}
[thread.start() for thread in threads]
with limited():
    bytearray(100 << 20)
done.set()
"""
        subprocess.run([sys.executable, "-c", program], check=True)

    def test_are_lifted_for_what_is_our_own(self) -> None:
        """The first import of a library takes its time and its room, and what is read next has its own again."""
        with limited():
            before = resource.getrlimit(resource.RLIMIT_AS)[0]
            with lifted():
                timer, bound = signal.getitimer(signal.ITIMER_REAL)[0], resource.getrlimit(resource.RLIMIT_AS)
                kept = bytearray(200 << 20)
            after = resource.getrlimit(resource.RLIMIT_AS)[0]
            again = signal.getitimer(signal.ITIMER_REAL)[0]

        assert timer == 0
        assert bound[0] == bound[1]
        assert again > 0
        assert sys.platform != "linux" or after - before >= len(kept)

    def test_do_nothing_in_another_thread(self) -> None:
        """Signals reach the main thread only; the work is done all the same."""
        done: list[int] = []

        def work() -> None:
            with limited():
                done.append(1)

        thread = threading.Thread(target=work)
        thread.start()
        thread.join()

        assert done == [1]
