"""The matrix of hosts: what becomes of a call in each state that each driver can be in. Tests are made from it, and so is the
table of `docs/hosts.md`: a cell is what its test has seen, or the reason why there is none."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import hosts
import test_hosts_blocking as blocking


class Absent(str):
    """Why a cell cannot be."""


#: The states, in the words of the page, by the tests of them.
STATES: dict[str, dict[str, str]] = {
    "answers": {
        "limit-load": "the driver waits no longer for the load, by its own limit",
        "limit-write": "the driver waits no longer for the write, by its own limit",
        "lost-load": "the answer to the load is lost",
        "lost-write": "the answer to the write is lost",
        "lost-end": "the answer to the release of the savepoint is lost",
    },
    "blocks": {
        "as-made": "the block is rolled back as the call is made",
        "turn": "the block is rolled back while the call waits for its turn",
        "load": "the block is rolled back while the load waits",
        "between": "the block is rolled back between load and write",
        "write": "the block is rolled back while the write waits",
    },
    "loans": {
        "open": "the pool lends a transaction that is open",
        "aborted": "the pool lends one that has failed",
        "read-only": "the pool lends one that is read-only",
        "repeatable-read": "the pool lends one with an old snapshot",
    },
    "poolers": {
        "url": "a pooler that the URL of the engine names",
        "environment": "a pooler that `DATABASE_URL` names",
        "option": "a pooler of which an option tells",
        "found": "a pooler that the engine finds out by itself",
        "attached-url": "attached, a pooler that the URL of the pool names",
        "attached-option": "attached, a pooler of which an option tells",
        "attached-found": "attached, a pooler that is found out",
    },
}


def every(group: str, cell: str) -> dict[str, str]:
    return dict.fromkeys(STATES[group], cell)


OF_PG = {
    "limit-load": Absent("this driver has no time limit of a statement: that of the server is told"),
    "limit-write": Absent("this driver has no time limit of a statement: that of the server is told"),
    "lost-load": "refused",
    "lost-write": "unknown",
    "lost-end": Absent("on PostgreSQL a call needs no savepoint"),
    **every("blocks", "refused"),
    "write": "taken back",
    **every("loans", "closed"),
    **every("poolers", "works"),
    "attached-url": Absent("no driver of Python takes `pgbouncer=true` in its URL"),
}
#: The limit of asyncpg has the server cancel the statement, and the transaction has failed.
LIMITED = {"limit-load": "fails", "limit-write": "unknown"}
#: A statement at a time: what ends the block fails while another is under way, and the whole transaction with it.
ONE_AT_A_TIME = {"turn": "fails", "load": "fails", "write": "fails"}
WAITS = {
    state: Absent("a call that blocks has ended when its block does") for state in ("as-made", "turn", "load", "write")
}
SQLITE = {
    "limit-load": Absent("drivers of SQLite have no time limit of a statement: that of a busy file is told"),
    "limit-write": Absent("drivers of SQLite have no time limit of a statement: that of a busy file is told"),
    "lost-load": "refused",
    "lost-write": "refused",
    "lost-end": "unknown",
    "as-made": "whole",
    "turn": "whole",
    "load": Absent("on SQLite no statement within a transaction waits"),
    "between": "whole",
    "write": Absent("on SQLite no statement within a transaction waits"),
    "open": "closed",
    "aborted": Absent("SQLite has no transaction that has failed"),
    "read-only": Absent("SQLite has no read-only transaction"),
    "repeatable-read": "closed",
    **every("poolers", Absent("SQLite has no pooler")),
}
BLOCKING_SQLITE = {**SQLITE, **WAITS, "between": Absent("a call that blocks has ended when its block does")}
#: Such a pool ends what is open when it has a connection back.
ENDS = every("loans", "ended")


class Host:
    """A row of the table."""

    def __init__(self, cls: Any, cells: dict[str, str], **pooled: Any) -> None:
        self.cls, self.cells, self.pooled = cls, cells, pooled

    @property
    def is_async(self) -> bool:
        return issubclass(self.cls, hosts.Host)

    @property
    def is_lite(self) -> bool:
        return issubclass(self.cls, (hosts.SqliteSession, blocking.Sqlite))

    def made(self, url: str, **options: Any) -> Any:
        """One on a database, connected with options of its driver's."""
        named = type(self.cls.__name__, (self.cls,), {"options": options})
        return named(url)


UNNAMED = {"connect_args": {"statement_cache_size": 0, "prepared_statement_cache_size": 0}}

#: Every driver that a transaction may be of.
HOSTS: dict[str, Host] = {
    "asyncpg": Host(hosts.AttachedAsyncpg, {**OF_PG, **LIMITED, **ONE_AT_A_TIME, **ENDS}, statement_cache_size=0),
    "psycopg for asyncio": Host(hosts.AttachedPsycopg, {**OF_PG, **ENDS}),
    "SQLAlchemy over asyncpg": Host(hosts.AttachedSession, {**OF_PG, **LIMITED}, **UNNAMED),
    "SQLAlchemy over psycopg for asyncio": Host(hosts.AttachedSessionPsycopg, OF_PG),
    "SQLModel over asyncpg": Host(hosts.AttachedSQLModel, {**OF_PG, **LIMITED}, **UNNAMED),
    "aiosqlite": Host(hosts.Aiosqlite, SQLITE),
    "SQLAlchemy over aiosqlite": Host(hosts.SqliteConnection, SQLITE),
    "psycopg": Host(blocking.AttachedPsycopg, {**OF_PG, **WAITS, **ENDS}),
    "SQLAlchemy over psycopg": Host(blocking.AttachedSession, {**OF_PG, **WAITS}),
    "SQLAlchemy over psycopg2": Host(
        blocking.SessionPsycopg2,
        {
            **OF_PG,
            **WAITS,
            **every("loans", Absent("an engine is not attached to psycopg2, and refuses it")),
            **{
                state: Absent("an engine is not attached to psycopg2, and refuses it")
                for state in STATES["poolers"]
                if "attached" in state
            },
        },
    ),
    "Django": Host(blocking.AttachedDjango, {**OF_PG, **WAITS}),
    "sqlite3": Host(blocking.Sqlite, BLOCKING_SQLITE),
    "SQLAlchemy over sqlite3": Host(blocking.SqliteSession, BLOCKING_SQLITE),
    "Django on SQLite": Host(blocking.SqliteDjango, BLOCKING_SQLITE),
}


def cells(group: str, is_async: bool) -> list[tuple[str, str]]:
    """The cells of a group that can be: their host and state."""
    return [
        (name, state)
        for name, host in HOSTS.items()
        for state in STATES[group]
        if host.is_async == is_async and not isinstance(host.cells[state], Absent)
    ]


def seen(name: str, state: str, what: str, about: object = None) -> None:
    """A test has seen this of a cell."""
    assert what == HOSTS[name].cells[state], f"{what}: {about}"


def table() -> str:
    """Returns the table of the page, and the reasons below it."""
    reasons: list[str] = []

    def shown(cell: str) -> str:
        if not isinstance(cell, Absent):
            return cell
        if cell not in reasons:
            reasons.append(cell)
        return f"({reasons.index(cell) + 1})"

    lines = [f"| Python | {' | '.join(HOSTS)} |", f"| --- |{' --- |' * len(HOSTS)}"]
    for states in STATES.values():
        for state, said in states.items():
            lines.append(f"| {said} | {' | '.join(shown(host.cells[state]) for host in HOSTS.values())} |")
    return "\n".join([*lines, "", *[f"{number}. {reason}" for number, reason in enumerate(reasons, 1)]])


BEGIN, END = (
    "<!-- the matrix of Python, from bindings-python/tests/matrix.py -->",
    "<!-- end of the matrix of Python -->",
)


def check_page(path: Path) -> None:
    """Compares the table with that of the page; with `EARNEST_WRITE` set it is written."""
    page = path.read_text(encoding="utf-8")
    before, rest = page.split(BEGIN)
    after = rest.split(END)[1]
    expected = f"{before}{BEGIN}\n{table()}\n{END}{after}"
    if page != expected and os.environ.get("EARNEST_WRITE"):
        path.write_text(expected, encoding="utf-8")
    else:
        assert page == expected, "docs/hosts.md is out of date: run `make matrix`"
