"""Other providers' native APIs through any-llm: the real package, against an endpoint that misbehaves."""

import subprocess
import sys
import time

import pytest

from tests.endpoint.launch import endpoint
from tests.scenarios.application import Said, shop
from tests.scenarios.remote import KEY, asked, holding, make
from tests.scenarios.scratch import Result, Scratch

WITHOUT = "import sys; sys.modules['any_llm'] = None; from harness.cli import main; sys.exit(main())"


def make_any(scratch: Scratch, url: str, cases: int, *, timeout: float = 20, more: str = "") -> None:
    """Let the repository ask an endpoint through any-llm's client of OpenAI's API."""
    make(scratch, url, cases, timeout=timeout, more=more)
    scratch.edit("params.yaml", "provider: openai", "provider: any-llm")
    scratch.edit("params.yaml", "model: stub-1", "model: openai/stub-1")
    scratch.commit("ask through any-llm")


class TestAnyLlm:
    def test_asks_each_trial_once_and_books_what_it_used(self, scratch: Scratch) -> None:
        """The same meter as for every model; no key of the surroundings is taken instead of the pin's."""
        with endpoint(key=KEY) as server:
            make_any(scratch, server.url(), 20)

            first = asked(scratch, "gate", "--all", "--json", OPENAI_API_KEY="sk-of-somebody-else").verdict["run"]
            second = asked(scratch, "run")

            assert (first["calls"], first["failures"]) == (20, 0)
            assert 0 < first["cost"] < 20 * 40 * 2
            assert "20/20 pass\n0 calls, 20 answers from the cache" in second.out
            assert (server.counts().answered, server.counts().repeats) == (20, 0)

    def test_speaks_anothers_own_api(self, scratch: Scratch) -> None:
        """What Anthropic's messages say is read as every other answer is: text, usage, model."""
        who = {"id": "m", "type": "message", "role": "assistant", "model": "claude-1"}
        said = {**who, "stop_reason": "end_turn", "usage": {"input_tokens": 7, "output_tokens": 5}}
        seen: list[object] = []

        def say(asked: Said) -> Said:
            seen.append(asked["messages"])
            return {**said, "content": [{"type": "text", "text": "room 0 opens at nine"}]}

        with shop(say, path="/answer/v1/messages") as server:
            make_any(scratch, server.url.rstrip("/"), 1)
            scratch.edit("params.yaml", "openai/stub-1", "anthropic/claude-1")
            scratch.commit("another provider")

            verdict = asked(scratch, "gate", "--all", "--json").verdict

        assert (verdict["run"]["failures"], verdict["run"]["cost"]) == (0, 17)
        assert seen == [[{"role": "user", "content": "SAY room 0 opens at nine"}]]

    def test_takes_no_key_that_the_pin_does_not_name(self, scratch: Scratch) -> None:
        """A URL in a file would otherwise be sent whatever key is exported."""
        with endpoint() as server:
            make_any(scratch, server.url(), 1)
            scratch.edit("params.yaml", ", key_from: STUB_KEY", "")

            assert "1/1 pass" in asked(scratch, "run", OPENAI_API_KEY=KEY).out
            assert KEY not in str(server.requests())

    @pytest.mark.parametrize(
        ("mode", "reason"),
        [
            ("unauthorised", "HTTP 401"),
            ("malformed-json", "no answer: "),
            ("echo-key", "HTTP 400"),
            *(
                pytest.param(*row, marks=pytest.mark.slow)  # each start reads the SDKs anew, which takes seconds
                for row in (
                    ("not-found", "HTTP 404"),
                    ("quota", "HTTP 429"),
                    ("too-long", "HTTP 400"),
                    ("html-500", "HTTP 500"),
                    ("retry-after-huge", "HTTP 429"),
                    ("empty-choices", "the endpoint's answer"),
                )
            ),
        ],
    )
    def test_that_fails_is_a_counted_failure_with_a_clear_word(self, scratch: Scratch, mode: str, reason: str) -> None:
        """By the status that any-llm hands on; and the key is told to nobody."""
        with endpoint() as server:
            make_any(scratch, server.url(mode), 1)

            result = asked(scratch, "gate", "--all")

            assert result.exit_code == 4, result.told
            assert reason in result.out
            assert holding(scratch, result, KEY) == []

    def test_waits_as_it_is_asked_to_and_retries_through_our_client_alone(self, scratch: Scratch) -> None:
        """Its own retries would be paid for behind the meter's back."""
        with endpoint(faults={"500": 0.3}, seed=3) as server:
            make_any(scratch, server.url(), 8)

            run = asked(scratch, "gate", "--all", "--json").verdict["run"]

            assert (run["calls"], run["failures"]) == (8, 0)
            assert server.counts().received == 8 + run["retries"]

    @pytest.mark.slow
    def test_that_hangs_costs_seconds(self, scratch: Scratch) -> None:
        """Its own patience is ten minutes."""
        with endpoint(faults={"hang": 1.0}) as server:
            make_any(scratch, server.url(), 1, timeout=1)
            began = time.monotonic()

            result = asked(scratch, "run")

            assert result.exit_code == 4
            assert "no answer in 1 s" in result.err
            assert time.monotonic() - began < 30

    def test_that_is_not_installed_is_an_error_that_names_the_extra(self, scratch: Scratch) -> None:
        """The right name: the other distribution called harness is somebody else's."""
        make_any(scratch, "http://127.0.0.1:1/v1", 1)
        command = [sys.executable, "-c", WITHOUT, "run"]
        environ = {**scratch.environ(), "STUB_KEY": KEY}
        done = subprocess.run(command, cwd=scratch.root, env=environ, capture_output=True, text=True, check=False)

        result = Result(done.returncode, done.stdout, done.stderr)

        assert result.exit_code == 2
        assert result.err.endswith(
            "error: params.yaml:2: pin `reader`: any-llm, which asks openai, is not installed\n\n"
            "hint: pip install 'prompt-harness[providers]'\n"
        )

    def test_that_does_not_know_the_provider_is_an_error(self, scratch: Scratch) -> None:
        """A typing error is told with what there is."""
        make_any(scratch, "http://127.0.0.1:1/v1", 1)
        scratch.edit("params.yaml", "openai/stub-1", "opnai/stub-1")

        result = asked(scratch, "run")

        assert result.exit_code == 2
        assert "pin `reader`: 'opnai' is not a supported provider. Supported providers: " in result.err

    def test_lets_nobody_elses_tree_send_the_key_to_another_service(self, scratch: Scratch) -> None:
        """Without a URL, the model's name says where the key goes."""
        make_any(scratch, "x", 1)
        scratch.edit("params.yaml", 'url: "x", ', "")
        scratch.commit("their own URL")
        scratch.git("switch", "-q", "-c", "change")
        scratch.edit("params.yaml", "openai/stub-1", "together/stub-1")
        scratch.commit("another service")
        scratch.git("switch", "-q", "main")

        result = asked(scratch, "gate", "--candidate", "change")

        assert result.exit_code == 2
        assert "asks together/stub-1, where no pin of base asks with the same key" in result.err

    def test_wants_a_provider_before_the_model(self, scratch: Scratch) -> None:
        """Told by check."""
        make_any(scratch, "http://127.0.0.1:1/v1", 1)
        scratch.edit("params.yaml", "openai/stub-1", "stub-1")

        assert "`model` is a provider and its model, such as `anthropic/claude-" in scratch.harness("check").err
