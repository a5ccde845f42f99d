"""Calls inside the host's own open transaction, by every driver that blocks, on a real PostgreSQL."""

from __future__ import annotations

import asyncio
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django
import psycopg
import psycopg_pool
import pytest
import sqlalchemy
import sqlalchemy.orm
import sqlmodel
from django.conf import settings

from earnest import Actor, Money, errors
from earnest.hosts import _driver
from earnest.sync import Engine
from hosts import another_database, fresh_database, orders, with_driver


class Host:
    def __init__(self, url: str) -> None:
        self.url = url

    def stop(self) -> None: ...

    def engine_for(self, **options: Any) -> Engine:
        """An engine on the same database."""
        return Engine.open(self.url, **options)

    def elsewhere(self) -> Engine:
        """An engine on another database of the same kind."""
        return Engine.open(asyncio.run(another_database()))

    def orders(self) -> list[str]:
        return asyncio.run(orders(self.url))

    def transaction(self) -> Any:
        raise NotImplementedError

    def outside(self) -> Any:
        """Enters something of the same driver that is no transaction: each statement would be committed by itself."""
        raise NotImplementedError

    #: The options of its pool.
    options: dict[str, Any] = {}

    #: The words of its refusal.
    outside_words = "commits by itself"

    def order(self, tx: Any, name: str) -> None:
        raise NotImplementedError


class Psycopg(Host):
    def transaction(self) -> Any:
        return psycopg.connect(self.url)

    def outside(self) -> Any:
        return psycopg.connect(self.url, autocommit=True)

    def order(self, tx: Any, name: str) -> None:
        tx.execute("INSERT INTO orders VALUES (%s)", (name,))


class PsycopgDicts(Psycopg):
    """With rows as dictionaries."""

    def transaction(self) -> Any:
        rows: Any = psycopg.rows.dict_row
        return psycopg.connect(self.url, row_factory=rows)


class Session(Host):
    cls: Any = sqlalchemy.orm.Session
    driver = "psycopg"
    outside_words = "AUTOCOMMIT"

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.engine = sqlalchemy.create_engine(with_driver(url, self.driver), **{"pool_size": 12, **self.options})
        self.sessions = sqlalchemy.orm.sessionmaker(self.engine, class_=self.cls)

    def stop(self) -> None:
        self.engine.dispose()

    def transaction(self) -> Any:
        return self.sessions.begin()

    def outside(self) -> Any:
        return self.cls(self.automatic())

    def automatic(self) -> Any:
        """The same engine, whose statements are committed one by one."""
        return self.engine.execution_options(isolation_level="AUTOCOMMIT")

    def order(self, tx: Any, name: str) -> None:
        tx.connection().execute(sqlalchemy.text("INSERT INTO orders VALUES (:name)"), {"name": name})


class SessionPsycopg2(Session):
    driver = "psycopg2"


class ScopedSession(Session):
    """The registry of sessions, which stands for that of the thread."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.registry = sqlalchemy.orm.scoped_session(self.sessions)

    @contextmanager
    def transaction(self) -> Iterator[Any]:
        try:
            yield self.registry
            self.registry.commit()
        finally:
            self.registry.remove()


class SQLModel(Session):
    cls = sqlmodel.Session


class Connection(Session):
    def transaction(self) -> Any:
        return self.engine.begin()

    def outside(self) -> Any:
        return self.automatic().connect()

    def order(self, tx: Any, name: str) -> None:
        tx.execute(sqlalchemy.text("INSERT INTO orders VALUES (:name)"), {"name": name})


def over_psycopg2() -> None:
    """Has Django work over psycopg 2 in this process: it takes psycopg 3 where it finds that."""
    hidden = {name: sys.modules.pop(name) for name in list(sys.modules) if name.split(".")[0] == "psycopg"}
    sys.modules["psycopg"] = None  # type: ignore[assignment]
    try:
        from django.db.backends.postgresql import base
    finally:
        sys.modules.update(hidden)
    assert base.Database.__name__ == "psycopg2"


class Django(Host):
    outside_words = r"outside of `transaction.atomic\(\)`"

    def __init__(self, url: str) -> None:
        super().__init__(url)
        parts = urlsplit(url)
        if not settings.configured:
            settings.configure(DATABASES={"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "none"}})
            django.setup()
            if os.environ.get("EARNEST_TEST_DJANGO") == "psycopg2":
                over_psycopg2()
        from django.db import connections

        self.alias = parts.path.lstrip("/")
        connections.databases[self.alias] = connections.configure_settings({"default": self.settings(parts)})["default"]

    def settings(self, parts: Any) -> dict[str, Any]:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": self.alias,
            "USER": parts.username or "postgres",
            "HOST": parts.hostname,
            "PORT": parts.port,
        }

    @contextmanager
    def transaction(self) -> Iterator[Any]:
        from django.db import connections, transaction

        try:
            with transaction.atomic(using=self.alias):
                yield connections[self.alias]
        finally:
            connections[self.alias].close()

    @contextmanager
    def outside(self) -> Iterator[Any]:
        from django.db import connections

        yield connections[self.alias]
        connections[self.alias].close()

    def order(self, tx: Any, name: str) -> None:
        with tx.cursor() as cursor:
            cursor.execute("INSERT INTO orders VALUES (%s)", [name])


class AttachedPsycopg(Psycopg):
    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.pool = psycopg_pool.ConnectionPool(url, open=True, **{"min_size": 1, "max_size": 4, **self.options})

    def stop(self) -> None:
        self.pool.close()

    def engine_for(self, **options: Any) -> Engine:
        return Engine.attach(self.pool, **options)


class AttachedSession(Session):
    def engine_for(self, **options: Any) -> Engine:
        return Engine.attach(self.engine, **options)


class AttachedDjango(Django):
    def engine_for(self, **options: Any) -> Engine:
        from django.db import connections

        return Engine.attach(connections[self.alias], **options)


class Sqlite(Host):
    """SQLite, where the engine works on the connections of the application, and only there."""

    def __init__(self, url: str) -> None:
        self.file = Path(tempfile.mkdtemp()) / "shop.db"
        super().__init__(url)
        connection = sqlite3.connect(self.file)
        connection.execute("CREATE TABLE orders (id text PRIMARY KEY)")
        connection.close()

    def stop(self) -> None:
        shutil.rmtree(self.file.parent)

    @contextmanager
    def transaction(self) -> Iterator[Any]:
        connection = sqlite3.connect(self.file)
        try:
            with connection:
                yield connection
        finally:
            connection.close()

    @contextmanager
    def outside(self) -> Iterator[Any]:
        connection = sqlite3.connect(self.file, isolation_level=None)
        yield connection
        connection.close()

    def order(self, tx: Any, name: str) -> None:
        tx.execute("INSERT INTO orders VALUES (?)", (name,))

    def engine_for(self, **options: Any) -> Engine:
        return Engine.attach(lambda: sqlite3.connect(self.file), **options)

    def elsewhere(self) -> Engine:
        file = self.file.parent / f"{uuid.uuid4().hex}.db"
        return Engine.attach(lambda: sqlite3.connect(file))

    def orders(self) -> list[str]:
        connection = sqlite3.connect(self.file)
        try:
            return [row[0] for row in connection.execute("SELECT id FROM orders ORDER BY id")]
        finally:
            connection.close()


class SqliteSession(Sqlite):
    cls: Any = sqlalchemy.orm.Session

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.engine = sqlalchemy.create_engine(f"sqlite:///{self.file}", **{"pool_size": 12, **self.options})
        self.sessions = sqlalchemy.orm.sessionmaker(self.engine, class_=self.cls)

    def stop(self) -> None:
        self.engine.dispose()
        super().stop()

    def transaction(self) -> Any:
        return self.sessions.begin()

    def outside(self) -> Any:
        return Session.outside(self)  # type: ignore[arg-type]

    def automatic(self) -> Any:
        return Session.automatic(self)  # type: ignore[arg-type]

    def order(self, tx: Any, name: str) -> None:
        tx.connection().execute(sqlalchemy.text("INSERT INTO orders VALUES (:name)"), {"name": name})

    def engine_for(self, **options: Any) -> Engine:
        return Engine.attach(self.engine, **options)


class SqliteSQLModel(SqliteSession):
    cls = sqlmodel.Session


class SqliteConnection(SqliteSession):
    def transaction(self) -> Any:
        return self.engine.begin()

    def outside(self) -> Any:
        return self.automatic().connect()

    def order(self, tx: Any, name: str) -> None:
        Connection.order(self, tx, name)  # type: ignore[arg-type]


class SqliteDjango(Sqlite, Django):
    outside_words = Django.outside_words

    def settings(self, parts: Any) -> dict[str, Any]:
        options = {"transaction_mode": "IMMEDIATE"}
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(self.file), "OPTIONS": options}

    def transaction(self) -> Any:
        return Django.transaction(self)

    def outside(self) -> Any:
        return Django.outside(self)

    def order(self, tx: Any, name: str) -> None:
        Django.order(self, tx, name)

    def engine_for(self, **options: Any) -> Engine:
        return AttachedDjango.engine_for(self, **options)  # type: ignore[arg-type]


HOSTS: dict[str, type[Host]] = {
    "attached-django": AttachedDjango,
    "attached-psycopg": AttachedPsycopg,
    "attached-sqlalchemy": AttachedSession,
    "sqlite": Sqlite,
    "sqlite-django": SqliteDjango,
    "sqlite-sqlalchemy": SqliteSession,
    "sqlite-sqlalchemy-connection": SqliteConnection,
    "sqlite-sqlmodel": SqliteSQLModel,
    "psycopg": Psycopg,
    "psycopg-dicts": PsycopgDicts,
    "sqlalchemy": Session,
    "sqlalchemy-psycopg2": SessionPsycopg2,
    "sqlalchemy-scoped": ScopedSession,
    "sqlalchemy-connection": Connection,
    "sqlmodel": SQLModel,
    "django": Django,
}


@pytest.fixture
def database() -> str:
    return asyncio.run(fresh_database())


@pytest.fixture(params=sorted(HOSTS))
def host(request: pytest.FixtureRequest, database: str) -> Iterator[Host]:
    host = HOSTS[request.param](database)
    yield host
    host.stop()


@pytest.fixture
def bank(database: str, request: pytest.FixtureRequest) -> Iterator[Engine]:
    """On the host's pool where that lends connections."""
    host = request.getfixturevalue("host") if "host" in request.fixturenames else Host(database)
    with host.engine_for(pool_size=4) as bank:
        for name in ("alice", "bob"):
            bank.ledger.top_up(name, amount="100.00 USD", key=f"open-{name}")
        yield bank


def posted(bank: Engine, account: str) -> Money:
    return bank.ledger.balance(account).posted


def test_commits_together(host: Host, bank: Engine) -> None:
    with host.transaction() as tx:
        mine = bank.using(tx, actor=Actor.admin("anna"))
        host.order(tx, "one")
        mine.ledger.transfer("alice", to="bob", amount="30.00 USD", key="x-1")
        assert mine.ledger.balance("alice").posted == Money("70", "USD")
        assert posted(bank, "alice") == Money("100", "USD")
    assert posted(bank, "alice") == Money("70", "USD")
    assert host.orders() == ["one"]
    assert bank.verify().ok


def test_rolls_back_together(host: Host, bank: Engine) -> None:
    with pytest.raises(ZeroDivisionError):
        with host.transaction() as tx:
            host.order(tx, "one")
            bank.using(tx).ledger.transfer("alice", to="bob", amount="30.00 USD", key="x-1")
            _ = 1 / 0
    assert posted(bank, "alice") == Money("100", "USD")
    assert host.orders() == []


def test_a_refusal_leaves_the_transaction_usable(host: Host, bank: Engine) -> None:
    with host.transaction() as tx:
        mine = bank.using(tx)
        with pytest.raises(errors.InsufficientBalance):
            mine.ledger.transfer("alice", to="bob", amount="300.00 USD", key="x-1")
        with pytest.raises(errors.NotSupported):
            mine.admin.health()
        host.order(tx, "one")
        mine.ledger.transfer("alice", to="bob", amount="3.00 USD", key="x-1")
        assert [entry.number for entry in mine.ledger.entries("alice", limit=1)] == [2, 1]
    assert posted(bank, "bob") == Money("103", "USD")
    assert host.orders() == ["one"]


def test_64_requests_at_once_conserve_money(host: Host, bank: Engine) -> None:
    def one(number: int) -> None:
        def work(tx: Any) -> None:
            payer, payee = ("alice", "bob") if number % 2 else ("bob", "alice")
            host.order(tx, f"{number:03}")
            bank.using(tx).ledger.transfer(payer, to=payee, amount=f"{number + 1}.00 USD", key=f"x-{number}")

        # who pays before he is paid waits for the others
        while time.monotonic() < end:
            try:
                return bank.run(host.transaction, work)
            except (errors.Contention, errors.InsufficientBalance):
                time.sleep(0.05 * random.random())
        raise AssertionError("it never came to an end")

    end = time.monotonic() + 300

    with ThreadPoolExecutor(64) as pool:
        list(pool.map(one, range(64)))
    moved = sum(number + 1 if number % 2 == 0 else -(number + 1) for number in range(64))
    assert posted(bank, "alice") == Money.from_minor(10_000 + moved * 100, "USD")
    assert posted(bank, "alice") + posted(bank, "bob") == Money("200", "USD")
    assert len(host.orders()) == 64
    assert bank.verify().ok


class Interrupt(BaseException):
    pass


def test_stopped_between_any_two_steps(host: Host, bank: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """By Ctrl-C, say; and then the host commits all the same. Where the write may be out, that fails."""
    real, kept = _driver.Transaction._send, []
    for stop in range(16):
        sent = 0

        def send(self: Any, call: Any, sql: str, params: Any, stop: int = stop) -> Any:
            nonlocal sent
            if sent == stop:
                raise Interrupt
            sent += 1
            return real(self, call, sql, params)

        whole = True
        try:
            with host.transaction() as tx:
                with monkeypatch.context() as patched:
                    patched.setattr(_driver.Transaction, "_send", send)
                    try:
                        bank.using(tx).ledger.transfer("alice", to="bob", amount="1.00 USD", key="x-1")
                    except Interrupt:
                        whole = False
                host.order(tx, f"{stop}")
            kept.append(f"{stop}")
        except Exception:
            assert not whole and stop >= 1
        assert bank.verify().ok
        assert posted(bank, "alice") + posted(bank, "bob") == Money("200", "USD")
        assert posted(bank, "bob") == Money("101" if whole else "100", "USD")
        if whole:
            break
    assert whole and stop >= 1 and "0" in kept and len(host.orders()) == len(kept)


def test_threads_on_one_transaction_take_turns(database: str, bank: Engine) -> None:
    with psycopg.connect(database) as tx:
        mine, wrong = bank.using(tx), []

        def work(number: int) -> None:
            try:
                mine.ledger.transfer("alice", to="bob", amount="1.00 USD", key=f"x-{number}")
            except BaseException as error:
                wrong.append(error)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not wrong
    assert posted(bank, "alice") == Money("94", "USD")


def test_what_is_no_transaction_is_refused_by_name(database: str, bank: Engine) -> None:
    def refused(tx: Any) -> str:
        with pytest.raises((errors.NotInTransaction, errors.InvalidRequest, errors.StoreMismatch)) as found:
            bank.using(tx).ledger.top_up("alice", amount="1.00 USD", key="t-1")
        return found.value.message

    with psycopg.connect(database, autocommit=True) as connection:
        assert "commits by itself" in refused(connection)
    engine = sqlalchemy.create_engine(with_driver(database, "psycopg"))
    assert "is no transaction" in refused(engine)
    assert "is no transaction" in refused(sqlalchemy.orm.sessionmaker(engine))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        assert "AUTOCOMMIT" in refused(connection)
    engine.dispose()
    lite = sqlalchemy.create_engine("sqlite://")
    with sqlalchemy.orm.Session(lite) as session:
        assert "expected `postgres`, found `sqlite`" in refused(session)
    lite.dispose()
    Django(database)
    from django.db import connections

    alias = urlsplit(database).path.lstrip("/")
    assert "outside of `transaction.atomic()`" in refused(connections[alias])
    connections[alias].close()
    for nothing in (None, 7, object()):
        assert "must be an open transaction" in refused(nothing)
    assert posted(bank, "alice") == Money("100", "USD")


def test_another_database_is_refused(host: Host, bank: Engine) -> None:
    with host.elsewhere() as other:
        with host.transaction() as tx:
            for call in ("ledger.balance", {}), ("ledger.top_up", {"amount": "1.00 USD", "key": "t-1"}):
                with pytest.raises(errors.StoreMismatch) as refused:
                    other.using(tx).call(call[0], {"account": "alice", **call[1]})
                assert type(refused.value) is errors.StoreMismatch and refused.value.retry == "never"
            # the transaction is as it was
            host.order(tx, "one")
            bank.using(tx).ledger.transfer("alice", to="bob", amount="1.00 USD", key="x-1")
    assert host.orders() == ["one"] and posted(bank, "bob") == Money("101", "USD")


def test_outside_of_a_transaction_is_refused_by_name(host: Host, bank: Engine) -> None:
    with host.outside() as tx:
        mine = bank.using(tx)
        for _ in range(2):
            with pytest.raises(errors.NotInTransaction, match=host.outside_words):
                mine.ledger.transfer("alice", to="bob", amount="1.00 USD", key="x-1")
            with pytest.raises(errors.NotInTransaction, match=host.outside_words):
                mine.ledger.balance("alice")
    with host.transaction() as tx:
        assert not bank.using(tx).ledger.transfer("alice", to="bob", amount="1.00 USD", key="x-1").replayed
    assert posted(bank, "bob") == Money("101", "USD")


def test_django_over_psycopg_2() -> None:
    """All of this again, in a process of its own: a process has one of the two."""
    files = ("test_hosts_blocking.py", "test_hosts_broken.py")
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-k", "[django]", *files]
    environ = {**os.environ, "EARNEST_TEST_DJANGO": "psycopg2"}
    ended = subprocess.run(command, cwd=Path(__file__).parent, env=environ, capture_output=True, text=True, timeout=300)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    passed = re.search(r"([0-9]+) passed", ended.stdout)
    assert passed is not None and int(passed[1]) >= 8, ended.stdout


def test_a_pool_over_psycopg_2_is_refused_by_name(database: str) -> None:
    """A transaction of it is joined; what an engine is attached to needs psycopg 3."""
    engine = sqlalchemy.create_engine(with_driver(database, "psycopg2"))
    with pytest.raises(errors.InvalidRequest, match="connections of `psycopg2.*psycopg 3") as refused:
        Engine.attach(engine).__enter__()
    assert refused.value.field == "pool"
    engine.dispose()
