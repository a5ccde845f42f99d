"""Views in FastAPI: what a route answers is the JSON of every language, and its schema is in OpenAPI."""

from typing import Annotated, Any

import pytest
from fastapi import Body, FastAPI
from fastapi.testclient import TestClient
from pydantic import BaseModel, TypeAdapter

import earnest.fastapi
import earnest.sync
import earnest.views
from earnest import Page, View, testing, views


class Order(BaseModel):
    deal: views.Deal
    paid: views.Moved | None = None


def test_a_view_is_a_response_model(till: earnest.sync.Engine) -> None:
    app = FastAPI()
    till.ledger.top_up("alice", amount="100.00 USD", key="t-1")
    till.ledger.top_up("bob", amount="1.00 USD", key="t-2")
    moved = till.ledger.transfer("alice", to="bob", amount="5.00 USD", key="x-1", metadata={"n": 1})
    deal = till.escrow.open("alice", seller="bob", price="40.00 USD", key="o-1").deal

    @app.get("/moved")
    def one() -> views.Moved:
        return moved

    @app.get("/deal", response_model=views.Deal)
    async def two() -> Any:
        return deal

    @app.get("/entries")
    def three() -> Page[views.Entry]:
        return till.ledger.entries("alice")

    @app.get("/order")
    def four() -> Order:
        return Order(deal=deal, paid=moved)

    @app.post("/echo")
    def five(transfer: Annotated[views.Transfer, Body()]) -> views.Transfer:
        return transfer

    client = TestClient(app)
    assert same(views.Moved, client.get("/moved").json(), moved)
    assert client.get("/moved").json()["transfer"]["from"] == "alice"
    assert same(views.Deal, client.get("/deal").json(), deal)
    page = client.get("/entries").json()
    assert page["next"] is None
    assert [views.Entry.from_wire(entry) for entry in page["items"]] == till.ledger.entries("alice").items
    order = client.get("/order").json()
    assert same(views.Deal, order["deal"], deal) and same(views.Moved, order["paid"], moved)
    assert same(views.Transfer, client.post("/echo", json=moved.transfer.to_wire()).json(), moved.transfer)
    assert client.post("/echo", json={**moved.transfer.to_wire(), "amount": 5}).status_code == 422
    openapi = client.get("/openapi.json").json()
    transfer = openapi["components"]["schemas"]["Transfer"]["properties"]
    assert {"id", "from", "to", "amount", "postings"} <= set(transfer) and "from_" not in transfer


def same(view: type[View], got: Any, expected: View) -> bool:
    """The JSON of every language, and read again what it was."""
    return got == expected.to_wire() and view.from_wire(got) == expected


@pytest.mark.parametrize("name", sorted(name for name in earnest.views.__all__))
def test_every_view_has_a_schema(name: str) -> None:
    view = getattr(earnest.views, name)
    if isinstance(view, type) and issubclass(view, View):
        schema = TypeAdapter(view).json_schema()
        schema = schema["$defs"][name] if "$ref" in schema else schema
        wires = {view._names.get(field, field) for field in view.__annotations__}
        assert set(schema["properties"]) == wires


@pytest.fixture
def shown(till: earnest.sync.Engine) -> views.Moved:
    till.ledger.top_up("alice", amount="100.00 USD", key="t-1")
    till.ledger.top_up("bob", amount="1.00 USD", key="t-2")
    return till.ledger.transfer("alice", to="bob", amount="5.00 USD", key="x-1", metadata={"n": None})


def test_what_a_route_leaves_out_is_left_out(till: earnest.sync.Engine, shown: views.Moved) -> None:
    app = FastAPI()

    class Both(BaseModel):
        moved: views.Moved

    @app.get("/exclude", response_model_exclude={"balance"})
    def one() -> views.Moved:
        return shown

    @app.get("/nested", response_model_exclude={"moved": {"balance": ..., "transfer": {"metadata", "from"}}})
    def two() -> Both:
        return Both(moved=shown)

    @app.get("/include", response_model_include={"replayed"})
    def three() -> views.Moved:
        return shown

    @app.get("/none", response_model_exclude_none=True)
    def four() -> views.Transfer:
        return shown.transfer

    @app.get("/python", response_model_exclude={"from_", "id"})
    def five() -> views.Transfer:
        return shown.transfer

    @app.get("/python-include", response_model_include={"from_", "id"})
    def six() -> views.Transfer:
        return shown.transfer

    @app.get("/page", response_model_exclude={"items": {"__all__": {"balance_after"}}})
    def seven() -> Page[views.Entry]:
        return till.ledger.entries("alice")

    @app.get("/page-none", response_model_exclude_none=True)
    def eight() -> Page[views.Entry]:
        return till.ledger.entries("alice")

    client, whole = TestClient(app), shown.to_wire()
    assert client.get("/exclude").json().keys() == whole.keys() - {"balance"}
    nested = client.get("/nested").json()["moved"]
    assert nested.keys() == whole.keys() - {"balance"}
    assert nested["transfer"].keys() == whole["transfer"].keys() - {"metadata", "from"}
    assert client.get("/include").json() == {"replayed": False}
    transfer = client.get("/none").json()
    assert transfer == {name: member for name, member in whole["transfer"].items() if member is not None}
    assert transfer["metadata"] == {"n": None} and len(transfer) < len(whole["transfer"])
    assert client.get("/python").json().keys() == whole["transfer"].keys() - {"from", "id"}
    assert client.get("/python-include").json() == {"from": "alice", "id": shown.transfer.id}
    entries = client.get("/page").json()["items"]
    assert len(entries) == 2 and all("balance_after" not in entry and "amount" in entry for entry in entries)
    page = client.get("/page-none").json()
    assert page.keys() == {"items"} and all(None not in entry.values() for entry in page["items"])


def test_a_route_without_a_model_answers_the_json_of_every_language(
    till: earnest.sync.Engine, shown: views.Moved
) -> None:
    app = FastAPI()
    # a view that has a field `keys`, which looks like a mapping
    with testing.sync_engine() as bank:
        keys = bank.receipts.public_keys()

    @app.get("/view")
    def one():  # type: ignore[no-untyped-def]
        return shown

    @app.get("/within")
    def two():  # type: ignore[no-untyped-def]
        return {
            "moved": shown,
            "balance": shown.balance.available,
            "by": earnest.Actor("alice"),
            "page": till.ledger.entries("alice"),
        }

    @app.get("/list", response_model=None)
    def three() -> Any:
        return [shown.transfer, keys]

    client = TestClient(app)
    assert client.get("/view").json() == shown.to_wire()
    assert client.get("/within").json() == {
        "moved": shown.to_wire(),
        "balance": {"amount": "95.00", "currency": "USD"},
        "by": {"id": "alice"},
        "page": till.ledger.entries("alice").to_wire(),
    }
    assert client.get("/list").json() == [shown.transfer.to_wire(), keys.to_wire()]


def test_a_secret_is_in_what_is_answered_and_in_no_repr() -> None:
    class Reply(BaseModel):
        found: views.ValueRevealed

    with earnest.sync.Engine.open("memory:", keyring=earnest.keygen(), background=False) as bank:
        bank.vault.put("alice", name="email", value="alice@example.com")
        reply = Reply(found=bank.acting(earnest.Actor.admin("ann")).vault.reveal("alice", name="email"))
    assert "value=<hidden>" in repr(reply) and "alice@" not in repr(reply)
    assert reply.model_dump(mode="json")["found"]["value"] == "alice@example.com" == reply.found.value
