"""Alembic as its users have it: its own command line on a folder that `alembic init` made, and a revision of Earnest."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy
from alembic.migration import MigrationContext
from alembic.operations import Operations

import earnest.alembic
import earnest.sync
from earnest import Money, errors
from hosts import another_database, with_driver

#: The addition to the `env.py` of Alembic's own templates.
MODELS = """
import sqlite3, sys
if sqlite3.sqlite_version_info < (3, 51, 3):
    import pysqlite3.dbapi2
    sys.modules["sqlite3"], sys.modules["sqlite3.dbapi2"] = pysqlite3, pysqlite3.dbapi2
import earnest.alembic
from earnest.sqlalchemy import MoneyType
from sqlalchemy import Column, MetaData, Table, Text

target_metadata = MetaData()
Table("orders", target_metadata, Column("id", Text, primary_key=True), Column("price", MoneyType("USD"), nullable=False))
"""
TOLD = "include_schemas=True, include_object=earnest.alembic.include_object, render_item=earnest.alembic.render_item"


class Project:
    """A folder with the scripts of Alembic."""

    def __init__(self, folder: Path, template: str, url: str) -> None:
        self.folder, self.url = folder, url
        self.run("init", "-t", template, "migrations")
        settings = (folder / "alembic.ini").read_text().splitlines()
        settings = [f"sqlalchemy.url = {url}" if line.startswith("sqlalchemy.url") else line for line in settings]
        (folder / "alembic.ini").write_text("\n".join(settings))
        env = (folder / "migrations" / "env.py").read_text()
        assert env.count("target_metadata = None") == 1 and env.count("target_metadata=target_metadata") >= 1
        env = env.replace("target_metadata = None", MODELS).replace(
            "target_metadata=target_metadata", f"target_metadata=target_metadata, {TOLD}"
        )
        (folder / "migrations" / "env.py").write_text(env)

    def run(self, *args: str) -> str:
        ended = subprocess.run(
            [sys.executable, "-m", "alembic", *args], cwd=self.folder, capture_output=True, text=True, timeout=120
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout

    def written(self) -> list[Path]:
        return sorted((self.folder / "migrations" / "versions").glob("*.py"))


def tables(url: str) -> set[str]:
    engine = sqlalchemy.create_engine(url)
    found = sqlalchemy.inspect(engine)
    schemas = ["earnest"] if url.startswith("postgresql") else [None]
    names = {
        name
        for schema in schemas
        if schema is None or schema in found.get_schema_names()
        for name in found.get_table_names(schema=schema)
    }
    engine.dispose()
    return names


def place(kind: str, tmp_path: Path) -> tuple[str, str, str]:
    """The template, the URL that Alembic uses, and one without asyncio."""
    if kind == "sqlite":
        url = f"sqlite:///{tmp_path / 'shop.db'}"
        return "generic", url, url
    plain = asyncio.run(another_database())
    engine = sqlalchemy.create_engine(with_driver(plain, "psycopg"))
    with engine.begin() as connection:
        connection.execute(sqlalchemy.text("DROP TABLE orders"))
    engine.dispose()
    driver = "asyncpg" if kind == "asyncpg" else "psycopg"
    return ("async" if kind == "asyncpg" else "generic"), with_driver(plain, driver), with_driver(plain, "psycopg")


@pytest.mark.parametrize(
    ("kind", "first"), [("postgresql", "earnest"), ("asyncpg", "orders"), ("sqlite", "earnest"), ("sqlite", "orders")]
)
def test_a_revision_makes_the_tables_and_leaves_no_difference(kind: str, first: str, tmp_path: Path) -> None:
    template, url, plain = place(kind, tmp_path)
    project = Project(tmp_path, template, url)

    def of_earnest() -> None:
        written = Path(earnest.alembic.revision(tmp_path / "alembic.ini"))
        assert written in project.written() and "earnest.alembic.upgrade(op)" in written.read_text()

    def of_orders() -> None:
        # autogenerate compares with a database that is up to date
        project.run("upgrade", "head")
        project.run("revision", "--autogenerate", "-m", "orders")

    for write in (of_earnest, of_orders) if first == "earnest" else (of_orders, of_earnest):
        write()
    assert len(project.written()) == 2
    project.run("upgrade", "head")
    project.run("upgrade", "head")
    project.run("check")
    if kind == "sqlite":
        assert {"orders", "earnest_account", "earnest_event"} <= tables(plain)
    else:
        assert {"account", "event"} <= tables(plain)
    # nothing of Earnest is in a revision that autogenerate writes
    project.run("revision", "--autogenerate", "-m", "nothing")
    [empty] = [path for path in project.written() if "nothing" in path.name]
    assert "op." not in empty.read_text().partition("def upgrade")[2]
    lent = sqlalchemy.create_engine(plain)
    with earnest.sync.Engine.attach(lent, migrate="check") as bank:
        bank.ledger.top_up("alice", amount="1.00 USD", key="t-1")
    # going back and forth leaves the books as they are
    project.run("downgrade", "base")
    project.run("upgrade", "head")
    with earnest.sync.Engine.attach(lent, migrate="check") as bank:
        assert bank.ledger.balance("alice").posted == Money("1", "USD")
    lent.dispose()


def test_both_in_one_run_on_a_new_database(tmp_path: Path) -> None:
    for kind in ("sqlite", "postgresql"):
        folder = tmp_path / kind
        folder.mkdir()
        template, url, plain = place(kind, folder)
        project = Project(folder, template, url)
        project.run("revision", "--autogenerate", "-m", "orders")
        earnest.alembic.revision(folder / "alembic.ini")
        project.run("revision", "-m", "last")
        project.run("upgrade", "head")
        project.run("check")
        assert len(tables(plain)) > 3


def test_no_key_is_written_into_a_revision(tmp_path: Path) -> None:
    project = Project(tmp_path, "generic", f"sqlite:///{tmp_path / 'shop.db'}")
    for options in ({"keyring": "a key"}, {"keyring": lambda: ""}, {"connect_timeout": timedelta(seconds=5)}):
        with pytest.raises(errors.InvalidRequest) as refused:
            earnest.alembic.revision(str(tmp_path / "alembic.ini"), **options)  # type: ignore[arg-type]
        assert refused.value.field == next(iter(options)) and "a key" not in str(refused.value)
    assert not list((project.folder / "migrations" / "versions").glob("*.py"))


def test_the_application_may_have_begun_the_transaction(tmp_path: Path) -> None:
    """Alembic's way to share a connection, as tests and programs that bring their tables up at the start do it."""
    url = f"sqlite:///{tmp_path / 'shop.db'}"
    code = f"""
import sqlite3
if sqlite3.sqlite_version_info < (3, 51, 3):
    import sys, pysqlite3.dbapi2
    sys.modules["sqlite3"], sys.modules["sqlite3.dbapi2"] = pysqlite3, pysqlite3.dbapi2
import earnest.alembic, sqlalchemy
from alembic.migration import MigrationContext
from alembic.operations import Operations

with sqlalchemy.create_engine({url!r}).begin() as connection:
    earnest.alembic.upgrade(Operations(MigrationContext.configure(connection)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    tables = sqlalchemy.inspect(sqlalchemy.create_engine(url)).get_table_names()
    assert any(name.startswith("earnest_") for name in tables), tables


def test_options_are_written_into_the_revision(tmp_path: Path) -> None:
    _, url, plain = place("postgresql", tmp_path)
    project = Project(tmp_path, "generic", url)
    written = Path(earnest.alembic.revision(tmp_path / "alembic.ini", message="the bank", schema="bank"))
    assert "earnest.alembic.upgrade(op, schema='bank')" in written.read_text() and "the_bank" in written.name
    project.run("upgrade", "head")
    engine = sqlalchemy.create_engine(plain)
    assert "account" in sqlalchemy.inspect(engine).get_table_names(schema="bank")
    engine.dispose()


def upgraded(engine: sqlalchemy.Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        with context.begin_transaction():
            earnest.alembic.upgrade(Operations(context))


def test_the_file_is_the_one_that_the_revision_works_on(tmp_path: Path) -> None:
    """Whatever its URL looks like, and by the SQLite library of its engine."""
    import pysqlite3.dbapi2

    for number, url in enumerate((f"sqlite:///file:{tmp_path}/shop-0.db?uri=true", f"sqlite:///{tmp_path}/shop-1.db")):
        # of another library than `sqlite3` is here, perhaps
        engine = sqlalchemy.create_engine(url, module=pysqlite3.dbapi2)
        upgraded(engine)
        names = sqlalchemy.inspect(engine).get_table_names()
        assert any(name.startswith("earnest_") for name in names), names
        engine.dispose()
        assert [path.name for path in tmp_path.iterdir()] == [f"shop-{number}.db"]
        (tmp_path / f"shop-{number}.db").unlink()


def test_what_cannot_be_opened_once_more_is_refused(tmp_path: Path) -> None:
    def elsewhere() -> sqlite3.Connection:
        return sqlite3.connect(tmp_path / "other.db")

    memory = sqlalchemy.create_engine("sqlite://")
    for engine in (memory, sqlalchemy.create_engine(f"sqlite:///{tmp_path}/shop.db", creator=elsewhere)):
        with pytest.raises(errors.NotSupported, match="in memory, or opened in a way") as refused:
            upgraded(engine)
        assert refused.value.operation == "migrate"
        engine.dispose()
    assert (tmp_path / "shop.db").stat().st_size == 0
