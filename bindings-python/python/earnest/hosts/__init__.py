"""Your own open transaction, whatever driver it is of: what `engine.using(...)` takes, and how it is found."""

from __future__ import annotations

from typing import Any

from earnest._error import EarnestError, invalid, refuse
from earnest.hosts._base import named


def adapter_of(given: Any, is_async: bool) -> Any:
    """The adapter of a session or connection."""
    for cls in type(given).__mro__:
        module, name = cls.__module__, cls.__qualname__
        package = module.split(".")[0]
        if package == "sqlalchemy":
            return _sqlalchemy(given, name, is_async)
        if package == "sqlmodel" and name == "AsyncSession":
            continue
        if package == "asyncpg":
            return _asyncpg(given, name, is_async)
        if package in ("psycopg", "psycopg_pool"):
            return _psycopg(given, name, is_async)
        if package == "django":
            return _django(given, name, is_async)
        if package in ("sqlite3", "pysqlite3", "aiosqlite"):
            return _sqlite(given, package, name, is_async)
        if package == "psycopg2":
            raise invalid("tx", "is a connection of psycopg2: use psycopg 3, or SQLAlchemy over it")
    raise invalid("tx", f"must be an open transaction, and is {named(given)}")


def _sqlalchemy(given: Any, name: str, is_async: bool) -> Any:
    from earnest.hosts import sqlalchemy as adapters

    if name in ("AsyncSession", "AsyncConnection", "async_scoped_session"):
        _matches(given, is_async, True)
        return adapters.Asynchronous(given)
    if name in ("Session", "Connection", "scoped_session"):
        _matches(given, is_async, False)
        return adapters.Blocking(given)
    raise _a_pool(given, "a session or a connection of it")


def _asyncpg(given: Any, name: str, is_async: bool) -> Any:
    from earnest.hosts import asyncpg as adapters

    if name in ("Connection", "PoolConnectionProxy"):
        _matches(given, is_async, True)
        return adapters.Adapter(given)
    raise _a_pool(given, "`async with pool.acquire() as connection, connection.transaction():`")


def _psycopg(given: Any, name: str, is_async: bool) -> Any:
    from earnest.hosts import psycopg as adapters

    if name == "AsyncConnection":
        _matches(given, is_async, True)
        return adapters.Asynchronous(given)
    if name == "Connection":
        _matches(given, is_async, False)
        return adapters.Blocking(given)
    raise _a_pool(given, "`with pool.connection() as connection:`")


def _django(given: Any, name: str, is_async: bool) -> Any:
    from earnest.hosts import django as adapters

    if is_async:
        raise invalid("tx", "is a connection of Django, whose transactions are blocking: use `earnest.sync.Engine`")
    return adapters.Adapter(given)


def _matches(given: Any, is_async: bool, wanted: bool) -> None:
    if is_async != wanted:
        engine = "earnest.Engine" if wanted else "earnest.sync.Engine"
        raise invalid("tx", f"is {named(given)}: it goes together with `{engine}`")


def _a_pool(given: Any, instead: str) -> EarnestError:
    return refuse("not_in_transaction", reason=f"{named(given)} is no transaction: give {instead}")


def _sqlite(given: Any, package: str, name: str, is_async: bool) -> Any:
    from earnest.hosts import sqlite as adapters

    _matches(given, is_async, package == "aiosqlite")
    if name != "Connection":
        raise _a_pool(given, "the connection that it is of")
    return adapters.Asynchronous(given) if package == "aiosqlite" else adapters.Blocking(given)
