"""The reference of the package: the example of every operation runs as it stands there."""

from __future__ import annotations

import ast
import importlib
import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conftest import ROOT
from earnest import errors, keygen, testing

FENCED = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> Callable[[dict[str, Any]], str]:
    """Returns the generator's code for a line of `earnest run`."""
    monkeypatch.syspath_prepend(ROOT / "bindings-shared" / "generator")
    model = importlib.import_module("contract").of_program(os.environ["EARNEST_PROGRAM"])
    by_name = {operation.name: operation for operation in model.operations()}
    pages = importlib.import_module("writers.python_pages")
    return lambda line: str(pages.called(by_name[line["op"]], line))


async def run(text: str, names: dict[str, Any]) -> None:
    code = compile(text, text, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    outcome = eval(code, names)
    if outcome is not None:
        await outcome


async def test_the_examples(
    called: Callable[[dict[str, Any]], str], operations: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = sorted((ROOT / "docs" / "python-api").glob("*.md"))
    shown = {block for page in pages for block in FENCED.findall(page.read_text())}
    by_name = {operation["name"]: operation for operation in operations}
    assert len(pages) == 16 and len(shown) == len(operations) > 140
    monkeypatch.chdir(tmp_path)
    ran = set()
    async with testing.engine("sqlite:shop.db", keyring=keygen()) as bank:
        names: dict[str, Any] = {"bank": bank, "errors": errors}
        for text in (ROOT / "core" / "docs" / "examples.jsonl").read_text().splitlines():
            line = json.loads(text)
            if line["op"] not in by_name:
                bank.clock.advance(line["args"]["by"])
                continue
            call = called(line)
            ran.add(call)
            code = None
            try:
                await run(call, names)
            except errors.EarnestError as refused:
                code = refused.code
            # one that is kept by name is caught by the example itself
            assert code == (None if call.startswith("try:") else line.get("expect")), call
    assert shown <= ran, sorted(shown - ran)


def test_every_operation_argument_and_code_is_there(operations: Any, refusals: Any) -> None:
    for operation in operations:
        service, name = operation["name"].split(".")
        page = (ROOT / "docs" / "python-api" / f"{service}.md").read_text()
        [part] = [part for part in page.split("\n## ") if part.startswith((f"`{name}`\n", f"`{name}_`\n"))]
        for code in operation["codes"]:
            assert f"`{errors.CODES[code].__name__}`" in part.partition("Refused with")[2], (operation["name"], code)
        for wire in operation["request"].get("required", []):
            assert re.search(rf"^\| `{wire}_?` \| .* \*\*required\*\*", part, re.MULTILINE), (operation["name"], wire)
    index = (ROOT / "docs" / "python-api.md").read_text()
    for refusal in refusals:
        assert re.search(
            rf"^\| `{errors.CODES[refusal['code']].__name__}` \| `{refusal['code']}` ", index, re.MULTILINE
        )


def test_no_page_is_long() -> None:
    for page in (ROOT / "docs" / "python-api").glob("*.md"):
        assert len(page.read_text().splitlines()) < 600, page.name
