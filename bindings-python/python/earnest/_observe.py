"""The context of calls, spans of OpenTelemetry, and log lines.

with earnest.context(correlation_id="request-7"):
    await bank.ledger.top_up("alice", amount="1.00 USD", key="t-1")
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar, Token
from functools import lru_cache
from types import TracebackType
from typing import Any

from earnest import _earnest
from earnest._apart import thread_apart
from earnest._clock import now
from earnest._error import EarnestError, invalid, refuse
from earnest._imported import imported

#: Where the calls of this task belong, as the `context` of requests has it.
_here: ContextVar[dict[str, str] | None] = ContextVar("earnest_context", default=None)


@contextmanager
def context(
    *,
    correlation_id: str | None = None,
    causation_id: str | None = None,
    traceparent: str | None = None,
    ip: str | None = None,
    device: str | None = None,
) -> Iterator[None]:
    """Says for all calls inside where they belong; they note it with their events.

    What is named inside another one is added to it. A call that is given a `context` of its own takes that alone.
    """
    given = {
        "correlation_id": correlation_id,
        "causation_id": causation_id,
        "traceparent": traceparent,
        "ip": ip,
        "device": device,
    }
    token = _here.set({**(_here.get() or {}), **{name: value for name, value in given.items() if value is not None}})
    try:
        yield
    finally:
        left(_here, token)


def left(variable: ContextVar[Any], token: Token[Any]) -> None:
    """Takes back what was set. Around a `yield` the end may come from another task or thread, as with a generator that is
    closed elsewhere: that one has values of its own, and nothing is to be taken back there."""
    with suppress(ValueError):
        variable.reset(token)


@lru_cache(maxsize=512)
def has_place(name: str) -> bool:
    """Whether requests of an operation have a place for where they belong, as its method has: those that change nothing
    have none."""
    from earnest import _services

    service, _, operation = name.partition(".")
    methods = getattr(_services, service.capitalize(), None)
    code = getattr(getattr(methods, operation, None), "__code__", None)
    # it is one of those in `**common`
    return code is not None and not {"common", "context"}.isdisjoint(code.co_varnames)


def noted(name: str, args: Mapping[str, Any], call: Call | None) -> Mapping[str, Any]:
    """Arguments with what is known of where the call belongs."""
    if call is None and _here.get() is None and type(args) is dict:
        return args
    if not isinstance(args, Mapping):
        raise invalid("args", f"must be names with their values, and is a {type(args).__name__}")
    here, own = dict(_here.get() or {}), args.get("context")
    if call is not None:
        call.keyed(args.get("key"))
        if call.traceparent is not None:
            here["traceparent"] = call.traceparent
        call.belongs(here if own is None else own)
    if here and name == "ledger.batch" and isinstance(args.get("ops"), (list, tuple)):
        return {**args, "ops": [_member(op, here) for op in args["ops"]]}
    return {**args, "context": here} if here and own is None and has_place(name) else args


def _member(op: Any, here: Mapping[str, str]) -> Any:
    """A call of a batch: it belongs where the batch does, unless it says otherwise."""
    named = op if isinstance(op, Mapping) else {}
    name, args = named.get("op"), named.get("args") or {}
    if isinstance(name, str) and isinstance(args, Mapping) and args.get("context") is None and has_place(name):
        return {**named, "args": {**args, "context": here}}
    return op


#: The logger of the application's, once it has imported `logging`: to look for it takes as long as to ask it.
_logger: Any = None


def begun(name: str, mode: str) -> Call | None:
    """Watches a call, if anybody looks: a program without OpenTelemetry and debug lines pays nothing."""
    if not isinstance(name, str) or not name.isascii():
        raise invalid("op", "must be an operation such as `ledger.top_up`")
    global _logger
    trace, logger = imported("opentelemetry.trace"), _logger
    if trace is not None and not _spans_go_somewhere(trace):
        trace = None
    if logger is None and (logging := imported("logging")) is not None:
        logger = _logger = logging.getLogger("earnest")
    if logger is not None and not logger.isEnabledFor(10):
        logger = None
    return Call(name, mode, trace, logger) if trace is not None or logger is not None else None


def _spans_go_somewhere(trace: Any) -> bool:
    """Whether the application has set up OpenTelemetry, or is inside a span that came from outside. FastAPI imports it
    wherever it is installed."""
    if not isinstance(trace.get_tracer_provider(), getattr(trace, "ProxyTracerProvider", ())):
        return True
    return bool(trace.get_current_span().get_span_context().is_valid)


#: The ids that tie calls together, which log lines have too: as attributes, and in their text.
_IDS = ("correlation_id", "causation_id", "traceparent")


class Call:
    """A call that is watched. It tells its operation, code and mode and a hash of its key, and neither amounts nor ids."""

    __slots__ = ("began", "code", "ids", "logger", "mode", "name", "replayed", "scope", "span", "trace", "traceparent")

    def __init__(self, name: str, mode: str, trace: Any, logger: Any) -> None:
        self.name, self.mode, self.trace, self.logger = name, mode, trace, logger
        self.traceparent: str | None = None
        self.code, self.replayed = "ok", False
        #: The ids that tie it to other calls.
        self.ids: dict[str, str] = {}
        self.span: Any = None
        if trace is not None:
            tracer = trace.get_tracer("earnest", _earnest.__version__)
            attributes = {"earnest.operation": name, "earnest.mode": mode}
            self.span = tracer.start_span(name, attributes=attributes)
            about = self.span.get_span_context()
            if about.is_valid:
                self.traceparent = f"00-{about.trace_id:032x}-{about.span_id:016x}-{about.trace_flags:02x}"
        self.began = now()

    def __enter__(self) -> Call:
        return self

    def keyed(self, key: Any) -> None:
        """Notes of the key what finds all calls that had it, and no more: a key may name an order or a person."""
        if self.span is not None and isinstance(key, str) and key.isascii():
            from hashlib import sha256

            self.span.set_attribute("earnest.key_hash", sha256(key.encode("ascii")).hexdigest()[:16])

    def belongs(self, where: Any) -> None:
        """Notes for the log line where it belongs. What is refused for its form is not written down."""
        named = where.to_wire() if hasattr(where, "to_wire") else where
        for name in _IDS if isinstance(named, Mapping) else ():
            id = named.get(name)
            if isinstance(id, str) and len(id) <= 255 and id.isprintable():
                self.ids[name] = id

    def done(self, reply: dict[str, Any]) -> dict[str, Any]:
        """Notes whether the reply is one of before."""
        self.replayed = isinstance(reply, dict) and reply.get("replayed") is True
        return reply

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            self.code = error.code or error.kind if isinstance(error, EarnestError) else type(error).__name__
        if self.span is not None:
            self._ends(error)
        if self.logger is not None:
            millis = (now() - self.began) * 1000
            again = ", as before" if self.replayed else ""
            ids = "".join(f" {name}={id}" for name, id in self.ids.items())
            line = (self.name, self.code, again, self.mode, millis, ids)
            self.logger.debug("%s: %s%s (%s, %.1f ms)%s", *line, extra=self.ids)

    def _ends(self, error: BaseException | None) -> None:
        self.span.set_attribute("earnest.outcome", "ok" if error is None else "error")
        if error is None:
            self.span.set_attribute("earnest.replayed", self.replayed)
        else:
            code = self.code if isinstance(error, EarnestError) else _GIVEN_UP.get(type(error).__name__, "internal")
            self.span.set_attribute("earnest.code", code)
            self.span.set_status(self.trace.Status(self.trace.StatusCode.ERROR, code))
        self.span.end()


#: Exceptions that end the waiting of a task, in asyncio and in trio, which need not be imported to name it.
_GIVEN_UP = {"CancelledError": "cancelled", "Cancelled": "cancelled"}

#: The levels of the engine as those of `logging`.
_LEVELS = {1: 40, 2: 30, 3: 20, 4: 10, 5: 5}
#: The same by name; `off` is above all.
_NAMED = {"off": 60, "error": 40, "warn": 30, "info": 20, "debug": 10, "trace": 5}
_listening: int | None = None


def shown(level: str | None) -> None:
    """Has the logger `earnest` show what an engine that is open was told by its option `log`."""
    if level is not None:
        import logging

        logging.getLogger("earnest").setLevel(_NAMED[level])


def listen() -> None:
    """Brings what the engine has to say while nobody calls into `logging`, under the name `earnest`."""
    patched = imported("eventlet.patcher")
    if patched is not None and patched.is_monkey_patched("thread"):
        reason = "eventlet has made greenlets of threads, which would all wait for one: use gevent, or threads"
        raise refuse("not_supported", operation="open", reason=reason)
    global _listening
    if _listening == os.getpid():
        return
    _listening = os.getpid()
    mailbox = _earnest.Mailbox(True)
    _earnest.log_to(mailbox)
    thread_apart(_listen, mailbox, name="earnest-log")


def _listen(mailbox: _earnest.Mailbox) -> None:
    from earnest._post import heard

    socket, told = mailbox.fileno(), False
    while True:
        if socket >= 0:
            heard(socket)
        else:
            mailbox.wait(500)
        for level, _, (target, text) in mailbox.take():
            import logging

            try:
                logging.getLogger(target.replace("::", ".")).log(_LEVELS.get(level, 5), "%s", text)
            except Exception as error:
                # a filter of the application's own: its next line may pass, and all others do
                if not told and sys.stderr is not None:
                    told = True
                    print(f"earnest: a line of the log was lost: {type(error).__name__} in `logging`", file=sys.stderr)
