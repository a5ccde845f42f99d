"""The native half names no folder of the machine that built it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from conftest import ROOT
from earnest import _earnest


@pytest.mark.skipif("EARNEST_REMAPPED" not in os.environ, reason="a developer's own build names folders")
def test_no_folder_of_the_builder_is_in_the_library() -> None:
    library = Path(_earnest.__file__).read_bytes()
    rustup = os.environ.get("RUSTUP_HOME", str(Path.home() / ".rustup"))
    cargo = os.environ.get("CARGO_HOME", str(Path.home() / ".cargo"))
    for folder in (f"{ROOT}/", f"{Path.home()}/", rustup, cargo, "registry/src", "index.crates.io"):
        assert folder.encode() not in library, folder
    # what panics name, beside the folders of the compiler's own makers
    for renamed in ("core/src/", "/crates/serde_json-"):
        assert renamed.encode() in library, renamed
