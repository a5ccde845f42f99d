"""Texts that nobody prints: a keyring, the secret of a webhook."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

from earnest._error import invalid, whole
from earnest._jsonable import Jsonable

HIDDEN = "<hidden>"


class Secret(Jsonable):
    """A text that nobody prints: `Secret(os.environ["KEYRING"])`.

    The option `keyring`, `verify_webhook` and `seal_keyring` take it in the place of the text. Logs, JSON and tracebacks
    have `<hidden>` there, and it is not pickled; `reveal()` alone answers the text. In pydantic it is a field that reads
    a text.
    """

    __slots__ = ("_reveal",)
    _reveal: Callable[[], str]

    def __init__(self, text: str) -> None:
        kept = whole("secret", text)
        if kept == HIDDEN:
            raise invalid("secret", f"is `{HIDDEN}`, which stands in the place of a secret that was printed")
        # within a function: whoever goes over members finds no text
        object.__setattr__(self, "_reveal", lambda: kept)

    def reveal(self) -> str:
        """The text."""
        return self._reveal()

    def to_wire(self) -> str:
        """The text that stands in its place."""
        return HIDDEN

    __json__ = to_wire

    def __str__(self) -> str:
        return HIDDEN

    def __repr__(self) -> str:
        return f"Secret({HIDDEN})"

    def __eq__(self, other: object) -> bool:
        return self.reveal() == other.reveal() if isinstance(other, Secret) else NotImplemented

    def __hash__(self) -> int:
        return hash((Secret, self.reveal()))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"Secret cannot be changed: `{name}`")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"Secret cannot be changed: `{name}`")

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, memo: object) -> Secret:
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Secret is not pickled: whoever has the bytes would have its text")

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: object) -> Any:
        from earnest._pydantic import secret_schema

        return secret_schema()


def revealed(value: Any) -> Any:
    """The text of a secret; whatever else was given stays as it is."""
    return value.reveal() if isinstance(value, Secret) else value
