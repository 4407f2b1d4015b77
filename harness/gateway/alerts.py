"""Alert rules for Prometheus: what somebody should hear of while a gateway serves."""

import json
from typing import NamedTuple

from harness.gateway.queries import AUDIT_LOST, COST_OF_ONE, ERRORS, HOLDING, LOOK_AGE, P95, REQUESTS, WEIGHT, of


class Rule(NamedTuple):
    """One alert: when it is raised, and what a person does about it."""

    name: str
    query: str
    wait: str
    """For how long it must be so."""
    severity: str
    """`page` for somebody at once, `ticket` for the next working day."""
    says: str
    does: str


_CANDIDATE, _STABLE = 'arm="candidate"', 'arm="stable"'
_HERE = "{{ $labels.environment }}"
_ARM = "{{ $labels.arm }} of {{ $labels.environment }}"
_PAST = "max by (environment) (last_over_time(harness_last_look_timestamp_seconds[1d]))"
_NOW = "max by (environment) (harness_last_look_timestamp_seconds)"

RULES = (
    Rule(
        "HarnessErrors",
        f"{of(ERRORS)} > 0.05",
        "2m",
        "page",
        says=f"{_ARM} leaves {{{{ $value | humanizePercentage }}}} of its requests unanswered",
        does="ask /healthz and the provider; `harness rollback` if a new release is the cause",
    ),
    Rule(
        "HarnessSlow",
        f"{of(P95)} > 2",
        "5m",
        "ticket",
        says=f"one in twenty answers of {_ARM} takes more than {{{{ $value | humanizeDuration }}}}",
        does="compare the arms: if both are slow, the provider is",
    ),
    Rule(
        "HarnessHolding",
        f"{of(HOLDING)} == 1",
        "10m",
        "ticket",
        says=f"{_HERE} does not serve what git names",
        does="/healthz says why; until then the last good release answers",
    ),
    Rule(
        "HarnessAborted",
        'max by (environment) (harness_rollout_phase{phase="aborted"}) == 1',
        "0m",
        "page",
        says=f"the new release of {_HERE} did worse and is out of traffic",
        does="GET /v1/rollout says why; `harness canary` writes the rollback into git",
    ),
    Rule(
        "HarnessCanaryWithoutTraffic",
        f"{of(WEIGHT)} > 0 unless on (environment) {of(REQUESTS, _CANDIDATE)} > 0",
        "10m",
        "ticket",
        says=f"the new release of {_HERE} has a share of the traffic and gets no request",
        does="without requests it never advances: see whether clients send sessions, or raise its share",
    ),
    Rule(
        "HarnessStaleLook",
        f"{of(LOOK_AGE)} > 120",
        "1m",
        "page",
        says=f"{_HERE} has not seen for {{{{ $value | humanizeDuration }}}} what git says",
        does="a rollback would not arrive: see whether its remote can be reached",
    ),
    Rule(
        "HarnessGone",
        f"{_PAST} unless on (environment) {_NOW}",
        "2m",
        "page",
        says=f"no gateway of {_HERE} is scraped any more",
        does="see whether the process runs, and whether Prometheus' key still counts",
    ),
    Rule(
        "HarnessCostlierCanary",
        f"{of(COST_OF_ONE, _CANDIDATE)} > on (environment) 1.5 * {of(COST_OF_ONE, _STABLE)}",
        "10m",
        "ticket",
        says=f"a request to the new release of {_HERE} costs more than 1.5 times what it did",
        does="`harness compare` shows which prompt grew",
    ),
    Rule(
        "HarnessAuditLost",
        f"{of(AUDIT_LOST)} > 0",
        "0m",
        "page",
        says=f"{{{{ $value | humanize }}}} lines of the audit log of {_HERE} could not be written",
        does="make room on its disk; what was lost cannot be found again",
    ),
)


def as_rules() -> str:
    """Return the rules as a file that Prometheus loads."""
    lines = ["groups:", "  - name: harness", "    rules:"]
    for rule in RULES:
        lines += [
            f"      - alert: {rule.name}",
            f"        expr: {json.dumps(rule.query)}",
            f"        for: {rule.wait}",
            f"        labels: {{severity: {rule.severity}}}",
            "        annotations:",
            f"          summary: {json.dumps(rule.says)}",
            f"          description: {json.dumps(rule.does)}",
        ]
    return "".join(f"{line}\n" for line in lines)
