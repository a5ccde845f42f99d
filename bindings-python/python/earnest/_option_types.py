"""The options of an engine. Python takes time to read their types: so only who opens one imports them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, TypedDict

if TYPE_CHECKING:
    from earnest._keyring import KeySource, Unwrap
    from earnest._secret import Secret


class Webhooks(TypedDict, total=False):
    """Which servers webhooks are sent to, beside public ones by `https`."""

    allow_private: bool
    allow_http: bool


class Options(TypedDict, total=False):
    """The options of `Engine.open`, beside the URL; one that is left out has a default that is safe."""

    migrate: Literal["auto", "check", "off"]
    schema: str
    table_prefix: str
    read_only: bool
    book: str
    books: Literal["open", "declared"] | Sequence[str]
    clock: datetime | str
    currencies: Mapping[str, int]
    allowed_currencies: Sequence[str]
    default_currency: str
    require_actor: bool
    keyring: str | Secret | KeySource
    keyring_unwrap: Unwrap
    webhooks: bool | Webhooks
    gateways: Sequence[str]
    deliver: Mapping[str, str]
    policies: Sequence[Mapping[str, Any]]
    rules: Sequence[Mapping[str, Any]]
    rates: Sequence[Mapping[str, Any]]
    queue_limit: int
    group_limit: int
    synchronous: Literal["full", "normal"]
    pool_size: int
    prepared_statements: bool
    sslmode: Literal["disable", "allow", "prefer", "require", "verify-ca", "verify-full"]
    connect_timeout: timedelta | str
    statement_timeout: timedelta | str
    background: bool
    keep_jobs: timedelta | str
    clock_is_right: bool
    notify_every_state: bool
    wait_limits: Mapping[str, timedelta | str]
    log: Literal["off", "error", "warn", "info", "debug", "trace"]
    messages: Mapping[str, Mapping[str, str]]
