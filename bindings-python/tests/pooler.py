"""A real PgBouncer before the test server, which gives every transaction another connection."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from conftest import ROOT


@contextmanager
def pooled(url: str, connections: int = 3) -> Iterator[str]:
    """The same database through it."""
    server, _, name = url.rpartition("/")
    program = [str(ROOT / "scripts" / "pgbouncer"), server, str(connections)]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdin is not None and child.stdout is not None
        first = child.stdout.readline().strip()
        assert first, "scripts/pgbouncer did not start"
        try:
            yield f"{first}/{name}"
        finally:
            child.stdin.close()
