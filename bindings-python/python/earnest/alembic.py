"""Alembic beside Earnest: autogenerate leaves its tables alone, and a revision of yours brings them up.

# env.py
context.configure(
    ..., include_object=earnest.alembic.include_object, render_item=earnest.alembic.render_item
)

# once, which writes a revision that makes Earnest's tables
earnest.alembic.revision("alembic.ini")
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

import earnest.sync
from earnest._error import invalid, refuse
from earnest.sqlalchemy import MoneyType

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from earnest._options import Options

__all__ = ["include_object", "leaving_out", "render_item", "revision", "upgrade"]

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
        connect = _connecting(op.get_bind())

        def make() -> None:
            with earnest.sync.Engine.attach(connect, **options):
                return

        context = op.get_context()
        # Alembic cannot commit a transaction that the application has begun
        if getattr(context, "_in_external_transaction", False):
            return make()
        # the file has one writer: what the revisions before have written is committed first
        with context.autocommit_block():
            return make()
    with earnest.sync.Engine.open(url.set(drivername="postgresql"), **{**options, "background": False}):  # type: ignore[arg-type]
        return


def _file_of(connection: Any) -> str | None:
    """The file of a driver's connection, without a transaction of SQLAlchemy's."""
    cursor = connection.cursor()
    try:
        cursor.execute("PRAGMA database_list")
        return next((row[2] for row in cursor.fetchall() if row[1] == "main"), None)
    finally:
        cursor.close()


def _connecting(bind: Any) -> Callable[[], Any]:
    """Opens the file of a connection once more, by the same SQLite library."""
    dialect = bind.engine.dialect
    # what SQLAlchemy has of aiosqlite stands before the module itself
    module = getattr(dialect.loaded_dbapi, "sqlite", dialect.loaded_dbapi)
    args, given = dialect.create_connect_args(bind.engine.url)

    def connect() -> Any:
        return module.connect(*args, **given)

    again = connect()
    try:
        files = [_file_of(bind.connection), _file_of(again)]
    finally:
        again.close()
    if not files[0] or files[0] != files[1]:
        reason = "the database of the revision is in memory, or opened in a way that its URL does not tell: use a file"
        raise refuse("not_supported", operation="migrate", reason=reason)
    return connect


def revision(config: Any, message: str = "Earnest's tables", **options: Unpack[Options]) -> str:
    """Writes a revision that calls `upgrade` behind your newest one, and answers the path of its file.

    `config` is an `alembic.config.Config`, or the path of `alembic.ini`. The file is made from your `script.py.mako`, as
    any other one. What is in `options` is written into it: names, texts and numbers, and no keyring. Another one, written after this package got newer, brings the
    tables up to it.
    """
    from alembic.config import Config
    from alembic.script import ScriptDirectory
    from alembic.util import rev_id

    for name, value in options.items():
        if name.startswith("keyring") or not isinstance(value, (str, int)):
            raise invalid(name, "must not stand in a revision, which has only texts and numbers, and no keys")
    known = config if isinstance(config, Config) else Config(str(config))
    given = "".join(f", {name}={value!r}" for name, value in options.items())
    made = ScriptDirectory.from_config(known).generate_revision(
        rev_id(),
        message,
        head="head",
        imports="import earnest.alembic",
        upgrades=f"earnest.alembic.upgrade(op{given})",
        downgrades="pass  # books are not undone: what is there stays",
    )
    assert made is not None
    return str(made.path)
