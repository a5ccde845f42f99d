"""What is known of calls besides their replies: where they belong, spans of OpenTelemetry, and log lines.

    with earnest.context(correlation_id="request-7"):
        await bank.ledger.top_up("alice", amount="1.00 USD", key="t-1")
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from time import perf_counter
from types import TracebackType
from typing import Any

from earnest import _earnest
from earnest._error import EarnestError, invalid

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
        _here.reset(token)


def noted(args: Mapping[str, Any], call: Call | None) -> Mapping[str, Any]:
    """Arguments with what is known of where the call belongs. Requests that change nothing have no place for it."""
    if not isinstance(args, Mapping):
        raise invalid("args", f"must be names with their values, and is a {type(args).__name__}")
    known = _here.get()
    traceparent = call.traceparent if call is not None else None
    if (known is None and traceparent is None) or args.get("context") is not None or "context" not in args:
        return args
    here = dict(known or {})
    if traceparent is not None:
        here["traceparent"] = traceparent
    return {**args, "context": here} if here else args


def begun(name: str, mode: str) -> Call | None:
    """What watches a call, if anybody looks: a program without OpenTelemetry and debug lines pays nothing."""
    trace, logging = sys.modules.get("opentelemetry.trace"), sys.modules.get("logging")
    logger = logging.getLogger("earnest") if logging is not None else None
    if logger is not None and not logger.isEnabledFor(10):
        logger = None
    return Call(name, mode, trace, logger) if trace is not None or logger is not None else None


class Call:
    """A call that is watched. It tells its operation, code and mode, and neither amounts nor ids."""

    __slots__ = ("began", "code", "logger", "mode", "name", "replayed", "scope", "span", "traceparent")

    def __init__(self, name: str, mode: str, trace: Any, logger: Any) -> None:
        self.name, self.mode, self.logger = name, mode, logger
        self.traceparent: str | None = None
        self.code, self.replayed = "ok", False
        self.span: Any = None
        if trace is not None:
            tracer = trace.get_tracer("earnest", _earnest.__version__)
            attributes = {"earnest.operation": name, "earnest.mode": mode}
            self.span = tracer.start_span(f"earnest {name}", attributes=attributes)
            about = self.span.get_span_context()
            if about.is_valid:
                self.traceparent = f"00-{about.trace_id:032x}-{about.span_id:016x}-{about.trace_flags:02x}"
        self.began = perf_counter()

    def __enter__(self) -> Call:
        return self

    def done(self, reply: Any) -> Any:
        """Notes whether the reply is one of before."""
        self.replayed = isinstance(reply, dict) and reply.get("replayed") is True
        return reply

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            self.code = error.code or error.kind if isinstance(error, EarnestError) else type(error).__name__
        if self.span is not None:
            self.span.set_attribute("earnest.code", self.code)
            self.span.set_attribute("earnest.replayed", self.replayed)
            if error is not None and not (isinstance(error, EarnestError) and error.http_status < 500):
                status = sys.modules["opentelemetry.trace"]
                self.span.set_status(status.Status(status.StatusCode.ERROR, self.code))
            self.span.end()
        if self.logger is not None:
            millis = (perf_counter() - self.began) * 1000
            again = ", as before" if self.replayed else ""
            self.logger.debug("%s: %s%s (%s, %.1f ms)", self.name, self.code, again, self.mode, millis)


_LEVELS = {1: 40, 2: 30}
_listening: int | None = None


def listen() -> None:
    """Brings what the engine has to say while nobody calls into `logging`, under the name `earnest`."""
    global _listening
    if _listening == os.getpid():
        return
    _listening = os.getpid()
    import threading

    mailbox = _earnest.Mailbox(True)
    _earnest.log_to(mailbox)
    threading.Thread(target=_listen, args=(mailbox,), name="earnest-log", daemon=True).start()


def _listen(mailbox: _earnest.Mailbox) -> None:
    socket = mailbox.fileno()
    while True:
        if socket >= 0:
            os.read(socket, 64)
        else:
            mailbox.wait(500)
        for level, _, (target, text) in mailbox.take():
            import logging

            logging.getLogger(target.replace("::", ".")).log(_LEVELS.get(level, 20), "%s", text)
