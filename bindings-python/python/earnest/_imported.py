"""Modules that the application has imported, without importing them."""

from __future__ import annotations

import sys
from types import ModuleType


def imported(name: str) -> ModuleType | None:
    """Returns the module of that name once its import has ended. In the middle of it, by whatever thread, it is in
    `sys.modules` and lacks most of what is in it.
    """
    module = sys.modules.get(name)
    spec = getattr(module, "__spec__", None)
    # what `import` itself asks before it takes a module from there
    return None if getattr(spec, "_initializing", False) else module
