"""Print every figure beside its bound."""

import sys
from itertools import chain

from tests.bench import gateway, litellm, local, ragas, remote

if __name__ == "__main__":
    for label, value, bound in chain(
        remote.figures(), gateway.figures(), litellm.figures(), local.figures(), ragas.figures()
    ):
        sys.stdout.write(f"{label:60} {value:10.2f}   {bound}\n")
        sys.stdout.flush()
