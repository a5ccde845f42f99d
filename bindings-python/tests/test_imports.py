"""Modules that `import earnest` imports. How long that takes is measured by `benches/importing.py`."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

import earnest

#: Modules that only their users may pay for: each takes milliseconds, or is not there at all.
NOT_AT_ONCE = [
    "aiosqlite",
    "alembic",
    "anyio",
    "argparse",
    "asyncio",
    "asyncpg",
    "concurrent.futures",
    "dataclasses",
    "django",
    "email",
    "fastapi",
    "flask",
    "http",
    "importlib.metadata",
    "inspect",
    "logging",
    "multiprocessing",
    "opentelemetry",
    "psycopg",
    "pydantic",
    "pytest",
    "shutil",
    "socket",
    "sqlalchemy",
    "sqlite3",
    "sqlmodel",
    "ssl",
    "starlette",
    "subprocess",
    "tempfile",
    "trio",
    "typing_extensions",
    "unittest",
    "urllib",
    "uuid",
    "uvloop",
]

#: Of the package itself: what belongs to one framework, and what a program without refusals never needs.
OF_ITS_OWN = ["alembic", "django", "fastapi", "flask", "hosts", "sqlalchemy", "sync", "testing", "_errors", "_pydantic"]


def imported(program: str) -> set[str]:
    """The modules that a program has in the end, beside those that an interpreter begins with."""
    whole = f"import sys\nbefore = set(sys.modules)\n{program}\nprint(*(set(sys.modules) - before))"
    ended = subprocess.run([sys.executable, "-I", "-c", whole], check=True, capture_output=True, text=True)
    return set(ended.stdout.split())


def test_the_package_imports_nothing_that_it_can_do_without() -> None:
    found = imported("import earnest")
    assert "earnest._engine" in found
    assert found & set(NOT_AT_ONCE) == set()
    assert found & {f"earnest.{name}" for name in OF_ITS_OWN} == set()


PARTS = """
import earnest, sys
assert "earnest._errors" not in sys.modules and "earnest.sync" not in sys.modules
assert issubclass(earnest.errors.InsufficientBalance, earnest.EarnestError)
assert earnest.InsufficientBalance is earnest.errors.InsufficientBalance
assert earnest.sync.Engine.open and earnest.views.Deal and earnest.testing.engine
with earnest.sync.Engine.open("memory:") as till:
    try:
        till.ledger.deduct("alice", amount="1.00 USD", key="d-1")
    except earnest.AccountNotFound as refused:
        print(refused.code)
"""


def test_what_people_write_after_import_earnest_is_there() -> None:
    ended = subprocess.run([sys.executable, "-I", "-c", PARTS], capture_output=True, text=True)
    assert (ended.stdout, ended.stderr) == ("account_not_found\n", "")


def test_every_name_of_the_package_can_be_imported() -> None:
    everything: dict[str, object] = {}
    exec("from earnest import *", everything)
    assert set(earnest.__all__) <= set(everything) and set(earnest.__all__) <= set(dir(earnest))
    refusals = {name for name in earnest.__all__ if name in earnest.errors.__all__}
    assert len(refusals) > 15 and all(getattr(earnest, name) is getattr(earnest.errors, name) for name in refusals)
    with pytest.raises(AttributeError, match="no attribute 'Insufficient'"):
        earnest.Insufficient  # noqa: B018


def test_a_blocking_engine_needs_no_asyncio() -> None:
    found = imported("import earnest.sync\nwith earnest.sync.Engine.open('memory:') as till: till.verify()")
    assert "earnest.sync" in found
    assert found & {"asyncio", "fastapi", "pydantic", "sqlalchemy", "sqlite3", "starlette"} == set()


#: A module that another thread is in the middle of importing for as long as calls are made. It is in `sys.modules`, and
#: empty.
HALF = """
import importlib.machinery, sys, threading
name, begun, go_on = sys.argv[1], threading.Event(), threading.Event()

class Slow:
    def find_spec(self, found, path, target=None):
        if name == found or name.startswith(found + "."):
            return importlib.machinery.ModuleSpec(found, self, is_package=name != found)
    def create_module(self, spec):
        return None
    def exec_module(self, module):
        if module.__name__ == name:
            begun.set()
            go_on.wait()

import earnest.sync
assert name not in sys.modules
sys.meta_path.insert(0, Slow())
threading.Thread(target=__import__, args=(name,), daemon=True).start()
begun.wait()
assert name in sys.modules
with earnest.sync.Engine.open("memory:") as till:
    till.ledger.top_up("alice", amount="1.00 USD", key="t-1")
    try:
        till.ledger.deduct("bob", amount="1.00 USD", key="d-1")
    except earnest.AccountNotFound:
        print(till.ledger.balance("alice").posted)
go_on.set()
"""


@pytest.mark.parametrize("name", ["logging", "opentelemetry.trace", "gevent.monkey", "eventlet.patcher", "pysqlite3"])
def test_a_module_that_is_being_imported_stops_no_call(name: str) -> None:
    ended = subprocess.run([sys.executable, "-I", "-c", HALF, name], capture_output=True, text=True, timeout=60)
    assert (ended.stdout, ended.stderr) == ("1.00 USD\n", "")


def test_modules_of_the_application_are_taken_whole() -> None:
    """Only `imported` looks at what may be half there; what asks for a name alone imports the module then."""
    package = Path(earnest.__file__).parent
    found = {str(file.relative_to(package)) for file in package.rglob("*.py") if "sys.modules" in file.read_text()}
    assert found == {"_imported.py", "_jsonable.py"}
    assert 'if "fastapi" in sys.modules:\n        import ' in (package / "_jsonable.py").read_text()


@pytest.mark.parametrize("name", NOT_AT_ONCE)
def test_each_of_them_is_there_to_be_imported(name: str) -> None:
    """Otherwise the list would say nothing about it."""
    assert importlib.util.find_spec(name) is not None


@pytest.mark.parametrize("name", OF_ITS_OWN)
def test_each_part_is_there_to_be_imported(name: str) -> None:
    assert importlib.util.find_spec(f"earnest.{name}") is not None
