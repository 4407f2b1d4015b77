"""What is asked of Prometheus about a gateway: one text a question, for alerts, the dashboard and the docs alike.

`{where}` takes label matchers. The share of failures is 0 rather than nothing as long as there are requests: a gateway
that never failed has no series of failures.
"""

REQUESTS = "sum by (environment, arm) (rate(harness_requests_total{where}[5m]))"
"""Requests a second."""
_FAILED = 'sum by (environment, arm) (rate(harness_requests_total{where:status=~"5.."}[5m]))'
ERRORS = f"({_FAILED} or {REQUESTS} * 0) / {REQUESTS}"
"""The share of requests that were not answered, by no fault of who asked."""
MEDIAN, P95 = (
    f"histogram_quantile({part}, sum by (environment, arm, le) (rate(harness_request_seconds_bucket{{where}}[5m])))"
    for part in (0.5, 0.95)
)
"""Seconds within which so many of the answers come."""
COST = "sum by (environment, arm) (rate(harness_cost_usd_total{where}[30m]))"
"""Dollars a second."""
COST_OF_ONE = f"{COST} / sum by (environment, arm) (rate(harness_requests_total{{where}}[30m]))"
"""Dollars a request; nothing where no price is known."""
TOKENS = "sum by (environment, arm, kind) (rate(harness_tokens_total{where}[5m]))"
SESSIONS = "sum by (environment, arm) (increase(harness_sessions_total{where}[1h]))"
BAD_SESSIONS = (
    "sum by (environment, arm, rate) (increase(harness_bad_sessions_total{where}[1h])) / on (environment, arm) "
    "group_left () sum by (environment, arm) (increase(harness_sessions_total{where}[1h]))"
)
"""The share of sessions with at least one bad event, by what was bad."""
VOTES = "sum by (environment, arm, vote) (increase(harness_feedback_total{where}[1h]))"
WEIGHT = "max by (environment) (harness_rollout_weight{where})"
"""Percent of the sessions that the candidate answers."""
STEP = "max by (environment) (harness_rollout_step{where})"
GENERATION = "max by (environment) (harness_rollout_generation{where})"
PHASE = "max by (environment, phase) (harness_rollout_phase{where}) == 1"
RELEASES = "max by (environment, arm, release) (harness_release_info{where})"
HOLDING = "max by (environment) (harness_holding{where})"
LOOK_AGE = "time() - max by (environment) (harness_last_look_timestamp_seconds{where})"
"""Seconds since the gateway last saw what git says."""
AUDIT_LOST = "sum by (environment) (increase(harness_audit_lost_total{where}[1h]))"
"""Lines of the audit log that could not be written."""


def of(query: str, *matchers: str) -> str:
    """Return a question about the series that match, such as `arm="candidate"`."""
    mine = ",".join(matchers)
    found = query.replace("{where}", f"{{{mine}}}" if mine else "")
    head, *rest = found.split("{where:")
    return head + "".join(f"{{{mine}{',' if mine else ''}{part}" for part in rest)
