"""Earnest in FastAPI: opened with the application, keys from headers, refusals as answers in the caller's language.

app = FastAPI(lifespan=earnest.fastapi.lifespan("postgresql://..."))
earnest.fastapi.add_error_handlers(app)
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TYPE_CHECKING, Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Depends, FastAPI, Header, Request, Response
from fastapi.requests import HTTPConnection
from fastapi.responses import JSONResponse, PlainTextResponse

import earnest._encoders  # noqa: F401 - what a route without an annotation answers is the JSON of every language
from earnest import _earnest
from earnest._engine import Engine
from earnest._error import EarnestError, refuse
from earnest._observe import context
from earnest._options import IdempotencyKey
from earnest._views import Health, HealthCheck
from earnest._web import Asked, answer, caller_of, key_of, locale_of as locale_from
from earnest._wire import Actor

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send
    from typing_extensions import Unpack

    from earnest._host_types import AnyPool
    from earnest._options import Options

__all__ = [
    "Correlation",
    "EngineDep",
    "Idempotency",
    "KeyDep",
    "add_error_handlers",
    "engine_of",
    "lifespan",
    "locale_of",
    "monitoring",
    "responses",
]


def lifespan(
    url: str | None = None, *, pool: AnyPool | None = None, **options: Unpack[Options]
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """Opens an engine with the application and closes it at its end; without a URL, the one of the environment.

    With a `pool` of yours the engine is attached to it: see `Engine.attach`.
    Unless `require_actor=False` says otherwise, every call must name who makes it.
    """

    @asynccontextmanager
    async def opened(app: FastAPI) -> AsyncIterator[None]:
        given: Options = {"require_actor": True, **options}
        opening: AbstractAsyncContextManager[Engine]
        if pool is not None:
            opening = Engine.attach(pool, **given)
        else:
            opening = Engine.open(url, **given) if url is not None else Engine.from_env(**given)
        async with opening as engine:
            app.state.earnest = engine
            yield

    return opened


async def engine_of(connection: HTTPConnection) -> Engine:
    """The engine of the application, as a dependency of routes and of web sockets.

    It is `async` because FastAPI runs others on a thread, which costs each request as much as a statement.

    An application that is mounted in another has no lifespan of its own. Give it the engine where yours opens:
    `sub.state.earnest = app.state.earnest`.
    """
    engine: Engine | None = getattr(connection.app.state, "earnest", None)
    if engine is None:
        reason = "no engine is open: give the application `lifespan=earnest.fastapi.lifespan(url)`"
        if connection.scope.get("root_path"):
            reason += ", and one that is mounted in it `sub.state.earnest = app.state.earnest`"
        raise refuse("store_unavailable", reason=reason)
    return engine


#: The engine of the application.
EngineDep = Annotated[Engine, Depends(engine_of)]


def Idempotency(  # it is used as a type is
    scope: Callable[..., object] | None = None, header: str = "Idempotency-Key"
) -> Callable[..., Coroutine[Any, Any, IdempotencyKey]]:
    """A dependency: the caller's own key for this request, from a header.

    Keys are one namespace for a whole book. `scope` is a dependency that answers who calls: the id of the user who is
    logged in, as text, `int` or `UUID`. Then nobody meets another one's key. Anything else is `invalid_request`, as the
    text of an object changes, and a retry would pay again. A request without the header is `idempotency_key_missing`.
    """

    # as objects: a text could not name `header`
    given_type: Any = Annotated[str | None, Header(alias=header)]

    async def without(request, given=None):  # type: ignore[no-untyped-def]
        return key_of(Asked(_operation(request), header, given), "")

    async def within(request, who, given=None):  # type: ignore[no-untyped-def]
        return key_of(Asked(_operation(request), header, given), caller_of(who))

    without.__annotations__ = {"request": Request, "given": given_type}
    within.__annotations__ = {"request": Request, "who": Annotated[Any, Depends(scope)], "given": given_type}
    return without if scope is None else within


def _operation(request: Request) -> str:
    return f"{request.method} {request.url.path}"


#: The caller's own key, in one namespace for all callers: see `Idempotency` for keys of each user.
KeyDep = Annotated[IdempotencyKey, Depends(Idempotency())]


def locale_of(request: Request, error: EarnestError) -> str:
    """The first language of `Accept-Language` in which there is a text, without the subtags that it has no text for;
    English if there is none.
    """
    return locale_from(error, request.headers.get("accept-language", ""))


def add_error_handlers(app: FastAPI, headers: Sequence[tuple[str, str]] = ()) -> None:
    """Answers every refusal with its HTTP status and its envelope, in the caller's language.

    The body is `{"error": {"code", "message", "retryable"}}`. It has no details, which name accounts: those are in the
    exception, for a handler of your own. The log `earnest` has one with a status of 500 and above, and why a request was
    not valid (400); that an application has not said who calls is a 500, for it is no mistake of its caller.
    """

    async def answered(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, EarnestError)
        found = answer(error, request.headers.get("accept-language", ""), headers)
        return JSONResponse(found.body, status_code=found.status, headers=found.headers)

    app.add_exception_handler(EarnestError, answered)


def monitoring() -> APIRouter:
    """Routes for those who watch the application: `app.include_router(monitoring(), dependencies=[...])`.

    `GET /health` is `admin.health`, with 503 where it is critical or the store cannot be reached, and `GET /metrics` a
    text that Prometheus reads. The application itself asks, so they need no actor, and both say more of the store than
    customers need to know: keep them inside by a dependency or by your proxy.
    """
    router = APIRouter(tags=["monitoring"])

    @router.get(
        "/health", responses={503: {"model": Health, "description": "Critical, or the store cannot be reached."}}
    )
    async def health(bank: EngineDep, response: Response) -> Health:
        try:
            found = await bank.acting(_MONITOR).health()
        except EarnestError as error:
            check = HealthCheck(name="store", status="critical", detail=f"`{error.code}`")
            found = Health(checks=[check], status="critical")
        if found.status == "critical":
            response.status_code = 503
        return found

    @router.get("/metrics", response_class=PlainTextResponse)
    async def metrics(bank: EngineDep) -> PlainTextResponse:
        return PlainTextResponse(await bank.acting(_MONITOR).metrics(), media_type="text/plain; version=0.0.4")

    return router


#: The caller there: the application itself, under a name for the audit trail.
_MONITOR = Actor.system("monitoring")


class Correlation:
    """Middleware that says which request calls belong to: `app.add_middleware(Correlation)`.

    The id is that of the request's header, or a new one, and is in the answer too; with it goes `traceparent`.
    """

    def __init__(self, app: ASGIApp, header: str = "X-Correlation-Id") -> None:
        self.app, self.header = app, header.lower().encode("ascii")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        given = headers.get(self.header, b"")
        known = _LINE.fullmatch(given)
        correlation = given.decode("ascii") if known else str(uuid4())
        parent = _TRACEPARENT.fullmatch(headers.get(b"traceparent", b""))

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                named = (self.header, correlation.encode("ascii"))
                message = {**message, "headers": [*message.get("headers", ()), named]}
            await send(message)

        with context(correlation_id=correlation, traceparent=parent.group().decode("ascii") if parent else None):
            await self.app(scope, receive, sent)


_LINE = re.compile(rb"[!-~]{1,128}")
_TRACEPARENT = re.compile(rb"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")


def responses(*refusals: type[EarnestError]) -> dict[int | str, dict[str, Any]]:
    """Returns the refusals of a route, for its `responses` in OpenAPI."""
    found: dict[int | str, dict[str, Any]] = {}
    for refusal in refusals:
        doc = " ".join((refusal.__doc__ or "").split())
        answer = found.setdefault(refusal.http_status, {"description": "", "content": {"application/json": {}}})
        answer["description"] = "\n\n".join(filter(None, [answer["description"], doc]))
        body = answer["content"]["application/json"]
        body["schema"] = _ENVELOPE
        body.setdefault("examples", {})[refusal.code or refusal.kind] = {
            "summary": doc,
            "value": {"error": _example(refusal)},
        }
    return found


def _example(refusal: type[EarnestError]) -> dict[str, Any]:
    """Returns an example of an answer. A kind is not retryable, as only some of its codes can be tried again."""
    retryable = _earnest.retry(refusal.code) not in (None, "never")
    return {"code": (refusal.code or refusal.kind).upper(), "message": "...", "retryable": retryable}


_ENVELOPE = {
    "type": "object",
    "title": "Refusal",
    "properties": {
        "error": {
            "type": "object",
            "properties": {
                "code": {"type": "string"},
                "message": {"type": "string"},
                "retryable": {"type": "boolean"},
            },
            "required": ["code", "message", "retryable"],
        }
    },
    "required": ["error"],
}
