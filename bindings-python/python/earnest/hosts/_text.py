"""Statements in the parameter styles of drivers. Their text has no `?`, no `%` and no colon but in casts."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

_DOLLAR = re.compile(r"\$([0-9]+)")


@lru_cache(maxsize=512)
def _styled(sql: str, style: str) -> tuple[str, tuple[int, ...]]:
    """The text, and which parameter stands at each place; none where they go by their number."""
    if style == "pyformat":
        return _DOLLAR.sub(r"%(p\1)s", sql), ()
    if style == "numbered":
        return _DOLLAR.sub(r"?\1", sql), ()
    if style in ("format", "qmark"):
        places = tuple(int(found) - 1 for found in _DOLLAR.findall(sql))
        return _DOLLAR.sub("%s" if style == "format" else "?", sql), places
    return sql, ()


def styled(sql: str, params: list[str | None], style: str) -> tuple[str, Any]:
    """A statement and its parameters, as a driver of this `paramstyle` takes them."""
    text, places = _styled(sql, style)
    if style == "pyformat":
        return text, {f"p{number}": value for number, value in enumerate(params, 1)}
    if style in ("format", "qmark"):
        return text, tuple(params[place] for place in places)
    return text, tuple(params)
