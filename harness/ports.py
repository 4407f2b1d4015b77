"""The doors of the house: what a stranger implements to extend it, and what tests put in place of the world."""

from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, BinaryIO, Protocol, runtime_checkable

from harness.core.case import Case
from harness.core.completion import Answer, Completion
from harness.core.exchange import Exchange
from harness.core.jsons import Json
from harness.core.ledger import Claim, Granted, Settlement
from harness.core.pin import Pin
from harness.core.prompt import Message, Request
from harness.core.score import Mark

if TYPE_CHECKING:
    from harness.core.delivery import Deployment, Proposal, Requested
    from harness.core.forge import Approval, CheckRun, Comment, Posted, PullRequest
    from harness.core.rollout import Rollout


class Provider(Protocol):
    """Answers requests for pins that name it; registered in the entry-point group `harness.providers`."""

    @property
    def free(self) -> bool:
        """Whether it answers on this machine at nobody's cost: no claim, no retry, no deadline."""

    @property
    def embeds(self) -> int:
        """How many texts it turns into vectors by one request; 0 for one that answers prompts."""

    def problems(self, pin: Pin) -> Sequence[str]:
        """Return what is wrong with a pin in this provider's eyes, one sentence each; empty when nothing is."""

    def identity(self, pin: Pin) -> Mapping[str, Json]:
        """Return what of the provider itself, beside pin and request, determines an answer (a reader's version)."""

    def deterministic(self, pin: Pin, request: Request) -> bool:
        """Return whether equal requests always get equal answers."""

    async def start(self, pin: Pin, environ: Mapping[str, str]) -> None:
        """Make ready to ask a pin; called before its first call.

        Raises:
            UnavailableError: Something it needs from the environment is not there.
        """

    async def complete(self, pin: Pin, request: Request) -> Completion:
        """Answer one request.

        Raises:
            CallError: No answer came; the client may try again.
        """

    async def close(self) -> None:
        """Hang up."""


@runtime_checkable
class Streaming(Protocol):
    """What a provider may do besides: give an answer in parts, as the model makes them."""

    def stream(self, pin: Pin, request: Request) -> AsyncGenerator[str | Completion]:
        """Yield an answer's text in parts, none of them empty, and last the whole answer; closing it hangs up.

        Raises:
            CallError: No answer came, or it broke off.
        """


class Target(Protocol):
    """Brings traffic to a rollout's candidate; the entry-point group `harness.targets` names what makes it.

    It is made of `core.environment.Target`, as the environment's file says it, and the environment's variables.
    """

    def problems(self) -> Sequence[str]:
        """Return what is wrong with what the file says, one sentence each; empty when nothing is."""

    async def apply(self, rollout: "Rollout", said: Json) -> None:
        """Let the candidate answer the rollout's share of the sessions: none of them once it is aborted.

        Told the same again, it does nothing; told of an older generation or of fewer moves, neither.

        Args:
            rollout: How it is to stand.
            said: The same as JSON, as `GET /v1/rollout` has it.

        Raises:
            CallError: It did not take it; whoever told it may try again.
            UnavailableError: Something it needs from the environment is not there.
        """


class Scorer(Protocol):
    """Marks an answer against one expectation; registered in the entry-point group `harness.scorers`."""

    @property
    def version(self) -> str:
        """Part of a pair's digest: raise it when the same answer may get another mark."""

    @property
    def needs_threshold(self) -> bool:
        """Whether an expectation must say which score is enough (similarities), or 1.0 is meant (yes or no)."""

    def problem(self, expected: Json, reference: str) -> str:
        """Return what is wrong with an expectation's value, or an empty string; `reference` is its case's."""

    def mark(self, answer: Completion, expected: Json, case: Case) -> Mark:
        """Return the mark of an answer.

        Raises:
            UnableError: This scorer cannot tell.
        """


class Ask(Protocol):
    """Asks models on behalf of whoever grades an answer: metered, remembered, and never above the budget.

    What is asked again in the same words gets the same answer, and costs nothing.
    """

    async def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: Mapping[str, Json] | None = None,
        logprobs: int = 0,
        sample: int = 0,
        model: str = "",
    ) -> Completion:
        """Return the judge's answer.

        Args:
            messages: What it is told.
            schema: The JSON Schema that its answer must follow; it is checked nowhere but by whoever asks.
            logprobs: How many alternatives' log-probabilities are wanted for each token; an endpoint may offer none.
            sample: Which of several answers to the same words.
            model: The alias of the pin that is asked; empty for the one that params.yaml names as `judge`.

        Raises:
            UnableError: There is no answer.
            BudgetError: The budget cannot bear the call. It ends the run, whatever is made of it here.
        """

    async def embed(self, text: str) -> tuple[float, ...]:
        """Return the vector of a text.

        Raises:
            UnableError: There is none.
            BudgetError: As above.
        """


@runtime_checkable
class Grader(Protocol):
    """A scorer that asks models; registered in the entry-point group `harness.scorers` like any other.

    One with an attribute `parameters` that is true takes what else stands in its expectation as parameters.
    """

    @property
    def version(self) -> str:
        """Part of a pair's digest: raise it when the same answers of the models may make another mark."""

    @property
    def needs_threshold(self) -> bool:
        """As of a Scorer."""

    def problem(self, expected: Json, reference: str) -> str:
        """Return what is wrong with an expectation, or an empty string.

        Args:
            expected: Its value; of a kind with parameters, the whole object without what every kind may have.
            reference: The case's.
        """

    def calls(self, expected: Json) -> int:
        """Return how many calls a grade takes, about; 0 where nobody is asked."""

    async def grade(self, exchange: Exchange, expected: Json, ask: Ask) -> Mark:
        """Return the mark of an answer, 1 being best.

        Raises:
            UnableError: It cannot tell.
        """


class Reporter(Protocol):
    """Tells a verdict in a file of its own; the entry-point group `harness.reporters` names the function by the file.

    It is called when a verdict is written, and its text stands beside `verdict.json` in the run's folder.
    """

    def __call__(self, verdict: Mapping[str, Json], /) -> str:
        """Return the file's text, of a verdict as `harness schema --print verdict` describes it."""


class Workspace(Protocol):
    """One tree of files: the working tree, or a commit's git objects. Paths are relative, with `/`."""

    label: str

    def paths(self, folder: str) -> Sequence[str]:
        """Return the files below a folder, sorted; empty when there is no such folder.

        Raises:
            ContentError: A path is a symbolic link or leaves the tree.
        """

    def read(self, path: str, *, limit: int) -> bytes:
        """Return a file's bytes.

        Raises:
            FileNotFoundError: There is no such file.
            ContentError: It is longer than `limit` bytes, or not a plain file.
        """

    def open(self, path: str) -> BinaryIO:
        """Open a file for reading as a stream; the caller closes it.

        Raises:
            FileNotFoundError: There is no such file.
        """

    def fingerprint(self, path: str) -> str:
        """Return a digest of the file's bytes, a shortcut for "nothing changed"; empty when there is no such file."""


class Vault(Protocol):
    """Data kept outside git by DVC, found by content hash."""

    def open(self, md5: str, path: str, *, stage: str, edited: bool) -> BinaryIO:
        """Open data by hash as a stream of checked bytes; the caller closes it.

        Args:
            md5: The hash of the bytes.
            path: Where they belong in the working tree.
            stage: The DVC stage that makes them; empty for data that a person added.
            edited: Whether a file at `path` with other bytes is an error, as it is in the working tree.

        Raises:
            ContentError: They are nowhere to be had, or were edited; the hint names the command that helps.
            UnavailableError: The remote did not answer.
        """


class Store(Protocol):
    """Cache, ledger and journal: what was asked, answered and paid. Nothing that was recorded is ever lost."""

    def find(self, keys: Iterable[str]) -> dict[str, Completion]:
        """Return the recorded answers among `keys`."""

    def known(self, keys: Iterable[str], *, since: datetime) -> set[str]:
        """Return those of `keys` that were answered since a moment."""

    def forget(self, keys: Iterable[str], *, before: datetime | None = None) -> None:
        """Forget the answers among `keys`, or those before a moment, so that they can be asked for anew."""

    def record(self, answers: Sequence[Answer], *, at: datetime) -> None:
        """Keep answers durably, all or none, with when and for which trial they were given."""

    def commit(
        self, done: Sequence[Settlement], wanted: Sequence[Claim], *, limits: Mapping[str, int], at: datetime
    ) -> list[Granted]:
        """End claims with what became of them, then make new ones: durably, all or none.

        Args:
            done: Claims that end; their answers are kept.
            wanted: Claims to be made; each holds its worst cost of all its accounts.
            limits: What an account may spend, in micro-USD; one without a limit is only counted.
            at: The present moment.

        Returns:
            What became of each wanted claim.
        """

    def spent(self, accounts: Iterable[str]) -> dict[str, int]:
        """Return what accounts have spent and hold for calls in flight, in micro-USD."""

    def parts(self, trial: str) -> Mapping[str, str] | None:
        """Return the ingredients under which a trial of this name was last recorded, or None."""


class Clock(Protocol):
    """Time as a dependency."""

    def now(self) -> datetime:
        """Return the present moment, in UTC."""

    def elapsed(self) -> float:
        """Return seconds on a clock that never goes back."""


class Forge(Protocol):
    """Where pull requests live: what is read there, and what is written, by looking first and never twice."""

    def me(self) -> str:
        """Return the login under which comments are written."""

    def pull_request(self, number: int) -> "PullRequest":
        """Return a pull request as it is now.

        Raises:
            UsageError: There is no such pull request.
            UnavailableError: The forge did not answer.
        """

    def approvals(self, number: int) -> "Sequence[Approval]":
        """Return the approvals that stand: of each reviewer the last review, where it approves."""

    def comments(self, number: int) -> "Iterable[Comment]":
        """Yield the comments on a pull request, oldest first."""

    def comment(self, number: int, body: str, *, over: int = 0) -> None:
        """Write a comment, in the place of another one if `over` is its id."""

    def checks(self, head: str, name: str) -> "Sequence[Posted]":
        """Return the check runs of this name that stand on a commit, newest first."""

    def check(self, run: "CheckRun", *, over: int = 0) -> int:
        """Write a check run with all its annotations, in the place of another if `over` is its id; return its id."""

    def label(self, number: int, *, add: Iterable[str], remove: Iterable[str]) -> None:
        """Give labels to a pull request, and take others away; those that it has or lacks already cost nothing."""

    def upload(self, sarif: bytes, *, head: str, ref: str) -> bool:
        """Hand over findings; return whether the forge takes any (it may be switched off)."""


class Delivery(Protocol):
    """Where people see what is delivered, and where changes are proposed to them: by looking first and never twice."""

    def deployments(self, environment: str) -> "Sequence[Deployment]":
        """Return the newest deployments of ours into an environment, newest first.

        Raises:
            UnavailableError: The forge refuses, or did not answer; so with all that follows.
        """

    def deploy(self, deployment: "Deployment") -> int:
        """Tell of a new deployment, and return its id."""

    def tell(self, deployment: "Deployment", *, url: str = "") -> None:
        """Say how a deployment stands: its state, why, and where more is seen."""

    def requests(self, branch: str, onto: str) -> "Sequence[Requested]":
        """Return the pull requests of a branch of this repository onto another, newest first."""

    def propose(self, proposal: "Proposal", *, over: int = 0) -> int:
        """Open a pull request, or write another one anew if `over` is its number; return the number."""
