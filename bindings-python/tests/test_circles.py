"""The modules of the package stand on one another without circles, but for those that are known."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1] / "python"

#: One thing in several files: amounts, times, secrets, refusals and views are each read and written by the
#: others; and an engine and the one on a pool, which it makes, and which is one.
KNOWN = [
    {
        "_encoders",
        "_error",
        "_errors",
        "_json",
        "_jsonable",
        "_money",
        "_pydantic",
        "_runner",
        "_secret",
        "_view",
        "_views",
        "_wire",
    },
    {"_attached", "_engine"},
    {"sync", "sync._attached"},
]


def modules() -> dict[str, Path]:
    named = {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in ROOT.rglob("*.py")}
    return {name.removesuffix(".__init__"): path for name, path in named.items()}


def imported(path: Path, known: dict[str, Path]) -> set[str]:
    """Returns the modules of the package that one imports: anywhere, and for type checkers too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names = {f"{node.module}.{one.name}" for one in node.names if one.name != "_earnest"}
            found |= {name if name in known else node.module for name in names}
        elif isinstance(node, ast.Import):
            found |= {one.name for one in node.names}
    return found & known.keys()


def circles(of: dict[str, set[str]]) -> list[set[str]]:
    """Returns the circles: names that reach one another, by what each imports."""
    reached: dict[str, set[str]] = {}
    for start in of:
        met: set[str] = set()
        waiting = [start]
        while waiting:
            news = of[waiting.pop()] - met
            met |= news
            waiting += news
        reached[start] = met
    found: list[set[str]] = []
    for name, met in reached.items():
        if name in met and not any(name in circle for circle in found):
            found.append({other for other in met if name in reached[other]})
    return found


def test_no_circle_but_the_known_ones() -> None:
    known = modules()
    found = circles({name: imported(path, known) - {name} for name, path in known.items()})
    shown = [{name.removeprefix("earnest.") for name in circle} for circle in found]
    assert sorted(map(sorted, shown)) == sorted(map(sorted, KNOWN))


def test_a_circle_is_seen() -> None:
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": {"a"}}) == [{"b", "c"}]
