"""Views in FastAPI: what a route answers is the JSON of every language, and its schema is in OpenAPI."""

from typing import Annotated, Any

import pytest
from fastapi import Body, FastAPI
from fastapi.testclient import TestClient
from pydantic import BaseModel, TypeAdapter

import earnest.sync
import earnest.views
from earnest import Page, View, views


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
    """Equal as values: pydantic writes times and durations in other words."""
    return got.keys() == expected.to_wire().keys() and view.from_wire(got) == expected


@pytest.mark.parametrize("name", sorted(name for name in earnest.views.__all__))
def test_every_view_has_a_schema(name: str) -> None:
    view = getattr(earnest.views, name)
    if isinstance(view, type) and issubclass(view, View):
        schema = TypeAdapter(view).json_schema()
        schema = schema["$defs"][name] if "$ref" in schema else schema
        wires = {view._names.get(field, field) for field in view.__annotations__}
        assert set(schema["properties"]) == wires
