"""Setting up a judgement: scorers, both sides, and the policy that judges."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property

from harness import __version__
from harness.adapters.git import Git
from harness.adapters.limits import LimitError, limited
from harness.adapters.vault import DvcVault
from harness.content.evalsets import ParseExpectations
from harness.content.tree import Content, read_tree
from harness.content.yaml_reader import FILE_LIMIT
from harness.core.case import Case, Expectation
from harness.core.completion import Completion
from harness.core.errors import ContentError
from harness.core.jsons import Json
from harness.core.policy import Policy
from harness.core.score import CaseResult
from harness.core.tree import HARNESS_CHANGED, POLICY_CHANGED
from harness.flows.applications import changed_code, settled
from harness.flows.base_side import BaseSide, UnreadableBaseError, in_base
from harness.flows.code import Code
from harness.flows.grading import Grading
from harness.flows.judges import changed_judges, grading_of, refuse_mute, refuse_unjudged
from harness.flows.kept import refuse_kept
from harness.flows.playing import Player, player_of
from harness.flows.providers import provider_of, refuse_strangers
from harness.flows.side import Side
from harness.flows.suites import Profile
from harness.flows.trees import Trees, World
from harness.flows.understood import FILE as UNDERSTOOD
from harness.flows.understood import Understood
from harness.flows.vectors import Embedder, embedder_of, refuse_without
from harness.ports import Workspace
from harness.score.expectation import Kinds, parse_expectation
from harness.score.grades import Told, WithGrades
from harness.score.marking import score_case
from harness.score.registry import Scorers
from harness.score.similar import KIND, Find, WithVectors, no_vectors


@dataclass(frozen=True)
class Court:
    """Everything that a judgement needs, apart from answers."""

    trees: Trees
    candidate: Side
    base: Side | None
    policy: Policy
    policy_from: str
    notices: tuple[str, ...]
    scorers: Scorers
    code: Code
    first_adoption: bool
    """Whether base has no policy of its own."""
    unreadable: str = ""
    """What is wrong with a base that does not read."""

    @cached_property
    def embedder(self) -> Embedder | None:
        """Who makes the vectors that are compared: as the policy that judges says, or else the candidate."""
        return embedder_of(self.policy.embedder or self.candidate.content.policy.embedder)

    @cached_property
    def player(self) -> Player | None:
        """Who plays the users of conversations: as the policy that judges says, or else the candidate."""
        return player_of(self.policy.user or self.candidate.content.policy.user)

    @cached_property
    def grading(self) -> Grading:
        """Who grades answers: base's judges where it has them, by base's pins; in a preview, the candidate's."""
        trees = [self.candidate.content, *([self.base.content] if self.base else ())]
        if self.policy_from == "candidate":
            trees.reverse()
        judge = self.policy.judge or self.candidate.content.policy.judge
        return grading_of(self.scorers, trees, judge, self.embedder)

    def with_base(self, base: Side, policy_from: str) -> "Court":
        """Return the court that compares with a base, and judges by its policy if it has one."""
        old, new = base.content, self.candidate.content
        whose = policy_from if old.has_policy else "candidate"
        policy = old.policy if whose == "base" else new.policy
        judges = changed_judges(old, new) if whose == "base" else ()
        notices = (*_notices(old, new, whose), *judges, *_notices_of_the_judge(self.trees))
        first = not old.has_policy
        base.policy = self.candidate.policy = policy
        return replace(self, base=base, policy=policy, policy_from=whose, notices=notices, first_adoption=first)

    def without_base(self, fault: UnreadableBaseError) -> "Court":
        """Return the court that judges the candidate by itself, for information."""
        why = f"the base cannot be read: {f'{fault.where}: ' if fault.where else ''}{fault.what}"
        trees = replace(self.trees, base=None, base_name=None, why_no_base=why)
        policy = self.candidate.policy = self.candidate.content.policy
        return replace(self, trees=trees, base=None, policy=policy, policy_from="candidate", notices=(), unreadable=why)

    def name_of(self, prompt: str) -> str:
        """Return the name by which the policy that judges knows a prompt of the candidate."""
        return self.base.name_of(prompt) if self.base and self.policy_from == "base" else prompt

    def mark(self, case: Case, said: Completion, vectors: Find = no_vectors, told: Told | None = None) -> CaseResult:
        """Return what a case came to with an answer."""
        scorers = WithGrades(self.scorers, told) if told else self.scorers
        return score_case(case, said, WithVectors(scorers, vectors))

    def version(self, item: Expectation) -> str:
        """Return the version of the scorer behind an expectation, and of whom it asks."""
        if graded := self.grading.version(item):
            return graded
        scorer = self.scorers.find(item.kind)
        version = scorer.version if scorer else ""
        return f"{version} {self.embedder.asking.common}" if self.embedder and item.kind == KIND else version


def reader(
    workspace: Workspace, code: Code, scorers: Kinds, content: Content, *, sound: bool = True
) -> ParseExpectations:
    """Return what reads the expectations of a case, within limits of time and memory.

    Args:
        workspace: The tree of the case.
        code: Both trees' functions.
        scorers: By kind.
        content: What else the tree says.
        sound: Whether all of that could be read, so that what is missing there is missing.
    """

    def read(expect: Sequence[Json], reference: str) -> tuple[Expectation, ...]:
        try:
            with limited():
                found = tuple(code.pinned(workspace, parse_expectation(raw, reference, scorers)) for raw in expect)
        except LimitError as error:
            message = f"reading its expectations was stopped: {error}"
            raise ValueError(message) from None
        if sound and content.policy.embedder is None:
            refuse_without(found)
        if sound:
            refuse_unjudged(found, content, scorers)
        return found

    return read


def set_up(world: World, trees: Trees, *, policy_from: str = "base", profile: Profile = Profile.PR) -> Court:
    """Read both trees and choose the policy.

    What a commit of somebody else's may spend is bounded by its base's branch as it is now as well: its author chooses
    where it starts from, and with it a base from before the limits.

    Args:
        world: Where the data of DVC are found.
        trees: The candidate and its base.
        policy_from: `base`, or `candidate` for a preview.
        profile: How many cases are composed.

    Raises:
        ContentError: A file of either tree is wrong.
    """
    court = _set_up(world, trees, policy_from, profile)
    if not trees.foreign or trees.base_name is None:
        return court
    git, base = Git(world.root), trees.base_name
    tip = git.commit(base.label)
    if tip in {"", base.commit} or (now := _read_base(git.tree(tip, base.label), world)) is None:
        return court
    return replace(court, policy=replace(court.policy, budget=court.policy.budget.within(now.policy.budget)))


def _set_up(world: World, trees: Trees, policy_from: str, profile: Profile) -> Court:
    if trees.foreign:
        refuse_kept(Git(world.root).names(trees.candidate_name.commit))
    code = Code(trees)
    scorers = Scorers(code.load)
    kinds = Understood(scorers, world.state / UNDERSTOOD)
    vault = DvcVault(world.root)

    content = read_tree(trees.candidate, version=__version__)
    for pin in content.pins.values():
        provider_of(pin)
    embedder_of(content.policy.embedder)
    player_of(content.policy.user)
    refuse_mute(content)
    content = settled(content, trees.candidate, world.state, runs=not trees.foreign)
    read = reader(trees.candidate, code, kinds, content)
    candidate = Side(trees.candidate, content, vault, read, foreign=trees.foreign)
    candidate.profile = profile
    alone = Court(trees, candidate, None, content.policy, "candidate", (), scorers, code, first_adoption=False)
    if trees.base is None or trees.base_name is None:
        return alone
    name = f"{trees.base_name.label}@{trees.base_name.commit[:7]}"
    try:
        with in_base(name):
            old = _read_base(trees.base, world)
            embedder_of(old.policy.embedder if old else None)
            player_of(old.policy.user if old else None)
    except UnreadableBaseError as fault:
        _keep_to(trees, content, None)
        return alone.without_base(fault)
    _keep_to(trees, content, old)
    if old is None:
        return replace(alone, trees=replace(trees, why_no_base=f"{name} has no params.yaml"), first_adoption=True)
    changed = (*trees.changed, *changed_code(old, trees.base, content, trees.candidate))
    alone = replace(alone, trees=replace(trees, changed=changed))
    read = reader(trees.base, code, kinds, old)
    base = BaseSide(trees.base, old, vault, read, name=name)
    base.profile = profile
    return alone.with_base(base, policy_from)


def _keep_to(trees: Trees, candidate: Content, base: Content | None) -> None:
    """Let somebody else's tree ask only where base asks."""
    if trees.foreign:
        refuse_strangers(candidate.pins.values(), base.pins.values() if base else ())


def _read_base(workspace: Workspace, world: World) -> Content | None:
    """Return the base's content, or None when it has none yet; which harness it wants does not matter any more."""
    try:
        workspace.read("params.yaml", limit=FILE_LIMIT)
    except FileNotFoundError:
        return None
    return settled(read_tree(workspace, version=""), workspace, world.state)


def _notices(old: Content, new: Content, policy_from: str) -> tuple[str, ...]:
    if old.policy == new.policy:
        return ()
    if policy_from == "candidate":
        return ("preview: judged by the candidate's policy, which differs from base's",)
    found = [POLICY_CHANGED]
    if new.policy.embedder and not old.policy.embedder:
        found.append("base names no `embedder`: similarity is measured by the candidate's")
    if new.policy.judge and not old.policy.judge:
        found.append("base names no `judge`: answers are graded by the candidate's")
    if new.policy.user and not old.policy.user:
        found.append("base names no `user`: users are played by the candidate's")
    return tuple(found)


def _notices_of_the_judge(trees: Trees) -> tuple[str, ...]:
    """Return what is to be said of a commit that brings another harness than the one that judges it."""
    if not trees.foreign or trees.base is None or _judges(trees.base) == _judges(trees.candidate):
        return ()
    return (HARNESS_CHANGED,)


def _judges(tree: Workspace) -> dict[str, str]:
    """Return the fingerprint of each file that says which harness runs: what is installed, or its own source."""
    paths = [".github/harness.txt"]
    for folder in (".locks/", "harness/"):
        with suppress(ContentError):  # links, in a folder that is not ours
            paths += tree.paths(folder)
    return {path: tree.fingerprint(path) for path in paths}
