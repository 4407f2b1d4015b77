"""The suite `bias`: cases made of templates, and of labels that are set against each other."""

from harness.content.bias_templates import read_templates
from harness.content.evalsets import ParseExpectations
from harness.core.case import Case
from harness.flows.suites import BIAS, Files, Materials, unique
from harness.suites.bias import pairs
from harness.suites.bias.pairs import reduce

__all__ = ["compose", "reduce"]


def compose(materials: Materials, files: Files, parse: ParseExpectations) -> list[Case]:
    """Return the cases of a pair; see `flows.suites`."""
    slots = materials.content.labels
    templates = unique(one for stream, path in files for one in read_templates(stream, path, parse, slots))
    return pairs.compose(list(templates.values()), slots, pairs=materials.count(pairs.PAIRS), seed=BIAS)
