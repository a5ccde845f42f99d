"""Values of the package where a serializer meets them without a schema: each writes the JSON of every language.

What is answered after a commit must not be a 500: the money has moved.
"""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar, Union

import orjson
import pydantic_core
import pytest
from fastapi import FastAPI
from fastapi.encoders import jsonable_encoder
from fastapi.responses import JSONResponse
from fastapi.testclient import TestClient
from pydantic import BaseModel, RootModel, TypeAdapter
from typing_extensions import TypedDict

import earnest.fastapi
import earnest.sync
from earnest import Actor, Money, View, errors, json_default, testing, views
from earnest.fastapi import EngineDep

T = TypeVar("T")


@pytest.fixture
def moved(till: earnest.sync.Engine) -> views.Moved:
    till.ledger.top_up("alice", amount="100.00 USD", key="t-1")
    till.ledger.top_up("bob", amount="1.00 USD", key="t-2")
    return till.ledger.transfer("alice", to="bob", amount="5.00 USD", key="x-1", metadata={"n": None})


@pytest.fixture
def met(till: earnest.sync.Engine, moved: views.Moved) -> dict[str, Any]:
    """One of each kind: of views one with a field that is a keyword, and one with a field `keys`, as mappings have it."""
    with pytest.raises(errors.InsufficientBalance) as refused:
        till.ledger.deduct("alice", amount="500.00 USD", key="d-1")
    with testing.sync_engine() as bank:
        keys = bank.receipts.public_keys()
    page = till.ledger.entries("alice", limit=1)
    return {
        "moved": moved,
        "keys": keys,
        "money": moved.balance.available,
        "by": Actor.admin("ann"),
        "page": page,
        "refused": refused.value,
    }


def wire_of(met: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.to_wire() for name, value in met.items()}


def test_what_is_met_is_no_empty_thing(met: dict[str, Any]) -> None:
    wire = wire_of(met)
    assert wire["moved"]["transfer"]["from"] == "alice" and wire["moved"]["transfer"]["created_at"].endswith("Z")
    assert wire["page"]["next"] is not None and len(wire["page"]["items"]) == 1
    assert wire["refused"]["code"] == "insufficient_balance" and len(wire["keys"]["keys"]) > 0


# pydantic and FastAPI


class Reply(BaseModel):
    found: Any


class Boxed(BaseModel, Generic[T]):
    found: T


class Noted(TypedDict):
    found: Any


class Named(NamedTuple):
    found: Any


@dataclasses.dataclass
class Held:
    found: Any


#: Annotations of a route, how the value stands in its answer, and the JSON of that.
ANNOTATED: dict[str, tuple[Any, Any, Any]] = {
    "Any": (Any, lambda value: value, lambda wire: wire),
    "object": (object, lambda value: value, lambda wire: wire),
    "Any | None": (Union[Any, None], lambda value: value, lambda wire: wire),
    "dict": (dict, lambda value: {"found": value}, lambda wire: {"found": wire}),
    "dict[str, Any]": (dict[str, Any], lambda value: {"found": value}, lambda wire: {"found": wire}),
    "dict[str, object]": (dict[str, object], lambda value: {"found": value}, lambda wire: {"found": wire}),
    "Mapping[str, Any]": (Mapping[str, Any], lambda value: {"found": value}, lambda wire: {"found": wire}),
    "dict[str, list[Any]]": (dict[str, list[Any]], lambda value: {"found": [value]}, lambda wire: {"found": [wire]}),
    "list": (list, lambda value: [value], lambda wire: [wire]),
    "list[Any]": (list[Any], lambda value: [value, 1], lambda wire: [wire, 1]),
    "Sequence[Any]": (Sequence[Any], lambda value: [value], lambda wire: [wire]),
    "tuple[Any, int]": (tuple[Any, int], lambda value: (value, 1), lambda wire: [wire, 1]),
    "BaseModel": (Reply, lambda value: Reply(found=value), lambda wire: {"found": wire}),
    "BaseModel[Any]": (Boxed[Any], lambda value: Boxed[Any](found=value), lambda wire: {"found": wire}),
    "RootModel[Any]": (RootModel[Any], lambda value: RootModel[Any](value), lambda wire: wire),
    "TypedDict": (Noted, lambda value: Noted(found=value), lambda wire: {"found": wire}),
    "NamedTuple": (Named, lambda value: Named(value), lambda wire: [wire]),
    "dataclass": (Held, lambda value: Held(value), lambda wire: {"found": wire}),
    "none": (None, lambda value: value, lambda wire: wire),
    "none, in a dict": (None, lambda value: {"found": [value]}, lambda wire: {"found": [wire]}),
}


@pytest.mark.parametrize("annotation", ANNOTATED)
def test_a_route_answers_whatever_its_annotation_says(met: dict[str, Any], annotation: str) -> None:
    kind, given, expected = ANNOTATED[annotation]
    app = FastAPI()

    def route(name: str):  # type: ignore[no-untyped-def]
        return given(met[name])

    if kind is not None:
        route.__annotations__["return"] = kind
    app.get("/{name}")(route)
    client = TestClient(app)
    for name, wire in wire_of(met).items():
        assert client.get(f"/{name}").json() == expected(wire), name


@pytest.mark.parametrize("annotation", [name for name, (kind, *_) in ANNOTATED.items() if kind is not None])
def test_pydantic_writes_them_alike_in_both_modes(met: dict[str, Any], annotation: str) -> None:
    kind, given, expected = ANNOTATED[annotation]
    adapter = TypeAdapter(kind)
    for value in met.values():
        wire = expected(value.to_wire())
        assert json.loads(adapter.dump_json(given(value))) == wire
        assert adapter.dump_python(given(value), mode="json") == wire
        assert json.loads(json.dumps(adapter.dump_python(given(value)))) == wire


def test_a_model_with_a_field_of_any_kind(met: dict[str, Any]) -> None:
    wire = wire_of(met)
    reply = Reply(found=met)
    assert json.loads(reply.model_dump_json()) == {"found": wire} == reply.model_dump(mode="json")
    assert pydantic_core.to_jsonable_python(met) == wire == json.loads(pydantic_core.to_json(met))
    assert json.loads(Reply(found=[Reply(found=met)]).model_dump_json()) == {"found": [{"found": wire}]}


def test_what_is_left_out_of_one_is_left_out(met: dict[str, Any]) -> None:
    wire = wire_of(met)
    one = Reply(found=met["moved"])
    short = one.model_dump(mode="json", exclude={"found": {"balance": True, "transfer": {"from"}}})["found"]
    assert short.keys() == wire["moved"].keys() - {"balance"}
    assert short["transfer"].keys() == wire["moved"]["transfer"].keys() - {"from"}
    sparse = Reply(found=met).model_dump(mode="json", exclude_none=True)["found"]
    assert None not in sparse["moved"]["transfer"].values() and sparse["moved"]["transfer"]["metadata"] == {"n": None}
    assert None not in sparse["page"]["items"][0].values()
    last = Reply(found=type(met["page"])([], {}, met["page"]._more)).model_dump(exclude_none=True)
    assert last == {"found": {"items": []}}


def test_any_view_can_be_an_annotation(moved: views.Moved) -> None:
    app = FastAPI()

    @app.get("/one")
    def one() -> View:
        return moved

    @app.get("/more")
    def more() -> list[View]:
        return [moved, moved.transfer]

    client = TestClient(app)
    assert client.get("/one").json() == moved.to_wire()
    assert client.get("/more").json() == [moved.to_wire(), moved.transfer.to_wire()]
    answer = client.get("/openapi.json").json()["paths"]["/one"]["get"]["responses"]["200"]
    assert answer["content"]["application/json"]["schema"]["type"] == "object"


def test_a_payment_that_is_committed_is_answered() -> None:
    """The whole way: an admin consents, and the deal is paid, behind routes that say nothing of what they answer."""
    app = FastAPI(lifespan=earnest.fastapi.lifespan("memory:", background=False))
    earnest.fastapi.add_error_handlers(app)

    @app.post("/open")
    async def opened(bank: EngineDep) -> dict[str, Any]:
        await bank.acting(Actor.system()).ledger.top_up("alice", amount="2000000 KRW", key="t-1")
        deal = await bank.acting(Actor.system()).escrow.open("alice", seller="bob", price="2000000 KRW", key="o-1")
        with pytest.raises(errors.ApprovalRequired) as refused:
            await bank.acting("alice").escrow.pay(deal.deal.id)
        return {"deal": deal.deal, "held": deal.deal.price, "approval": refused.value.approval}

    @app.post("/approve/{approval}")
    async def approve(approval: str, by: str, bank: EngineDep) -> object:
        return await bank.acting(Actor.admin(by)).approvals.approve(approval)

    with TestClient(app) as client:
        made = client.post("/open")
        assert made.status_code == 200 and made.json()["held"] == {"amount": "2000000", "currency": "KRW"}
        answers = [client.post(f"/approve/{made.json()['approval']}", params={"by": by}) for by in ("ann", "ben")]
        assert [answer.status_code for answer in answers] == [200, 200]
        assert answers[1].json()["approval"]["state"] == "executed"


# What has a function to ask


def test_json_and_orjson_ask_the_default_of_the_package(met: dict[str, Any]) -> None:
    wire, moved = wire_of(met), met["moved"]
    given = {**met, "at": moved.transfer.created_at, "text": "é"}
    expected = {**wire, "at": wire["moved"]["transfer"]["created_at"], "text": "é"}
    assert json.loads(json.dumps(given, default=json_default)) == expected
    passed = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_SUBCLASS
    assert orjson.loads(orjson.dumps(given, default=json_default, option=passed)) == expected
    assert orjson.loads(orjson.dumps(met, default=json_default)) == wire
    assert JSONResponse(jsonable_encoder(met)).body == JSONResponse(wire).body
    for other in (object(), {1}, Money, moved.transfer.created_at.replace(tzinfo=None)):
        for dumps in (json.dumps, orjson.dumps):
            with pytest.raises(TypeError):
                dumps([other], default=json_default, **({"option": passed} if dumps is orjson.dumps else {}))


# What is taught, each in a process in which nobody else has taught it


def run(program: str, folder: Path) -> str:
    """Returns what a program of its own prints; `VALUES` gives it the same values under the same names."""
    ended = subprocess.run([sys.executable, "-c", VALUES + program], cwd=folder, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


VALUES = """
import json
import earnest, earnest.sync

def values(till):
    till.ledger.top_up("alice", amount="100.00 USD", key="t-1")
    till.ledger.top_up("bob", amount="1.00 USD", key="t-2")
    moved = till.ledger.transfer("alice", to="bob", amount="5.00 USD", key="x-1", metadata={"n": None})
    try:
        till.ledger.deduct("alice", amount="500.00 USD", key="d-1")
    except earnest.EarnestError as error:
        refused = error
    return {"moved": moved, "money": earnest.Money("1.00", "USD"), "by": earnest.Actor("ann"),
            "page": till.ledger.entries("alice", limit=1), "refused": refused,
            "keys": till.receipts.public_keys()}

def wire(given):
    return {name: value.to_wire() for name, value in given.items()}
"""


def test_jsonable_encoder_knows_them_without_the_module_for_fastapi(tmp_path: Path) -> None:
    program = """
import sys
import fastapi
with earnest.sync.Engine.open("memory:", keyring=earnest.keygen()) as till:
    met = values(till)
from fastapi.encoders import jsonable_encoder
assert "earnest.fastapi" not in sys.modules
assert jsonable_encoder(met) == wire(met)
print("ok")
"""
    assert run(program, tmp_path) == "ok\n"


def test_without_pydantic_nothing_is_missed(tmp_path: Path) -> None:
    program = """
import sys
sys.modules["pydantic_core"] = sys.modules["pydantic"] = None
with earnest.sync.Engine.open("memory:", keyring=earnest.keygen()) as till: met = values(till)
assert not any(hasattr(value, "__pydantic_serializer__") for value in met.values())
assert json.loads(json.dumps(met, default=earnest.json_default)) == wire(met)
print("ok")
"""
    assert run(program, tmp_path) == "ok\n"


DJANGO = """
import django
from django.conf import settings
from django.db import connection, models

settings.configure(
    INSTALLED_APPS=["earnest.django", "rest_framework"], ROOT_URLCONF="__main__", ALLOWED_HOSTS=["*"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    REST_FRAMEWORK={"DEFAULT_AUTHENTICATION_CLASSES": [], "UNAUTHENTICATED_USER": None},
)
django.setup()
from django.core.serializers.json import DjangoJSONEncoder
from django.http import JsonResponse
from django.test import Client
from django.urls import path
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.response import Response

with earnest.sync.Engine.open("memory:", keyring=earnest.keygen()) as till:
    met = values(till)

class Row(serializers.Serializer):
    found = serializers.SerializerMethodField()
    def get_found(self, name):
        return met[name]

class Note(models.Model):
    found = models.JSONField(encoder=DjangoJSONEncoder)
    class Meta:
        app_label = "notes"

urlpatterns = [
    path("plain", lambda request: JsonResponse({"found": met})),
    path("rest", api_view(["GET"])(lambda request: Response(met))),
    path("alone/<name>", api_view(["GET"])(lambda request, name: Response(met[name]))),
    path("row/<name>", api_view(["GET"])(lambda request, name: Response(Row(name).data))),
]
client, expected = Client(), wire(met)
assert client.get("/plain").json() == {"found": expected}
assert client.get("/rest").json() == expected
for name in met:
    assert client.get(f"/alone/{name}").json() == expected[name], name
    assert client.get(f"/row/{name}").json() == {"found": expected[name]}, name
with connection.schema_editor() as editor:
    editor.create_model(Note)
Note.objects.create(found=met)
assert Note.objects.get().found == expected
print("ok")
"""


def test_django_and_its_rest_framework_write_them(tmp_path: Path) -> None:
    assert run(DJANGO, tmp_path) == "ok\n"


CELERY = """
from celery import Celery
from celery.contrib.testing.worker import start_worker

app = Celery("shop", broker="memory://", backend="cache+memory://")
app.conf.update(task_serializer="json", result_serializer="json", accept_content=["json"])
# otherwise a task waits for up to a second until the worker looks
app.conf.broker_transport_options = {"polling_interval": 0.02}
till = earnest.sync.Engine.open("memory:", keyring=earnest.keygen())

@app.task
def told(given, *more):
    assert isinstance(given, dict)
    return given

@app.task
def made():
    return met

@app.task
def refused():
    till.ledger.deduct("alice", amount="500.00 USD", key="d-2")

with till:
    met = values(till)
    with start_worker(app, pool="solo", perform_ping_check=False, shutdown_timeout=120):
        for name, value in met.items():
            assert told.delay(value, [value]).get(timeout=120) == value.to_wire(), name
        assert made.delay().get(timeout=120) == wire(met)
        again = type(met["moved"]).from_wire(told.delay(met["moved"]).get(timeout=120))
        assert again == met["moved"]
        try:
            refused.delay().get(timeout=120)
        except earnest.EarnestError as error:
            # as it was in the worker, details and all
            assert type(error).__name__ == "InsufficientBalance" and error.available == earnest.Money("95.00", "USD")
            print("ok")
"""


def test_celery_takes_and_answers_them(tmp_path: Path) -> None:
    assert run(CELERY, tmp_path) == "ok\n"
