"""Makes a test of the blocks of Swift in the pages: what a page shows is compiled and run as it stands.

    python3 bindings-swift/scripts/guide.py

The blocks of a page are one function, from top to bottom, so that a block may use what an earlier one has made.
"""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = {"guide": "docs/swift.md", "readme": "bindings-swift/README.md"}
MADE = ROOT / "bindings-swift/Tests/EarnestTests/Made/Pages.swift"

HEAD = """// Made of the pages by `bindings-swift/scripts/guide.py`: not kept.

import Earnest
import EarnestTesting
import XCTest

final class PageTests: XCTestCase {
"""


def test_of(name: str, page: str) -> str:
    blocks = re.findall(r"^```swift\n(.*?)^```$", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    if not blocks:
        raise SystemExit(f"guide: `{page}` shows nothing")
    lines = [line for block in blocks for line in block.splitlines() if not line.startswith("import ")]
    body = "".join(f"        {line}".rstrip() + "\n" for line in lines)
    return f"    /// `{page}`.\n    func test{name.capitalize()}() async throws {{\n{body}    }}\n"


def main() -> None:
    text = HEAD + "\n".join(test_of(name, page) for name, page in PAGES.items()) + "}\n"
    MADE.parent.mkdir(exist_ok=True)
    # what has not changed is not compiled again
    if not MADE.is_file() or MADE.read_text(encoding="utf-8") != text:
        MADE.write_text(text, encoding="utf-8")


main()
