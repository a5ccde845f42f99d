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

import earnest

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
def served(url: str, log: Path | None = None) -> Iterator[str]:
    """A real uvicorn with the shop, ended in good order at the end. With a `log` it tells that file all it can."""
    port = free_port()
    command = ["uvicorn", "shop.app:app", "--port", str(port)]
    if log is None:
        command += ["--log-level", "warning", "--no-access-log"]
    else:
        command += ["--log-level", "trace", "--log-config", "tests/everything.json"]
    with _started(command, url, port, log):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def preloaded(url: str, workers: int) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A real gunicorn that loads the shop once and forks workers with uvicorn in them; with its own process."""
    port = free_port()
    command = ["gunicorn", "shop.app:app", "--preload", "--worker-class", "uvicorn_worker.UvicornWorker"]
    command += ["--workers", str(workers), "--bind", f"127.0.0.1:{port}", "--log-level", "warning"]
    with _started(command, url, port) as server:
        yield f"http://127.0.0.1:{port}", server


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def _started(command: list[str], url: str, port: int, log: Path | None = None) -> Iterator[subprocess.Popen[bytes]]:
    environment = {"EARNEST_KEYRING": earnest.keygen(), **os.environ, "DATABASE_URL": url}
    told = None
    if log is not None:
        environment["EARNEST_LOG"] = "trace"
        told = log.open("wb")
    server = subprocess.Popen([sys.executable, "-m", *command], cwd=HERE, env=environment, stdout=told, stderr=told)
    try:
        end = time.monotonic() + 120
        while time.monotonic() < end:
            if server.poll() is not None:
                raise RuntimeError("the server ended")
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/openapi.json", timeout=5).read()
                break
            except OSError:
                time.sleep(0.1)
        else:
            raise RuntimeError("the server did not answer")
        yield server
    finally:
        server.terminate()
        server.wait(120)
        if told is not None:
            told.close()
