"""The command line: `python -m earnest` runs the program `earnest`, which the package `earnest-cli` has.

It takes the same arguments, standard input and environment, and ends with the same code. The program must be
of the version of this package: another one might expect another schema of the store.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import sysconfig
from collections.abc import Iterator

from earnest import __version__

# No index has the package yet. When one has: `pip install "earnest[cli]"`.
_INSTALL = "`cargo install --path cli` in a copy of the repository"
# Set for a program that is asked for its version: one that runs this module in turn would ask without end.
_ASKED = "EARNEST_ASKED_VERSION"
# Seconds in which a program says its version.
_PATIENCE = 10.0


def _programs() -> Iterator[str]:
    """The programs of that name: those beside this Python, then those of the path."""
    folders = [
        sysconfig.get_path("scripts", scheme)
        for scheme in (sysconfig.get_default_scheme(), sysconfig.get_preferred_scheme("user"))
    ]
    seen: set[str] = set()
    for folder in [*folders, *os.get_exec_path()]:
        found = shutil.which("earnest", path=folder)
        # on Windows the current folder is looked through before any other
        if found is None or os.path.normcase(os.path.dirname(found)) != os.path.normcase(os.path.normpath(folder)):
            continue
        if found not in seen:
            seen.add(found)
            yield found


def _flaw(program: str) -> str | None:
    """Why a program is not the one that is looked for."""
    try:
        asked = subprocess.run(
            [program, "--version"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            timeout=_PATIENCE,
            env={**os.environ, _ASKED: "1"},
        )
    except subprocess.TimeoutExpired:
        return f"{program} does not say its version"
    except OSError as error:
        return f"{program} does not run ({error.strerror or error})"
    version = asked.stdout.strip().removeprefix("earnest ")
    return None if version == __version__ else f"{program} is version {version[:40] or 'unknown'}"


def _found() -> tuple[str | None, str]:
    """The program, or else why there is none."""
    flaws: list[str] = []
    for program in _programs():
        flaw = _flaw(program)
        if flaw is None:
            return program, ""
        flaws.append(flaw)
    if not flaws:
        return None, f"the program `earnest` is not installed: {_INSTALL}"
    return None, f"{', '.join(flaws)}, this package {__version__}: {_INSTALL}"


def _waited(arguments: list[str]) -> int:
    """Runs a program to its end. Ctrl-C is for it alone: it may have work to finish."""
    signal.signal(signal.SIGINT, lambda *_: None)
    return subprocess.run(arguments, check=False).returncode


def main() -> int:
    """Runs the program with the arguments of this process."""
    if _ASKED in os.environ:
        print("python -m earnest: a program `earnest` runs this module, and is not the program", file=sys.stderr)
        return 2
    program, refusal = _found()
    if program is not None:
        arguments = [program, *sys.argv[1:]]
        try:
            if sys.platform == "win32":
                return _waited(arguments)
            # signals go to the program itself
            sys.stdout.flush()
            os.execv(program, arguments)
        except OSError as error:
            refusal = f"{program} does not run ({error.strerror or error})"
    print(f"python -m earnest: {refusal}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
