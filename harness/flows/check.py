"""Checking content: every file of the working tree is read and every case rendered; nothing is asked."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from harness import __version__
from harness.adapters.folder import Folder
from harness.adapters.vault import DvcVault
from harness.content.claims import check_measured, check_waived
from harness.content.environments import survey_environments
from harness.content.judges import FOLDER as JUDGES
from harness.content.params import PATH
from harness.content.prompts import PARTIALS, path_of
from harness.content.tree import Content, Faults, survey
from harness.core.digest import short
from harness.core.environment import Environment
from harness.core.errors import ContentError
from harness.core.tree import Tree
from harness.flows.applications import read_application
from harness.flows.code import Code
from harness.flows.judges import refuse_mute
from harness.flows.notes import notes
from harness.flows.pairing import PairPlan, plan_pairs
from harness.flows.playing import player_of
from harness.flows.providers import provider_of
from harness.flows.setup import reader
from harness.flows.side import Side
from harness.flows.targets import target_of
from harness.flows.trees import Trees, World
from harness.flows.vectors import embedder_of
from harness.plan.scope import Scope
from harness.score.registry import Scorers


@dataclass(frozen=True, slots=True)
class Checked:
    """What a tree holds, and what is wrong with it."""

    prompts: int
    cases: int
    gates: int
    errors: tuple[ContentError, ...]
    """The first fault of each file."""
    notes: tuple[str, ...]
    """What is well formed, and probably not meant."""


def check(world: World) -> Checked:
    """Return what the working tree holds, and the first fault of each of its files.

    Raises:
        ContentError: It has no params.yaml.
    """
    content, faults = survey(Folder(world.root), version=__version__)
    for pin in content.pins.values():
        with faults.noted():
            provider_of(pin)
            read_application(pin, Folder(world.root))
    with faults.noted():
        embedder_of(content.policy.embedder)
    with faults.noted():
        player_of(content.policy.user)
    with faults.noted():
        refuse_mute(content)
    plans = _plans(world, content, faults)
    if not faults:
        with faults.noted():
            measured = {plan.pair: plan.metrics for plan in plans}
            check_measured(content.policy, measured, {plan.pair: plan.tags for plan in plans})
            check_waived(content.policy, {plan.pair: [row.pairing.id for row in plan.rows] for plan in plans})
    environments, misplaced = survey_environments(Folder(world.root))
    faults += [*misplaced, *_recalled(environments.values())]
    for environment in environments.values():
        with faults.noted():
            target_of(environment, world.environ)
    return Checked(
        prompts=len(content.prompts),
        cases=sum(len(plan.rows) for plan in plans),
        gates=len(content.policy.gates),
        errors=_one_a_file(faults),
        notes=notes(content, Folder(world.root)),
    )


def _recalled(environments: Iterable[Environment]) -> Iterator[ContentError]:
    """Yield the environments that run what must not come to them."""
    for one in environments:
        if one.quarantined(one.release):
            what = f"{one.name} runs release {short(one.release)}, which is quarantined there"
            yield ContentError(
                what, where=one.origin, hint=f"run `harness rollback {one.name}`, or take it off the list"
            )


def _plans(world: World, content: Content, faults: Faults) -> list[PairPlan]:
    """Return the plan of each pair, and note the faults of those that have none."""
    side = _side(world, content, faults)
    sound = {name for name in content.prompts if not faults.among(PATH, PARTIALS, path_of(name))}
    plans: list[PairPlan] = []
    for pair in sorted(content.sources):
        if pair.prompt in sound:
            with faults.noted():
                plans += plan_pairs(None, side, scope=Scope(*pair), version=None)
                continue
        for source in content.sources[pair]:
            with faults.noted():
                _side(world, replace(content, sources={pair: (source,)}), faults).cases(pair)
    return plans


def _side(world: World, content: Content, faults: Faults) -> Side:
    folder = Folder(world.root)
    code = Code(Trees(folder, Tree("working tree")))
    parse = reader(folder, code, Scorers(code.load), content, sound=not faults.among(PATH, JUDGES))
    return Side(folder, content, DvcVault(world.root), parse)


def _one_a_file(faults: Iterable[ContentError]) -> tuple[ContentError, ...]:
    found: dict[str, ContentError] = {}
    for fault in faults:
        found.setdefault(fault.where.path if fault.where else str(fault), fault)
    return tuple(found.values())
