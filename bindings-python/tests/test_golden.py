"""The recorded scenario of the core: Python answers what Rust answers, to the byte, ids and times included."""

from __future__ import annotations

import json
from typing import Any

import pytest
from conftest import VECTORS

from earnest import EarnestError, Engine, View, _earnest
from earnest import _views as views
from earnest._engine import ask
from earnest._view import _wire

LINES = (VECTORS / "scenario.jsonl").read_text().splitlines()
REPLIES = (VECTORS / "scenario.replies.jsonl").read_text().splitlines()


def resolve(value: Any, names: dict[str, Any]) -> Any:
    if isinstance(value, dict):
        return {key: resolve(one, names) for key, one in value.items()}
    if isinstance(value, list):
        return [resolve(one, names) for one in value]
    if isinstance(value, str) and value.startswith("$"):
        name, *path = value[1:].split(".")
        found = names[name]
        for step in path:
            found = found[int(step)] if isinstance(found, list) else found[step]
        return found
    return value


async def replies(bank: Engine) -> list[dict[str, Any]]:
    names: dict[str, Any] = {}
    answers = []
    for text in LINES:
        line = json.loads(text)
        args = resolve(line.get("args", {}), names)
        try:
            if line["op"] == "clock.advance":
                reply: Any = {"now": bank._native.advance(args["by"])}
            else:
                reply = await bank.call(line["op"], args)
            answer = {"ok": True, "reply": reply}
        except EarnestError as refused:
            reply, answer = {"error": refused.to_wire()}, {"ok": False, "error": refused.to_wire()}
        await ask(bank._native.catch_up)
        names[line.get("as", "")] = reply
        answers.append(answer)
    return answers


@pytest.mark.parametrize("store", ["memory:", "file"])
async def test_python_answers_what_rust_answers(store: str, url: str) -> None:
    async with Engine.open(
        url if store == "file" else store, **{"test_clock": "2026-01-01T00:00:00Z"}  # type: ignore[arg-type]
    ) as bank:
        answers = await replies(bank)
    assert len(answers) == len(REPLIES) > 30
    for line, (now, then) in enumerate(zip(answers, REPLIES, strict=True), 1):
        assert now == json.loads(then), f"line {line}: {LINES[line - 1]}"


def test_views_keep_what_the_reply_says(operations: Any) -> None:
    by_name = {operation["name"]: operation["reply"] for operation in operations}
    seen = set()
    for call, reply in zip(LINES, REPLIES, strict=True):
        operation, answer = json.loads(call)["op"], json.loads(reply)
        if operation == "clock.advance" or not answer["ok"]:
            continue
        schema, wire = by_name[operation], answer["reply"]
        if schema["title"] == "Page":
            name = schema["properties"]["items"]["items"]["$ref"].rsplit("/", 1)[1]
            wires = wire["items"]
        else:
            name, wires = schema["title"], [wire]
        for one in wires:
            view: View = getattr(views, name).from_wire(one)
            assert normal(view.to_wire()) == normal(one), operation
            again = type(view).from_wire(view.to_wire())
            assert again == view
            seen.add(name)
    assert len(seen) > 8


def normal(value: Any) -> Any:
    """With durations in seconds."""
    if isinstance(value, dict):
        return {key: normal(one) for key, one in value.items()}
    if isinstance(value, list):
        return [normal(one) for one in value]
    if isinstance(value, str) and value[:1] == "P" and value[-1:].isupper():
        try:
            return _wire(views.span_of(value))
        except EarnestError:
            return value
    return value


def test_refusals_are_in_the_words_of_the_core() -> None:
    for reply in REPLIES:
        answer = json.loads(reply)
        if not answer["ok"]:
            made = _earnest.refusal(answer["error"]["code"], json.dumps(answer["error"]["details"]).encode())
            assert json.loads(made) == answer["error"]
