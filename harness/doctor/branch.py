"""The rules of the default branch: whether a change can land without the check, and what else they let happen."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from harness.core.diagnosis import Diagnosis, State
from harness.core.settings import Bypass, Guard, Home, Known, Rules, Unknown
from harness.core.words import named
from harness.doctor.unread import unread

CHECK = "required check"
_BIND = "bind it to your App in the ruleset: `integration_id`"


class Judge(NamedTuple):
    """The check that the gate posts."""

    name: str
    app: Known[int]
    """The App that posts it; 0 for none of one's own."""
    shared: int
    """The App whose token all workflows have."""


def of_branch(rules: Rules, judge: Judge) -> Iterator[Diagnosis]:
    """Yield what the rules of the default branch come to."""
    yield _required(rules, judge)
    yield from _bypassed(rules, judge)
    for demand in _DEMANDS:
        yield _demanded(demand, rules)


def _required(rules: Rules, judge: Judge) -> Diagnosis:
    asked = {check.app for guard in rules.guards for check in guard.checks if check.name == judge.name}
    if not asked:
        if rules.unread:
            return unread(CHECK, *rules.unread)
        what = f"`{rules.branch}` does not ask for the check `{judge.name}`"
        remedy = "import .github/rulesets/main.json in the settings under Rules"
        return Diagnosis(CHECK, State.BROKEN, what, "a change that the gate blocks can be merged", remedy)
    if isinstance(judge.app, Unknown):
        bound = sorted(asked - {0})
        about = f"whether App {bound[0]} is ours" if bound else "which App is ours"
        return unread(CHECK, judge.app)._replace(what=f"{about} needs {judge.app.needs}")
    return _posted(rules, judge, asked, judge.app)


def _posted(rules: Rules, judge: Judge, asked: set[int], app: int) -> Diagnosis:
    """Tell who can post the check that is asked for, by the Apps whose check counts."""
    if strange := sorted(asked - {0, app or judge.shared}):
        what = f"`{judge.name}` has to come from App {strange[0]}, which is not whose token posts it"
        remedy = f"{_BIND}, or set LLM_GATE_APP_ID to the App that it names"
        return Diagnosis(CHECK, State.BROKEN, what, "it could never pass", remedy)
    if app and app in asked:
        return Diagnosis(CHECK, State.OK, f"`{rules.branch}` asks for `{judge.name}` of App {app}")
    what = f"`{judge.name}` may come from anybody" if app else "the gate has no App of its own"
    remedy = _BIND if app else "make an App, set LLM_GATE_APP_ID and its key, and bind the check to it"
    return Diagnosis(CHECK, State.WEAKER, what, "any workflow of a pushed branch could post it as passed", remedy)


def _bypassed(rules: Rules, judge: Judge) -> Iterator[Diagnosis]:
    """Tell for whom the check does not hold; one set of rules that holds for all is enough."""
    about = "bypass"
    asking = _asking(rules, judge)
    if not asking:
        return
    if any(guard.bypass == () for guard in asking):
        yield Diagnosis(about, State.OK, "the check holds for everybody")
        return
    if rules.unread:
        yield unread(about, *rules.unread)
        return
    if missing := [guard.bypass for guard in asking if isinstance(guard.bypass, Unknown)]:
        yield unread(about, *missing)
        return
    past = {one for guard in asking if not isinstance(guard.bypass, Unknown) for one in guard.bypass}
    yield _past(about, past)


def _asking(rules: Rules, judge: Judge) -> list[Guard]:
    """Return the sets of rules that ask for the check; those that let just one App post it, where there are any."""
    asking = [guard for guard in rules.guards if any(check.name == judge.name for check in guard.checks)]
    bound = [guard for guard in asking if any(check.name == judge.name and check.app for check in guard.checks)]
    return bound or asking


def _past(about: str, past: set[Bypass]) -> Diagnosis:
    state = State.BROKEN if any(one.everybody for one in past) else State.WEAKER
    what = f"the check does not hold for {named(sorted(one.who for one in past))}"
    return Diagnosis(about, state, what, "they can merge what the gate blocks", "take them off the bypass list")


class _Demand(NamedTuple):
    about: str
    met: Callable[[Guard], bool]
    holds: str
    lacks: str
    risk: str


_DEMANDS = (
    _Demand(
        "up to date",
        lambda guard: guard.strict or guard.queue,
        "what lands was judged against the base that it lands on",
        "a change may land on a base that it was not judged against",
        "two changes that pass alone, and not together, can both be merged",
    ),
    _Demand(
        "approval",
        lambda guard: guard.approvals > 0,
        "somebody else has to approve",
        "nobody has to approve",
        "who can push a branch can merge a change of their own alone",
    ),
    _Demand(
        "stale approvals",
        lambda guard: guard.dismisses_stale,
        "a push takes approvals away",
        "approvals outlive a push",
        "what is pushed after an approval is merged with it",
    ),
    _Demand(
        "last push",
        lambda guard: guard.last_push,
        "who pushed last cannot be the one who approves",
        "who pushed last may approve",
        "a reviewer can add commits to a change and approve them alone",
    ),
    _Demand(
        "code owners",
        lambda guard: guard.code_owners,
        "an owner of what is changed has to approve",
        "owners need not approve",
        "anybody's approval lets a looser policy in, which counts from then on",
    ),
    _Demand(
        "force pushes",
        lambda guard: guard.forbids_force,
        "nobody can rewrite the branch",
        "the branch may be rewritten",
        "a policy or case that was merged can vanish from history",
    ),
)


def _demanded(demand: _Demand, rules: Rules) -> Diagnosis:
    if any(demand.met(guard) for guard in rules.guards):
        return Diagnosis(demand.about, State.OK, demand.holds)
    if rules.unread:
        return unread(demand.about, *rules.unread)
    remedy = f"as .github/rulesets/main.json has it, in the rules of `{rules.branch}`"
    return Diagnosis(demand.about, State.WEAKER, demand.lacks, demand.risk, remedy)


def of_merging(home: Home, rules: Rules) -> Diagnosis:
    """Tell whether a change can land at all."""
    about, methods = "merge methods", home.methods
    if isinstance(methods, Unknown):
        return unread(about, methods)
    left = methods.intersection(*(guard.methods for guard in rules.guards))
    if left:
        return Diagnosis(about, State.OK, f"changes land by {named(sorted(left))}; each is judged by its content")
    what = "the repository and its rules agree on no way to merge"
    return Diagnosis(about, State.BROKEN, what, "nothing can be merged", "allow one method in both")


def of_queue(rulesets: Known[tuple[Guard, ...]], *, heard: bool) -> Diagnosis:
    """Tell whether a merge queue, if there is one, is told what the gate finds.

    Args:
        rulesets: Of the default branch; a queue of its older protection is shown by nothing.
        heard: Whether the workflow files judge merge groups.
    """
    about = "merge queue"
    if isinstance(rulesets, Unknown):
        return unread(about, rulesets)
    if not any(guard.queue for guard in rulesets):
        return Diagnosis(about, State.OK, "no ruleset has one")
    if heard:
        return Diagnosis(about, State.OK, "its groups are judged")
    what = "no workflow judges its groups"
    remedy = "add merge-queue.yml and gate.yml as `harness init` writes them"
    return Diagnosis(about, State.BROKEN, what, "the check of a group never comes, and nothing lands", remedy)
