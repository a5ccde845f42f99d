"""Alembic beside Earnest: autogenerate leaves its tables alone, and a revision of yours brings them up.

    # env.py
    context.configure(
        ..., include_object=earnest.alembic.include_object, render_item=earnest.alembic.render_item
    )

    # a revision
    def upgrade():
        earnest.alembic.upgrade(op)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

import earnest.sync
from earnest._error import refuse
from earnest.sqlalchemy import MoneyType

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from earnest._options import Options

__all__ = ["include_object", "leaving_out", "render_item", "upgrade"]

Filter = Callable[[Any, "str | None", str, bool, Any], bool]


def leaving_out(schema: str = "earnest", table_prefix: str = "earnest_") -> Filter:
    """An `include_object` that leaves out what a database has in this schema, or with this prefix on SQLite."""

    def include(thing: Any, name: str | None, kind: str, reflected: bool, compare_to: Any) -> bool:
        table = thing if kind == "table" else getattr(thing, "table", None)
        if table is None or not reflected or (kind == "table" and compare_to is not None):
            return True
        prefixed = table.schema is None and table.name.startswith(table_prefix)
        return not (table.schema == schema or prefixed)

    return include


#: Leaves out Earnest's tables under their usual names.
include_object: Filter = leaving_out()


def render_item(kind: str, thing: Any, context: Any) -> str | Literal[False]:
    """A `render_item` that writes columns of `MoneyType` into revisions, with the import that they need."""
    if kind != "type" or not isinstance(thing, MoneyType):
        return False
    context.imports.add("import earnest.sqlalchemy")
    return f"earnest.sqlalchemy.{thing!r}"


def upgrade(op: Any, **options: Unpack[Options]) -> None:
    """Makes the tables of Earnest, or brings them up to this version, by connections of its own.

    It is not undone with the revision: what is there already stays, and to do it again changes nothing.
    """
    if op.get_context().as_sql:
        reason = "a script of SQL is printed by `earnest migrate --sql`, and not by a revision"
        raise refuse("not_supported", operation="migrate", reason=reason)
    url = op.get_bind().engine.url
    if url.get_backend_name() == "sqlite":
        import sqlite3

        with earnest.sync.Engine.attach(lambda: sqlite3.connect(url.database), **options):
            return
    with earnest.sync.Engine.open(url.set(drivername="postgresql"), **{**options, "background": False}):  # type: ignore[arg-type]
        return
