"""The table of the page of hosts is the one that tests are made from."""

from __future__ import annotations

from conftest import ROOT
from matrix import check_page


def test_the_page_shows_what_is_tested() -> None:
    check_page(ROOT / "docs" / "hosts.md")
