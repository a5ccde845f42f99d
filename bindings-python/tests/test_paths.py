"""The native half names no folder of the machine that built it, and no script the host that packages come from."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from conftest import ROOT
from earnest import _earnest

#: A crate in the folder of an index, which cargo names by its host, whichever that is, and a hash.
INDEXED = re.compile(rb"-[0-9a-f]{16}/[\w-]+-[0-9]+\.[0-9]+")


@pytest.mark.skipif("EARNEST_REMAPPED" not in os.environ, reason="a developer's own build names folders")
def test_no_folder_of_the_builder_is_in_the_library() -> None:
    library = Path(_earnest.__file__).read_bytes()
    rustup = os.environ.get("RUSTUP_HOME", str(Path.home() / ".rustup"))
    cargo = os.environ.get("CARGO_HOME", str(Path.home() / ".cargo"))
    for folder in (f"{ROOT}/", f"{Path.home()}/", rustup, cargo, "registry/src"):
        assert folder.encode() not in library, folder
    assert INDEXED.search(library) is None, INDEXED.search(library)
    # what panics name, beside the folders of the compiler's own makers
    for renamed in ("core/src/", "/crates/serde_json-"):
        assert renamed.encode() in library, renamed


def test_an_index_is_known_by_its_shape() -> None:
    for host in (b"index.crates.io", b"mirror", b"crates.example-shop.internal"):
        assert INDEXED.search(b"/crates/" + host + b"-1949cf8c6b5b557f/serde_json-1.0.145/src/de.rs")
    for named in (
        b"/crates/serde_json-1.0.145/src/de.rs",
        b"/rust/library/core/src/fmt/mod.rs",
        b"d-1949cf8c6b5b557f/x",
    ):
        assert INDEXED.search(named) is None, named


def test_no_script_names_the_host_that_packages_come_from() -> None:
    """Each client has its own configuration: a mirror, a cache, a proxy."""
    host = re.compile(r"https?://(?!127\.0\.0\.1|localhost|maven\.apache\.org/POM/)[\w.-]+|\bdeb\.debian\.org\b")
    assert host.search("mmdebstrap trixie x http://mirror.example/debian") and not host.search("http://127.0.0.1:8080/")
    scripts = [
        ROOT / "Makefile",
        *(ROOT / ".ci").iterdir(),
        *(one for one in (ROOT / "scripts").iterdir() if one.is_file()),
    ]
    assert len(scripts) > 20
    named = {one.name: found for one in scripts if (found := host.findall(one.read_text()))}
    assert named == {}


def test_the_mirror_of_debian_is_the_one_of_apt(tmp_path: Path) -> None:
    """By its label: an index of another maker, and of Debian's security, is not the one that has all packages."""
    script = (ROOT / "scripts/setup").read_text()
    function = re.search(r"^debian_mirror\(\) \{\n.*?^\}\n", script, re.DOTALL | re.MULTILINE)
    assert function is not None
    apt = tmp_path / "apt-get"

    def mirror(*indexes: str) -> str:
        apt.write_text("#!/bin/sh\ncat <<'END'\n" + "\n".join(indexes) + "\nEND\n")
        apt.chmod(0o755)
        around = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
        command = ["bash", "-euo", "pipefail", "-c", f"{function[0]}\ndebian_mirror"]
        return subprocess.run(command, env=around, capture_output=True, text=True, check=True).stdout

    others = (
        "Debian-Security http://mirror.example/security/",
        " https://new.example/apt/",
        "Ubuntu http://u.example/",
    )
    assert mirror(
        *others, "Debian cdrom:[Debian]/", "Debian http://mirror.example/debian/", "Debian http://b.example/"
    ) == ("http://mirror.example/debian\n")
    assert mirror(*others) == ""
