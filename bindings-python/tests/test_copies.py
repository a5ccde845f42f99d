"""Replies in serializers and copies of others: the table of `docs/python.md`, each cell a test."""

from __future__ import annotations

import copy
import dataclasses
import json
import logging
import os
import pickle
import pprint
import traceback
from collections.abc import Callable, Iterator
from typing import Any

import orjson
import pytest
from fastapi.encoders import jsonable_encoder
from pydantic import BaseModel, TypeAdapter, create_model

import earnest
from conftest import ROOT
from earnest import EarnestError, Engine, Money, Page, Secret, View, _runner, errors, json_default, testing

KEYRING = earnest.keygen()
#: A piece of it that stands in no text beside it.
PIECE = KEYRING[len(KEYRING) // 2 :][:24]

COLUMNS = {
    "view": "a view",
    "secret": "a view that shows a secret",
    "page": "a page",
    "refusal": "a refusal",
    "money": "`Money`",
    "keyring": "a keyring as `Secret`",
}


@pytest.fixture(scope="module")
def samples() -> Iterator[dict[str, Any]]:
    with testing.sync_engine(keyring=Secret(KEYRING)) as bank:
        bank.ledger.top_up("alice", amount="100.00 USD", key="t-1", metadata={"order": 7, "of": {"a": [None, "b"]}})
        bank.ledger.top_up("alice", amount="1.00 USD", key="t-2")
        bank.credentials.set_pin("alice", pin="493817")
        with pytest.raises(errors.InsufficientBalance) as refused:
            bank.ledger.deduct("alice", amount="900.00 USD", key="d-1")
        yield {
            "view": testing.sync_deal(bank, "shipped"),
            "secret": bank.credentials.verify_pin("alice", pin="493817"),
            "page": bank.ledger.entries("alice", limit=1),
            "refusal": refused.value,
            "money": Money("40.00", "USD"),
            "keyring": Secret(KEYRING),
        }


@dataclasses.dataclass
class Held:
    found: Any


class Loose(BaseModel):
    found: Any


def typed(value: Any) -> Any:
    """A model with a field of the value's own type, and the value in it."""
    kind = Page[Any] if isinstance(value, Page) else type(value)
    return create_model("Typed", found=(kind, ...))(found=value)


def dumped(model: BaseModel) -> Any:
    """Writes a model by pydantic, the same in Python and as JSON."""
    python, text = model.model_dump()["found"], json.loads(model.model_dump_json())["found"]
    assert python == text == model.model_dump(mode="json")["found"]
    return text


def read_again(value: Any) -> Any:
    model = typed(value)
    return type(model).model_validate_json(model.model_dump_json()).found


def logged(value: Any) -> str:
    """In whatever way somebody prints it."""
    line = logging.LogRecord("shop", logging.INFO, __file__, 1, "%s and %r", (value, [value]), None)
    try:
        raise ValueError(repr(value))
    except ValueError:
        trace = traceback.format_exc()
    texts = [str(value), repr(value), f"{value}", pprint.pformat({"found": value}), line.getMessage(), trace]
    return "\n".join([*texts, repr(Loose(found=value)), repr(Held(value)), json.dumps([value], default=repr)])


#: The serializers and their results, in the order of the columns.
SERIALIZERS: dict[str, tuple[Callable[[Any], Any], list[str]]] = {
    "`json.dumps` alone": (lambda value: json.dumps(value), ["`TypeError`"] * 6),
    "`json.dumps` with `default=earnest.json_default`": (
        lambda value: json.loads(json.dumps(value, default=json_default)),
        ["JSON"] * 5 + ["`<hidden>`"],
    ),
    "`orjson.dumps` with the same": (
        lambda value: orjson.loads(orjson.dumps(value, default=json_default)),
        ["JSON"] * 5 + ["`<hidden>`"],
    ),
    "pydantic, a field of its type": (lambda value: dumped(typed(value)), ["JSON"] * 5 + ["`<hidden>`"]),
    "pydantic, a field of type `Any`": (lambda value: dumped(Loose(found=value)), ["JSON"] * 5 + ["`<hidden>`"]),
    "pydantic, `TypeAdapter(Any)`": (
        lambda value: TypeAdapter(Any).dump_python(value, mode="json"),
        ["JSON"] * 5 + ["`<hidden>`"],
    ),
    "pydantic, read again": (read_again, ["equal", "equal", "JSON", "equal", "equal", "`ValidationError`"]),
    "pydantic, `model_copy(deep=True)`": (
        lambda value: Loose(found=value).model_copy(deep=True).found,
        ["equal", "equal", "equal", "equal", "itself", "itself"],
    ),
    "FastAPI's `jsonable_encoder`": (jsonable_encoder, ["JSON"] * 5 + ["`<hidden>`"]),
    "`copy.copy`": (copy.copy, ["itself", "itself", "equal", "equal", "itself", "itself"]),
    "`copy.deepcopy`": (copy.deepcopy, ["equal", "equal", "equal", "equal", "itself", "itself"]),
    "`pickle`": (
        lambda value: pickle.loads(pickle.dumps(value)),
        ["equal", "equal", "the page alone", "equal", "equal", "`TypeError`"],
    ),
    "`dataclasses.asdict` of what holds it": (
        lambda value: dataclasses.asdict(Held(value))["found"],
        ["equal", "equal", "equal", "equal", "itself", "itself"],
    ),
    "`dataclasses.replace` of what holds it": (
        lambda value: dataclasses.replace(Held(value)).found,
        ["itself"] * 6,
    ),
    "`dataclasses.asdict` of itself": (dataclasses.asdict, ["`TypeError`"] * 6),
    "`str`, `repr`, `pprint`, logs, tracebacks": (
        logged,
        ["shown", "shown without it", "shown", "shown", "shown", "`<hidden>`"],
    ),
}


def said(given: Any, out: Any) -> str:
    """The words for what came out."""
    if out is given:
        return "itself"
    if type(out) is type(given):
        assert out.to_wire() == given.to_wire()
        assert isinstance(given, Page) or (out == given and hash(out) == hash(given))
        return "equal"
    if isinstance(given, Page) and type(out) is Page:
        assert out.to_wire() == given.to_wire() and out.items == given.items
        with pytest.raises(TypeError):
            iter(out)  # type: ignore[call-overload]
        return "the page alone"
    if isinstance(out, str) and out != "<hidden>":
        shown = [text for text in parts(given) if text not in out]
        if not shown:
            return "`<hidden>`" if isinstance(given, Secret) else "shown"
        assert shown == [given.proof] and "<hidden>" in out
        return "shown without it"
    assert out == given.to_wire()
    return "`<hidden>`" if isinstance(given, Secret) else "JSON"


def parts(given: Any) -> list[str]:
    """Some texts that stand in it: one that nobody may leave out, and each secret."""
    if isinstance(given, Secret):
        return ["<hidden>"]
    if isinstance(given, Money):
        return ["40.00", "USD"]
    if isinstance(given, EarnestError):
        return [given.message]
    if isinstance(given, Page):
        return [given.items[0].account, given.items[0].transfer]
    return [given.id] if hasattr(given, "id") else [type(given).__name__, given.proof]


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("name", SERIALIZERS)
def test_what_comes_out(samples: dict[str, Any], name: str, column: str) -> None:
    work, cells = SERIALIZERS[name]
    given, cell = samples[column], cells[list(COLUMNS).index(column)]
    try:
        out = work(given)
    except (TypeError, ValueError) as error:
        assert cell == f"`{type(error).__name__}`" and PIECE not in f"{error}{error!r}"
    else:
        assert said(given, out) == cell
        # whoever prints what came out has no secret either, unless it was JSON for whom it is for
        assert PIECE not in logged(out)
        if isinstance(out, View) and column == "secret":
            assert given.proof not in logged(out) and out.proof == given.proof


def table() -> str:
    head = ["", *COLUMNS.values()]
    rows = [head, ["---"] * len(head), *([name, *cells] for name, (_, cells) in SERIALIZERS.items())]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows).replace("|  |", "| |")


def test_the_table_on_the_page_is_the_one_that_is_run() -> None:
    """`EARNEST_WRITE=1` writes it."""
    page = ROOT / "docs" / "python.md"
    begin, end = "<!-- what serializers make of it, from bindings-python/tests/test_copies.py -->\n", "<!-- end of what"
    before, rest = page.read_text().split(begin)
    shown, after = rest.split(end, 1)
    if os.environ.get("EARNEST_WRITE"):
        page.write_text(f"{before}{begin}{table()}\n{end}{after}")
    else:
        assert shown == f"{table()}\n"


async def test_a_copy_of_a_page_goes_on(bank: Engine, till: earnest.sync.Engine) -> None:
    for number in range(5):
        await bank.ledger.top_up("alice", amount="1.00 USD", key=f"t-{number}")
        till.ledger.top_up("alice", amount="1.00 USD", key=f"t-{number}")
    page = await bank.ledger.entries("alice", limit=2)
    for one in (page, copy.copy(page), copy.deepcopy(page)):
        assert len([entry async for entry in one]) == 5
    blocking = till.ledger.entries("alice", limit=2)
    for other in (blocking, copy.copy(blocking), copy.deepcopy(blocking)):
        assert len(list(other)) == 5
    copied = copy.copy(page)
    copied.items.clear()
    assert len(page.items) == 2 and copy.deepcopy(page).items[0] is not page.items[0]
    kept: Any = pickle.loads(pickle.dumps(page))
    assert type(kept) is _runner.Page and kept.to_wire() == page.to_wire()
    # where a list follows the log
    kept.lag = 3
    assert pickle.loads(pickle.dumps(kept)).lag == copy.copy(kept).lag == 3


def test_a_view_is_replaced_as_records_are(samples: dict[str, Any]) -> None:
    """`copy.replace` of Python 3.13 asks for this."""
    made = samples["view"].__replace__(buyer="carol")
    assert made.buyer == "carol" and made == samples["view"].replace(buyer="carol") != samples["view"]


def test_a_secret_is_taken_where_there_is_one(tmp_path: Any) -> None:
    keyring = Secret(KEYRING)
    with testing.sync_engine(keyring=keyring) as bank:
        assert bank.receipts.public_keys().keys
    with earnest.sync.Engine.open("memory:", keyring=lambda: keyring) as fetched:
        assert fetched.receipts.public_keys().keys
        for call in (
            lambda: fetched.ledger.top_up("alice", amount="1.00 USD", key="t", metadata={"of": [keyring]}),
            lambda: fetched.ledger.top_up("alice", amount="1.00 USD", key="t", reference=keyring),  # type: ignore[arg-type]
            lambda: fetched.jobs.enqueue("mail", payload={"token": keyring}, key="j"),
        ):
            with pytest.raises(
                errors.InvalidRequest, match=r"(metadata\.of\[0\]|reference|payload\.token).*shown to others"
            ) as refused:
                call()
            assert PIECE not in repr(refused.value)
    sealed = earnest.seal_keyring(keyring, by="k", wrapped=b"w", key=b"k" * 32)
    assert PIECE not in sealed
    signs = Secret("whsec_" + "A" * 32)
    for secrets in (signs, [signs, "whsec_" + "B" * 32]):
        with pytest.raises(errors.SignatureInvalid):
            earnest.verify_webhook(b"{}", {}, secrets)
    for bad in (7, None, "\ud800", "<hidden>"):
        with pytest.raises(errors.InvalidRequest, match="secret"):
            Secret(bad)  # type: ignore[arg-type]


def test_a_secret_is_a_value(samples: dict[str, Any]) -> None:
    class Settings(BaseModel):
        keyring: Secret

    read = Settings.model_validate({"keyring": KEYRING})
    assert read.keyring == Secret(KEYRING) == Settings(keyring=read.keyring).keyring
    assert read.keyring.reveal() == KEYRING and len({read.keyring, Secret(KEYRING), Secret("another")}) == 2
    assert read.keyring != KEYRING and PIECE not in repr(read) and not hasattr(read.keyring, "__dict__")
    assert Settings.model_json_schema(mode="serialization")["properties"]["keyring"]["type"] == "string"
    with pytest.raises(AttributeError):
        read.keyring.text = "x"  # type: ignore[attr-defined]
    with pytest.raises(AttributeError):
        del read.keyring._reveal
