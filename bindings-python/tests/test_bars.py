"""The bars of measurements from Python: a figure below one is said to be so, and ends in an exit code."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def folders(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(ROOT / "benches")
    monkeypatch.syspath_prepend(ROOT / "examples" / "fastapi")


def test_python_makes_enough_or_its_share_of_rust() -> None:
    missed = importlib.import_module("python").missed
    assert missed(9_999, 16_665) is None and missed(10_000, 50_000) is None
    assert "neither 10,000 nor 60%" in missed(9_999, 16_666)


def test_routes_are_as_fast_as_by_hand(capsys: pytest.CaptureFixture[str]) -> None:
    judge = importlib.import_module("compare").judge
    rates = {
        "own connections": [1000.0, 90.0, 1000.0],
        "by hand": [1000.0, 1000.0, 1000.0],
        "own transaction, with a sale": [80.0, 10.0, 90.0],
        "by hand, with a sale": [100.0, 100.0, 100.0],
    }
    assert judge(rates) == []
    assert "own transaction, with a sale / by hand, with a sale: 0.80" in capsys.readouterr().out
    rates["own connections"][0] = 999.0
    rates["own transaction, with a sale"][0] = 79.0
    assert [text.partition(" is")[0] for text in judge(rates)] == ["own connections", "own transaction, with a sale"]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({}, None),
        ({"p95_ms": 499}, None),
        ({"p95_ms": 500}, "P95 is 500 ms"),
        ({"p95_ms": None}, "P95"),
        ({"error_rate": 0.001}, "of the requests failed"),
        ({"requests_per_second": 100}, "100 requests a second"),
        ({"mismatches": 1}, "1 balances"),
        ({"balanced": False}, "not balanced"),
        ({"verified": False}, "not balanced"),
    ],
)
def test_a_load_has_its_bars(changed: dict[str, Any], words: str | None) -> None:
    good = {"p95_ms": 420, "error_rate": 0.0009, "errors": [], "requests_per_second": 101}
    good |= {"mismatches": 0, "balanced": True, "verified": True}
    missed = importlib.import_module("load").judge({**good, **changed})
    assert missed == [] if words is None else len(missed) == 1 and words in missed[0]


@pytest.mark.parametrize(("sleep", "code"), [(0.0, 0), (0.06, 1)])
def test_an_import_that_takes_too_long_fails(tmp_path: Path, sleep: float, code: int) -> None:
    """An interpreter that says how long it took, so that no clock is asked."""
    told = f"import time: self [us] | cumulative | imported package\nimport time: {sleep * 1e6:.0f} | {sleep * 1e6:.0f} | earnest\n"
    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\nprintf %s {json.dumps(told)} >&2\n".replace("\\n", "\n"))
    python.chmod(0o755)
    command = [sys.executable, ROOT / "benches" / "importing.py", python, "--rounds", "2"]
    ended = subprocess.run(command, capture_output=True, text=True)
    assert ended.returncode == code, ended.stderr
    assert ("must take less than 30" in ended.stderr) == bool(code)
