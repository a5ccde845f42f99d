"""What JSON is to type checkers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Union

from earnest._jsonable import Jsonable

#: What calls answer where any JSON can be: what a job was given, and what came of it.
Json = Union[None, bool, int, float, str, list["Json"], dict[str, "Json"]]

#: What calls take there: whatever has a JSON form, such as money, an actor, or the reply of another call.
JsonInput = Union[
    None, bool, int, float, str, Jsonable, datetime, timedelta, Sequence["JsonInput"], Mapping[str, "JsonInput"]
]
