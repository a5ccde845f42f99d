"""The sizes of what users get: each beside its record, a limit for releases, and a reason for each record."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from conftest import ROOT

RECORDED = {"wheel": {"linux_x86_64": {"bytes": 1_000_000, "reason": "payments"}}}


def sized(folder: Path, artefact: str, size: int, *more: str, records: Any = RECORDED) -> tuple[int, str, Any]:
    """The exit code of the script, what it says, and the records behind it."""
    kept, file = folder / "sizes.json", folder / "artefact"
    kept.write_text(json.dumps(records))
    with file.open("wb") as built:
        built.truncate(size)
    command = [ROOT / "scripts/sizes", artefact, "linux_x86_64", file, *more]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, "EARNEST_SIZES": str(kept)}
    )
    return done.returncode, done.stdout + done.stderr, json.loads(kept.read_text())


@pytest.mark.parametrize(
    ("artefact", "size", "words"),
    [
        ("wheel", 500_000, None),
        ("wheel", 1_050_000, None),
        ("wheel", 1_050_001, "more than 5% above its record"),
        ("wheel", 10_000_001, "no release is made of more than 10,000,000 bytes"),
        # without a record
        ("addon", 10_000_000, None),
        ("addon", 10_000_001, "no release is made of more than 10,000,000 bytes"),
        ("device", 15_000_000, None),
        ("device", 15_000_001, "no release is made of more than 15,000,000 bytes"),
        ("crate", 1, "An artefact is"),
    ],
)
def test_a_size_has_a_record_and_a_limit(tmp_path: Path, artefact: str, size: int, words: str | None) -> None:
    code, said, records = sized(tmp_path, artefact, size)
    assert (code == 0) == (words is None) and (words or "") in said and records == RECORDED, said
    if words != "An artefact is":
        # a build that has no record of its own, as those of a release
        code, said, _ = sized(tmp_path, artefact, size, "--limit")
        assert (code == 0) == (words is None or "no release" not in words), said


def test_a_record_is_made_with_its_reason_and_below_the_limit_alone(tmp_path: Path) -> None:
    code, said, records = sized(tmp_path, "wheel", 2_000_000, "--record", "withdrawals")
    assert code == 0 and records["wheel"]["linux_x86_64"] == {"bytes": 2_000_000, "reason": "withdrawals"}, said
    assert sized(tmp_path, "wheel", 2_100_000, records=records)[0] == 0
    for size, *more in ((2_000_000, "--record", " "), (10_000_001, "--record", "all of it"), (2_000_000, "--record")):
        code, said, records = sized(tmp_path, "wheel", size, *more)
        assert code == 1 and records == RECORDED, said


def test_the_records_of_the_tree_are_ones_that_the_script_writes(tmp_path: Path) -> None:
    text = (ROOT / "benches/sizes.json").read_text()
    records = json.loads(text)
    # the same record anew leaves every other byte as it is
    addon = records["addon"]["linux-x64-gnu"]
    records["wheel"]["linux_x86_64"]["bytes"] = 0
    reason = records["wheel"]["linux_x86_64"]["reason"]
    size = json.loads(text)["wheel"]["linux_x86_64"]["bytes"]
    assert sized(tmp_path, "wheel", size, "--record", reason, records=records)[0] == 0
    assert (tmp_path / "sizes.json").read_text() == text and addon["bytes"] < 10_000_000
