"""One side of a gate: a tree's content, its cases read, checked and rendered as they are needed."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, closing, nullcontext, suppress
from dataclasses import replace
from typing import BinaryIO, NamedTuple

from harness.adapters.folder import Folder
from harness.adapters.limits import LimitError, limited
from harness.adapters.vault import checked
from harness.content.evalsets import ParseExpectations
from harness.content.suggest import did_you_mean
from harness.content.templates import Templates
from harness.content.tree import Content, Source
from harness.content.yaml_reader import FILE_LIMIT, read_yaml
from harness.core.case import Case
from harness.core.digest import digest
from harness.core.errors import ContentError, Origin, UnavailableError
from harness.core.pair import Pair
from harness.core.prompt import Message, staged
from harness.flows.foreign import ForeignTemplates
from harness.flows.judges import asking_of
from harness.flows.providers import provider_of
from harness.flows.suites import Files, Materials, Profile, compose
from harness.plan.trials import Asking, asking
from harness.ports import Vault, Workspace
from harness.score import json_schema

ROOM = 4_000_000
"""Characters of rendered messages that are kept until they are asked; the others are rendered a second time."""


class Keyed(NamedTuple):
    """The key of a case on a tree: of its trial, or of all that is asked for it; empty where it cannot be rendered."""

    key: str
    arms: tuple[str, ...] = ()
    """The key of each arm's trial where it has some, and of the first where it is a conversation."""


UNKEYED = Keyed("")


class Side:
    """A tree ready to be asked: cases by pair, messages by case."""

    def __init__(
        self, workspace: Workspace, content: Content, vault: Vault, parse: ParseExpectations, *, foreign: bool = False
    ) -> None:
        """Join what a tree says with where its data are and how its expectations are read.

        Args:
            workspace: The tree's files.
            content: What they say.
            vault: Where data outside git are.
            parse: Reads an expectation.
            foreign: Whether its templates are somebody else's, and render at arm's length.
        """
        self.workspace = workspace
        self.content = content
        self._vault = vault
        self._parse = parse
        self._edited = isinstance(workspace, Folder)
        self._foreign = foreign
        self._templates: dict[str, Templates | ForeignTemplates] = {}
        self._askings: dict[str, Asking] = {}
        self._kept: dict[str, tuple[Message, ...]] = {}
        self._room = ROOM
        self.policy = content.policy
        """Says how cases are composed: base's, where base judges."""
        self.profile = Profile.PR
        """How many of them."""
        self.renamed: dict[str, str] = {}
        """The name under which this tree knows a prompt of the other tree, where the two differ."""

    def name_of(self, prompt: str) -> str:
        """Return this tree's name of the other tree's prompt."""
        return self.renamed.get(prompt, prompt)

    def templates(self, prompt: str) -> Templates | ForeignTemplates:
        """Return a prompt's messages, compiled once.

        Raises:
            ContentError: A template is not valid.
        """
        if prompt not in self._templates:
            found = self.content.prompts[prompt]
            kind = ForeignTemplates if self._foreign else Templates
            try:
                with self._bounds():
                    self._templates[prompt] = kind(found, self.content.partials)
            except LimitError as error:
                raise _stopped(error, found.origin, "compiling") from None
        return self._templates[prompt]

    def asking(self, prompt: str) -> Asking:
        """Return a prompt joined with its pin.

        Raises:
            ContentError: The pin's provider is not known, or refuses the pin.
        """
        if prompt not in self._askings:
            found = self.content.prompts[prompt]
            pin = self.content.pin_of(found)
            provider = provider_of(pin)
            if provider.embeds:
                what = f"pin `{pin.alias}` makes vectors, and answers no prompt"
                raise ContentError(what, where=found.origin, hint="name a pin of another provider")
            self._askings[prompt] = asking(found, pin, provider.identity(pin))
        return self._askings[prompt]

    def open(self, source: Source) -> BinaryIO:
        """Open a file of cases, from the tree or from where DVC keeps it."""
        if not source.md5:
            return self.workspace.open(source.path)
        if not self._edited:
            with suppress(FileNotFoundError):  # unless the commit has it: a stage's output with `cache: false`
                if stream := checked(self.workspace.open(source.path), source.md5):
                    return stream
        return self._vault.open(source.md5, source.path, stage=source.stage, edited=self._edited)

    def cases(self, pair: Pair) -> dict[str, Case]:
        """Return a pair's own cases by id, in file order.

        Raises:
            ContentError: A line is wrong, or an id stands twice.
        """
        return compose(*self.makings(pair))

    def makings(self, pair: Pair) -> tuple[Materials, Files, ParseExpectations]:
        """Return what a pair's own cases are made of, and what reads their expectations."""
        return Materials(pair, self.content, self.policy, self.profile), self._lines(pair), self._parse

    def _lines(self, pair: Pair) -> Iterator[tuple[BinaryIO, str]]:
        """Yield each file of a pair's cases, open while it is read, with its path."""
        for source in self.content.sources.get(pair, ()):
            with closing(self.open(source)) as stream:
                yield stream, source.path

    def render(self, prompt: str, case: Case) -> tuple[Message, ...]:
        """Return the messages of a case under this tree's prompt.

        Raises:
            ContentError: A variable is undefined, or the template fails on the case.
        """
        if case.staging.bare:
            return (Message("user", case.staging.bare),)
        templates = self.templates(prompt)
        try:
            with self._bounds():
                rendered = templates.render(case.vars, case.origin)
                return self.content.prompts[prompt].sent(staged(rendered, case.staging))
        except LimitError as error:
            raise _stopped(error, self.content.prompts[prompt].origin, f"rendering {case.origin}") from None

    def _bounds(self) -> AbstractContextManager[None]:
        """Bound a template's work in our own process; at arm's length, the child has limits of its own."""
        return nullcontext() if self._foreign else limited()

    def key(self, prompt: str, case: Case) -> str:
        """Return the key of a case's trial; its messages are kept for the asking while there is room.

        Raises:
            ContentError: It cannot be rendered.
        """
        messages = self.render(prompt, case)
        key = self.asking(prompt).trial(case.id, messages).key
        if self._room > 0:
            self._room -= sum(len(message.content) for message in messages)
            self._kept[key] = messages
        return key

    def keyed(self, prompt: str, case: Case) -> Keyed:
        """Return the key of a case, and of each of its arms.

        Raises:
            ContentError: It cannot be rendered.
        """
        forms = case.arms or (case,)
        keys = tuple(self.key(prompt, form) for form in forms)
        told = [self._whole(key, form) for key, form in zip(keys, forms, strict=True)]
        if case.arms:
            return Keyed(digest("arms", told), keys)
        return Keyed(told[0], () if told == list(keys) else keys)

    def _whole(self, key: str, form: Case) -> str:
        """Return what addresses all that is asked: the first trial's key, or that and what is said after its answer."""
        turns, user = form.staging.turns, form.staging.user
        if user is None:
            return digest("conversation", [key, *turns]) if turns else key
        by = self.policy.user or self.content.policy.user
        return digest("played conversation", [key, user, asking_of(by).common if by else ""])

    def messages(self, prompt: str, case: Case, key: str) -> tuple[Message, ...]:
        """Return what was keyed, to be sent: an answer to anything else would be found in its place.

        Raises:
            UnavailableError: It cannot be rendered a second time, or differs then.
        """
        if kept := self._kept.get(key):
            return kept
        try:
            messages = self.render(prompt, case)
        except ContentError as error:
            raise UnavailableError(error.what) from None
        if self.asking(prompt).trial(case.id, messages).key != key:
            raise UnavailableError("its messages differ each time they are rendered")
        return messages

    def keys(self, pair: Pair, cases: Mapping[str, Case]) -> Iterator[tuple[str, Keyed]]:
        """Yield this tree's own cases by id with their keys; unused variables and a wrong schema are errors too."""
        self._refuse_schema(pair.prompt)
        for case in cases.values():
            for form in case.arms or (case,):
                self._refuse_unused(pair.prompt, form)
            self._refuse_turns(pair.prompt, case)
            yield case.id, self.keyed(pair.prompt, case)

    def asking_all(self, alias: str) -> "Side":
        """Return the same tree, each of whose prompts asks one pin."""
        prompts = {name: replace(prompt, model=alias) for name, prompt in self.content.prompts.items()}
        content = replace(self.content, prompts=prompts)
        return Side(self.workspace, content, self._vault, self._parse, foreign=self._foreign)

    def _refuse_schema(self, prompt: str) -> None:
        found = self.content.prompts[prompt]
        form = found.json_schema if isinstance(found.json_schema, dict) else {}
        if form and (wrong := json_schema.problem(form["schema"])):
            path = found.origin.path
            where = read_yaml(self.workspace.read(path, limit=FILE_LIMIT), path).origin(("jsonSchema",))
            what = f"the `schema` in `jsonSchema` {wrong}"
            raise ContentError(what, where=where, hint="no answer could be held against it")

    def _refuse_turns(self, prompt: str, case: Case) -> None:
        turns, user = case.staging.turns, case.staging.user
        if (turns or user) and self.content.prompts[prompt].inputs:
            has = "turns" if turns else "a user"
            what = f"case `{case.id}` has {has}, and an application is asked by its inputs alone"
            hint = "give what was said before as one of the inputs"
            raise ContentError(what, where=case.origin, hint=hint)
        if user and self.content.policy.user is None:
            what = f"case `{case.id}` has a user whom a model plays, and params.yaml names no `user`"
            raise ContentError(what, where=case.origin, hint="add `user: ALIAS`, a pin of `models:`")

    def _refuse_unused(self, prompt: str, case: Case) -> None:
        known = self.templates(prompt).variables
        if unused := case.vars.keys() - known:
            name = min(unused)
            near = did_you_mean(name, known)
            hint = f"the prompt uses: {', '.join(sorted(known)) or 'no variable'}"
            what = f"case `{case.id}` gives `{name}`, which the prompt `{prompt}` does not use{near}"
            raise ContentError(what, where=case.origin, hint=hint)


def _stopped(error: LimitError, where: Origin, during: str) -> ContentError:
    return ContentError(f"the template was stopped: {error}", where=where, hint=during)
