"""Webhooks that are received: the known answer of Standard Webhooks, rotation, and what is not genuine. Those that are
sent: by the keyring, to a real server, and only where that is asked for."""

from __future__ import annotations

import base64
import hashlib
import hmac
import importlib.util
import json
import os
import subprocess
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

import earnest.sync
from earnest import Engine, errors, keygen, verify_webhook
from earnest._option_types import Webhooks

SECRET = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
OTHER = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = b'{"email":"test@example.com","username":"test_user"}'
SENT = datetime(2022, 4, 7, 21, 39, 13, tzinfo=timezone.utc)


def signed(secret: str = SECRET, body: bytes = BODY, sent: datetime = SENT) -> dict[str, str]:
    """The headers of a sender, by Python's own HMAC."""
    at = str(int(sent.timestamp()))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    mac = hmac.new(key, f"msg_7.{at}.".encode() + body, hashlib.sha256).digest()
    return {"Webhook-Id": "msg_7", "webhook-timestamp": at, "webhook-signature": f"v1,{base64.b64encode(mac).decode()}"}


# The known answer of Standard Webhooks, which its libraries are tested with; the specification has no other:
# https://github.com/standard-webhooks/standard-webhooks/blob/main/libraries/go/webhook_test.go, `TestWebhookSign`.
KNOWN_BODY = b'{"test": 2432232314}'
KNOWN = {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
}


def test_the_known_answer_of_standard_webhooks() -> None:
    """By the package alone: the library `standardwebhooks` is not installed, and none is asked for."""
    now = datetime.fromtimestamp(1614265330, timezone.utc)
    assert importlib.util.find_spec("standardwebhooks") is None
    assert verify_webhook(KNOWN_BODY, KNOWN, OTHER, now=now) == "msg_p5jXN8AQM9LWM0D4loKWxJek"
    # beside signatures of other kinds and keys, as while a key is rotated
    several = {
        **KNOWN,
        "webhook-signature": "v1a,AAAA v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc= " + KNOWN["webhook-signature"],
    }
    assert verify_webhook(KNOWN_BODY, several, [SECRET, OTHER], now=now) == "msg_p5jXN8AQM9LWM0D4loKWxJek"
    for body, changed, secret in (
        (b'{"test":2432232314}', {}, OTHER),
        (KNOWN_BODY, {"webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJeK"}, OTHER),
        (KNOWN_BODY, {"webhook-timestamp": "1614265331"}, OTHER),
        (KNOWN_BODY, {"webhook-signature": KNOWN["webhook-signature"].replace("v1,", "v2,")}, OTHER),
        (KNOWN_BODY, {"webhook-signature": "v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc="}, OTHER),
        (KNOWN_BODY, {}, SECRET),
    ):
        with pytest.raises(errors.SignatureInvalid):
            verify_webhook(body, {**KNOWN, **changed}, secret, now=now)


def test_what_is_genuine() -> None:
    assert verify_webhook(BODY, signed(), SECRET, now=SENT) == "msg_7"
    assert verify_webhook(BODY, signed(), [OTHER, SECRET], now=SENT + timedelta(minutes=4)) == "msg_7"
    now = datetime.now(timezone.utc)
    assert verify_webhook(BODY, signed(sent=now), SECRET) == "msg_7"
    both = signed(OTHER)
    both["webhook-signature"] += " " + signed()["webhook-signature"]
    assert verify_webhook(BODY, both, SECRET, now=SENT) == "msg_7"


def test_what_is_not() -> None:
    for body, headers, secrets, now in (
        (BODY + b" ", signed(), SECRET, SENT),
        (BODY, signed(OTHER), SECRET, SENT),
        (BODY, signed(), SECRET, SENT + timedelta(minutes=6)),
        (BODY, signed(), SECRET, SENT - timedelta(minutes=6)),
        (BODY, {**signed(), "Webhook-Id": "msg_8"}, SECRET, SENT),
        (BODY, signed(), [], SENT),
        # what nobody has signed is not genuine either
        (BODY, {}, SECRET, SENT),
        (BODY, {"webhook-id": "m", "webhook-timestamp": "1"}, SECRET, SENT),
        (BODY, {**signed(), "webhook-timestamp": "soon"}, SECRET, SENT),
        (BODY, {**signed(), "webhook-timestamp": ""}, SECRET, SENT),
    ):
        with pytest.raises(errors.SignatureInvalid):
            verify_webhook(body, headers, secrets, now=now)


def test_what_is_malformed_is_named() -> None:
    for field, body, headers, secrets, now in (
        ("body", "text", signed(), SECRET, SENT),
        ("secrets", BODY, signed(), "whsec_short", SENT),
        ("now", BODY, signed(), SECRET, datetime(2022, 4, 7)),
        ("headers", BODY, None, SECRET, SENT),
        ("headers", BODY, "webhook-id", SECRET, SENT),
        ("secrets", BODY, signed(), None, SENT),
        ("secrets", BODY, signed(), b"whsec_short", SENT),
        ("secrets", BODY, signed(), [5], SENT),
        ("now", BODY, signed(), SECRET, "now"),
        ("now", BODY, signed(), SECRET, datetime.max.replace(tzinfo=timezone(timedelta(hours=-5)))),
    ):
        with pytest.raises(errors.InvalidRequest) as refused:
            verify_webhook(body, headers, secrets, now=now)  # type: ignore[arg-type]
        assert refused.value.field == field
        assert "short" not in refused.value.message


class Receiver:
    """A server on this machine that keeps what it gets."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        received = self.got

        class Taking(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                received.append((dict(self.headers.items()), body))
                self.send_response(204)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Taking)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.server.shutdown()
    made.server.server_close()


OPEN = Webhooks(allow_private=True, allow_http=True)


async def test_the_keyring_signs_before_and_after_a_rotation(receiver: Receiver, tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    path.touch(0o600)
    path.write_text(keygen())
    program = os.environ["EARNEST_PROGRAM"]
    async with Engine.open("memory:", keyring=f"file:{path}", webhooks=OPEN, background=False) as bank:
        before = bank.webhook_secrets(receiver.url)
        await bank.jobs.enqueue("webhook.deliver", payload={"url": receiver.url, "body": {"n": 1}}, key="w-1")
        await bank.jobs.run_due()
        subprocess.run([program, "keygen", "--rotate", str(path)], check=True, capture_output=True)
        assert await bank.reload_keyring()
        after = bank.book("main").webhook_secrets(receiver.url)
        await bank.jobs.enqueue("webhook.deliver", payload={"url": receiver.url, "body": {"n": 2}}, key="w-2")
        await bank.jobs.run_due()
        jobs = {job.key: job async for job in bank.jobs.list()}
    assert (len(before), len(after), after[1]) == (1, 2, before[0])
    for (headers, body), secrets, number in zip(receiver.got, (before, after), (1, 2), strict=True):
        assert len(headers["webhook-signature"].split()) == number
        assert json.loads(body) == {"n": number}
        for secret in secrets:
            assert verify_webhook(body, headers, secret) in jobs
    with pytest.raises(errors.SignatureInvalid):
        verify_webhook(receiver.got[0][1], receiver.got[0][0], after[0])
    shown = subprocess.run(
        [program, "webhook-secrets", receiver.url],
        env={**os.environ, "EARNEST_KEYRING": f"file:{path}"},
        check=True,
        capture_output=True,
        text=True,
    )
    assert shown.stdout.split() == after, "the command line shows the same"


def test_what_is_not_asked_for_is_not_sent(receiver: Receiver) -> None:
    payload = {"url": receiver.url, "body": {}}
    for webhooks, state in ((False, "queued"), (None, "queued"), (True, "dead")):
        options: dict[str, Any] = {} if webhooks is None else {"webhooks": webhooks}
        with earnest.sync.Engine.open("memory:", keyring=keygen(), background=False, **options) as bank:
            bank.jobs.enqueue("webhook.deliver", payload=payload, max_attempts=1, key="w-1")
            bank.jobs.run_due()
            (job,) = bank.jobs.list()
            assert job.state == state
            if webhooks:
                # this machine and plain HTTP only where they are allowed
                assert job.last_error == "the URL is not of `https:`"
    assert receiver.got == []


def test_secrets_differ_by_receiver_and_a_missing_key_is_named(receiver: Receiver) -> None:
    with earnest.sync.Engine.open("memory:", keyring=keygen(), background=False) as bank:
        (one,), (other,) = bank.webhook_secrets("https://a.example/x"), bank.webhook_secrets("https://a.example/y")
        assert one != other and one.startswith("whsec_")
        assert bank.webhook_secrets("https://a.example/x?order=7") == [one]
        with pytest.raises(errors.InvalidRequest) as refused:
            bank.webhook_secrets("ftp://a.example")
        assert refused.value.field == "url"
    with earnest.sync.Engine.open("memory:", webhooks=OPEN, background=False) as bank:
        with pytest.raises(errors.KeyNotFound) as missing:
            bank.webhook_secrets(receiver.url)
        assert missing.value.key == "webhooks/current"
        bank.jobs.enqueue("webhook.deliver", payload={"url": receiver.url, "body": {}}, key="w-1")
        bank.jobs.run_due()
        (job,) = bank.jobs.list()
        assert job.state == "queued" and "`webhooks/current`" in str(job.last_error)
    assert receiver.got == []


def test_wrong_settings_are_named() -> None:
    for wrong in ("yes", {"allow_privat": True}, 1):
        with pytest.raises(errors.InvalidRequest) as refused:
            earnest.sync.Engine.open("memory:", webhooks=wrong)  # type: ignore[arg-type]
        assert refused.value.field.startswith("webhooks")
