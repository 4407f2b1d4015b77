"""Print every figure beside its bound."""

import sys
from itertools import chain

from tests.bench import deepeval, gateway, giskard, litellm, local, ragas, remote

if __name__ == "__main__":
    measured = (remote, gateway, litellm, local, deepeval, ragas, giskard)
    for label, value, bound in chain.from_iterable(one.figures() for one in measured):
        sys.stdout.write(f"{label:60} {value:10.2f}   {bound}\n")
        sys.stdout.flush()
