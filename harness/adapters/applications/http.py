"""An application behind an HTTP endpoint: its inputs are posted as one JSON object."""

import json
from collections.abc import Sequence

from harness.adapters.applications.answer import read_answer
from harness.adapters.openai.address import problems
from harness.adapters.openai.at_endpoint import AtEndpoint
from harness.core.call import CallError
from harness.core.completion import Completion
from harness.core.pin import Pin
from harness.core.prompt import Request


class Http(AtEndpoint):
    """See `ports.Provider`."""

    def problems(self, pin: Pin) -> Sequence[str]:
        """Return what is wrong with a pin; see `ports.Provider`."""
        found = list(problems(pin.endpoint))
        if pin.parameters:
            found.append("an application has no `parameters`: give them as inputs of the prompt")
        if not pin.revision:
            found.append("an application needs `revision`, the version that is deployed: its answers are kept by it")
        return found

    async def complete(self, pin: Pin, request: Request) -> Completion:
        """Ask once; an answer of another revision is none. See `ports.Provider`."""
        inputs = json.loads(request.messages[0].content)
        said = read_answer(await self._transports[pin.endpoint].post("", inputs))
        if said.fingerprint not in {"", pin.revision}:
            reason = f"the application says it is revision {said.fingerprint[:60]!r}, the pin says {pin.revision!r}"
            raise CallError(reason, billed=True, fatal=True)
        return said
