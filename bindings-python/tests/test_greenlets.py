"""Programs whose threads are greenlets of gevent or eventlet: calls hold up the one that makes them, and no other."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from hosts import another_database
from test_process import run

START = """
import sys
from gevent import monkey
monkey.patch_all()
import faulthandler, json, time
faulthandler.dump_traceback_later(int(sys.argv[-1]), exit=True)
import gevent
import earnest.sync
from earnest import errors

url, ticks, busy, most = sys.argv[1], [], 0, 0

def tick():
    while True:
        ticks.append(time.monotonic())
        gevent.sleep(0.005)

gevent.spawn(tick)

def longest():
    return max(after - before for before, after in zip(ticks, ticks[1:]))

def counted(work):
    # how many are at it at a time: one after the other where a call holds up the thread
    def one(given):
        global busy, most
        busy += 1
        most = max(most, busy)
        work(given)
        busy -= 1
    return one

def each(work, count=64):
    jobs = [gevent.spawn(counted(work), number) for number in range(count)]
    gevent.joinall(jobs, raise_error=True)
"""

OWN = (
    START
    + """
with earnest.sync.Engine.open(url) as bank:
    def work(number):
        for turn in range(10):
            bank.ledger.top_up("alice", amount="1.00 USD", key=f"{number}-{turn}")
            assert bank.ledger.balance("alice").posted.minor >= 100
    each(work)
    found = bank.ledger.balance("alice").posted.minor, bank.verify().ok
print(json.dumps([*found, len(ticks), longest(), most]), flush=True)
"""
)

HOST = (
    START
    + """
import psycopg, psycopg_pool

with psycopg_pool.ConnectionPool(url, min_size=1, max_size=12, open=True, timeout=40) as pool:
    def work(number):
        for turn in range(3):
            def pay(connection):
                connection.execute("INSERT INTO orders VALUES (%s)", [f"{number}-{turn}"])
                mine = bank.using(connection)
                mine.ledger.top_up(f"a-{number % 8}", amount="1.00 USD", key=f"h-{number}-{turn}")
                mine.ledger.transfer(f"a-{number % 8}", to="shop", amount="1.00 USD", key=f"s-{number}-{turn}")
            while True:
                try:
                    bank.run(pool.connection, pay)
                    break
                except errors.Contention:
                    pass
            bank.ledger.top_up("own", amount="1.00 USD", key=f"o-{number}-{turn}")
    lent = psycopg_pool.ConnectionPool(url, min_size=1, max_size=4, open=sys.argv[2] == "attach")
    attached = sys.argv[2] == "attach"
    engine = earnest.sync.Engine.attach(lent, background=True) if attached else earnest.sync.Engine.open(url)
    with lent, engine as bank:
        bank.ledger.open_account("shop", currency="USD")
        each(work)
        found = bank.ledger.balance("shop").posted.minor, bank.verify().ok
        assert bank.ledger.balance("own").posted.minor == 64 * 3 * 100
    with pool.connection() as connection:
        assert connection.execute("SELECT count(*) FROM orders").fetchone() == (64 * 3,)
print(json.dumps([*found, len(ticks), longest(), most]), flush=True)
"""
)

AFTER = (
    START
    + """
bank = earnest.sync.Engine.open(url)
done, seen = [], []

def mail(job):
    gevent.sleep(0.01)
    done.append(job.id)

for number in range(20):
    bank.jobs.enqueue("mail", payload={}, key=f"j-{number}")
reading = bank.subscribe("notes", lambda event: seen.append(event.seq), types=["account.*"], from_="first")
working = bank.worker({"mail": counted(mail)})
for number in range(20):
    bank.ledger.open_account(f"a{number}", currency="USD")
while len(done) < 20 or len(seen) < 20:
    gevent.sleep(0.01)
if sys.argv[2] == "stop":
    reading.stop()
    working.stop()
    bank.close()
print(json.dumps([len(done), len(seen), len(ticks), longest(), most]), flush=True)
"""
)


def ran(program: str, *args: str) -> Any:
    ended = run(program, *args, 240, seconds=300)
    assert (ended.returncode, ended.stderr) == (0, "")
    *found, ticks, longest, most = json.loads(ended.stdout)
    # others went on meanwhile: all of it takes some milliseconds in memory on a fast machine, and one may stand still
    assert ticks > 2 and most > 1 and longest < 20, (ticks, most, longest)
    return found


@pytest.mark.parametrize("store", ["memory", "sqlite", "postgresql"])
def test_64_greenlets_on_an_engine(store: str, url: str) -> None:
    if store != "sqlite":
        url = "memory:" if store == "memory" else asyncio.run(another_database())
    assert ran(OWN, url) == [64 * 10 * 100, True]


@pytest.mark.parametrize("engine", ["open", "attach"])
def test_64_greenlets_in_transactions_of_their_own(engine: str) -> None:
    assert ran(HOST, asyncio.run(another_database()), engine) == [64 * 3 * 100, True]


@pytest.mark.parametrize("end", ["stop", "exit"])
def test_workers_and_subscriptions_are_greenlets(end: str, url: str) -> None:
    assert ran(AFTER, url, end) == [20, 20]


EVENTLET = """
import eventlet
eventlet.monkey_patch()
import faulthandler, sqlite3, sys
faulthandler.dump_traceback_later(int(sys.argv[-1]), exit=True)
import earnest.sync
from earnest import errors

attached = earnest.sync.Engine.attach(lambda: sqlite3.connect(sys.argv[1]))
for use in (lambda: earnest.sync.Engine.open("memory:"), lambda: attached.ledger.balance("alice"), attached.__enter__):
    try:
        use()
    except errors.NotSupported as refused:
        print(refused.message, flush=True)
"""


def test_eventlet_is_refused_by_name(tmp_path: Path) -> None:
    """Its greenlets would all wait for the first: nothing is opened, and it is said what serves instead."""
    ended = run("import warnings; warnings.simplefilter('ignore')\n" + EVENTLET, tmp_path / "shop.db", 20, seconds=60)
    assert (ended.returncode, ended.stderr) == (0, "")
    lines = ended.stdout.splitlines()
    assert len(lines) == 3 and all("eventlet" in line and "gevent" in line for line in lines)
