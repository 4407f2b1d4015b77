"""A recording: the answers of a gate in one file, so that anybody can judge it again, bit for bit, asking nobody."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from harness.core.completion import Answer, Completion, ToolCall
from harness.core.errors import ContentError, Origin, UnavailableError
from harness.core.json_reader import read_json
from harness.core.ledger import Claim, Granted, Settlement

SCHEMA = "harness/recording/1"
_DEEPEST = 100
"""Levels of nesting of a line; more than any answer has."""
_HINT = "record it anew: `harness record FILE`"


def write_recording(path: Path, answers: Mapping[str, tuple[str, Completion]]) -> None:
    """Write the answers of trials, whole or not at all.

    Args:
        path: Where to.
        answers: The trial's name and its completion, by key.
    """
    lines = [json.dumps({"schema": SCHEMA, "answers": len(answers)})]
    for key, (trial, said) in sorted(answers.items(), key=lambda item: (item[1][0], item[0])):
        answer = said._asdict() | {"tool_calls": [call._asdict() for call in said.tool_calls]}
        lines.append(json.dumps({"trial": trial, "key": key, "answer": answer}, separators=(",", ":")))
    part = path.with_name(f".{path.name}.part")
    part.write_text("\n".join(lines) + "\n", encoding="utf-8")
    part.replace(path)


class Recording:
    """See `ports.Store`: it holds what was recorded, and refuses to ask for anything else."""

    def __init__(self, path: Path) -> None:
        """Read a recording.

        Raises:
            UnavailableError: There is no such file.
            ContentError: It is no recording, or not a whole one.
        """
        self.path = path
        self._answers: dict[str, Completion] = {}
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except OSError as error:
            raise UnavailableError(f"the recording cannot be read: {error.strerror}", where=Origin(str(path))) from None
        except UnicodeDecodeError:
            raise ContentError("not UTF-8 text", where=Origin(str(path)), hint=_HINT) from None
        for number, line in enumerate(lines, start=1):
            self._read(line, Origin(str(path), number), first=number == 1)
        if len(self._answers) != self._promised:
            what = f"the recording has {len(self._answers)} of the {self._promised} answers that it began with"
            raise ContentError(what, where=Origin(str(path)), hint=_HINT)

    _promised = 0

    def _read(self, line: str, where: Origin, *, first: bool) -> None:
        try:
            found: Any = read_json(line, deepest=_DEEPEST, written=True)
            if first:
                if found["schema"] != SCHEMA:
                    raise ContentError(f"a recording of another kind: {found['schema']}", where=where, hint=_HINT)
                self._promised = int(found["answers"])
            else:
                said = dict(found["answer"])
                calls = tuple(ToolCall(str(call["name"]), dict(call["arguments"])) for call in said.pop("tool_calls"))
                self._answers[str(found["key"])] = _typed(Completion(tool_calls=calls, **said))
        except (ValueError, TypeError, KeyError):
            raise ContentError("not a line of a recording", where=where, hint=_HINT) from None

    def find(self, keys: Iterable[str]) -> dict[str, Completion]:
        """Return the recorded answers among `keys`; see `ports.Store`."""
        return {key: self._answers[key] for key in keys if key in self._answers}

    def known(self, keys: Iterable[str], *, since: datetime) -> set[str]:
        """Return those of `keys` that are recorded, however old; see `ports.Store`."""
        del since
        return {key for key in keys if key in self._answers}

    def forget(self, keys: Iterable[str], *, before: datetime | None = None) -> None:
        """Forget nothing: what was recorded is what is judged."""

    def commit(
        self, done: Sequence[Settlement], wanted: Sequence[Claim], *, limits: Mapping[str, int], at: datetime
    ) -> list[Granted]:
        """Refuse to ask: the first wanted trial is one that was not recorded.

        Raises:
            ContentError: Naming the trial.
        """
        del done, limits, at
        what = f"no answer to `{wanted[0].trial}` is recorded" if wanted else "a recording takes no answer"
        raise ContentError(what, where=Origin(str(self.path)), hint=_HINT)

    def record(self, answers: Sequence[Answer], *, at: datetime) -> None:
        """Refuse what was not recorded; see `commit`."""
        self.commit([], [Claim(item.trial.key, item.trial.name, 0) for item in answers], limits={}, at=at)

    def parts(self, _trial: str) -> Mapping[str, str] | None:
        """Return that nothing is known of how a trial was made."""
        return None

    def spent(self, accounts: Iterable[str]) -> dict[str, int]:
        """Return that nobody pays."""
        return dict.fromkeys(accounts, 0)


def _typed(said: Completion) -> Completion:
    """Return an answer whose fields are what they should be.

    Raises:
        TypeError: One is not.
    """
    texts = (said.text, said.finish_reason, said.fingerprint, said.model)
    numbers = (said.input_tokens, said.output_tokens, said.latency_ms, said.cost or 0)
    if all(isinstance(text, str) for text in texts) and all(isinstance(number, int | float) for number in numbers):
        return said
    raise TypeError
