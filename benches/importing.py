"""Measures how long `import earnest` takes, each time in a new interpreter that has nothing imported.

    python benches/importing.py [PYTHON] [--rounds 10]

`PYTHON` is an interpreter that has the wheel; without it, this one. It prints the best and the median of the rounds, in
milliseconds, and the modules that cost most in the best one, and fails unless the best is under 30: others on the same
machine make a round slower, and nothing makes one faster.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys

BAR_MS = 30.0


def measure(python: str) -> dict[str, tuple[float, float]]:
    """Milliseconds of each module, alone and with what it imports, as Python itself counts them."""
    command = [python, "-I", "-X", "importtime", "-c", "import earnest"]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stderr
    lines = [line.removeprefix("import time:").split("|") for line in told.splitlines()[1:]]
    return {name.strip(): (int(alone) / 1000, int(whole) / 1000) for alone, whole, name in lines}


def missed(best: float) -> str | None:
    return None if best < BAR_MS else f"`import earnest` takes {best:.1f} ms, and must take less than {BAR_MS:.0f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("python", nargs="?", default=sys.executable)
    parser.add_argument("--rounds", type=int, default=10)
    given = parser.parse_args()
    # the first one reads files that were not in memory
    rounds = [measure(given.python) for _ in range(given.rounds + 1)][1:]
    wholes = [modules["earnest"][1] for modules in rounds]
    best = min(wholes)
    print(f"import earnest: best {best:.1f} ms, median {statistics.median(wholes):.1f} ms of {given.rounds}")
    costly = sorted(rounds[wholes.index(best)].items(), key=lambda entry: -entry[1][0])[:6]
    print("most of it: " + ", ".join(f"{name} {alone:.1f}" for name, (alone, _) in costly))
    sys.exit(missed(best))


if __name__ == "__main__":
    main()
