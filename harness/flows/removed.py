"""Removed prompts: whether an environment still answers by one, so that somebody may be asking for it."""

from collections.abc import Collection, Iterator

from harness.adapters.git import Git
from harness.content.environments import survey_environments
from harness.core.digest import short
from harness.core.environment import Environment
from harness.core.verdict import Check, Outcome, Rule
from harness.flows.agenda import Agenda
from harness.flows.proofs import release_here
from harness.flows.trees import World


def still_run(world: World, agenda: Agenda) -> Iterator[Check]:
    """Yield a check for each environment that runs a prompt which the candidate removes, or of which nobody can tell.

    None is blocked, which nobody could lift: the prompt stands in what runs until a release without it is promoted, and
    there is no such release before it is removed. So a manager decides.
    """
    base, name = agenda.court.base, agenda.court.trees.base_name
    if base is None or name is None:
        return
    gone = base.content.prompts.keys() - agenda.court.candidate.content.prompts.keys() - set(base.renamed.values())
    if not gone:
        return
    git = Git(world.root)
    now = git.commit(name.label) or name.commit  # the author of a change chooses which older commit it starts from
    found, faults = survey_environments(git.tree(now, name.label))
    for fault in faults:
        yield _doubt(f"{fault.where}: {fault.what}, so nobody can tell whether an environment runs what is removed")
    for environment in found.values():
        if reason := _reason(git, environment, gone):
            yield _doubt(f"{environment.origin}: {reason}")


def _reason(git: Git, environment: Environment, gone: Collection[str]) -> str:
    if not environment.release:
        return ""
    running = f"{environment.name} runs release {short(environment.release)}"
    release = release_here(git, environment.release)
    if release is None:
        return f"{running}, which is not here, so nobody can tell whether it answers by what is removed"
    used = ", ".join(f"`{prompt}`" for prompt in sorted(release.prompts.keys() & set(gone)))
    return f"{running}, which answers by {used}, removed here: whoever asks for it would get no answer" if used else ""


def _doubt(reason: str) -> Check:
    return Check(Outcome.INCONCLUSIVE, Rule.UNJUDGED, "", "", reason)
