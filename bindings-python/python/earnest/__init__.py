"""Earnest: an engine for money inside your application. Prepaid balances, escrow, receipts; SQLite or PostgreSQL.

    from earnest import Engine, Money

    async with Engine.open("sqlite:shop.db") as bank:
        await bank.ledger.top_up("alice", amount=Money("100.00", "USD"), key="t-1")
        print((await bank.ledger.balance("alice")).available)

`earnest.sync` is the blocking twin, `earnest.views` and `earnest.errors` are what calls answer.
"""

from __future__ import annotations

import atexit

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
from earnest._view import View
from earnest._wire import Actor
from earnest._workers import Failed

__all__ = [
    "Actor",
    "EarnestError",
    "Engine",
    "Failed",
    "IdempotencyKey",
    "Json",
    "JsonInput",
    "Money",
    "Page",
    "View",
    "__version__",
    "context",
    "json_default",
    "keygen",
    "register_currency",
    "seal_keyring",
    "verify_webhook",
]

# what is under way may finish, and no thread of the engine outlives the interpreter
atexit.register(_earnest.shutdown)
