"""Two tests as users write them; `test_plugin.py` runs them."""


async def test_engine(earnest_engine):  # type: ignore[no-untyped-def]
    await earnest_engine.ledger.top_up("alice", amount="1.00 USD", key="t-1")


def test_till(earnest_till):  # type: ignore[no-untyped-def]
    earnest_till.ledger.top_up("alice", amount="1.00 USD", key="t-1")
    assert earnest_till.ledger.balance("alice").posted.minor == 100
