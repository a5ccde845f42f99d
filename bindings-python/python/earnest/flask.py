"""Earnest in Flask: refusals as answers in the caller's language, views as JSON, keys from headers.

app = Flask(__name__)
earnest.flask.add_error_handlers(app)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Flask, Response, jsonify, request
from flask.json.provider import DefaultJSONProvider

from earnest._error import EarnestError
from earnest._jsonable import Jsonable
from earnest._options import IdempotencyKey
from earnest._web import Asked, answer, caller_of, key_of

__all__ = ["JSONProvider", "add_error_handlers", "idempotency_key"]


class JSONProvider(DefaultJSONProvider):
    """Flask's own JSON, with views and money in it: `app.json = JSONProvider(app)`."""

    @staticmethod
    def default(o: Any) -> Any:
        return o.to_wire() if isinstance(o, Jsonable) else DefaultJSONProvider.default(o)


def add_error_handlers(app: Flask, headers: Sequence[tuple[str, str]] = ()) -> None:
    """Answers every refusal with its HTTP status and its envelope, in the caller's language, and lets `jsonify` write
    views and money.

    The body is `{"error": {"code", "message", "retryable"}}`. It has no details, which name accounts: those are in the
    exception, for a handler of your own. The log `earnest` has one with a status of 500 and above, and why a request was
    not valid. A JSON provider of your own stays: let it be a `JSONProvider` too.
    """
    if type(app.json) is DefaultJSONProvider:
        app.json = JSONProvider(app)

    def answered(error: EarnestError) -> Response:
        found = answer(error, request.headers.get("Accept-Language", ""), headers)
        response = jsonify(found.body)
        response.status_code = found.status
        response.headers.update(found.headers)
        return response

    app.register_error_handler(EarnestError, answered)


def idempotency_key(who: str | int | UUID | None = None, header: str = "Idempotency-Key") -> IdempotencyKey:
    """The caller's own key for the request that is being answered, from a header.

    Keys are one namespace for a whole book. `who` is the id of the user who is logged in: then nobody meets another one's
    key. A request without the header is `idempotency_key_missing`.
    """
    asked = Asked(f"{request.method} {request.path}", header, request.headers.get(header))
    return key_of(asked, "" if who is None else caller_of(who))
