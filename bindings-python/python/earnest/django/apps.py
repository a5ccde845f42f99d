"""The app of Django's settings."""

from __future__ import annotations

from functools import wraps
from typing import Any

from django.apps import AppConfig


class EarnestConfig(AppConfig):  # type: ignore[misc]
    """It has no models: Earnest's tables are reached by the engine alone."""

    name = "earnest.django"
    label = "earnest"
    verbose_name = "Earnest"

    def ready(self) -> None:
        """Has Django write views and money as JSON, and the engine closed before a test database is destroyed: PostgreSQL drops none that is in use, and SQLite would
        leave the log of a file that has gone. Django has no signal for that."""
        from django.db.backends.base.creation import BaseDatabaseCreation

        from earnest.django._encoders import teach

        teach()
        destroy = BaseDatabaseCreation.destroy_test_db
        if getattr(destroy, "closes_earnest", False):
            return

        @wraps(destroy)
        def closed_first(self: Any, *args: Any, **more: Any) -> Any:
            from earnest.django import close

            close()
            return destroy(self, *args, **more)

        closed_first.closes_earnest = True  # type: ignore[attr-defined]
        BaseDatabaseCreation.destroy_test_db = closed_first
