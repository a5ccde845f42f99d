"""Connections of Django: `django.db.connection`, or one of `connections[...]`."""

from __future__ import annotations

from typing import Any

import django.db

from earnest._error import invalid, refuse
from earnest.hosts import sqlite
from earnest.hosts._base import Rows, break_line
from earnest.hosts._text import styled


class Adapter(sqlite.Joining):
    """A connection inside `transaction.atomic()`."""

    failures = (django.db.Error, OSError)

    def __init__(self, connection: Any) -> None:
        # `django.db.connection` stands for that of the thread
        alias = getattr(connection, "alias", None)
        if alias is None:
            raise invalid("tx", "must be `django.db.connection`, or one of `django.db.connections`")
        self.connection = django.db.connections[alias]
        if self.connection.vendor not in ("postgresql", "sqlite"):
            raise invalid("tx", f"is on `{self.connection.vendor}`: the engine works on PostgreSQL and SQLite")
        self.dialect = self.connection.vendor
        #: The driver's own connection, once it is ready.
        self.driver: Any = None
        if self.dialect == "sqlite":
            self.library = self.connection.Database.__name__.split(".")[0]

    def ready(self) -> None:
        if not self.in_transaction():
            reason = "the connection is outside of `transaction.atomic()`: each statement would be committed by itself"
            raise refuse("not_in_transaction", reason=reason)
        if self.connection.needs_rollback:
            # a statement failed inside, and Django lets no other one through
            raise refuse("transaction_aborted")
        self.driver = self.connection.connection
        if self.dialect == "sqlite":
            self.judge(self.driver)

    def in_transaction(self) -> bool:
        return bool(self.connection.in_atomic_block)

    def query(self, sql: str, params: list[str | None]) -> Rows:
        text, given = styled(sql, params, "format")
        with self.connection.cursor() as cursor:
            cursor.execute(text, given if params else None)
            return [tuple(row) for row in cursor.fetchall()] if cursor.description else []

    def code(self, error: BaseException) -> str | None:
        if self.dialect == "sqlite":
            return sqlite.code_of(error.__cause__)
        return getattr(error.__cause__, "sqlstate", None) or getattr(error.__cause__, "pgcode", None)

    def invalidate(self) -> None:
        # what is marked to be rolled back, or closed, is left by `atomic()` without a word
        if self.dialect == "sqlite":
            try:
                self.driver.rollback()
            finally:
                self.driver.close()
        else:
            break_line(self.driver)
