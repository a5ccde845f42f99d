"""Measures top-ups from Python beside those from Rust, in turn, each on a new SQLite file.

    python benches/python.py PROGRAM [--seconds 5] [--rounds 3] [--tasks 64] [--json]

`PROGRAM` is a release build of `earnest-benches`. Every task makes one call after the other on an engine's own
connections, with a key of its own for each, on 1,000 accounts. Each round prints both rates, calls a second; the last
line has the medians and Python's share of Rust's. It fails unless the accounts have what was paid in, `admin.verify`
holds, and Python makes 10,000 a second or 60% of what Rust makes.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import earnest

ACCOUNTS = 1_000

#: So many a second are enough, or such a share of Rust's figure in the same run.
ENOUGH = 10_000
SHARE = 0.6


async def python(store: str, tasks: int, seconds: float) -> float:
    async with earnest.Engine.open(store) as bank:
        until = time.perf_counter() + seconds
        amount = earnest.Money("0.01", "USD")

        async def pays(task: int) -> int:
            made = 0
            while time.perf_counter() < until:
                account = f"a-{(made * tasks + task) % ACCOUNTS}"
                await bank.ledger.top_up(account, amount=amount, key=f"k-{task}-{made}")
                made += 1
            return made

        began = time.perf_counter()
        made = sum(await asyncio.gather(*(pays(task) for task in range(tasks))))
        took = time.perf_counter() - began
        world = await bank.ledger.balance("@world", currency="USD")
        report = await bank.admin.verify()
        assert world.available.minor == -made and report.ok, (world, made, report)
    return made / took


def rust(program: Path, store: str, tasks: int, seconds: float) -> float:
    arguments = ["ledger", "--store", store, "--workload", "top_up", "--accounts", str(ACCOUNTS)]
    arguments += ["--in-flight", str(tasks), "--seconds", str(seconds), "--json"]
    run = subprocess.run([program, *arguments], check=True, capture_output=True, text=True)
    return float(json.loads(run.stdout.splitlines()[-1])["ops_per_s"])


def missed(python: float, rust: float) -> str | None:
    """Says which median is too low, if one is."""
    if python >= ENOUGH or python >= SHARE * rust:
        return None
    return f"Python makes {python:,} a second, which is neither {ENOUGH:,} nor {SHARE:.0%} of {rust:,}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=Path)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--tasks", type=int, default=64)
    parser.add_argument("--json", action="store_true", help="the last line as JSON")
    given = parser.parse_args()
    rates: dict[str, list[float]] = {"python": [], "rust": []}
    with tempfile.TemporaryDirectory() as folder:
        for turn in range(given.rounds):
            for name in sorted(rates, reverse=bool(turn % 2)):
                store = f"sqlite:{folder}/{name}-{turn}.db"
                if name == "rust":
                    rate = rust(given.program, store, given.tasks, given.seconds)
                else:
                    rate = asyncio.run(python(store, given.tasks, given.seconds))
                rates[name].append(rate)
            if not given.json:
                print(f"round {turn + 1}: " + ", ".join(f"{name} {rates[name][-1]:,.0f}" for name in rates))
    medians = {name: round(statistics.median(of)) for name, of in rates.items()}
    share = round(medians["python"] / medians["rust"], 2)
    if given.json:
        print(json.dumps({**medians, "share": share, "tasks": given.tasks, "rounds": given.rounds}))
    else:
        print(f"median: python {medians['python']:,} a second, rust {medians['rust']:,}: {share}x")
    sys.exit(missed(**medians))


if __name__ == "__main__":
    main()
