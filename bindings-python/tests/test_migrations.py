"""Earnest's tables beside those of Django and Alembic."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import alembic.command
import alembic.config
import pytest
import sqlalchemy

import earnest.sync
from earnest import Money, errors
from hosts import another_database, with_driver

SETTINGS = """
import sqlite3, sys
if sqlite3.sqlite_version_info < (3, 51, 3):
    import pysqlite3.dbapi2
    sys.modules["sqlite3"], sys.modules["sqlite3.dbapi2"] = pysqlite3, pysqlite3.dbapi2
SECRET_KEY = "a test"
INSTALLED_APPS = ["earnest.django"]
USE_TZ = True
DATABASES = {"default": DATABASE}
EARNEST = {"default_currency": "USD"}
"""

PROGRAM = """
import os, sys
import django
from django.core.management import call_command

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()
call_command("migrate", verbosity=0)
call_command("migrate", verbosity=0)
call_command("makemigrations", check=True, dry_run=True, verbosity=0)
from django.db import connection, transaction
from earnest import errors
from earnest.django import bank

assert bank() is bank()
bank().ledger.top_up("alice", amount="10.00 USD", key="t-1")
with transaction.atomic():
    bank().using(connection).ledger.deduct("alice", amount="4.00 USD", key="d-1")
try:
    with transaction.atomic():
        bank().using(connection).ledger.deduct("alice", amount="5.00 USD", key="d-2")
        1 / 0
except ZeroDivisionError:
    pass
print(bank().ledger.balance("alice").posted, bank().verify().ok)
if connection.vendor == "sqlite":
    child = os.fork()
    if child == 0:
        connection.close()
        try:
            bank()
        except errors.StoreConflict as refused:
            os._exit(0 if "forked" in refused.message else 3)
        os._exit(4)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    # SQLite keeps its locks in memory: nothing of it may be open when a worker is forked
    bank().close()
    connection.close()
child = os.fork()
if child == 0:
    # as a worker of gunicorn that was preloaded
    connection.close()
    bank().ledger.top_up("alice", amount="1.00 USD", key="child")
    bank().close()
    os._exit(0)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
print(bank().ledger.balance("alice").posted)
bank().close()
"""


@pytest.mark.parametrize("kind", ["postgresql", "sqlite"])
def test_an_app_of_django(kind: str, tmp_path: Path) -> None:
    if kind == "sqlite":
        options = {"transaction_mode": "IMMEDIATE"}
        database = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(tmp_path / "shop.db"), "OPTIONS": options}
    else:
        parts = urlsplit(asyncio.run(another_database()))
        database = {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": parts.path.lstrip("/"),
            "USER": parts.username or "postgres",
            "HOST": parts.hostname,
            "PORT": parts.port,
        }
    (tmp_path / "settings.py").write_text(SETTINGS.replace("DATABASE}", f"{database!r}}}"))
    # Python tells of threads at a fork
    command = [sys.executable, "-W", "ignore:This process:DeprecationWarning", "-c", PROGRAM]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout == "6.00 USD True\n7.00 USD\n"


ENV = """
import earnest.alembic
from alembic import context
from sqlalchemy import Column, MetaData, NullPool, Table, Text, create_engine

target = MetaData()
Table("orders", target, Column("id", Text, primary_key=True))
Table("earnest_like", target, Column("id", Text, primary_key=True))
url = context.config.get_main_option("sqlalchemy.url")
if context.is_offline_mode():
    context.configure(url=url, target_metadata=target)
    with context.begin_transaction():
        context.run_migrations()
else:
    with create_engine(url, poolclass=NullPool).connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=target,
            include_schemas=True,
            include_object=earnest.alembic.include_object,
        )
        with context.begin_transaction():
            context.run_migrations()
"""

REVISION = """
import earnest.alembic
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "0001", None, None, None


def upgrade():
    op.create_table("orders", sa.Column("id", sa.Text, primary_key=True))
    op.create_table("earnest_like", sa.Column("id", sa.Text, primary_key=True))
    # on SQLite the revision has the file's only writer now
    op.execute("INSERT INTO orders VALUES ('order-1')")
    earnest.alembic.upgrade(op)


def downgrade():
    pass
"""

TEMPLATE = '''"""${message}"""
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}

def upgrade():
    ${upgrades if upgrades else "pass"}
'''


@pytest.mark.parametrize("kind", ["postgresql", "sqlite"])
def test_a_revision_of_alembic(kind: str, tmp_path: Path) -> None:
    if kind == "sqlite":
        url = f"sqlite:///{tmp_path / 'shop.db'}"
    else:
        url = with_driver(asyncio.run(another_database()), "psycopg")
        engine = sqlalchemy.create_engine(url)
        with engine.begin() as connection:
            connection.execute(sqlalchemy.text("DROP TABLE orders"))
        engine.dispose()
    scripts = tmp_path / "alembic"
    (scripts / "versions").mkdir(parents=True)
    (scripts / "env.py").write_text(ENV)
    (scripts / "script.py.mako").write_text(TEMPLATE)
    (scripts / "versions" / "first.py").write_text(REVISION)
    config = alembic.config.Config()
    config.set_main_option("script_location", str(scripts))
    config.set_main_option("path_separator", "os")
    config.set_main_option("sqlalchemy.url", url)
    with pytest.raises(errors.NotSupported, match="migrate --sql"):
        alembic.command.upgrade(config, "head", sql=True)
    alembic.command.upgrade(config, "head")
    alembic.command.check(config)
    lent = sqlalchemy.create_engine(url)
    with lent.connect() as connection:
        assert connection.execute(sqlalchemy.text("SELECT id FROM orders")).scalars().all() == ["order-1"]
    with earnest.sync.Engine.attach(lent, migrate="check") as bank:
        bank.ledger.top_up("alice", amount="1.00 USD", key="t-1")
        assert bank.ledger.balance("alice").posted == Money("1", "USD")
    lent.dispose()
