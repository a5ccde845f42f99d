"""FastAPI's `jsonable_encoder`, which writes what a route without an annotation answers."""

from __future__ import annotations

from fastapi.encoders import ENCODERS_BY_TYPE, encoders_by_class_tuples

from earnest._jsonable import Jsonable

ENCODERS_BY_TYPE[Jsonable] = Jsonable.__json__
encoders_by_class_tuples[Jsonable.__json__] = (Jsonable,)
