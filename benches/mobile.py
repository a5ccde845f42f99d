"""Measures top-ups from Kotlin and Swift beside those from Rust, in turn, each on a new SQLite file.

    python3 benches/mobile.py PROGRAM [--seconds 5] [--rounds 3] [--tasks 64] [--json]

`PROGRAM` is a release build of `earnest-benches`. The packages are those that `make test-kotlin` and `make test-swift`
have built, with the native library that `scripts/mobile-targets` has built as users get it. Every task makes one call after
the other, with a key of its own for each, on 1,000 accounts. Each round prints the rates, calls a second; the last
line has the medians and each language's share of Rust's. Every program fails unless `admin.verify` holds.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
NATIVES = TARGET / "mobile/jni"
ACCOUNTS = 1_000


def last_line(command: list[str | Path], **environment: str) -> str:
    run = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT, env=os.environ | environment)
    return run.stdout.splitlines()[-1]


def rust(program: Path, file: str, tasks: int, seconds: int) -> float:
    arguments = ["ledger", "--store", f"sqlite:{file}", "--workload", "top_up", "--accounts", str(ACCOUNTS)]
    arguments += ["--in-flight", str(tasks), "--seconds", str(seconds), "--json"]
    return float(json.loads(last_line([program, *arguments]))["ops_per_s"])


def kotlin(classes: str, file: str, tasks: int, seconds: int) -> float:
    # the first library that is found is taken: that of users, and not that of the tests
    command = ["java", "-cp", f"{NATIVES}:{classes}", "dev.earnest.tests.CallingKt", "rate", file]
    return float(last_line([*command, str(tasks), str(seconds)]))


def swift(file: str, tasks: int, seconds: int) -> float:
    program = TARGET / "swift/build/release/Rates"
    seen = {"EARNEST_SWIFT_SEES": str(Path(file).parent)}
    return float(last_line([ROOT / "scripts/in-swift", ROOT, program, file, str(tasks), str(seconds)], **seen))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=Path)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--tasks", type=int, default=64)
    parser.add_argument("--json", action="store_true", help="the last line as JSON")
    given = parser.parse_args()
    # what the tests of the Kotlin packages were run with
    classes = (TARGET / "kotlin/classpath").read_text(encoding="utf-8")
    make = {
        "rust": lambda file: rust(given.program.resolve(), file, given.tasks, given.seconds),
        "kotlin": lambda file: kotlin(classes, file, given.tasks, given.seconds),
        "swift": lambda file: swift(file, given.tasks, given.seconds),
    }
    rates: dict[str, list[float]] = {name: [] for name in make}
    with tempfile.TemporaryDirectory() as folder:
        for turn in range(given.rounds):
            for name in sorted(rates, reverse=bool(turn % 2)):
                rates[name].append(make[name](f"{folder}/{name}-{turn}.db"))
            if not given.json:
                print(f"round {turn + 1}: " + ", ".join(f"{name} {rates[name][-1]:,.0f}" for name in rates), flush=True)
    medians = {name: round(statistics.median(of)) for name, of in rates.items()}
    shares = {name: round(medians[name] / medians["rust"], 2) for name in medians if name != "rust"}
    if given.json:
        print(json.dumps({"medians": medians, "shares": shares}))
    else:
        print(", ".join(f"{name} {rate:,}" for name, rate in medians.items()) + f" a second; of Rust's: {shares}")


main()
