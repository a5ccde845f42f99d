"""An application of FastAPI: opened with it, keys of each caller, refusals in the caller's language."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from enum import Enum, IntEnum
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import pytest
from fastapi import Depends, FastAPI, Header, Request, WebSocket
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from earnest import Actor, IdempotencyKey, errors, views
from earnest.fastapi import EngineDep, Idempotency, KeyDep, add_error_handlers, lifespan, monitoring, responses
from hosts import another_database


def current_user(authorization: Annotated[str, Header()]) -> str:
    return authorization.removeprefix("Bearer ")


User = Annotated[str, Depends(current_user)]
UserKey = Annotated[IdempotencyKey, Depends(Idempotency(scope=current_user))]


def application(url: str) -> FastAPI:
    app = FastAPI(lifespan=lifespan(url))
    add_error_handlers(app)

    @app.post("/top-ups")
    async def top_up(bank: EngineDep, account: str, amount: str, key: KeyDep) -> views.Moved:
        return await bank.acting(Actor.system("checkout")).ledger.top_up(account, amount=amount, key=key)

    @app.post("/gifts", responses=responses(errors.InsufficientBalance, errors.AccountLocked, errors.AccountNotFound))
    async def give(bank: EngineDep, user: User, to: str, amount: str, key: UserKey) -> views.Moved:
        return await bank.acting(user).ledger.transfer(user, to=to, amount=amount, key=key)

    @app.get("/unnamed")
    async def unnamed(bank: EngineDep) -> views.Balance:
        return await bank.ledger.balance("alice")

    return app


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with TestClient(application(f"sqlite:{tmp_path / 'shop.db'}")) as client:
        for name in ("alice", "bob"):
            made = client.post(
                "/top-ups", params={"account": name, "amount": "10.00 USD"}, headers={"Idempotency-Key": name}
            )
            assert made.status_code == 200, made.text
            assert made.json()["balance"]["available"]["amount"] == "10.00"
        yield client


def give(client: TestClient, who: str, key: str | None, **more: str) -> Any:
    headers = {"Authorization": f"Bearer {who}", **({"Idempotency-Key": key} if key else {})}
    params = {"to": "bob" if who == "alice" else "alice", "amount": "1.00 USD", **more}
    return client.post("/gifts", params=params, headers=headers)


def test_a_key_is_one_effect_for_each_user(client: TestClient) -> None:
    first, again, other = give(client, "alice", "k"), give(client, "alice", "k"), give(client, "bob", "k")
    assert (first.status_code, again.status_code, other.status_code) == (200, 200, 200)
    assert first.json()["transfer"] == again.json()["transfer"] and again.json()["replayed"]
    assert other.json()["transfer"]["id"] != first.json()["transfer"]["id"] and not other.json()["replayed"]
    mismatch = give(client, "alice", "k", amount="2.00 USD")
    assert (mismatch.status_code, mismatch.json()["error"]["code"]) == (409, "IDEMPOTENCY_MISMATCH")


def test_a_missing_or_malformed_key_is_refused(client: TestClient) -> None:
    missing = give(client, "alice", None)
    assert (missing.status_code, missing.json()["error"]["code"]) == (400, "IDEMPOTENCY_KEY_MISSING")
    long = give(client, "alice", "k" * 256)
    assert (long.status_code, long.json()["error"]["code"]) == (400, "INVALID_REQUEST")


@pytest.mark.parametrize(
    ("wanted", "locale", "text"),
    [
        (None, "en", "There is not enough money in the account"),
        ("ko", "ko", "잔액이 부족합니다"),
        ("fr, ko-KR;q=0.8, en;q=0.5", "ko", "잔액이 부족합니다"),
        ("en-GB, ko;q=0.9", "en", "There is not enough money in the account"),
        ("ko;q=0, da", "en", "There is not enough money in the account"),
        (";;q=x,,ko;q=", "ko", "잔액이 부족합니다"),
        ("ko;q=\xb2, en;q=0.1", "en", "There is not enough money in the account"),
        ("ko" + "-a" * 4000, "en", "There is not enough money in the account"),
    ],
)
def test_refusals_are_in_the_language_of_the_caller(
    client: TestClient, wanted: str | None, locale: str, text: str
) -> None:
    headers = {"Authorization": "Bearer alice", "Idempotency-Key": "k"} | (
        {"Accept-Language": wanted.encode("latin-1")} if wanted else {}
    )
    if wanted is None:
        client.headers.pop("accept-language", None)
    refused = client.post("/gifts", params={"to": "bob", "amount": "99.00 USD"}, headers=headers)
    assert refused.status_code == 409 and refused.headers["content-language"] == locale
    assert refused.json() == {"error": {"code": "INSUFFICIENT_BALANCE", "message": text, "retryable": False}}


#: Each in a process of its own: texts are those of the whole process.
SPEAKING = """
import json, sys
import earnest.fastapi
from fastapi import FastAPI
from fastapi.testclient import TestClient

given, wanted = json.loads(sys.argv[1])
app = FastAPI(lifespan=earnest.fastapi.lifespan("memory:", require_actor=False, messages=given))
earnest.fastapi.add_error_handlers(app)

@app.get("/")
async def poor(bank: earnest.fastapi.EngineDep) -> None:
    await bank.ledger.top_up("alice", amount="1.00 USD", key="t-1")
    await bank.ledger.deduct("alice", amount="9.00 USD", key="d-1")

with TestClient(app) as client:
    for language in wanted:
        said = client.get("/", headers={"Accept-Language": language})
        print(said.headers["content-language"], said.json()["error"]["message"], sep=": ")
"""


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (
            {"en": "Top up first"},
            {
                "fr": "en: Top up first",
                "fr, ko": "ko: 잔액이 부족합니다",
                "fr, en-GB": "en: Top up first",
                "*": "en: Top up first",
            },
        ),
        (
            {"en-GB": "Do top up first", "de": "There is not enough money in the account"},
            {
                "en-GB": "en-GB: Do top up first",
                "en-US, en-GB": "en: There is not enough money in the account",
                "fr, en-GB;q=0.5": "en-GB: Do top up first",
                "de-AT, ko": "de: There is not enough money in the account",
            },
        ),
    ],
)
def test_texts_of_ones_own_are_answered_in_their_language(given: dict[str, str], wanted: dict[str, str]) -> None:
    texts = {language: {"insufficient_balance": text} for language, text in given.items()}
    ran = subprocess.run(
        [sys.executable, "-c", SPEAKING, json.dumps([texts, list(wanted)])],
        capture_output=True, text=True, check=True, timeout=60, env={**os.environ, "PYTHONUTF8": "1"},
    )  # fmt: skip
    assert ran.stdout.splitlines() == list(wanted.values())


def test_a_call_without_an_actor_is_a_fault_of_the_application(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    refused = client.get("/unnamed")
    assert (refused.status_code, refused.json()["error"]) == (
        500,
        {
            "code": "INVALID_REQUEST",
            "message": "The request could not be processed. Please contact the administrator",
            "retryable": False,
        },
    )
    # the engine has a line of its own, for calls that no web application makes
    [line] = [record for record in caplog.records if record.name == "earnest"]
    assert line.levelname == "ERROR" and line.exc_info is not None
    assert "actor" in str(line.exc_info[1]) and "actor" not in refused.text


def test_why_a_request_is_not_valid_is_in_the_log_alone(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    headers = {"Authorization": "Bearer alice", "Idempotency-Key": "k"}
    for given, reason in [("5", "USD"), ("1.005 USD", "decimal places")]:
        caplog.clear()
        refused = client.post("/gifts", params={"to": "bob", "amount": given}, headers=headers)
        assert refused.status_code == 400 and reason not in refused.text
        [line] = caplog.records
        assert (line.name, line.levelname) == ("earnest", "WARNING"), line
        assert reason in line.getMessage()
    caplog.clear()
    # what the program may be told every day is no line
    assert client.post("/gifts", params={"to": "bob", "amount": "99.00 USD"}, headers=headers).status_code == 409
    assert caplog.records == []


@pytest.mark.parametrize("store", ["memory", "sqlite", "postgresql"])
def test_health_and_metrics_need_no_actor(store: str, tmp_path: Path) -> None:
    urls = {"memory": "memory:", "sqlite": f"sqlite:{tmp_path / 'shop.db'}"}
    app = application(urls[store] if store in urls else asyncio.run(another_database()))
    app.include_router(monitoring(), prefix="/inside", dependencies=[Depends(current_user)])
    operator = {"Authorization": "Bearer operator"}
    with TestClient(app) as client:
        client.post("/top-ups", params={"account": "alice", "amount": "10.00 USD"}, headers={"Idempotency-Key": "t"})
        assert client.get("/inside/metrics").status_code == 422
        found = client.get("/inside/health", headers=operator)
        assert found.status_code == 200 and views.Health.from_wire(found.json()).status == "healthy", found.text
        told = client.get("/inside/metrics", headers=operator)
        assert told.headers["content-type"].startswith("text/plain; version=0.0.4")
        assert "earnest_operations" in {family.name for family in text_string_to_metric_families(told.text)}
        schema = client.get("/openapi.json").json()["paths"]["/inside/health"]["get"]["responses"]
        assert {"200", "503"} <= set(schema)


def test_a_store_that_is_gone_is_critical(tmp_path: Path) -> None:
    app = application(f"sqlite:{tmp_path / 'shop.db'}")
    app.include_router(monitoring())
    with TestClient(app) as client:
        assert client.get("/health").status_code == 200
        for left in tmp_path.iterdir():
            left.unlink()
        gone = client.get("/health")
        assert (gone.status_code, gone.json()["status"]) == (503, "critical"), gone.text


def test_refusals_are_in_openapi(client: TestClient) -> None:
    described = client.get("/openapi.json").json()["paths"]["/gifts"]["post"]["responses"]
    assert {"200", "404", "409"} <= set(described)
    examples = described["409"]["content"]["application/json"]["examples"]
    assert set(examples) == {"insufficient_balance", "account_locked"}


def test_without_a_lifespan_it_says_so() -> None:
    app = FastAPI()
    add_error_handlers(app)

    @app.get("/")
    async def root(bank: EngineDep) -> str:
        return "no"

    with TestClient(app) as client:
        refused = client.get("/")
    assert refused.status_code == 503 and refused.json()["error"]["code"] == "STORE_UNAVAILABLE"


class Person:
    """A frequent answer of users' dependencies: its text is another one at every request."""


@pytest.mark.parametrize("wrong", [None, True, "", Person(), {"id": "alice"}, 1.5, "half\ud800"])
def test_who_calls_must_be_an_id(wrong: Any) -> None:
    with pytest.raises(errors.InvalidRequest) as caught:
        asyncio.run(_key_of(wrong))
    assert caught.value.field == "scope" and "Person object" not in caught.value.message


def test_an_id_makes_the_same_key_at_every_request() -> None:
    class Name(str, Enum):
        ALICE = "alice"

    class Number(IntEnum):
        SEVEN = 7

    keys = [asyncio.run(_key_of(who)) for who in ("alice", Name.ALICE, 7, Number.SEVEN, UUID(int=7), "bob")]
    assert keys[0] == keys[1] and keys[2] == keys[3] and len(set(keys)) == 4


async def _key_of(who: Any) -> Any:
    request = Request({"type": "http", "method": "POST", "path": "/", "headers": []})
    return await Idempotency(scope=current_user)(request=request, who=who, given="k")


def test_a_web_socket_has_the_engine(tmp_path: Path) -> None:
    app = application(f"sqlite:{tmp_path / 'shop.db'}")

    @app.websocket("/health")
    async def health(socket: WebSocket, bank: EngineDep) -> None:
        await socket.accept()
        await socket.send_json({"balanced": (await bank.acting(Actor.system()).ledger.trial_balance()).balanced})
        await socket.close()

    with TestClient(app) as client, client.websocket_connect("/health") as socket:
        assert socket.receive_json() == {"balanced": True}


def test_a_mounted_application_says_what_it_needs(tmp_path: Path) -> None:
    app, sub = application(f"sqlite:{tmp_path / 'shop.db'}"), FastAPI()
    add_error_handlers(sub)
    seen: list[str] = []

    @sub.get("/")
    async def root(bank: EngineDep) -> str:
        return (await bank.acting(Actor.system()).ledger.open_account("a", currency="USD")).account.account

    app.mount("/sub", sub)
    handler = Handler(seen)
    logging.getLogger("earnest").addHandler(handler)
    try:
        with TestClient(app) as client:
            assert client.get("/sub/").status_code == 503
            assert len(seen) == 1 and "sub.state.earnest = app.state.earnest" in seen[0]
            sub.state.earnest = app.state.earnest
            assert client.get("/sub/").json() == "a"
            # a refusal of the caller's making is no error
            assert client.get("/gifts").status_code == 405 and len(seen) == 1
    finally:
        logging.getLogger("earnest").removeHandler(handler)


class Handler(logging.Handler):
    """Keeps the errors that are logged."""

    def __init__(self, seen: list[str]) -> None:
        super().__init__(logging.ERROR)
        self.seen = seen

    def emit(self, record: logging.LogRecord) -> None:
        assert record.exc_info is not None
        self.seen.append(f"{record.getMessage()}: {record.exc_info[1]}")


def test_examples_say_whether_trying_again_helps(refusals: Any) -> None:
    shown = responses(errors.InsufficientBalance, errors.Contention, errors.Overloaded, errors.Unavailable)
    examples = {
        name: example["value"]["error"]["retryable"]
        for answer in shown.values()
        for name, example in answer["content"]["application/json"]["examples"].items()
    }
    assert examples == {"insufficient_balance": False, "contention": True, "overloaded": True, "unavailable": False}
    table = {one["code"]: one["retry"] != "never" for one in refusals}
    assert set(table.values()) == {True, False}
    for code, again in table.items():
        [answer] = responses(errors.CODES[code]).values()
        assert answer["content"]["application/json"]["examples"][code]["value"]["error"]["retryable"] is again, code
