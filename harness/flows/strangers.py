"""Providers and targets of other packages: what goes wrong in them is their owners' to mend, and no bug of ours."""

from collections.abc import Mapping, Sequence
from importlib.metadata import EntryPoint

from harness.core.call import CallError
from harness.core.completion import Completion
from harness.core.errors import HarnessError
from harness.core.jsons import Json
from harness.core.pin import Pin
from harness.core.plugins import held
from harness.core.prompt import Request
from harness.core.rollout import Rollout
from harness.ports import Provider, Target


class StrangersProvider:
    """A provider whose every fault is a ContentError that names its owner."""

    def __init__(self, point: EntryPoint, provider: Provider) -> None:
        """Take what was made, and who registers it."""
        self._point = point
        self._provider = provider
        self.free = bool(provider.free)
        self.embeds = int(provider.embeds)

    def problems(self, pin: Pin) -> Sequence[str]:
        """Return what it finds wrong with a pin."""
        with held(self._point):
            return [str(one) for one in self._provider.problems(pin)]

    def identity(self, pin: Pin) -> Mapping[str, Json]:
        """Return what of it determines an answer."""
        with held(self._point):
            return dict(self._provider.identity(pin))

    def deterministic(self, pin: Pin, request: Request) -> bool:
        """Return whether equal requests always get equal answers."""
        with held(self._point):
            return bool(self._provider.deterministic(pin, request))

    async def start(self, pin: Pin, environ: Mapping[str, str]) -> None:
        """Make it ready."""
        with held(self._point, HarnessError):
            await self._provider.start(pin, environ)

    async def complete(self, pin: Pin, request: Request) -> Completion:
        """Return its answer.

        Raises:
            CallError: It got none.
        """
        with held(self._point, CallError, HarnessError):
            said = await self._provider.complete(pin, request)
            if not isinstance(said, Completion):
                raise TypeError(f"`complete` returned a value of type `{type(said).__name__}`, not a Completion")
        return said

    async def close(self) -> None:
        """Let it hang up."""
        with held(self._point):
            await self._provider.close()


class StrangersTarget:
    """A target whose every fault is a ContentError that names its owner."""

    def __init__(self, point: EntryPoint, target: Target) -> None:
        """Take what was made, and who registers it."""
        self._point = point
        self._target = target

    def problems(self) -> Sequence[str]:
        """Return what it finds wrong with the environment's file."""
        with held(self._point):
            return [str(one) for one in self._target.problems()]

    async def apply(self, rollout: Rollout, said: Json) -> None:
        """Tell it how the rollout stands."""
        with held(self._point, CallError, HarnessError):
            await self._target.apply(rollout, said)
