"""Starts the shop on a free port of this machine, for its tests and measurements."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).parent


def fresh_database(folder: Path) -> str:
    """An empty database of PostgreSQL where `EARNEST_TEST_POSTGRES` names a server, else a new file of SQLite."""
    base = os.environ.get("EARNEST_TEST_POSTGRES")
    if base is None:
        return f"sqlite+aiosqlite:///{folder / 'shop.db'}"
    import psycopg

    name = f"shop_{uuid.uuid4().hex}"
    with psycopg.connect(f"{base}/postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return f"{base}/{name}".replace("postgresql://", "postgres://").replace("postgres://", "postgresql+asyncpg://")


@contextmanager
def served(url: str) -> Iterator[str]:
    """A real uvicorn with the shop, ended in good order at the end."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", "shop.app:app", "--port", str(port), "--log-level", "warning"]
    environment = {**os.environ, "DATABASE_URL": url}
    server = subprocess.Popen([*command, "--no-access-log"], cwd=HERE, env=environment)
    try:
        for _ in range(300):
            if server.poll() is not None:
                raise RuntimeError("the server ended")
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/openapi.json", timeout=5).read()
                break
            except OSError:
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(30)
