"""Every block of Python in the guide, the pages about money and the READMEs runs as it stands, on real databases."""

from __future__ import annotations

import ast
import asyncio
import inspect
import os
import re
from pathlib import Path
from typing import Any
from unittest.mock import patch

import asyncpg
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

import earnest.sync
from conftest import ROOT
from earnest import Engine, Money
from earnest.fastapi import monitoring
from hosts import fresh_database, with_driver


def blocks(page: str) -> list[str]:
    return re.findall(r"^```python\n(.*?)^```$", (ROOT / page).read_text(), re.MULTILINE | re.DOTALL)


async def run_block(block: str, name: str, names: dict[str, Any]) -> None:
    """Runs a block with what the blocks before it have defined; it may `await` outside of a function."""
    code = compile(block, name, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    outcome = eval(code, names)
    if inspect.isawaitable(outcome):
        await outcome


def test_the_guide(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    found = blocks("docs/python.md")
    assert len(found) == 35
    names: dict[str, Any] = {"__name__": "guide"}

    async def run() -> None:
        url = await fresh_database()
        connection = await asyncpg.connect(url)
        # the guide makes its own
        await connection.execute("DROP TABLE orders")
        await connection.close()
        for number, block in enumerate(found, 1):
            lines = block.replace("postgresql+asyncpg://localhost/shop", with_driver(url, "asyncpg"))
            lines = lines.replace("postgresql://localhost/shop", url)
            await run_block(lines, f"block {number}", names)
            if "async def checkout" in block:
                await names["sessions"].kw["bind"].dispose()
                await names["bank"].close()

    asyncio.run(run())
    with earnest.sync.Engine.open("sqlite:web.db") as till:
        till.ledger.top_up("alice", amount="5.00 USD", key="a")
        till.ledger.top_up("bob", amount="5.00 USD", key="b")
    with TestClient(names["app"]) as client:
        headers = {"Authorization": "Bearer alice", "Idempotency-Key": "k"}
        given = client.post("/gifts", params={"to": "bob", "amount": "1.00 USD"}, headers=headers)
        assert given.status_code == 200 and given.json()["balance"]["available"]["amount"] == "4.00"
        assert client.get("/health").status_code == 200 and "earnest_operations_total" in client.get("/metrics").text
    names["kiosk"].include_router(monitoring())
    with TestClient(names["kiosk"]) as client:
        assert client.get("/health").json()["status"] == "healthy"


@pytest.mark.parametrize(("page", "count"), [("docs/payments.md", 2), ("docs/purchases.md", 1)])
async def test_the_pages_about_money(page: str, count: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    found = blocks(page)
    assert len(found) == count
    names: dict[str, Any] = {"__name__": "page"}
    for number, block in enumerate(found, 1):
        await run_block(block, f"{page}, block {number}", names)


def test_the_readmes(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with patch.dict(os.environ):
        for page, count in (("bindings-python/README.md", 1), ("README.md", 2)):
            found = blocks(page)
            assert len(found) == count, page
            exec(compile(found[0], page, "exec", dont_inherit=True), {"__name__": "__main__"})
            assert capsys.readouterr().out == {"README.md": "60.00 USD\n"}.get(page, "100.00 USD\n")


async def test_the_transaction_of_the_readme() -> None:
    url = await fresh_database()
    names: dict[str, Any] = {"text": text}
    exec(compile(blocks("README.md")[1], "README.md", "exec", dont_inherit=True), names)
    own = create_async_engine(with_driver(url, "asyncpg"))
    sessions = async_sessionmaker(own)
    async with Engine.open(url, background=False) as bank:
        await bank.ledger.top_up("alice", amount="100.00 USD", key="t-1")
        await names["buy"](bank, sessions, "order-7")
        await names["buy"](bank, sessions, "order-7")
        assert (await bank.ledger.balance("alice")).available == Money("60.00", "USD")
        async with sessions() as session:
            assert len((await session.scalars(text("SELECT id FROM orders"))).all()) == 1
    await own.dispose()
