"""The base of all refusals, and how one is made from JSON."""

from __future__ import annotations

import json
from typing import Any, ClassVar, NoReturn

from earnest import _earnest
from earnest._jsonable import Jsonable


class EarnestError(Exception, Jsonable):
    """A refusal. Its `code` is stable, its message is not.

    Each code has a class of its own in `earnest.errors`, under a class for its kind: `InsufficientBalance` is a
    `Rejected` is an `EarnestError`.
    """

    #: The stable name of the refusal.
    code: ClassVar[str] = ""
    #: Its kind, which decides the HTTP status.
    kind: ClassVar[str] = ""
    #: The HTTP status to answer with: of a class that of its kind, of a refusal the one that its JSON has.
    http_status: int = 500

    #: The typed details as JSON; they are properties of the class of a code.
    details: dict[str, Any]
    #: Whether and how trying again can help: `never`, `call`, `transaction` or `later`.
    retry: str

    def __init__(self, wire: dict[str, Any]) -> None:
        # as an argument, so that whatever keeps an exception by its class and arguments, as Celery does, makes it again
        super().__init__(wire)
        self.details = wire["details"]
        self.retry = wire["retry"]
        status = wire.get("http_status")
        if isinstance(status, int) and 400 <= status <= 599:
            # that of the code, but where it is the program that forgot the actor
            self.http_status = status
        self._wire = wire

    @property
    def message(self) -> str:
        """The message for developers, in English."""
        return str(self._wire["message"])

    @property
    def retryable(self) -> bool:
        """Whether the same call may succeed later without a change."""
        return self.retry != "never"

    @property
    def index(self) -> int | None:
        """The member of a batch that was refused, counted from 0."""
        return self.details.get("index")

    def to_user(self, locale: str = "en") -> str:
        """The text for people in a language: English (`en`), Korean (`ko`), or one of the option `messages`; in English
        where there is no other.
        """
        return _earnest.to_user(self._json(), _locale(locale) or "en")

    def language_of(self, locale: str) -> str | None:
        """The part of `locale` that names the language of `to_user`, `ko` of `ko-KR`; `None` where that is English because
        there is no other: then another language of the caller may do.
        """
        known = _locale(locale)
        return None if known is None else _earnest.language_of(self._json(), known)

    def render(self, template: str) -> str:
        """A text of your own: `{name}` is that detail; what is in `[...]` is left out when one inside is absent."""
        return _earnest.render(self._json(), whole("template", template))

    def envelope(self, locale: str = "en") -> dict[str, Any]:
        """The form with the code in upper case and the message for people."""
        return {"code": self.code.upper(), "message": self.to_user(locale), "retryable": self.retryable}

    def to_wire(self) -> dict[str, Any]:
        """The refusal as JSON, as every language writes it."""
        return dict(self._wire)

    def _json(self) -> bytes:
        return json.dumps(self._wire).encode()

    def __str__(self) -> str:
        return self.message

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.message!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return (error_of, (self._wire,))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, EarnestError) and self._wire == other._wire

    def __hash__(self) -> int:
        return hash((self.code, self.message))

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: object) -> Any:
        from earnest._pydantic import error_schema

        return error_schema()


def error_of(wire: dict[str, Any]) -> EarnestError:
    """The exception of a refusal in JSON. A code of a later version is an `EarnestError`."""
    from earnest._errors import CODES

    return CODES.get(wire["code"], EarnestError)(wire)


def error_from(text: bytes) -> EarnestError:
    """The exception of a refusal in JSON text."""
    return error_of(json.loads(text))


#: Advice of Python beyond the reason of a refusal, by the code and how the reason begins.
_HINTS = {
    ("contention", "lock_timeout"): "if a transaction of yours is open, make the call in it by `using`",
    (
        "not_supported",
        "the SQLite library is ",
    ): "`pip install pysqlite3`, and put it in the place of `sqlite3` before anything imports that (docs/python.md, Install)",
}


def own_error_from(text: bytes) -> EarnestError:
    """The exception of what an engine refused outside of transactions of the host, with what to do about it."""
    error = error_from(text)
    reason = str(error.details.get("reason", ""))
    for (code, begins), hint in _HINTS.items():
        if error.code == code and reason.startswith(begins):
            return error_of({**error.to_wire(), "message": f"{error.message}: {hint}"})
    return error


def refuse(code: str, **details: Any) -> EarnestError:
    """A refusal that Python finds by itself, in the words of the table of errors."""
    try:
        return error_from(_earnest.refusal(code, json.dumps(details).encode()))
    except _earnest.Refused as refused:
        unwrap(refused)


def invalid(field: str, reason: str) -> EarnestError:
    """`invalid_request` for an argument."""
    return refuse("invalid_request", field=field, reason=reason)


def kind_of(value: object) -> str:
    """Names the kind of an argument, for a refusal."""
    return "None" if value is None else f"`{type(value).__name__}`"


def _locale(given: object) -> str | None:
    """A locale, if its characters are whole: no language has another."""
    if not isinstance(given, str):
        raise invalid("locale", f"must be a text such as `ko`, and is {kind_of(given)}")
    return given if is_whole(given) else None


def in_the_way(reason: str) -> EarnestError:
    """`contention` inside a transaction of the host, the whole of which is to be run again."""
    return error_of({**refuse("contention", reason=reason).to_wire(), "retry": "transaction"})


def is_whole(text: str) -> bool:
    """Whether a text has whole characters: half of one has no form outside of Python."""
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            return False
    return True


#: The reason to refuse a text that has not.
HALF = "must be a text, and has half a character: a surrogate without its other half"


def whole(field: str, text: object) -> str:
    """The text of an argument, with whole characters."""
    if not isinstance(text, str):
        raise invalid(field, f"must be a text, and is {kind_of(text)}")
    if not is_whole(text):
        raise invalid(field, HALF)
    return text


def unwrap(refused: _earnest.Refused) -> NoReturn:
    """Raises the exception of what the native half refused."""
    raise error_from(refused.args[0]) from None
