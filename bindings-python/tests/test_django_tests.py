"""`manage.py test` of a project with `earnest.django`: real runs, on both stores, twice, and nothing is left behind."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import pytest

from hosts import another_database
from test_migrations import SETTINGS

MANAGE = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
from django.core.management import execute_from_command_line
execute_from_command_line(sys.argv)
"""

MODELS = """
from django.db import models

class Order(models.Model):
    number = models.IntegerField()
"""

TESTS = r"""
import re
import textwrap
import threading
import earnest.django
from django.db import connection, connections, transaction
from django.test import TestCase, TransactionTestCase
from earnest import errors
from earnest.django import bank
from shop.models import Order

class Together(TestCase):
    # what a test writes in its transaction is rolled back at its end, so each finds the store as it was
    def buy(self):
        mine = bank().using(connection)
        with self.assertRaises(errors.AccountNotFound):
            mine.ledger.balance("alice")
        mine.ledger.top_up("alice", amount="10.00 USD", key="t-1")
        with transaction.atomic():
            Order.objects.create(number=7)
            mine.ledger.deduct("alice", amount="4.00 USD", key="d-1")
        self.assertEqual(str(mine.ledger.balance("alice").posted), "6.00 USD")

    test_one = test_two = buy

    def test_a_double_click_on_the_sample_of_the_package(self):
        # what its documentation shows, run twice
        shown = re.search(r"(    from django.*?)\n\n(?! )", earnest.django.__doc__, re.DOTALL).group(1)
        bank().using(connection).ledger.top_up("alice", amount="100.00 USD", key="t-1")
        for _ in range(2):
            exec(textwrap.dedent(shown), {"Order": Order})
        self.assertEqual(Order.objects.filter(number=7).count(), 1)
        self.assertEqual(str(bank().using(connection).ledger.balance("alice").posted), "60.00 USD")

class Apart(TransactionTestCase):
    def test_the_engines_own_calls(self):
        bank().ledger.top_up("bob", amount="10.00 USD", key="t-2")
        with transaction.atomic():
            Order.objects.create(number=8)
            bank().using(connection).ledger.deduct("bob", amount="4.00 USD", key="d-2")

        def work(number):
            bank().ledger.top_up("bob", amount="1.00 USD", key=f"w-{number}")
            connections.close_all()

        threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(str(bank().ledger.balance("bob").posted), "14.00 USD")
        self.assertTrue(bank().verify().ok)

    def test_that_orders_are_gone(self):
        self.assertEqual(Order.objects.count(), 0)
"""


def project(folder: Path, database: dict[str, Any]) -> None:
    files = {"manage.py": MANAGE, "shop/__init__.py": "", "shop/models.py": MODELS, "shop/tests.py": TESTS}
    files["settings.py"] = SETTINGS.replace("DATABASE}", f"{database!r}}}").replace('django"]', 'django", "shop"]')
    files["settings.py"] += 'DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"\n'
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)


def manage(folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "ignore:This process:DeprecationWarning", "manage.py", "test", *more]
    given = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600, env=given)


def postgres() -> tuple[str, dict[str, Any]]:
    url = asyncio.run(another_database())
    parts = urlsplit(url)
    given = {"NAME": parts.path.lstrip("/"), "USER": parts.username or "postgres", "HOST": parts.hostname}
    return url, {"ENGINE": "django.db.backends.postgresql", "PORT": parts.port, **given}


@pytest.mark.parametrize("age", [0, None])
def test_the_tests_of_a_project_on_postgres(age: int | None, tmp_path: Path) -> None:
    url, database = postgres()
    project(tmp_path, {**database, "CONN_MAX_AGE": age})
    for more in ([], [], ["--parallel", "2"]):
        ended = manage(tmp_path, *more)
        assert ended.returncode == 0 and "Ran 5 tests" in ended.stderr, ended.stderr
    assert (
        asyncio.run(asked(url, f"SELECT count(*) FROM pg_database WHERE datname LIKE 'test_{database['NAME']}%'")) == 0
    )


def test_the_tests_of_a_project_on_sqlite(tmp_path: Path) -> None:
    database = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(tmp_path / "shop.db")}
    project(tmp_path, database)
    ended = manage(tmp_path)
    assert ended.returncode != 0
    assert "NotSupported" in ended.stderr and '`"TEST": {"NAME": ' in ended.stderr.splitlines()[-1], ended.stderr
    project(tmp_path, {**database, "TEST": {"NAME": str(tmp_path / "test.db")}})
    for _ in range(2):
        ended = manage(tmp_path)
        assert ended.returncode == 0 and "Ran 5 tests" in ended.stderr, ended.stderr
        # the log of a file that has gone would be read into the next one
        assert not list(tmp_path.glob("test.db*"))


async def asked(url: str, question: str) -> Any:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(question)
    finally:
        await connection.close()


AGES = """
import os, threading
import django
os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()
from django.db import connections
from earnest.django import bank

def work(number):
    bank().ledger.top_up("alice", amount="1.00 USD", key=f"t-{number}")

threads = [threading.Thread(target=work, args=(number,)) for number in range(16)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
connections.close_all()
print("done", flush=True)
input()
"""


@pytest.mark.parametrize("age", [0, 600])
def test_sessions_are_kept_as_long_as_django_says(age: int, tmp_path: Path) -> None:
    url, database = postgres()
    project(tmp_path, {**database, "CONN_MAX_AGE": age})
    program = subprocess.Popen(
        [sys.executable, "-c", AGES], cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with program:
        assert program.stdin is not None and program.stdout is not None and program.stdout.readline() == "done\n"
        question = (
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        left = asyncio.run(asked(url, question))
        for _ in range(600 if age == 0 else 0):
            # the server ends a session a moment after it was closed
            if left == 0:
                break
            time.sleep(0.1)
            left = asyncio.run(asked(url, question))
        program.stdin.write("\n")
    assert program.returncode == 0 and (left == 0 if age == 0 else left > 0), left
