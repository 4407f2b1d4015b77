"""How many small faults in the rooms that judge are found by their fast tests; `make mutate` prints it.

mutmut plants the faults in functions; it leaves properties and the constants of modules alone. `.venv/bin/mutmut show
NAME` shows a fault that no test found, and `.venv/bin/mutmut run NAME` plants it once more.
"""

import shutil
import subprocess
import sys
from collections import Counter

LEAST = 0.90
"""The share of faults that must be found in each room."""
FOUND = ("killed", "timeout", "segfault")
"""What a fault comes to that a test found: it failed, never ended, or fell over."""


def _room(name: str) -> str:
    """Return the room of a fault: `harness.gate` of `harness.gate.noisy.x_paired__mutmut_1`."""
    return ".".join(name.split(".")[:2])


def main(processes: str) -> int:
    """Plant the faults, print those that no test found and each room's share of the others; 1 where it is too small."""
    shutil.rmtree("mutants", ignore_errors=True)  # new tests may find what was missed before
    mutmut = (sys.executable, "-m", "mutmut")
    subprocess.run([*mutmut, "run", "--max-children", processes], check=True)
    shown = subprocess.run([*mutmut, "results", "--all", "true"], check=True, capture_output=True, text=True).stdout
    faults = dict(line.strip().split(": ") for line in shown.splitlines())
    missed = {name: state for name, state in faults.items() if state not in FOUND}
    for name, state in missed.items():
        sys.stdout.write(f"{name}: {state}\n")
    planted, lost = (Counter(map(_room, names)) for names in (faults, missed))
    shares = {room: 1 - lost[room] / planted[room] for room in planted}
    for room, share in shares.items():
        sys.stdout.write(f"{room:16} {share:6.1%} of {planted[room]} faults are found\n")
    return int(not shares or min(shares.values()) < LEAST)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "2"))
