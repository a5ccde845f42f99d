"""How a refusal becomes an answer over HTTP, and a header the key of a call: the same in every web framework."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from earnest._error import EarnestError, invalid, refuse, whole
from earnest._options import IdempotencyKey

_log = logging.getLogger("earnest")


class Answer(NamedTuple):
    """The HTTP answer to a refusal."""

    status: int
    body: dict[str, Any]
    headers: dict[str, str]


def answer(error: EarnestError, accept_language: str, headers: Sequence[tuple[str, str]] = ()) -> Answer:
    """The status, the envelope in the caller's language, and the headers of a refusal.

    What its developer must know is in the log `earnest`: one that is no fault of the caller with its traceback, and why
    a request was not valid. The body has neither.
    """
    status = error.http_status
    if status >= 500:
        _log.error("a request ended with `%s`", error.code or error.kind, exc_info=error)
    elif status == 400:
        _log.warning("a request was refused with `%s`: %s", error.code, error.message)
    locale = locale_of(error, accept_language)
    more = {"Content-Language": locale, **dict(headers)}
    after = error.details.get("retry_after")
    if after is not None:
        more["Retry-After"] = str(after)
    return Answer(status, {"error": error.envelope(locale)}, more)


def locale_of(error: EarnestError, accept_language: str) -> str:
    """The first language of `Accept-Language` in which there is a text, without the subtags that it has no text for;
    English if there is none.
    """
    wanted = []
    for place, part in enumerate(accept_language.split(",")[:16]):
        language, _, rest = part.strip().partition(";")
        quality = rest.strip().removeprefix("q=") or "1"
        weight = float(quality) if quality.isascii() and quality.replace(".", "", 1).isdigit() else 0.0
        if language and weight > 0:
            wanted.append((-weight, place, language))
    found = (error.language_of(language) for _, _, language in sorted(wanted))
    return next((language for language in found if language is not None), "en")


class Asked(NamedTuple):
    """The parts of a key: the request, by its method and path, and the header with the caller's own key."""

    operation: str
    header: str
    given: str | None


def key_of(asked: Asked, who: str) -> IdempotencyKey:
    """The key of a request: what the caller gave, kept apart from those of others by `who`."""
    given = asked.given
    if not given:
        raise refuse("idempotency_key_missing", operation=asked.operation)
    if len(given) > 255 or not all(" " <= letter <= "~" for letter in given):
        raise invalid(asked.header, "must be 1 to 255 printable ASCII characters")
    # one text for one pair: lengths keep `a` + `bc` apart from `ab` + `c`
    digest = hashlib.sha256(f"{len(who)}:{who}:{given}".encode()).hexdigest()
    return IdempotencyKey(f"http:{digest}")


def caller_of(who: object) -> str:
    """The id of a caller as text, the same at every request."""
    if isinstance(who, str) and who:
        # a text that is the member of an enum says its name by itself
        return whole("scope", str.__str__(who))
    if isinstance(who, int) and not isinstance(who, bool):
        return str(int(who))
    if isinstance(who, UUID):
        return str(who)
    what = "an empty text" if who == "" else f"`{type(who).__name__}`"
    raise invalid("scope", f"must answer the id of who calls as text, int or UUID, and answered {what}")
