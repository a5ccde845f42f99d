"""Fixtures of pytest: `pytest_plugins = ["earnest.testing.plugin"]` in `conftest.py`.

`earnest_engine` is an engine in memory for asyncio, `earnest_till` its blocking twin, each new for every test and with a
clock that stands still. When a test that used one ends, its money must be conserved.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from earnest import testing

_async_fixture: Any = pytest.fixture
try:
    import pytest_asyncio
except ImportError:
    # anyio's plugin runs them as they are
    pass
else:
    _async_fixture = pytest_asyncio.fixture


@_async_fixture  # type: ignore[untyped-decorator]
async def earnest_engine() -> AsyncIterator[testing.TestEngine]:
    """An engine in memory, with a test clock and no background."""
    async with testing.engine() as bank:
        yield bank
        await testing.assert_conserved(bank)


@pytest.fixture
def earnest_till() -> Iterator[testing.SyncTestEngine]:
    """The same for blocking code."""
    with testing.sync_engine() as bank:
        yield bank
        assert bank.ledger.trial_balance().balanced
        assert bank.verify().ok
