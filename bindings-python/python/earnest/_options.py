"""How an engine is opened, and keys of calls."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from earnest import _earnest
from earnest._error import EarnestError, invalid, kind_of, unwrap, whole
from earnest._jsonable import teach_fastapi
from earnest._money import check_currency, register_currency
from earnest._secret import Secret, revealed
from earnest._wire import Actor, encode, span_text, time_of, time_text

if TYPE_CHECKING:
    from typing_extensions import Self

    from earnest._option_types import Options as Options, Webhooks as Webhooks


#: The options that this package adds by itself.
_OWN = ("fetched_keyring", "from_env", "test_clock", "test_seed")


def settings(options: Mapping[str, Any]) -> bytes:
    """Options as JSON. Once the engine is open, its currencies are to be `known`."""
    from earnest._option_types import Options

    teach_fastapi()
    for name in options:
        if name not in Options.__annotations__ and name not in _OWN:
            raise invalid(name, "is no option of an engine")
    currencies = options.get("currencies")
    if currencies is not None and not isinstance(currencies, Mapping):
        raise invalid("currencies", 'must be codes with their decimal places, such as `{"USDC": 6}`')
    for code, scale in (currencies or {}).items():
        check_currency(code, scale)
    if options.get("books") == "open":
        # any book, as without the option
        options = {**options, "books": None}
    elif options.get("books") == "declared":
        # the one of the option `book`, and no other
        options = {**options, "books": []}
    if options.get("clock") is not None:
        options = {**options, "clock": None, "test_clock": _start(options["clock"])}
    if isinstance(options.get("keyring"), Secret):
        options = {**options, "keyring": options["keyring"].reveal()}
    given = options.get("webhooks")
    if isinstance(given, bool):
        options = {**options, "webhooks": {} if given else None}
    limits = options.get("wait_limits")
    if isinstance(limits, Mapping):
        limits = {name: span_text(limit) if isinstance(limit, timedelta) else limit for name, limit in limits.items()}
        options = {**options, "wait_limits": limits}
    spans = {name: span_text(value) for name, value in options.items() if isinstance(value, timedelta)}
    # elsewhere a duration is refused as any other value that is meant to be a text
    spans = {name: text for name, text in spans.items() if "timedelta" in str(Options.__annotations__.get(name))}
    return encode({**options, **spans})


def known(options: Mapping[str, Any]) -> None:
    """Makes the currencies of an engine that is open known to `Money`: one that was refused leaves none behind."""
    for code, scale in (options.get("currencies") or {}).items():
        register_currency(code, scale)


def _start(given: object) -> str:
    """Where the clock of a test begins."""
    if isinstance(given, str):
        try:
            given = time_of(given)
        except ValueError:
            given = None
    if not isinstance(given, datetime):
        raise invalid("clock", "must be a datetime, or a time such as `2026-01-01T00:00:00Z`")
    if given.tzinfo is None:
        raise invalid("clock", "must have a time zone: a naive datetime could mean any")
    return _text("clock", given)


def plain_url(url: object) -> str:
    """A URL as text: those of SQLAlchemy hide their password in `str()`."""
    if isinstance(url, str):
        return whole("url", url)
    render = getattr(url, "render_as_string", None)
    if render is not None:
        return whole("url", str(render(hide_password=False)))
    raise invalid("url", "must be a text such as `sqlite:shop.db`")


def actor_json(actor: Actor | str | Mapping[str, str] | None) -> bytes | None:
    if actor is None:
        return None
    if type(actor) is Actor and type(actor.id) is str and (actor.role is None or type(actor.role) is str):
        return _actor_json(actor)
    return _written(actor)


@lru_cache(maxsize=256)
def _actor_json(actor: Actor) -> bytes:
    """Of actors of plain texts, which are what they equal: an application has few that call often."""
    return _written(actor)


def _written(actor: Any) -> bytes:
    given = encode({"actor": actor})
    found = re.match(rb'\{"actor":(.*)\}\Z', given, re.DOTALL)
    return found.group(1) if found else b"null"


def acting_json(actor: Actor | str | Mapping[str, str]) -> bytes:
    """Returns the caller as JSON. None is refused: the calls would be those of the application itself."""
    given = actor_json(actor)
    if given is None:
        raise invalid("actor", "must name who calls, and is None: a call without an actor is the application's own")
    return given


def book_text(name: object) -> str:
    """The name of a book."""
    if not isinstance(name, str):
        raise invalid("book", f"must be the name of a book, and is {kind_of(name)}")
    return whole("book", name)


class IdempotencyKey(str):
    """A key of calls, from which those of its steps are derived: `key.for_("open")`.

    What no call takes is refused when it is made: it has 1 to 255 printable ASCII characters, and does not begin with
    `auto:`.
    """

    __slots__ = ()

    def __new__(cls, key: str) -> Self:
        if not isinstance(key, str):
            raise invalid("key", f"must be text, and is {kind_of(key)}")
        try:
            # whoever derives another one judges it
            _earnest.child_key(whole("key", key), "")
        except _earnest.Refused as refused:
            unwrap(refused)
        return super().__new__(cls, key)

    def for_(self, step: str) -> IdempotencyKey:
        """The key of a step of this work."""
        try:
            return IdempotencyKey(_earnest.child_key(whole("key", self), whole("step", step)))
        except _earnest.Refused as refused:
            unwrap(refused)


def verify_webhook(
    body: bytes,
    headers: Mapping[str, str],
    secrets: str | Secret | Sequence[str | Secret],
    *,
    now: datetime | None = None,
) -> str:
    """Checks a webhook that was received, and answers its id: the same message may come again, and has the same id.

    `body` is what came over the line, byte by byte, before anybody parsed it. One of `secrets` must have signed it, no
    more than five minutes before or after `now`; otherwise it is refused with `signature_invalid`.
    """
    if not isinstance(body, bytes):
        raise invalid("body", "must be the bytes that came")
    if not hasattr(headers, "items"):
        raise invalid("headers", f"must be names with their values, and is {kind_of(headers)}")
    named = [(_header(name), _header(value)) for name, value in headers.items()]
    given = [secrets] if isinstance(secrets, (str, Secret)) else secrets
    texts = [revealed(secret) for secret in given] if isinstance(given, Sequence) else None
    if texts is None or not all(isinstance(secret, str) for secret in texts):
        raise invalid("secrets", "must be a text, or a list of texts")
    for field, parts in [("secrets", texts), ("headers", [part for header in named for part in header])]:
        for part in parts:
            whole(field, part)
    if now is not None and (not isinstance(now, datetime) or now.tzinfo is None):
        raise invalid("now", "must be a datetime with a time zone: a naive one could mean any")
    try:
        return _earnest.verify_webhook(body, named, list(texts), None if now is None else _text("now", now))
    except _earnest.Refused as refused:
        unwrap(refused)


def _header(part: object) -> str:
    """A name or a value as text: those of WSGI and ASGI are bytes at times."""
    return part.decode("latin-1") if isinstance(part, bytes) else str(part)


def _text(field: str, time: datetime) -> str:
    try:
        return time_text(time)
    except EarnestError as error:
        raise invalid(field, error.details["reason"]) from None


def _bytes(field: str, given: object) -> bytes:
    if not isinstance(given, bytes):
        # not what it is worth: it may be a key
        raise invalid(field, f"must be bytes, and is {kind_of(given)}")
    return given


def keygen() -> str:
    """A new keyring, for the option `keyring`: keep it as a secret, and here in a `Secret`."""
    return _earnest.keygen()


def seal_keyring(keyring: str | Secret, *, by: str, wrapped: bytes, key: bytes) -> str:
    """Seals a keyring under a data key of a key service: `key` in the clear, and `wrapped`, as the service opens it.

    With AWS `generate_data_key(KeyId=..., KeySpec="AES_256")` answers `KeyId`, `CiphertextBlob` and `Plaintext`. The
    option `keyring_unwrap` opens what was sealed.
    """
    sealing = (_bytes("wrapped", wrapped), _bytes("key", key))
    try:
        return _earnest.seal_keyring(whole("keyring", revealed(keyring)), whole("by", by), *sealing)
    except _earnest.Refused as refused:
        unwrap(refused)
