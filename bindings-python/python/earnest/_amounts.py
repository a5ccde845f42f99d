"""Which arguments are money.

Made from `core/src/api/operations.rs` by `tools/generate.py` (@generated): do not edit.
"""

#: The names of arguments that are money.
AMOUNTS = frozenset(
    {
        "amount",
        "ceiling",
        "daily_limit",
        "monthly_limit",
        "overdraft_limit",
        "price",
        "refund",
        "threshold",
    }
)
