"""The command line: `python -m earnest` runs the program `earnest`, which the package `earnest-cli` has.

It takes the same arguments, standard input and environment, and ends with the same code. The program must be
of the version of this package: another one might expect another schema of the store.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from earnest import __version__

_INSTALL = 'pip install "earnest[cli]"'


def _program() -> str | None:
    """The program beside this Python, or else the first one on the path."""
    for scheme in (sysconfig.get_default_scheme(), sysconfig.get_preferred_scheme("user")):
        found = shutil.which("earnest", path=sysconfig.get_path("scripts", scheme))
        if found is not None:
            return found
    return shutil.which("earnest")


def _refusal(program: str | None) -> str | None:
    if program is None:
        return f"the program `earnest` is not installed: {_INSTALL}"
    asked = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    version = asked.stdout.strip().removeprefix("earnest ")
    if version != __version__:
        return f"{Path(program)} is version {version or 'unknown'}, this package {__version__}: {_INSTALL}"
    return None


def main() -> int:
    """Runs the program with the arguments of this process."""
    program = _program()
    refusal = _refusal(program)
    if program is None or refusal is not None:
        print(f"python -m earnest: {refusal}", file=sys.stderr)
        return 2
    arguments = [program, *sys.argv[1:]]
    if sys.platform == "win32":
        return subprocess.run(arguments, check=False).returncode
    # signals go to the program itself
    sys.stdout.flush()
    os.execv(program, arguments)


if __name__ == "__main__":
    sys.exit(main())
