"""The files of the default branch: workflows that judge, owners, and who may let what pass."""

from collections.abc import Iterator
from typing import NamedTuple

from harness.core.diagnosis import Diagnosis, State
from harness.core.settings import Known, Unknown
from harness.core.words import count, named
from harness.doctor.unread import unread

GATE = ".github/workflows/gate.yml"
_INIT = "`harness init` in an empty folder writes files to take over"


class Workflows(NamedTuple):
    """What was read of the workflow files."""

    judges: bool = False
    """Whether one runs on what is proposed to the default branch, by the default branch's own file."""
    hears_queue: bool = False
    """Whether the groups of a merge queue are judged."""
    changed: tuple[str, ...] = ()
    """Those that are not as `harness init` writes them."""
    unreadable: tuple[str, ...] = ()
    trusted_faults: tuple[str, ...] = ()
    """Broken rules where secrets are: files that run by the default branch's own version."""
    other_faults: tuple[str, ...] = ()


def of_workflows(found: Workflows, branch: str) -> Iterator[Diagnosis]:
    """Yield what the workflow files come to."""
    about = "workflows"
    if found.judges:
        yield Diagnosis(about, State.OK, f"{GATE} judges what is proposed to `{branch}`")
    else:
        what = f"{GATE} does not judge what is proposed to `{branch}`"
        remedy = f"let its `pull_request_target` name `{branch}`; {_INIT}"
        yield Diagnosis(about, State.BROKEN, what, "the check never comes", remedy)
    if found.trusted_faults:
        risk = "what runs with the gate's keys could be steered from outside"
        what = _told(found.trusted_faults)
        yield Diagnosis("trusted files", State.BROKEN, what, risk, "`harness workflows test` names each line")
    if found.other_faults:
        what, risk = _told(found.other_faults), "a job may do more than it needs, or run what others moved"
        yield Diagnosis("other workflows", State.WEAKER, what, risk, "`harness workflows test` names each line")
    if found.unreadable:
        what, risk = _told(found.unreadable), "nobody has checked what it can reach"
        yield Diagnosis("other workflows", State.WEAKER, what, risk, "read it yourself, or write it more simply")
    if not (found.trusted_faults or found.other_faults or found.unreadable):
        as_written = "as `harness init` writes them" if not found.changed else "they break no rule; actions are pinned"
        yield Diagnosis("trusted files", State.OK, as_written)


def _told(lines: tuple[str, ...]) -> str:
    more = f" (and {len(lines) - 1} more)" if len(lines) > 1 else ""
    return f"{lines[0]}{more}"


def of_owners(unowned: tuple[str, ...] | None, errors: Known[tuple[str, ...]]) -> Iterator[Diagnosis]:
    """Yield what CODEOWNERS comes to.

    Args:
        unowned: The files that decide and that nobody owns; None where there is no CODEOWNERS.
        errors: What the forge finds wrong with it.
    """
    about, risk = "CODEOWNERS", "they change without the approval of anybody in particular"
    if unowned is None:
        remedy = "write .github/CODEOWNERS as `harness init` does"
        yield Diagnosis(about, State.WEAKER, "there is none: nobody owns prompts, cases, policy", risk, remedy)
        return
    if unowned:
        what = f"nobody owns {named(unowned)}"
        yield Diagnosis(about, State.WEAKER, what, risk, "name an owner; the last line that fits decides")
    if isinstance(errors, Unknown):
        yield unread(about, errors)
    elif errors:
        yield Diagnosis(about, State.WEAKER, _told(errors), "such a line names nobody", "name people who can write")
    elif not unowned:
        yield Diagnosis(about, State.OK, "prompts, cases, policy and workflows have owners")


def of_waivers(error: str, waivers: int) -> Diagnosis:
    """Tell whether `.github/waivers.yaml` can be read; `error` is why it cannot."""
    about = "waivers"
    if error:
        return Diagnosis(about, State.BROKEN, error, "no verdict can be posted", "mend the file")
    return Diagnosis(about, State.OK, f"{count(waivers, 'waiver')} of inconclusive checks")
