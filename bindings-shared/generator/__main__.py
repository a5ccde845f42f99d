"""Writes the generated files of every package from the contract.

    python3 bindings-shared/generator EARNEST
    python3 bindings-shared/generator --check EARNEST

EARNEST is the command line, whose `contract --json` and `operations --json` are all that is read. The same contract
always gives the same files; `--check` writes none, and names those that are not what it gives: edited by hand, or out
of date.
"""

import sys
from pathlib import Path

import contract
import names
import schemas
from model import Contract
from writers import kotlin, markdown, python, python_pages, swift, typescript, typescript_dtos, typescript_pages

ROOT = Path(__file__).resolve().parents[2]
WRITERS = (python, python_pages, typescript, typescript_pages, swift, kotlin, markdown)


def main() -> None:
    given = sys.argv[1:]
    checks = given[:1] == ["--check"]
    if len(given) != 1 + checks:
        raise SystemExit(__doc__)
    try:
        model = contract.of_program(given[-1])
        names.check(model)
        replies = schemas.of_program(given[-1])
    except contract.Unreadable as unreadable:
        raise SystemExit(f"generator: {unreadable}") from None
    files = {**made(model), **ended(typescript_dtos.files(replies))}
    if checks:
        wrong = differing(files, ROOT)
        raise SystemExit("".join(f"generator: {one}\n" for one in wrong).rstrip() or 0)
    for path, text in files.items():
        target = ROOT / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")


def made(model: Contract) -> "dict[str, str]":
    """The text of every file, by its path."""
    files: dict[str, str] = {}
    for writer in WRITERS:
        for path, text in writer.files(model).items():
            if path in files:
                raise SystemExit(f"generator: two writers write `{path}`")
            files[path] = text
    return ended(files)


def ended(files: "dict[str, str]") -> "dict[str, str]":
    return {path: text.rstrip() + "\n" for path, text in files.items()}


def differing(files: "dict[str, str]", root: Path) -> "list[str]":
    """Lists the files that are not as the contract gives them."""
    wrong = []
    for path, text in files.items():
        found = root / path
        if not found.is_file():
            wrong.append(f"`{path}` is missing: `make generate` writes it")
        elif found.read_text(encoding="utf-8") != text:
            wrong.append(f"`{path}` was edited by hand, or is out of date: `make generate` writes it")
    return wrong


if __name__ == "__main__":
    main()
