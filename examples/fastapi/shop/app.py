"""The application: `uvicorn shop.app:app`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from earnest.fastapi import add_error_handlers, lifespan
from shop import by_hand, database, routes

# On SQLite the engine works on the application's own connections: two libraries on one file break its locks. On
# PostgreSQL connections of its own keep its groups out of the way of requests.
opened = (
    lifespan(pool=database.engine, background=True)
    if database.IS_SQLITE
    else lifespan(database.URL.replace("+asyncpg", ""), pool_size=8)
)


@asynccontextmanager
async def whole(app: FastAPI) -> AsyncIterator[None]:
    await database.create_tables()
    await by_hand.create_tables()
    async with opened(app):
        yield
    await database.engine.dispose()


app = FastAPI(title="A prepaid shop", lifespan=whole)
add_error_handlers(app)
app.include_router(routes.router)
app.include_router(by_hand.router)
