"""Earnest in Django: `"earnest.django"` in `INSTALLED_APPS`, and `migrate` makes its tables.

    from django.db import connection, transaction
    from earnest.django import bank

    with transaction.atomic():
        paid = bank().using(connection).ledger.deduct("alice", amount="40.00 USD", key="order-7")
        if not paid.replayed:
            Order.objects.create(number=7)

The setting `EARNEST` has options of `Engine.open`, and `alias`, the database: `"default"` unless it says otherwise.
"""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Any

import earnest.sync
from earnest._error import refuse

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from earnest._options import Options

__all__ = ["bank", "close"]

_lock = threading.Lock()
_opened: tuple[int, earnest.sync.Engine] | None = None


def bank() -> earnest.sync.Engine:
    """The engine of this process, on connections of Django. It is opened by the first call, and again after a fork and
    after its `close`.

    On SQLite close it, and the connections of Django, before workers are forked: in a process that inherited an open
    file it is `StoreConflict`.
    """
    global _opened
    process = os.getpid()
    with _lock:
        if _opened is None or _opened[0] != process or _opened[1]._is_over():
            _opened = (process, open_engine())
        return _opened[1]


def alias() -> str:
    """The database that it is on."""
    return str(_settings().get("alias", "default"))


def open_engine(**options: Unpack[Options]) -> earnest.sync.Engine:
    """Another engine on the same database."""
    from django.db import connections

    given: dict[str, Any] = {**_settings(), **options}
    given.pop("alias", None)
    connection = connections[alias()]
    if connection.vendor == "sqlite" and connection.is_in_memory_db():
        # as that of `manage.py test` is
        reason = (
            'the database is in memory, and each thread would have its own: name a file, `"TEST": {"NAME": "test.db"}`'
        )
        raise refuse("not_supported", operation="attach", reason=reason)
    # opened before the transaction that it may be called in: SQLite has one writer
    return earnest.sync.Engine.attach(connection, **given).__enter__()


def close() -> None:
    """Closes the engine of this process, and gives its connections back. The next `bank()` opens another.

    Django's test runner need not call it: it is called before a test database is destroyed.
    """
    with _lock:
        if _opened is not None and _opened[0] == os.getpid() and not _opened[1]._is_over():
            _opened[1].close()


def _settings() -> dict[str, Any]:
    from django.conf import settings

    given: dict[str, Any] = getattr(settings, "EARNEST", {})
    return given


def _forget() -> None:
    """After a fork the lock may be held by a thread that is not there."""
    global _lock
    _lock = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
