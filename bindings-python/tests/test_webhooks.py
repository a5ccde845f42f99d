"""Webhooks that are received: the known answer of Standard Webhooks, rotation, and what is not genuine."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime, timedelta, timezone

import pytest

from earnest import errors, verify_webhook

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
    ):
        with pytest.raises(errors.SignatureInvalid):
            verify_webhook(body, headers, secrets, now=now)


def test_what_is_malformed_is_named() -> None:
    for field, body, headers, secrets, now in (
        ("body", "text", signed(), SECRET, SENT),
        ("secrets", BODY, signed(), "whsec_short", SENT),
        ("now", BODY, signed(), SECRET, datetime(2022, 4, 7)),
        ("headers.webhook-signature", BODY, {"webhook-id": "m", "webhook-timestamp": "1"}, SECRET, SENT),
        ("headers.webhook-timestamp", BODY, {**signed(), "webhook-timestamp": "soon"}, SECRET, SENT),
    ):
        with pytest.raises(errors.InvalidRequest) as refused:
            verify_webhook(body, headers, secrets, now=now)  # type: ignore[arg-type]
        assert refused.value.field == field
        assert "short" not in refused.value.message
