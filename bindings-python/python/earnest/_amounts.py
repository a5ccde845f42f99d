"""Names of arguments, by their kinds.

Made from the contract by `bindings-shared/generator` (@generated): do not edit.
"""

#: The names of arguments that are money.
AMOUNTS = frozenset(
    {
        "amount",
        "authorized",
        "captured",
        "ceiling",
        "daily_limit",
        "fee",
        "grants",
        "max",
        "min",
        "monthly_limit",
        "overdraft_limit",
        "price",
        "refund",
        "refunded",
        "threshold",
    }
)

#: The names of arguments that are, or may be, times.
TIMES = frozenset(
    {
        "at",
        "before_time",
        "deliver_by",
        "due_before",
        "expires_at",
        "from",
        "from_time",
        "pay_by",
        "release_at",
        "retry_at",
        "run_at",
        "sale_from",
        "sale_until",
        "ship_by",
        "since",
        "to_time",
        "until",
        "updated_since",
    }
)

#: The names of arguments that are durations.
SPANS = frozenset(
    {
        "authorization_for",
        "block_time",
        "bump_after",
        "deliver_within",
        "expires_in",
        "facts_ttl",
        "for",
        "give_up_in",
        "hold_for",
        "inspection",
        "keep_old_for",
        "pause",
        "pay_within",
        "resend_after",
        "respond_within",
        "settle_after",
        "ship_within",
        "tolerance",
        "watch",
    }
)

#: The names of arguments that may be any JSON.
FREE = frozenset(
    {
        "action",
        "config",
        "expect",
        "headers",
        "keystore",
        "limit",
        "metadata",
        "payload",
        "public_keys",
        "receipt",
        "refund_account",
        "result",
        "secrets",
        "tokens",
        "typed_data",
        "urls",
    }
)

#: The names of arguments that are secrets, with their operation where one of another is none.
SECRETS = frozenset(
    {
        "code",
        "current",
        "mnemonic",
        "passphrase",
        "password",
        "payments.confirm.token",
        "payments.create.token",
        "payments.create.tokens",
        "pin",
        "private_key",
        "proofs",
        "purchases.buy.token",
        "purchases.buy.tokens",
        "purchases.pay.token",
        "purchases.pay.tokens",
        "refund_account",
        "secret",
        "secrets",
        "urls",
        "vault.find.value",
        "vault.put.value",
    }
)

#: The names of arguments that every call which writes takes besides its own.
COMMON = frozenset(
    {
        "actor",
        "context",
        "expected_version",
        "key",
        "metadata",
        "proofs",
        "reference",
        "risk_score",
    }
)
