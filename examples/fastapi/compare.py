"""Measures the shop's routes over HTTP against the same routes written by hand, in turn, on PostgreSQL.

    scripts/with-postgres python examples/fastapi/compare.py [SECONDS] [CONNECTIONS]

It fails when a ratio is below its bar, or the books are not balanced.
"""

from __future__ import annotations

import asyncio
import itertools
import statistics
import sys
import tempfile
import time
from pathlib import Path

from client import Client
from serving import fresh_database, served

CUSTOMERS = 200
ROUTES = {
    "own connections": "/customers/{}/deductions",
    "by hand": "/by-hand/customers/{}/deductions",
    "own transaction, with a sale": "/customers/{}/purchases",
    "by hand, with a sale": "/by-hand/customers/{}/purchases",
}
#: Each of ours, what it is compared with, and how many times as fast it must be at least.
BARS = [
    ("own connections", "by hand", 1.0),
    ("own transaction, with a sale", "by hand, with a sale", 0.8),
]
keys = itertools.count(1)


async def prepare(base: str) -> int:
    async with Client(base) as client:
        _, shop = await client.post("/shops", {"name": "Kim's"}, 0)
        for number in range(1, CUSTOMERS + 1):
            _, made = await client.post("/customers", {"name": f"customer {number}", "phone": "1"}, shop["id"])
            for prefix in ("", "/by-hand"):
                path = f"{prefix}/customers/{made['id']}/top-ups"
                status, _ = await client.post(path, {"amount": "100000000 KRW"}, shop["id"], f"t-{prefix}-{number}")
                assert status == 201
        return int(shop["id"])


async def one(base: str, shop: int, route: str, until: float, first: int, latencies: list[float]) -> None:
    async with Client(base) as client:
        number = first
        while time.perf_counter() < until:
            number = number * 7919 % 10007
            began = time.perf_counter()
            path = route.format(number % CUSTOMERS + 1)
            status, _ = await client.post(path, {"amount": "10 KRW", "item": "a coffee"}, shop, f"k-{next(keys)}")
            assert status == 201, (route, status)
            latencies.append(time.perf_counter() - began)


def judge(rates: dict[str, list[float]]) -> list[str]:
    """Prints the ratios, medians of the rounds, and answers the bars that were missed."""
    missed = []
    for ours, theirs, bar in BARS:
        ratio = statistics.median(a / b for a, b in zip(rates[ours], rates[theirs], strict=True))
        print(f"{ours} / {theirs}: {ratio:.2f}")
        if ratio < bar:
            missed.append(f"{ours} is {ratio:.3f} times as fast as {theirs}, and must be {bar} times")
    return missed


async def measure(base: str, seconds: float, connections: int) -> dict[str, list[float]]:
    shop = await prepare(base)
    rates: dict[str, list[float]] = {name: [] for name in ROUTES}
    tails: dict[str, list[float]] = {name: [] for name in ROUTES}
    for turn in range(6):
        names = list(ROUTES) if turn % 2 else list(reversed(ROUTES))
        for name in names:
            latencies: list[float] = []
            span = seconds if turn else seconds / 4
            until = time.perf_counter() + span
            tasks = [one(base, shop, ROUTES[name], until, n + 1, latencies) for n in range(connections)]
            await asyncio.gather(*tasks)
            if turn:
                rates[name].append(len(latencies) / span)
                tails[name].append(statistics.quantiles(latencies, n=20)[-1])
    for name in ROUTES:
        each = " ".join(f"{rate:.0f}" for rate in rates[name])
        p95 = statistics.median(tails[name]) * 1000
        print(f"{name:30} {statistics.median(rates[name]):7.0f} requests/s  P95 {p95:6.1f} ms  ({each})")
    async with Client(base) as client:
        _, check = await client.get("/check")
        if check != {"balanced": True, "verified": True}:
            sys.exit(f"the books are not balanced: {check}")
    return rates


if __name__ == "__main__":
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 5
    connections = int(sys.argv[2]) if len(sys.argv) > 2 else 64
    with tempfile.TemporaryDirectory() as folder, served(fresh_database(Path(folder))) as base:
        missed = judge(asyncio.run(measure(base, seconds, connections)))
    print("\n".join(missed) or "all bars are met")
    sys.exit(bool(missed))
