"""Calls as others see them: where they belong, spans of OpenTelemetry, and log lines."""

from __future__ import annotations

import asyncio
import copy
import hashlib
import json
import logging
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from typing import Annotated, Any

import pytest
from fastapi import Depends, FastAPI
from fastapi.testclient import TestClient
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client.parser import text_string_to_metric_families

import earnest.sync
from earnest import Engine, _observe, _workers, errors, views
from earnest.fastapi import Correlation, add_error_handlers, engine_of, lifespan
from hosts import fresh_database

EXPORTER = InMemorySpanExporter()
PROVIDER = TracerProvider()
PROVIDER.add_span_processor(SimpleSpanProcessor(EXPORTER))


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    monkeypatch.setattr(trace, "get_tracer_provider", lambda: PROVIDER)
    EXPORTER.clear()
    yield EXPORTER


async def test_calls_say_where_they_belong(bank: Engine) -> None:
    async def one(name: str) -> None:
        with earnest.context(correlation_id=name, ip="10.0.0.1"):
            await asyncio.sleep(0.001)
            with earnest.context(causation_id=f"{name}-cause"):
                await bank.ledger.top_up("alice", amount="1.00 USD", key=name)

    await asyncio.gather(*[one(f"request-{number}") for number in range(8)])
    await bank.ledger.top_up("alice", amount="1.00 USD", key="none")
    await bank.ledger.top_up("alice", amount="1.00 USD", key="own", context=views.Trace(correlation_id="mine"))
    with earnest.context(correlation_id="outer"):
        await bank.ledger.top_up("alice", amount="1.00 USD", key="own-2", context=views.Trace(device="d"))
        # what changes nothing has no place for it
        await bank.ledger.balance("alice")
    named = {event.correlation_id: event async for event in bank.events.list() if event.correlation_id is not None}
    assert {f"request-{number}" for number in range(8)} | {"mine"} == set(named)
    assert named["request-3"].causation_id == "request-3-cause"


async def test_another_task_or_thread_may_end_the_place_around_a_yield(bank: Engine) -> None:
    """A generator that somebody else closes, and a dependency of FastAPI, which is entered on one thread and left on
    another: there is nothing to take back there, and what that one has itself stays."""

    async def within(name: str) -> AsyncIterator[None]:
        with earnest.context(correlation_id=name), _workers.handling(object(), "cause"):
            await bank.ledger.top_up("alice", amount="1.00 USD", key=name)
            yield

    numbers = within("begun-here")
    await asyncio.ensure_future(numbers.__anext__())
    with earnest.context(correlation_id="its-own"):
        await numbers.aclose()
        await bank.ledger.top_up("alice", amount="1.00 USD", key="t-2")
    await bank.ledger.top_up("alice", amount="1.00 USD", key="t-3")
    posted = [event async for event in bank.events.list() if event.type == "transfer.posted"]
    assert [event.correlation_id for event in posted] == ["begun-here", "its-own", None]

    def placed() -> Iterator[None]:
        with earnest.context(correlation_id="request"):
            yield

    app = FastAPI()
    app.get("/", dependencies=[Depends(placed)])(lambda: "paid")
    assert TestClient(app).get("/").status_code == 200


async def test_calls_by_name_say_where_they_belong(bank: Engine, till: earnest.sync.Engine) -> None:
    parent = "00-" + "1" * 32 + "-" + "2" * 16 + "-01"
    topped = {"account": "alice", "amount": "1.00 USD", "key": "t-1"}
    with earnest.context(correlation_id="request-7", traceparent=parent):
        await bank.call("ledger.top_up", topped)
        till.call("ledger.top_up", topped)
        # requests that have no place for it, and an operation that there is not
        await bank.call("ledger.balance", {"account": "alice"})
        with pytest.raises(errors.InvalidRequest, match="op"):
            await bank.call("ledger.no_such", {})
    for events in ([event async for event in bank.events.list()], list(till.events.list())):
        assert events and {one.correlation_id for one in events} == {"request-7"}
    assert _observe.noted("ledger.top_up", topped, None) is topped


async def test_the_calls_of_a_batch_say_where_they_belong(
    bank: Engine, till: earnest.sync.Engine, caplog: pytest.LogCaptureFixture
) -> None:
    def member(number: int, **more: Any) -> Any:
        return {"op": "ledger.top_up", "args": {"account": "alice", "amount": "1.00 USD", "key": f"t-{number}", **more}}

    ops = [member(1), member(2, context={"correlation_id": "its-own"}), member(3, context=None)]
    before = copy.deepcopy(ops)
    caplog.set_level(logging.DEBUG, "earnest")
    with earnest.context(correlation_id="import-7", causation_id="file-1"):
        await bank.ledger.batch(ops)
        till.call("ledger.batch", {"ops": tuple(ops), "atomic": False})
        for wrong in ([7], [{"op": 7}], [{"op": "ledger.top_up", "args": 7}], "ops", 7, [{"op": "ledger.balance"}]):
            with pytest.raises((errors.InvalidRequest, errors.NotSupported)):
                await bank.ledger.batch(wrong)  # type: ignore[arg-type]
    assert ops == before
    for events in ([event async for event in bank.events.list()], list(till.events.list())):
        ids = [(one.correlation_id, one.causation_id) for one in events if one.type == "transfer.posted"]
        assert sorted(ids, key=str) == [("import-7", "file-1"), ("import-7", "file-1"), ("its-own", None)]
    lines = [record for record in caplog.records if "ledger.batch: ok" in record.message]
    assert len(lines) == 2 and all(getattr(line, "correlation_id", None) == "import-7" for line in lines)


def test_the_table_says_which_requests_have_a_place_for_it(operations: Any) -> None:
    named = {one["name"]: "context" in one["request"]["properties"] for one in operations}
    assert {name: _observe.has_place(name) for name in named} == named and set(named.values()) == {True, False}
    assert not any(map(_observe.has_place, ("", "ledger", "ledger.no_such", "no_such.top_up", "ledger.__init__")))


def test_threads_and_the_blocking_twin(till: earnest.sync.Engine) -> None:
    with earnest.context(correlation_id="batch-1"):
        till.ledger.top_up("alice", amount="1.00 USD", key="t-1")
    till.ledger.top_up("alice", amount="1.00 USD", key="t-2")
    assert {event.correlation_id for event in till.events.list()} == {"batch-1", None}


def counted(text: str) -> dict[tuple[str, ...], float]:
    """The samples of a text by name and labels, as a parser of Prometheus's own reads them."""
    families = list(text_string_to_metric_families(text))
    assert all(family.documentation and family.type in {"counter", "gauge", "histogram"} for family in families)
    samples = [sample for family in families for sample in family.samples]
    named = {(sample.name, *(sample.labels[key] for key in sorted(sample.labels))): sample.value for sample in samples}
    assert len(named) == len(samples)
    return named


async def test_metrics_are_what_prometheus_reads(url: str) -> None:
    async with Engine.open(url, background=False) as bank:
        for _ in range(2):
            await bank.ledger.top_up("alice", amount="5.00 USD", key="t-1")
        with pytest.raises(errors.InsufficientBalance):
            await bank.ledger.deduct("alice", amount="9.00 USD", key="d-1")
        await bank.events.subscribe("mailer", from_="first")
        samples = counted(await bank.metrics())
        assert samples["earnest_operations_total", "own", "ledger.top_up", "accepted"] == 1
        assert samples["earnest_operations_total", "own", "ledger.top_up", "replayed"] == 1
        assert samples["earnest_operations_total", "own", "ledger.deduct", "refused"] == 1
        assert samples["earnest_errors_total", "insufficient_balance"] == 1
        assert samples["earnest_operation_seconds_count", "own", "ledger.top_up"] == 2
        assert samples["earnest_operation_seconds_bucket", "+Inf", "own", "ledger.top_up"] == 2
        assert 0 < samples["earnest_operation_seconds_sum", "own", "ledger.top_up"] < 60
        assert samples["earnest_queue_depth",] == 0 and samples["earnest_sequencer_lag_seconds",] == 0
        assert samples["earnest_sink_lag_events", "main", "mailer"] > 0
        reply = await bank.admin.metrics()
        assert reply.content_type.startswith("text/plain; version=0.0.4")


def test_metrics_of_the_blocking_twin(till: earnest.sync.Engine) -> None:
    till.ledger.top_up("alice", amount="5.00 USD", key="t-1")
    assert counted(till.metrics())["earnest_operations_total", "own", "ledger.top_up", "accepted"] == 1


async def test_a_span_for_each_call(bank: Engine, spans: InMemorySpanExporter) -> None:
    tracer = PROVIDER.get_tracer("application")
    with tracer.start_as_current_span("request") as request:
        await bank.ledger.top_up("alice", amount="1.00 USD", key="t-1")
        await bank.ledger.top_up("alice", amount="1.00 USD", key="t-1")
        with pytest.raises(errors.InsufficientBalance):
            await bank.ledger.deduct("alice", amount="12345.00 USD", key="d-1")
    made = [span for span in spans.get_finished_spans() if span.name.startswith("ledger.")]
    assert [span.name for span in made] == ["ledger.top_up", "ledger.top_up", "ledger.deduct"]
    assert [dict(span.attributes or {}) for span in made] == [
        {
            "earnest.operation": name,
            "earnest.mode": "own",
            "earnest.key_hash": hashlib.sha256(key.encode()).hexdigest()[:16],
            **ended,
        }
        for name, key, ended in (
            ("ledger.top_up", "t-1", {"earnest.outcome": "ok", "earnest.replayed": False}),
            ("ledger.top_up", "t-1", {"earnest.outcome": "ok", "earnest.replayed": True}),
            ("ledger.deduct", "d-1", {"earnest.outcome": "error", "earnest.code": "insufficient_balance"}),
        )
    ]
    assert all(span.parent == request.get_span_context() for span in made)
    assert [span.status.description for span in made] == [None, None, "insufficient_balance"]
    assert [span.status.is_unset for span in made] == [True, True, False] and not any(span.events for span in made)
    # nothing of accounts, amounts or keys
    # what is random, such as the id of the process, may look like one of the words
    text = json.dumps([[span.name, dict(span.attributes or {}), span.status.description] for span in made])
    assert not any(word in text for word in ("alice", "12345", "t-1", "d-1"))


class Broken(dict[str, str]):
    """Data of an application that has a fault of its own."""

    def items(self) -> Any:
        raise RuntimeError("about alice")


#: All that a span may say of a call.
SAID = {"operation", "mode", "key_hash", "outcome", "code", "replayed"}


async def test_a_span_says_nothing_of_what_a_call_was_given(
    till: earnest.sync.Engine, spans: InMemorySpanExporter, url: str
) -> None:
    """Of every way to call, with its result and without: neither accounts, amounts and keys nor secrets."""
    with PROVIDER.get_tracer("application").start_as_current_span("request") as request:
        async with Engine.open(url, keyring=earnest.keygen()) as bank:
            await bank.call("ledger.top_up", {"account": "alice", "amount": "77.31 USD", "key": "order-of-bob"})
            await bank.credentials.set_pin("alice", pin="908172", key="pin-of-alice")
            with pytest.raises(errors.PinInvalid):
                await bank.credentials.verify_pin("alice", pin="908173")
            batch = [{"op": "ledger.top_up", "args": {"account": "alice", "amount": "1.00 USD", "key": "in-a-batch"}}]
            await bank.ledger.batch(batch)
            with pytest.raises(errors.InvalidRequest):
                await bank.ledger.top_up("alice", amount="1.00 USD", key="schlüssel")
            with pytest.raises(asyncio.CancelledError):
                task = asyncio.ensure_future(bank.ledger.top_up("alice", amount="1.00 USD", key="given-up"))
                await asyncio.sleep(0)
                task.cancel()
                await task
            with pytest.raises(RuntimeError, match="alice"):
                await bank.ledger.top_up("alice", amount="1.00 USD", key="broken", metadata=Broken(of="bob"))
        till.ledger.top_up("alice", amount="77.31 USD", key="order-of-bob")
        till.ledger.balance("alice")
    made = [span for span in spans.get_finished_spans() if span.name != "request"]
    assert all(span.parent == request.get_span_context() and not span.events for span in made)
    told = [{name.removeprefix("earnest."): value for name, value in (one.attributes or {}).items()} for one in made]
    assert all({"operation", "outcome"} <= set(one) <= SAID for one in told)
    assert [(one["operation"], one["outcome"], one.get("code"), "key_hash" in one) for one in told] == [
        ("ledger.top_up", "ok", None, True),
        ("credentials.set_pin", "ok", None, True),
        ("credentials.verify_pin", "error", "pin_invalid", False),
        ("ledger.batch", "ok", None, False),
        ("ledger.top_up", "error", "invalid_request", False),
        ("ledger.top_up", "error", "cancelled", True),
        ("ledger.top_up", "error", "internal", True),
        ("ledger.top_up", "ok", None, True),
        ("ledger.balance", "ok", None, False),
    ]
    assert [span.status.description for span in made] == [one.get("code") for one in told]
    # the same key in another program is found by it
    assert told[0]["key_hash"] == told[7]["key_hash"]
    text = json.dumps([[span.name, dict(span.attributes or {}), span.status.description] for span in made])
    assert not any(word in text for word in ("alice", "bob", "77.31", "7731", "9081", "in-a", "schl", "given-up")), text


def test_without_a_provider_nobody_watches_but_a_span_from_outside_goes_along() -> None:
    """FastAPI imports OpenTelemetry wherever it is installed, and spans that go nowhere take time."""
    assert isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider)
    assert _observe.begun("ledger.top_up", "own") is None
    outside = trace.SpanContext(0x11, 0x22, is_remote=True, trace_flags=trace.TraceFlags(1))
    with trace.use_span(trace.NonRecordingSpan(outside)):
        call = _observe.begun("ledger.top_up", "own")
    assert call is not None and call.traceparent == f"00-{0x11:032x}-{0x22:016x}-01"


def test_a_span_goes_with_its_call(spans: InMemorySpanExporter) -> None:
    """As the parent of what comes of it."""
    call = _observe.begun("ledger.top_up", "own")
    assert call is not None
    with call, earnest.context(correlation_id="c", traceparent="00-" + "1" * 32 + "-" + "2" * 16 + "-01"):
        args = _observe.noted("ledger.top_up", {"account": "alice", "context": None}, call)
        assert _observe.noted("ledger.balance", {"account": "alice"}, call) == {"account": "alice"}
        own = {"context": {"device": "d"}}
        assert _observe.noted("ledger.top_up", own, call) is own
    about = spans.get_finished_spans()[0].get_span_context()
    parent = f"00-{about.trace_id:032x}-{about.span_id:016x}-{about.trace_flags:02x}"
    assert args == {"account": "alice", "context": {"correlation_id": "c", "traceparent": parent}}


async def test_spans_of_calls_in_a_transaction_and_of_failures(spans: InMemorySpanExporter) -> None:
    import asyncpg

    url = await fresh_database()
    bank = await Engine.open(url)
    connection = await asyncpg.connect(url)
    async with connection.transaction():
        await bank.using(connection).ledger.top_up("alice", amount="1.00 USD", key="t-1")
    await connection.close()
    await bank.close()
    with pytest.raises(errors.StoreUnavailable):
        await bank.ledger.top_up("alice", amount="1.00 USD", key="t-2")
    inside, after = (span for span in spans.get_finished_spans() if span.name == "ledger.top_up")
    assert (inside.attributes or {})["earnest.mode"] == "host" and inside.status.is_unset
    assert (after.attributes or {})["earnest.code"] == "store_unavailable" and not after.status.is_ok
    assert after.status.description == "store_unavailable"


async def test_a_line_for_each_call_at_debug(bank: Engine, caplog: pytest.LogCaptureFixture) -> None:
    await bank.ledger.top_up("alice", amount="1.00 USD", key="t-1")
    with caplog.at_level(logging.DEBUG, logger="earnest"):
        await bank.ledger.top_up("alice", amount="1.00 USD", key="t-1")
        with pytest.raises(errors.AccountNotFound):
            await bank.ledger.balance("bob")
    lines = [record.getMessage() for record in caplog.records if record.name == "earnest"]
    assert len(lines) == 2
    assert lines[0].startswith("ledger.top_up: ok, as before (own, ") and lines[0].endswith(" ms)")
    assert lines[1].startswith("ledger.balance: account_not_found (own, ") and lines[1].endswith(" ms)")
    caplog.clear()
    parent = "00-" + "1" * 32 + "-" + "2" * 16 + "-01"
    with caplog.at_level(logging.DEBUG, logger="earnest"), earnest.context(correlation_id="request-7", ip="10.0.0.1"):
        with earnest.context(causation_id="job-3", traceparent=parent):
            await bank.ledger.top_up("alice", amount="1.00 USD", key="t-2")
        await bank.ledger.balance("alice")
        await bank.ledger.top_up("alice", amount="1.00 USD", key="t-3", context=views.Trace(correlation_id="mine"))
        with earnest.context(correlation_id="two\nlines"):
            await bank.ledger.top_up("alice", amount="1.00 USD", key="t-4")
    first, second, third, fourth = (record for record in caplog.records if record.name == "earnest")
    told = f" correlation_id=request-7 causation_id=job-3 traceparent={parent}"
    assert first.getMessage().endswith(" ms)" + told) and "10.0.0.1" not in first.getMessage()
    assert vars(first)["correlation_id"] == "request-7" and vars(first)["causation_id"] == "job-3"
    assert second.getMessage().endswith(" ms) correlation_id=request-7") and "causation_id" not in vars(second)
    assert third.getMessage().endswith(" ms) correlation_id=mine")
    assert fourth.getMessage().endswith(" ms)") and "correlation_id" not in vars(fourth)


def test_what_the_background_says_arrives(tmp_path: Any) -> None:
    """The tables are taken away while the engine is open: what runs by itself cannot go on, and says so."""
    program = """
import logging, sys, time
import pysqlite3
from earnest.sync import Engine

logging.basicConfig(format="%(name)s %(levelname)s %(message)s", stream=sys.stdout)
said = []
class Kept(logging.Handler):
    def emit(self, record):
        said.append(record.getMessage())
logging.getLogger().addHandler(Kept())
bank = Engine.open(sys.argv[1])
bank.ledger.top_up("alice", amount="1.00 USD", key="t-1")
with Engine.open(sys.argv[1]):
    pass
import os
os.remove(sys.argv[2] + "-wal")
try:
    bank.ledger.top_up("alice", amount="1.00 USD", key="t-2")
except Exception as error:
    print("refused", error)
until = time.monotonic() + 60
while not any("was removed" in line for line in said) and time.monotonic() < until:
    time.sleep(0.01)
"""
    file = tmp_path / "shop.db"
    ended = subprocess.run(
        [sys.executable, "-c", program, f"sqlite:{file}", str(file)], capture_output=True, text=True, timeout=300
    )
    assert ended.returncode == 0, ended.stderr
    lines = [line for line in ended.stdout.splitlines() if line.startswith("earnest.")]
    assert any(" WARNING " in line and "the log beside the file was removed" in line for line in lines), ended


def test_lines_of_the_engine_say_where_their_call_belongs(url: str) -> None:
    program = """
import asyncio, logging, sys, time
import earnest
from earnest import Engine, errors

logging.basicConfig(format="%(name)s %(message)s", stream=sys.stdout, level=1)
said = []
class Kept(logging.Handler):
    def emit(self, record):
        if record.name == "earnest.engine":
            said.append(record.getMessage())
logging.getLogger().addHandler(Kept())

async def refused(bank, number):
    with earnest.context(correlation_id=f"request-{number}"):
        try:
            await bank.ledger.deduct("nobody", amount="1.00 USD", key=f"d-{number}")
        except errors.AccountNotFound:
            pass

async def main():
    async with Engine.open(sys.argv[1], log="debug") as bank:
        await asyncio.gather(*[refused(bank, number) for number in range(20)])
        try:
            await bank.ledger.deduct("nobody", amount="1.00 USD", key="none")
        except errors.AccountNotFound:
            pass
    # they come by a thread of their own
    until = time.monotonic() + 60
    while sum(line.startswith("refused ") for line in said) < 21 and time.monotonic() < until:
        time.sleep(0.01)
    time.sleep(0.3)

asyncio.run(main())
"""
    done = subprocess.run([sys.executable, "-c", program, url], capture_output=True, text=True, check=True, timeout=300)
    lines = [line for line in done.stdout.splitlines() if line.startswith("earnest.engine refused ")]
    said = 'earnest.engine refused operation="ledger.deduct" code="account_not_found"'
    assert sorted(lines) == sorted([said, *[f'{said} correlation_id="request-{number}"' for number in range(20)]])


def test_requests_of_fastapi_are_correlated() -> None:
    app = FastAPI(lifespan=lifespan("memory:", require_actor=False))
    add_error_handlers(app)
    app.add_middleware(Correlation)

    @app.post("/top-ups")
    async def top_up(bank: Annotated[Engine, Depends(engine_of)], key: str) -> str | None:
        await bank.ledger.top_up("alice", amount="1.00 USD", key=key)
        about = _observe._here.get() or {}
        found = {event.correlation_id async for event in bank.events.list() if event.correlation_id is not None}
        assert about["correlation_id"] in found
        return " ".join(about.values())

    parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    with TestClient(app) as client:
        named = client.post("/top-ups?key=a", headers={"X-Correlation-Id": "request-7", "traceparent": parent})
        assert named.headers["x-correlation-id"] == "request-7"
        assert named.json() == f"request-7 {parent}"
        made = client.post("/top-ups?key=b", headers={"X-Correlation-Id": "bad id", "traceparent": "nonsense"})
        assert len(made.headers["x-correlation-id"]) == 36
        assert made.json() == made.headers["x-correlation-id"]


def test_a_filter_that_raises_does_not_end_the_log(tmp_path: Any) -> None:
    program = """
import logging, sys, time
from earnest.sync import Engine

said = []
class Raises(logging.Filter):
    def filter(self, record):
        said.append(record.getMessage())
        raise ValueError("a private word")

logging.basicConfig(stream=sys.stdout, level=1)
logging.getLogger("earnest.engine").addFilter(Raises())
with Engine.open("memory:", log="debug") as bank:
    for n in range(3):
        try:
            bank.ledger.deduct("nobody", amount="1.00 USD", key=f"d-{n}")
        except Exception:
            pass
    until = time.monotonic() + 60
    while sum("account_not_found" in line for line in said) < 3 and time.monotonic() < until:
        time.sleep(0.01)
print(sum("account_not_found" in line for line in said))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=300)
    assert done.stdout.splitlines()[-1] == "3", done
    assert done.stderr.splitlines() == ["earnest: a line of the log was lost: ValueError in `logging`"]


def test_lines_that_nobody_writes_down_are_bounded() -> None:
    """A handler that hangs: what waits behind it is counted, and not kept."""
    program = """
import logging, sys, threading, time
from earnest.sync import Engine

lines, go_on = [], threading.Event()
class Hangs(logging.Handler):
    def handle(self, record):
        if record.threadName == "earnest-log":
            go_on.wait()
            lines.append(record.getMessage())

logging.getLogger().addHandler(Hangs())
with Engine.open("memory:", log="debug") as bank:
    logging.getLogger("earnest").setLevel(5)
    # each writes two lines
    for n in range(5500):
        try:
            bank.ledger.deduct("nobody", amount="1.00 USD", key=f"d-{n}")
        except Exception:
            pass
    go_on.set()
    until = time.monotonic() + 120
    while not any("were dropped" in line for line in lines) and time.monotonic() < until:
        time.sleep(0.01)
print(len(lines), [line for line in lines if "were dropped" in line])
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=300)
    told = done.stdout.splitlines()[-1]
    assert "lines of the log were dropped: 10000 waited to be written" in told, done
    assert int(told.split()[0]) < 11000


async def test_a_call_that_has_no_form_is_watched_too(
    bank: Engine, till: earnest.sync.Engine, spans: InMemorySpanExporter, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "earnest")
    wrong: Any = object()
    with pytest.raises(errors.InvalidRequest):
        await bank.ledger.top_up("alice", amount=wrong, key="t-1")
    with pytest.raises(errors.InvalidRequest):
        till.ledger.top_up("alice", amount=wrong, key="t-1")
    made = spans.get_finished_spans()
    assert [(span.attributes or {})["earnest.code"] for span in made] == ["invalid_request", "invalid_request"]
    lines = [
        record.getMessage() for record in caplog.records if "ledger.top_up: invalid_request" in record.getMessage()
    ]
    assert len(lines) == 2
