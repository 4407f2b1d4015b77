"""One side of a gate: a tree's content, its cases read, checked and rendered as they are needed."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, closing, nullcontext, suppress
from typing import BinaryIO

from harness.adapters.folder import Folder
from harness.adapters.limits import LimitError, limited
from harness.adapters.vault import checked
from harness.content.evalsets import ParseExpectations, read_cases
from harness.content.suggest import did_you_mean
from harness.content.templates import Templates
from harness.content.tree import Content, Source
from harness.core.case import Case
from harness.core.errors import ContentError, Origin, UnavailableError
from harness.core.pair import Pair
from harness.core.prompt import Message
from harness.flows.foreign import ForeignTemplates
from harness.flows.providers import provider_of
from harness.plan.trials import Asking, asking
from harness.ports import Vault, Workspace

ROOM = 4_000_000
"""Characters of rendered messages that are kept until they are asked; the others are rendered a second time."""


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
        found: dict[str, Case] = {}
        for source in self.content.sources.get(pair, ()):
            with closing(self.open(source)) as stream:
                for case in read_cases(stream, source.path, self._parse):
                    if first := found.get(case.id):
                        hint = f"it stands at {first.origin} too; ids are unique per suite and prompt"
                        raise ContentError(f"the id `{case.id}` stands twice", where=case.origin, hint=hint)
                    found[case.id] = case
        return found

    def render(self, prompt: str, case: Case) -> tuple[Message, ...]:
        """Return the messages of a case under this tree's prompt.

        Raises:
            ContentError: A variable is undefined, or the template fails on the case.
        """
        templates = self.templates(prompt)
        try:
            with self._bounds():
                return self.content.prompts[prompt].sent(templates.render(case.vars, case.origin))
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

    def keys(self, pair: Pair, cases: Mapping[str, Case]) -> Iterator[tuple[str, str]]:
        """Yield this tree's own cases by id with their keys; here unused variables are an error too."""
        templates = self.templates(pair.prompt)
        for case in cases.values():
            if unused := case.vars.keys() - templates.variables:
                name = min(unused)
                near = did_you_mean(name, templates.variables)
                hint = f"the prompt uses: {', '.join(sorted(templates.variables)) or 'no variable'}"
                what = f"case `{case.id}` gives `{name}`, which the prompt `{pair.prompt}` does not use{near}"
                raise ContentError(what, where=case.origin, hint=hint)
            yield case.id, self.key(pair.prompt, case)


def _stopped(error: LimitError, where: Origin, during: str) -> ContentError:
    return ContentError(f"the template was stopped: {error}", where=where, hint=during)
