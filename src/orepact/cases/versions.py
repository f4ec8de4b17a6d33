"""What an answer was worked out with, beside its case: the facts, this code, and the libraries that do the arithmetic."""

from __future__ import annotations

import platform
from importlib.metadata import version

from orepact import facts
from orepact.version import __version__

ARITHMETIC = ("numpy", "scipy")


def versions() -> dict[str, str]:
    """Attributes of a saved answer by which a later one can say what has changed since."""
    return {"facts_version": facts.version(), "code_version": __version__, "libraries": libraries()}


def libraries() -> str:
    """Python and the libraries that do the arithmetic, with the machine's kind: ``Python 3.11.9, numpy 2.1.0, …``."""
    parts = [f"Python {platform.python_version()}", *(f"{name} {version(name)}" for name in ARITHMETIC)]
    return ", ".join([*parts, platform.machine()])
