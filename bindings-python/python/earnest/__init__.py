"""Earnest: an engine for money inside your application. Prepaid balances, escrow, receipts; SQLite or PostgreSQL.

    from earnest import Engine, Money

    async with Engine.open("sqlite:shop.db") as bank:
        await bank.ledger.top_up("alice", amount=Money("100.00", "USD"), key="t-1")
        print((await bank.ledger.balance("alice")).available)

`earnest.sync` is the blocking twin, `earnest.views` and `earnest.errors` are what calls answer. The exceptions that most
programs catch are here too: `except earnest.InsufficientBalance`.
"""

from __future__ import annotations

import atexit
from typing import TYPE_CHECKING, Any

from earnest import _earnest
from earnest._earnest import __version__
from earnest._engine import Engine
from earnest._error import EarnestError
from earnest._json import Json, JsonInput
from earnest._jsonable import json_default
from earnest._money import Money, register_currency
from earnest._observe import context
from earnest._options import IdempotencyKey, keygen, seal_keyring, verify_webhook
from earnest._runner import Page
from earnest._secret import Secret
from earnest._view import View
from earnest._wire import Actor
from earnest._workers import Failed

if TYPE_CHECKING:
    from earnest import errors as errors, sync as sync, testing as testing, views as views
    from earnest._errors import (
        AccountNotFound as AccountNotFound,
        ApprovalRequired as ApprovalRequired,
        Contention as Contention,
        DealNotFound as DealNotFound,
        FactorRequired as FactorRequired,
        IdempotencyMismatch as IdempotencyMismatch,
        InsufficientBalance as InsufficientBalance,
        InvalidAmount as InvalidAmount,
        InvalidRequest as InvalidRequest,
        LimitExceeded as LimitExceeded,
        NotPermitted as NotPermitted,
        OtpInvalid as OtpInvalid,
        OtpLocked as OtpLocked,
        PinInvalid as PinInvalid,
        PinLocked as PinLocked,
        RateLimited as RateLimited,
        ReviewRequired as ReviewRequired,
        StoreUnavailable as StoreUnavailable,
        TransitionNotAllowed as TransitionNotAllowed,
        VelocityBlocked as VelocityBlocked,
    )

__all__ = [
    "AccountNotFound",
    "Actor",
    "ApprovalRequired",
    "Contention",
    "DealNotFound",
    "EarnestError",
    "Engine",
    "FactorRequired",
    "Failed",
    "IdempotencyKey",
    "IdempotencyMismatch",
    "InsufficientBalance",
    "InvalidAmount",
    "InvalidRequest",
    "Json",
    "JsonInput",
    "LimitExceeded",
    "Money",
    "NotPermitted",
    "OtpInvalid",
    "OtpLocked",
    "Page",
    "PinInvalid",
    "PinLocked",
    "RateLimited",
    "ReviewRequired",
    "Secret",
    "StoreUnavailable",
    "TransitionNotAllowed",
    "VelocityBlocked",
    "View",
    "__version__",
    "context",
    "errors",
    "json_default",
    "keygen",
    "register_currency",
    "seal_keyring",
    "sync",
    "testing",
    "verify_webhook",
    "views",
]

# parts of the package, which a program without refusals need not load: `earnest.errors`, `earnest.sync`
_PARTS = frozenset({"errors", "sync", "testing", "views"})


def __getattr__(name: str) -> Any:
    """A part of the package, or the exception of a common code, when it is first asked for."""
    if name in _PARTS:
        from importlib import import_module

        return import_module(f"earnest.{name}")
    if name in __all__:
        from earnest import _errors

        found = globals()[name] = getattr(_errors, name)
        return found
    raise AttributeError(f"module 'earnest' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


# what is under way may finish, and no thread of the engine outlives the interpreter
atexit.register(_earnest.shutdown)
