"""A verdict in which every text that anybody else wrote is an attack on whoever opens its page."""

from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import cast

from harness.core.calibration import Figure
from harness.core.card import Card, Measured
from harness.core.finding import Finding
from harness.core.verdict import Attacked, Attempts, Flaky, Tries, Verdict
from tests.report.verdicts import BLOCKED

RUN = "window.ran=1"
HOST = "planted.example"
PLANTED = (
    "javascript:window.ran=1 </style></title></textarea></svg></template>--></p></details>"
    f"<script>{RUN}</script><script src=//{HOST}/x.js></script><img src=//{HOST}/x.png onerror={RUN}>"
    f"<svg onload={RUN}><a href='javascript:{RUN}'>here</a><iframe src='javascript:{RUN}'></iframe>"
    f"<link rel=stylesheet href=//{HOST}/x.css><style>*{{background:url(//{HOST}/y)}}</style><dialog open>!</dialog>"
    f"<base href=//{HOST}/><form action=//{HOST}/><input autofocus onfocus={RUN}></form>"
    f"<meta http-equiv=refresh content='0;url=//{HOST}/'>\" onmouseover=\"{RUN}\" ' onclick='{RUN}' `"
    " {{ 7 * 191 }} {% include 'page.css' %} &lt;script&gt; &#60; \x1b[31mred\x00nul \u202eback\u2066 \ud800 end"
)
"""Tags, attributes, addresses, a template's code, and characters that a terminal or a reader would obey."""
_KEPT = frozenset({"change", "level"})
"""Fields that hold one of a few words of ours, which whoever reads the document checks."""

EVERYTHING = replace(
    BLOCKED,
    weighing="advisory: no selftest",
    attacks=(
        Attacked(
            "support-answer",
            12,
            3,
            1,
            0.27,
            0.1,
            0.5,
            0.0,
            0.9,
            (
                Attempts("LH-INJ-001", "user", Tries(7, 2, 0), Tries(7, 0, 1)),
                Attempts("LH-LEAK-001", "file-name", Tries(4, 0, 0), Tries(4, 0, 0)),
                Attempts("LH-LEAK-001", "user", Tries(8, 0, 1), Tries(8, 0, 0)),
                Attempts("LH-OUT-001", "file-name", Tries(4, 1, 0)),
                Attempts("LH-OUT-001", "user", Tries(8, 1, 1)),
            ),
        ),
    ),
    findings=(
        Finding("LH-INJ-001", "error", "obeyed", "prompts/a.prompt.yml", 3, ("a", "b"), "user", ("identity",)),
        Finding("LH-OUT-001", "warning", "sent", "prompts/a.prompt.yml", 3, ("b",), "file-name"),
        Finding("LH-OUT-001", "error", "sent", "prompts/a.prompt.yml", 3, ("c",), "user", turns=("x",)),
    ),
    detectors=(Card("is-refusal", "2", "a refusal", (Measured("F1", Figure(0.9, 0.8, 1.0), 9, "of nine"),), ("x",)),),
    flaky=(Flaky("now-and-then", "regression", "support-answer", 2, 3),),
    checks=(
        *BLOCKED.checks,
        replace(BLOCKED.checks[0], suite="bias", low=-0.09, high=-0.04),
        replace(BLOCKED.checks[3], low=0.01, high=0.05, gate="low"),
    ),
)
"""One of everything that a verdict can hold."""


def planted[Part](part: Part) -> Part:
    """Return a part of a verdict with the attack behind each of its texts."""
    if isinstance(part, str) and not isinstance(part, Enum):
        return cast("Part", f"{part}{PLANTED}")
    if isinstance(part, tuple) and not hasattr(part, "_fields"):
        return cast("Part", tuple(map(planted, part)))
    if is_dataclass(part) and not isinstance(part, type):
        hostile = {one.name: planted(getattr(part, one.name)) for one in fields(part) if one.name not in _KEPT}
        return cast("Part", replace(part, **hostile))
    return part


HOSTILE: Verdict = planted(EVERYTHING)
