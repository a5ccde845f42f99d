"""Makes a test of every block of Kotlin in the pages: `page.py FOLDER PAGE...`. Each block runs by itself."""

import re
import sys
from pathlib import Path

HEAD = """// Made of the blocks of the pages by `tests/page.py`.

@file:Suppress("warnings")

package dev.earnest.pages

import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Test
{imports}
class PagesTest {{
{tests}}}
"""

BLOCK = re.compile(r"^```kotlin\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def main() -> None:
    folder, *pages = map(Path, sys.argv[1:])
    imports: set[str] = set()
    tests = ""
    for page in pages:
        text = page.read_text(encoding="utf-8")
        for found in BLOCK.finditer(text):
            line = text.count("\n", 0, found.start()) + 2
            lines = found.group(1).splitlines()
            imports |= {one for one in lines if one.startswith("import ")}
            body = "".join(f"        {one}\n" if one else "\n" for one in lines if not one.startswith("import "))
            name = f"{page.parent.name} {page.stem} line {line}"
            tests += f"    @Test\n    fun `{name}`() = runBlocking<Unit> {{\n{body}    }}\n\n"
    listed = "".join(f"{one}\n" for one in sorted(imports))
    folder.mkdir(parents=True, exist_ok=True)
    made = HEAD.format(imports=listed, tests=tests)
    target = folder / "PagesTest.kt"
    if not target.is_file() or target.read_text(encoding="utf-8") != made:
        target.write_text(made, encoding="utf-8")


main()
