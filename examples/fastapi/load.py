"""A load test from nothing: starts the shop, lets Locust's users in, and judges what it saw.

    scripts/with-postgres python examples/fastapi/load.py [USERS] [SECONDS]

Without a server of PostgreSQL in `EARNEST_TEST_POSTGRES` the shop is on SQLite. It fails when a bar is missed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from serving import HERE, fresh_database, served


def run(base: str, users: int, seconds: int) -> dict[str, Any]:
    """Runs Locust, and returns its report."""
    command = [sys.executable, "-m", "locust", "-f", "locustfile.py", "--headless", "--host", base]
    command += ["-u", str(users), "-r", str(max(users // 25, 20)), "-t", f"{seconds}s", "--reset-stats"]
    command += ["--stop-timeout", "30", "--only-summary", "--loglevel", "WARNING", "--exit-code-on-error", "0"]
    ended = subprocess.run(command, cwd=HERE, stdout=subprocess.PIPE, text=True, env=os.environ, check=True)
    found = [line for line in ended.stdout.splitlines() if line.startswith('{"requests"')]
    report: dict[str, Any] = json.loads(found[0])
    return report


def judge(report: dict[str, Any], p95_ms: float = 500, error_rate: float = 0.001, per_second: float = 100) -> list[str]:
    """The bars that were missed."""
    missed = []
    if report["requests_per_second"] <= per_second:
        missed.append(f"{report['requests_per_second']} requests a second, not more than {per_second}")
    if report["p95_ms"] is None or report["p95_ms"] >= p95_ms:
        missed.append(f"P95 is {report['p95_ms']} ms, not under {p95_ms}")
    if report["error_rate"] >= error_rate:
        missed.append(f"{report['error_rate']:.2%} of the requests failed: {report['errors']}")
    if report["mismatches"] or not (report["balanced"] and report["verified"]):
        missed.append(f"{report['mismatches']} balances are not what they must be, or the books are not balanced")
    return missed


if __name__ == "__main__":
    users = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    seconds = int(sys.argv[2]) if len(sys.argv) > 2 else 60
    with tempfile.TemporaryDirectory() as folder, served(fresh_database(Path(folder))) as base:
        report = run(base, users, seconds)
    print(json.dumps(report, indent=2))
    missed = judge(report)
    print("\n".join(missed) or "all bars are met")
    sys.exit(bool(missed))
