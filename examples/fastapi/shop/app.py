"""The application: `uvicorn shop.app:app`."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse

from earnest.fastapi import add_error_handlers, lifespan
from shop import by_hand, cards, database, offers, pins, routes, withdrawals

# On SQLite the engine works on the application's own connections: two libraries on one file break its locks. On
# PostgreSQL connections of its own keep its groups out of the way of requests.
options: dict[str, Any] = {"policies": pins.POLICIES, "messages": pins.MESSAGES}
options["log"] = os.environ.get("EARNEST_LOG", "warn")
if pins.KEYRING is not None:
    options["keyring"] = pins.KEYRING
opened = (
    lifespan(pool=database.engine, background=True, **options)
    if database.IS_SQLITE
    else lifespan(database.URL.replace("+asyncpg", ""), pool_size=8, **options)
)


@asynccontextmanager
async def whole(app: FastAPI) -> AsyncIterator[None]:
    await database.create_tables()
    await by_hand.create_tables()
    async with opened(app), cards.working(app.state.earnest), withdrawals.working(app.state.earnest):
        yield
    await database.engine.dispose()


async def malformed(request: Request, error: Exception) -> JSONResponse:
    """Says what is wrong, and where: FastAPI's own answer has what was sent too, and that may be a PIN."""
    assert isinstance(error, RequestValidationError)
    wrong = [{name: found[name] for name in ("type", "loc", "msg")} for found in error.errors()]
    return JSONResponse({"detail": wrong}, 422)


app = FastAPI(title="A prepaid shop", lifespan=whole)
add_error_handlers(app)
app.add_exception_handler(RequestValidationError, malformed)
app.include_router(routes.router)
app.include_router(cards.router)
app.include_router(offers.router)
app.include_router(withdrawals.router)
app.include_router(by_hand.router)
