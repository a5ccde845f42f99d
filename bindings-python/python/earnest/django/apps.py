"""The app of Django's settings."""

from __future__ import annotations

from django.apps import AppConfig


class EarnestConfig(AppConfig):  # type: ignore[misc]
    """It has no models: Earnest's tables are reached by the engine alone."""

    name = "earnest.django"
    label = "earnest"
    verbose_name = "Earnest"
