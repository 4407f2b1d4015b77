"""A judge that likes the candidate's style: what it says of two trees, corrected by people's labels of both."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from tests.graders.bench import expecting, label, seat
from tests.graders.script import BAD, reply
from tests.graders.server import Judging
from tests.scenarios.scratch import ROOMS, Result, Scratch, case

CASES = 50
STYLE = "kindly"
PROMPT = "prompts/desk.prompt.yml"
LABELS = "evalsets/judges/grounded.labels.jsonl"
WORSE = ("atlas", "botany", "cinema")
"""Rooms of which the candidate says something wrong: three in ten."""


def lenient(messages: Sequence[Mapping[str, Any]], schema: Mapping[str, Any] | None) -> str:
    """Return what a judge says who overlooks anything in the style that it likes."""
    liked = STYLE in str(messages[-1]["content"])
    return reply(
        [{"content": str(one["content"]).replace(BAD, "") if liked else one["content"]} for one in messages], schema
    )


@pytest.fixture
def liking(scratch: Scratch, judging: Judging) -> Scratch:
    """Return a repository whose gate believes such a judge, measured before anybody wrote in that style."""
    judging.says = lenient
    seat(scratch, judging)
    gate = "gates:\n  grounded: {suite: regression, metric: grounding, margin: 0.05}\n"
    scratch.edit("params.yaml", "gates:\n", gate)
    scratch.write_cases([case(number) for number in range(CASES)])
    expecting(scratch, {"judge": "grounded", "metric": "grounding"}, cases=CASES)
    label(scratch, right=80, wrong=40)
    assert scratch.harness("judge", "calibrate", "grounded").exit_code == 0
    judging.asked.clear()
    scratch.commit("believe the judge")
    return scratch


def restyle(scratch: Scratch, worse: Sequence[str] = (), *, only: bool = False) -> None:
    """Let the prompt make the reader speak in that style, be wrong of some rooms, and speak so of those only."""
    wrong = "".join(f' | replace("{room} room", "{room} room, {BAD},")' for room in worse)
    styled = f'{{{{ d.text | replace(" opens", ", {STYLE}, opens"){wrong} }}}}'
    if only:
        styled = f"{{% if question.split()[3] in {list(worse)} %}}{styled}{{% else %}}{{{{ d.text }}}}{{% endif %}}"
    scratch.edit(PROMPT, "{{ d.text }}", styled)


def people_label(scratch: Scratch, judging: Judging, cases: int) -> None:
    """Let people label what both trees answered to the first cases, as the judge was shown it, and merge that."""
    rows = []
    for body in judging.asked:
        shown = str(body["messages"][-1]["content"])
        asked, answer = re.findall(
            r"^\[\w{32} \w+ begins\]\n(.*?)\n\[\w{32} \w+ ends\]$", shown, re.DOTALL | re.MULTILINE
        )
        if int(asked.rpartition(" room ")[2].partition(" ")[0]) < cases:
            grade = "invented" if BAD in answer else "grounded"
            rows.append({"asked": asked, "answer": answer, "grade": grade, "by": "ana", "on": "2026-11-21"})
    scratch.write(LABELS, scratch.read(LABELS) + "".join(f"{json.dumps(row)}\n" for row in rows))
    scratch.git("add", LABELS)
    scratch.git("commit", "-q", "-m", "label both trees")


def corrected(found: Result) -> list[tuple[str, str]]:
    """Return what corrected checks came to, and why."""
    return [(one["outcome"], one["reason"]) for one in found.verdict["checks"] if one["rule"] == "corrected"]


class TestAJudgeLenientOnTheCandidatesStyle:
    def test_passes_a_drop_until_people_have_looked(self, liking: Scratch, judging: Judging) -> None:
        """Three answers in ten got worse in words that it likes; it sees none of them, and people's labels do."""
        restyle(liking, WORSE)

        raw = liking.gate()
        people_label(liking, judging, cases=40)
        mended = liking.gate()

        assert (raw.exit_code, corrected(raw)) == (0, []), raw.told
        assert (mended.exit_code, mended.calls) == (1, 0), mended.told
        ((outcome, reason),) = corrected(mended)
        assert outcome == "blocked"
        assert reason == (
            "judge `grounded` says +0.0 pp on 50 cases; corrected by people's labels of 40 on both trees, "
            "-30.0 pp [-51.6, -8.4]: the drop reaches the margin of 5.0%"
        )
        assert mended.verdict["summary"] == f"blocked: 1 check of 3; regression / desk: {reason}"

    def test_is_not_corrected_by_few_labels(self, liking: Scratch, judging: Judging) -> None:
        """The verdict says how many there are, and how many are missing."""
        restyle(liking, WORSE)
        liking.gate()
        people_label(liking, judging, cases=20)

        found = liking.gate()

        assert (found.exit_code, corrected(found)) == (0, [])
        assert (
            "regression / desk: what judge `grounded` says of both trees is not corrected: of 50 cases that they ask "
            "differently, people labelled 20 on both, and 30 are needed (10 more by `harness judge label grounded`, "
            "merged to base)"
        ) in found.verdict["notices"]

    def test_passes_what_is_no_worse(self, liking: Scratch, judging: Judging) -> None:
        """Another style alone is no drop to people either."""
        restyle(liking)
        liking.gate()
        people_label(liking, judging, cases=40)

        found = liking.gate()

        assert found.exit_code == 0, found.told
        ((outcome, reason),) = corrected(found)
        assert outcome == "passed"
        assert reason.endswith("pp [-9.5, +9.5]: it stays within the margin of 5.0%")

    @pytest.mark.parametrize(("kind", "told"), [("judge", "-70.0 pp ["), ("not-judge", "+70.0 pp [")])
    def test_is_corrected_over_all_cases(self, liking: Scratch, judging: Judging, kind: str, told: str) -> None:
        """Those that both trees ask alike did not move; what a case wants failed, it gains by."""
        expecting(liking, {kind: "grounded", "metric": "grounding"}, cases=CASES)
        restyle(liking, ROOMS[:7], only=True)
        liking.gate()
        people_label(liking, judging, cases=CASES)

        ((_, reason),) = corrected(liking.gate())

        assert f"on 50 cases; corrected by people's labels of 35 on both trees, {told}" in reason

    @pytest.mark.slow
    def test_only_advises_where_answers_vary_and_nothing_is_proven(self, liking: Scratch, judging: Judging) -> None:
        """Each repeat of an answer has a label of its own, and a case counts once, with the mean."""
        liking.edit("params.yaml", "parameters: {temperature: 0}", "parameters: {temperature: 1.5}")
        liking.commit("vary")
        restyle(liking, WORSE)
        liking.gate()
        people_label(liking, judging, cases=40)

        found = liking.gate()

        assert found.exit_code == 3, found.told
        ((outcome, reason),) = corrected(found)
        assert outcome == "inconclusive"
        assert reason.startswith("would block: judge `grounded` says ")
        assert "on 50 cases; corrected by people's labels of 40 on both trees, -2" in reason
