"""`python -m earnest` is the program `earnest`, of the same version."""

from __future__ import annotations

import importlib.metadata
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import earnest

PROGRAM = os.environ["EARNEST_PROGRAM"]


def run(path: Path, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    """`python -m earnest` where only the programs of a folder are found."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("EARNEST_")}
    environment["PATH"] = str(path)
    command = [sys.executable, "-m", "earnest", *arguments]
    return subprocess.run(command, env=environment, input=given, capture_output=True, text=True, check=False)


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A folder with the program."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "earnest").symlink_to(PROGRAM)
    return folder


def test_arguments_input_and_codes_are_those_of_the_program(programs: Path, tmp_path: Path) -> None:
    shown = run(programs, "errors", "--json")
    direct = subprocess.run([PROGRAM, "errors", "--json"], capture_output=True, text=True, check=True)
    assert (shown.returncode, shown.stdout) == (0, direct.stdout)

    call = {"op": "ledger.top_up", "args": {"account": "alice", "amount": "10.00 USD", "key": "t-1"}}
    store = f"sqlite:{tmp_path / 'money.db'}"
    ran = run(programs, "run", "-", "--json", "--store", store, given=json.dumps(call) + "\n")
    assert json.loads(ran.stdout)["reply"]["balance"]["available"]["amount"] == "10.00", ran
    assert run(programs, "verify", "--store", store).returncode == 0
    refused = run(programs, "no-such-command")
    assert refused.returncode == 2
    assert "no-such-command" in refused.stderr


def test_signals_go_to_the_program(programs: Path, tmp_path: Path) -> None:
    store = f"sqlite:{tmp_path / 'money.db'}"
    assert run(programs, "migrate", "--store", store).returncode == 0
    environment = {**os.environ, "PATH": str(programs)}
    command = [sys.executable, "-m", "earnest", "worker", "--store", store]
    worker = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert worker.stdout is not None
    assert worker.stdout.readline() != ""
    worker.send_signal(signal.SIGTERM)
    worker.communicate(timeout=30)
    assert worker.returncode == 0


def test_without_the_program_it_says_how_to_install_it(tmp_path: Path) -> None:
    ran = run(tmp_path, "health")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert 'pip install "earnest[cli]"' in ran.stderr


def test_a_program_of_another_version_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "earnest"
    other.write_text("#!/bin/sh\necho earnest 99.0.0\n")
    other.chmod(0o755)
    ran = run(tmp_path, "migrate")
    assert ran.returncode == 2
    assert "99.0.0" in ran.stderr
    assert earnest.__version__ in ran.stderr


def test_the_extra_is_of_this_version() -> None:
    required = importlib.metadata.requires("earnest") or []
    assert [name for name in required if name.startswith("earnest-cli")] == [
        f"earnest-cli=={earnest.__version__} ; extra == 'cli'"
    ]
