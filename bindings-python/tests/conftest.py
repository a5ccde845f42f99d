"""Fixtures of every test: the command line, and engines."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

if sqlite3.sqlite_version_info < (3, 51, 3):
    # before anybody imports it: a SQLite library whose log is sound, as `docs/python.md` has it
    import pysqlite3.dbapi2

    sys.modules["sqlite3"], sys.modules["sqlite3.dbapi2"] = pysqlite3, pysqlite3.dbapi2

import earnest.sync
from earnest import Engine

ROOT = Path(__file__).resolve().parents[2]
VECTORS = ROOT / "core" / "tests" / "vectors"


def rounds(short: int, long: int) -> int:
    """How often a soak does what it does: `long` in `make soak-python`, in the same code."""
    return long if os.environ.get("EARNEST_SOAK") else short


def said(table: str) -> Any:
    """A table of the core, as the command line says it."""
    program = os.environ["EARNEST_PROGRAM"]
    return json.loads(subprocess.run([program, table, "--json"], check=True, capture_output=True).stdout)


@pytest.fixture(scope="session")
def operations() -> Any:
    return said("operations")


@pytest.fixture(scope="session")
def refusals() -> Any:
    return said("errors")


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:{tmp_path / 'shop.db'}"


@pytest.fixture
async def bank() -> AsyncIterator[Engine]:
    async with Engine.open("memory:", background=False) as bank:
        yield bank


@pytest.fixture
def till() -> Iterator[earnest.sync.Engine]:
    with earnest.sync.Engine.open("memory:", background=False) as bank:
        yield bank
