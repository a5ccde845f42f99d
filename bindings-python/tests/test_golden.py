"""The recorded scenarios of the core: Python answers what Rust answers, to the byte, ids and times included."""

from __future__ import annotations

import json
from typing import Any

import pytest

from conftest import VECTORS
from earnest import EarnestError, Engine, View, _earnest, _views as views
from earnest._engine import ask
from earnest._wire import span_of, span_text
from hosts import another_database

NAMES = ["scenario", "refusals"]


def lines_of(name: str) -> list[str]:
    return (VECTORS / f"{name}.jsonl").read_text().splitlines()


LINES = [line for name in NAMES for line in lines_of(name)]
REPLIES = [line for name in NAMES for line in lines_of(f"{name}.replies")]


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


async def replies(bank: Engine, lines: list[str]) -> list[dict[str, Any]]:
    names: dict[str, Any] = {}
    answers = []
    for text in lines:
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


@pytest.mark.parametrize("name", [*NAMES, "payments", "withdrawals"])
@pytest.mark.parametrize("store", ["memory:", "file", "postgresql"])
async def test_python_answers_what_rust_answers(store: str, name: str, url: str) -> None:
    lines, recorded = lines_of(name), lines_of(f"{name}.replies")
    where = {"file": url, "memory:": store}.get(store) or await another_database()
    async with Engine.open(
        where,
        **{"test_clock": "2026-01-01T00:00:00Z"},  # type: ignore[arg-type]
    ) as bank:
        answers = await replies(bank, lines)
    assert len(answers) == len(recorded) > 30
    for line, (now, then) in enumerate(zip(answers, recorded, strict=True), 1):
        assert now == json.loads(then), f"line {line}: {lines[line - 1]}"


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
            assert view.to_wire() == one, operation
            again = type(view).from_wire(view.to_wire())
            assert again == view
            seen.add(name)
    assert len(seen) > 8


@pytest.mark.parametrize(
    "text",
    [
        "PT0S",
        "P3D",
        "PT1H",
        "PT1M",
        "PT1S",
        "P1DT1S",
        "P14DT23H59M59.999999S",
        "PT0.5S",
        "PT1M0.000001S",
        "PT90M",
        "P9W",
    ],
)
def test_durations_are_written_as_in_every_language(text: str) -> None:
    other = {"PT90M": "PT1H30M", "P9W": "P63D"}
    assert span_text(span_of(text)) == other.get(text, text) and span_text(-span_of("PT90M")) == "-PT1H30M"


def test_refusals_are_in_the_words_of_the_core() -> None:
    for reply in REPLIES:
        answer = json.loads(reply)
        if not answer["ok"]:
            made = _earnest.refusal(answer["error"]["code"], json.dumps(answer["error"]["details"]).encode())
            assert json.loads(made) == answer["error"]
