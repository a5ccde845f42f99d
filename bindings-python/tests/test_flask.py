"""An application of Flask: refusals in the caller's language, views as JSON, keys of each caller."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Blueprint, Flask, jsonify, request
from flask.json.provider import DefaultJSONProvider
from flask.testing import FlaskClient

import earnest.flask
import earnest.sync
from earnest import Actor, Money


def application(bank: earnest.sync.Engine) -> Flask:
    app = Flask(__name__)
    earnest.flask.add_error_handlers(app, headers=[("Cache-Control", "no-store")])
    gifts = Blueprint("gifts", __name__)

    @gifts.post("/gifts")
    def give() -> Any:
        user = request.headers["X-User"]
        key = earnest.flask.idempotency_key(user)
        return bank.acting(user).ledger.transfer(user, to="bob", amount=request.args["amount"], key=key).to_wire()

    @gifts.get("/balance")
    def balance() -> Any:
        found = bank.acting("alice").ledger.balance("alice")
        return jsonify(
            found=found, again=[found.available], entries=bank.acting("alice").ledger.entries("alice", limit=1)
        )

    @gifts.get("/unnamed")
    def unnamed() -> Any:
        return jsonify(bank.ledger.balance("alice"))

    app.register_blueprint(gifts)
    return app


@pytest.fixture(params=["memory", "sqlite"])
def bank(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[earnest.sync.Engine]:
    url = "memory:" if request.param == "memory" else f"sqlite:{tmp_path / 'shop.db'}"
    with earnest.sync.Engine.open(url, require_actor=True, background=False) as bank:
        for name in ("alice", "bob"):
            bank.acting(Actor.system()).ledger.top_up(name, amount="10.00 USD", key=name)
        yield bank


@pytest.fixture
def client(bank: earnest.sync.Engine) -> FlaskClient:
    return application(bank).test_client()


def give(client: FlaskClient, amount: str, key: str | None = "k", **more: str) -> Any:
    headers = {"X-User": "alice", **({"Idempotency-Key": key} if key else {}), **more}
    return client.post("/gifts", query_string={"amount": amount}, headers=headers)


def test_a_refusal_is_an_answer_in_the_language_of_the_caller(client: FlaskClient) -> None:
    refused = give(client, "99.00 USD", **{"Accept-Language": "fr, ko-KR;q=0.8"})
    assert (refused.status_code, refused.headers["Content-Language"], refused.headers["Cache-Control"]) == (
        409,
        "ko",
        "no-store",
    )
    assert refused.json == {
        "error": {"code": "INSUFFICIENT_BALANCE", "message": "잔액이 부족합니다", "retryable": False}
    }


def test_a_key_is_one_effect(client: FlaskClient) -> None:
    first, again = give(client, "1.00 USD"), give(client, "1.00 USD")
    assert first.json["transfer"] == again.json["transfer"] and (first.json["replayed"], again.json["replayed"]) == (
        False,
        True,
    )
    missing = give(client, "1.00 USD", None)
    assert (missing.status_code, missing.json["error"]["code"]) == (400, "IDEMPOTENCY_KEY_MISSING")


def test_views_and_money_are_json(client: FlaskClient, bank: earnest.sync.Engine) -> None:
    found = client.get("/balance").json
    alice = bank.acting("alice").ledger
    assert found == {
        "found": alice.balance("alice").to_wire(),
        "again": [Money("10.00", "USD").to_wire()],
        "entries": alice.entries("alice", limit=1).to_wire(),
    }


def test_what_its_developer_must_know_is_in_the_log(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    unnamed = client.get("/unnamed")
    assert (unnamed.status_code, unnamed.json["error"]["code"]) == (500, "INVALID_REQUEST")
    assert give(client, "5").status_code == 400
    first, second = [record for record in caplog.records if record.name == "earnest"]
    assert first.levelname == "ERROR" and first.exc_info is not None and "actor" in str(first.exc_info[1])
    assert second.levelname == "WARNING" and "needs a currency" in second.getMessage()


def test_a_stranger_writes_no_line_of_the_log(caplog: pytest.LogCaptureFixture) -> None:
    """A path is decoded before the application sees it."""
    app = Flask(__name__)
    earnest.flask.add_error_handlers(app)

    @app.post("/pay/<order>")
    def pay(order: str) -> str:
        return str(earnest.flask.idempotency_key("alice"))

    forged = "2026-11-30%2007:00:00%20ERROR%20earnest%20paid%1b%5b2K%e2%80%a8"
    assert app.test_client().post(f"/pay/7%0d%0a{forged}").status_code == 400
    [line] = [record.getMessage() for record in caplog.records if record.name == "earnest"]
    assert line.isprintable() and "7\\u{d}\\u{a}2026-11-30 07:00:00 ERROR" in line


def test_a_provider_of_the_application_stays() -> None:
    class Own(DefaultJSONProvider):
        pass

    app = Flask(__name__)
    app.json = own = Own(app)
    earnest.flask.add_error_handlers(app)
    assert app.json is own
