"""The suite `injection`: cases made of hosts, and of attacks that are carried into them."""

from harness.content.evalsets import ParseExpectations, read_cases
from harness.core.case import AS_IT_IS, Case
from harness.core.errors import ContentError
from harness.flows.suites import Files, Materials, unique
from harness.suites.injection import compose as attacks
from harness.suites.injection.outcome import reduce

__all__ = ["compose", "ground_of", "reduce"]


def compose(materials: Materials, files: Files, parse: ParseExpectations) -> list[Case]:
    """Return the cases of a pair; see `flows.suites`."""
    return attacks.compose(ground_of(materials, files, parse), cases=materials.count(attacks.CASES))


def ground_of(materials: Materials, files: Files, parse: ParseExpectations) -> attacks.Ground:
    """Return what attacks on a pair's prompt are made of.

    A tree's own carriers must fit its hosts, or the next change would find a broken base. The policy's may be another
    tree's: where a variable has another name now they do not fit, and the tree's own carriers take their place.

    Raises:
        ContentError: A line is wrong, an id stands twice, or a carrier of the tree does not fit.
    """
    hosts = unique(one for stream, path in files for one in read_cases(stream, path, parse))
    if talk := next((host for host in hosts.values() if host.staging != AS_IT_IS), None):
        has = "turns" if talk.staging.turns else "a user"
        what = f"case `{talk.id}` has {has}, and attacks are put into cases of one question"
        hint = f"drop `{has.removeprefix('a ')}`; conversations that attack are payloads"
        raise ContentError(what, where=talk.origin, hint=hint)
    suite, content, prompt = materials.suite(), materials.content, materials.pair.prompt
    own = content.policy.suites.get(materials.pair.suite, suite).carriers.get(prompt, ())
    ground = attacks.Ground(content.prompts[prompt], list(hosts.values()), content.payloads, own)
    attacks.check_carriers(ground)
    fitting = [carrier for carrier in suite.carriers.get(prompt, ()) if attacks.carries(carrier, ground)]
    return ground._replace(carriers=fitting or own)
