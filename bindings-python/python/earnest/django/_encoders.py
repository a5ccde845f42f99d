"""Encoders of JSON in Django and its REST framework, which have no registry for types of others."""

from __future__ import annotations

import json
from functools import wraps
from typing import Any

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder

from earnest._jsonable import Jsonable


def teach() -> None:
    """`JsonResponse`, `JSONField(encoder=DjangoJSONEncoder)` and responses of the REST framework write views and money."""
    _teach(DjangoJSONEncoder)
    if apps.is_installed("rest_framework"):
        from rest_framework.utils.encoders import JSONEncoder

        _teach(JSONEncoder)


def _teach(encoder: type[json.JSONEncoder]) -> None:
    default = encoder.default
    if getattr(default, "knows_earnest", False):
        return

    @wraps(default)
    def known_first(self: json.JSONEncoder, o: Any) -> Any:
        return o.to_wire() if isinstance(o, Jsonable) else default(self, o)

    known_first.knows_earnest = True  # type: ignore[attr-defined]
    encoder.default = known_first  # type: ignore[method-assign]
