"""Answers that are the same in every package: the files of `bindings-shared/conformance`, line by line."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from conftest import ROOT
from earnest import EarnestError, IdempotencyKey, Money, verify_webhook
from earnest._web import Asked, key_of

FOLDER = ROOT / "bindings-shared" / "conformance"


def lines_of(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (FOLDER / name).read_text().splitlines()]


def shown(value: Any) -> Any:
    if isinstance(value, list):
        return [str(one) for one in value]
    return str(value) if isinstance(value, (Money, IdempotencyKey)) else value


def as_told(line: dict[str, Any], make: Callable[[], Any]) -> None:
    """Whether what is made is what the line gives, or is refused as the line says."""
    if "refused" not in line:
        assert shown(make()) == line["gives"], line
        return
    with pytest.raises(EarnestError) as refused:
        make()
    wire = refused.value.to_wire()
    assert wire["code"] == line["refused"], line
    if "field" in line:
        assert wire["details"]["field"] == line["field"], line


def pair(line: dict[str, Any]) -> tuple[Money, Money]:
    return Money.parse(line["one"]), Money.parse(line["other"])


def compared(one: Money, other: Money) -> int:
    return (one > other) - (one < other)


MONEY: dict[str, Callable[[dict[str, Any]], Any]] = {
    "of": lambda line: Money(line["amount"], line["currency"]),
    "parse": lambda line: Money.parse(line["text"]),
    "from_minor": lambda line: Money.from_minor(int(line["minor"]), line["currency"]),
    "plus": lambda line: pair(line)[0] + pair(line)[1],
    "minus": lambda line: pair(line)[0] - pair(line)[1],
    "times": lambda line: Money.parse(line["one"]) * line["factor"],
    "negated": lambda line: -Money.parse(line["one"]),
    "abs": lambda line: abs(Money.parse(line["one"])),
    "compare": lambda line: compared(*pair(line)),
    "equals": lambda line: pair(line)[0] == pair(line)[1],
    "split": lambda line: Money.parse(line["one"]).split(line["into"]),
}


def test_money() -> None:
    lines = lines_of("money.jsonl")
    assert {line["op"] for line in lines} == set(MONEY)
    for line in lines:
        as_told(line, lambda line=line: MONEY[line["op"]](line))  # type: ignore[misc]


def test_keys_of_steps() -> None:
    for line in lines_of("child_keys.jsonl"):
        as_told(line, lambda line=line: IdempotencyKey(line["key"]).for_(line["step"]))  # type: ignore[misc]


def test_keys_of_requests() -> None:
    for line in lines_of("request_keys.jsonl"):
        asked = Asked("POST /orders", "Idempotency-Key", line["given"])
        as_told(line, lambda asked=asked, line=line: key_of(asked, line["who"]))  # type: ignore[misc]


def test_webhooks() -> None:
    for line in lines_of("webhooks.jsonl"):
        now = datetime.fromisoformat(line["now"].replace("Z", "+00:00"))
        body = line["body"].encode()
        as_told(
            line,
            lambda line=line, now=now, body=body: verify_webhook(body, line["headers"], line["secrets"], now=now),  # type: ignore[misc]
        )
