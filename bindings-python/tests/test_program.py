"""`python -m earnest` is the program `earnest`, of the same version."""

from __future__ import annotations

import importlib.metadata
import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

import earnest

PROGRAM = os.environ["EARNEST_PROGRAM"]


def only(*path: Path) -> dict[str, str]:
    """An environment where only the programs of these folders are found, whatever this user has installed."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("EARNEST_")}
    environment["PATH"] = os.pathsep.join(map(str, path))
    environment["PYTHONUSERBASE"] = str(path[0] / "user")
    return environment


def run(*path: Path, arguments: Sequence[str], given: str = "") -> subprocess.CompletedProcess[str]:
    """`python -m earnest` where only the programs of these folders are found."""
    command = [sys.executable, "-m", "earnest", *arguments]
    return subprocess.run(command, env=only(*path), input=given, capture_output=True, text=True, check=False)


def script(folder: Path, text: str) -> Path:
    """A program `earnest` in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / "earnest"
    program.write_text(text)
    program.chmod(0o755)
    return program


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A folder with the program."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "earnest").symlink_to(PROGRAM)
    return folder


def test_arguments_input_and_codes_are_those_of_the_program(programs: Path, tmp_path: Path) -> None:
    shown = run(programs, arguments=["errors", "--json"])
    direct = subprocess.run([PROGRAM, "errors", "--json"], capture_output=True, text=True, check=True)
    assert (shown.returncode, shown.stdout) == (0, direct.stdout)

    call = {"op": "ledger.top_up", "args": {"account": "alice", "amount": "10.00 USD", "key": "t-1"}}
    store = f"sqlite:{tmp_path / 'money.db'}"
    ran = run(programs, arguments=["run", "-", "--json", "--store", store], given=json.dumps(call) + "\n")
    assert json.loads(ran.stdout)["reply"]["balance"]["available"]["amount"] == "10.00", ran
    assert run(programs, arguments=["verify", "--store", store]).returncode == 0
    refused = run(programs, arguments=["no-such-command"])
    assert refused.returncode == 2
    assert "no-such-command" in refused.stderr


def test_signals_go_to_the_program(programs: Path, tmp_path: Path) -> None:
    store = f"sqlite:{tmp_path / 'money.db'}"
    assert run(programs, arguments=["migrate", "--store", store]).returncode == 0
    command = [sys.executable, "-m", "earnest", "worker", "--store", store]
    worker = subprocess.Popen(command, env=only(programs), stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert worker.stdout is not None
    assert worker.stdout.readline() != ""
    worker.send_signal(signal.SIGTERM)
    worker.communicate(timeout=30)
    assert worker.returncode == 0


def test_without_the_program_it_says_how_to_install_it(tmp_path: Path) -> None:
    ran = run(tmp_path, arguments=["health"])
    assert (ran.returncode, ran.stdout) == (2, "")
    # nothing is published: what it says can be done today
    assert "cargo install --path cli" in ran.stderr and "pip install" not in ran.stderr


def test_a_program_of_another_version_is_refused(tmp_path: Path) -> None:
    script(tmp_path, "#!/bin/sh\necho earnest 99.0.0\n")
    ran = run(tmp_path, arguments=["migrate"])
    assert ran.returncode == 2
    assert "99.0.0" in ran.stderr
    assert earnest.__version__ in ran.stderr


def test_one_of_another_version_does_not_hide_the_right_one(programs: Path, tmp_path: Path) -> None:
    stale = "#!/bin/sh\necho earnest 99.0.0\n"
    first = tmp_path / "first"
    script(first, stale)
    script(first / "user" / "bin", stale)
    broken = tmp_path / "broken"
    script(broken, "#!/no/such/interpreter\n")
    shown = run(first, broken, programs, arguments=["--version"])
    assert (shown.returncode, shown.stdout, shown.stderr) == (0, f"earnest {earnest.__version__}\n", "")
    hidden = run(first, broken, arguments=["--version"])
    assert hidden.returncode == 2
    for named in ("user/bin/earnest is version 99.0.0", f"{broken / 'earnest'} does not run", "cargo install"):
        assert named in hidden.stderr


def test_a_program_that_runs_this_module_does_not_run_it_without_end(tmp_path: Path) -> None:
    program = script(tmp_path, f'#!/bin/sh\nexec {sys.executable} -m earnest "$@"\n')
    ran = run(tmp_path, arguments=["health"])
    assert (ran.returncode, ran.stdout) == (2, "")
    assert f"{program} is version unknown" in ran.stderr


def test_a_program_that_never_says_its_version_is_refused(tmp_path: Path) -> None:
    program = script(tmp_path, "#!/bin/sh\nexec sleep 600\n")
    asks = "from earnest import __main__ as line; line._PATIENCE = 0.5; import sys; sys.exit(line.main())"
    command = [sys.executable, "-c", asks, "health"]
    environment = {**only(tmp_path), "PATH": f"{tmp_path}:{os.defpath}"}
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert f"{program} does not say its version" in ran.stderr


@pytest.mark.parametrize("content", ["#!/no/such/interpreter\n", "\0 no program\n"])
def test_a_file_that_does_not_run_is_refused(tmp_path: Path, content: str) -> None:
    program = script(tmp_path, content)
    ran = run(tmp_path, arguments=["health"])
    assert (ran.returncode, ran.stdout) == (2, "")
    assert f"{program} does not run" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_where_it_waits_an_interrupt_lets_the_program_finish(tmp_path: Path) -> None:
    """As on Windows, where a program cannot take the place of Python: Ctrl-C goes to both."""
    working = "trap 'sleep 1; echo drained; exit 7' INT; echo ready; while :; do sleep 0.05; done"
    program = script(tmp_path, f"#!/bin/sh\n{working}\n")
    waits = "import sys; from earnest import __main__ as line; sys.exit(line._waited(sys.argv[1:]))"
    command = [sys.executable, "-c", waits, str(program)]
    both = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
    assert both.stdout is not None
    assert both.stdout.readline() == "ready\n"
    os.killpg(both.pid, signal.SIGINT)
    out, err = both.communicate(timeout=30)
    assert (out, err, both.returncode) == ("drained\n", "", 7)


def test_the_extra_is_of_this_version() -> None:
    required = importlib.metadata.requires("earnest") or []
    assert [name for name in required if name.startswith("earnest-cli")] == [
        f"earnest-cli=={earnest.__version__} ; extra == 'cli'"
    ]
