"""A scratch repository whose policy says what requests may cost and take."""

from tests.scenarios.scratch import Scratch

READS = "from: [regression], monthly_requests: {desk: 200000}, monthly_usd: 5"
WORDY = "You are a most attentive and helpful clerk. Answer from the documents only"


def budget(scratch: Scratch, *gates: str, reads: str = READS) -> None:
    """Give base's policy a suite `budget` with these gates, named g0, g1 and so on."""
    params = scratch.read("params.yaml").replace("gates:", f"  budget: {{{reads}}}\ngates:", 1)
    lines = "".join(f"  g{number}: {{suite: budget, {gate}}}\n" for number, gate in enumerate(gates))
    scratch.write("params.yaml", params.replace("gates:\n", f"gates:\n{lines}", 1))
    scratch.commit("a budget")


def wordy(scratch: Scratch) -> None:
    """Make the prompt longer by more than a tenth, without changing any answer."""
    scratch.edit("prompts/desk.prompt.yml", "Answer from the documents only", WORDY)
