"""Makes the tables of Earnest, or brings them up to this version of the package."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from earnest.django import alias, open_engine


def bring_up(apps: Any, editor: Any) -> None:
    if editor.connection.alias == alias():
        open_engine(migrate="auto").close()


class Migration(migrations.Migration):  # type: ignore[misc]
    """Its transaction is the engine's own."""

    atomic = False
    dependencies: list[tuple[str, str]] = []
    operations = [migrations.RunPython(bring_up, migrations.RunPython.noop)]
