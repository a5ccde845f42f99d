"""JSON, for type checkers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Union

from earnest._jsonable import Jsonable

#: Any JSON in a reply, such as the payload and the result of a job.
Json = Union[None, bool, int, float, str, list["Json"], dict[str, "Json"]]

#: Any JSON in a call: whatever has a JSON form, such as money, an actor, or the reply of another call.
JsonInput = Union[
    None, bool, int, float, str, Jsonable, datetime, timedelta, Sequence["JsonInput"], Mapping[str, "JsonInput"]
]
