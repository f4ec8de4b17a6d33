"""A workbench elsewhere, asked with the same calls as the functions here: ``orepact.remote("http://127.0.0.1:8000").shock(...)``.

What enters: an address. What leaves: a :class:`~orepact.remote.workbench.Workbench`, whose answers have ``summary()`` and their table
as pandas, and whose errors are those that the functions raise.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

__all__ = ["connect"]

if TYPE_CHECKING:
    from orepact.remote.workbench import Workbench


def connect(address: str, **options: Any) -> Workbench:
    """The workbench at an address; BadInput where it is none, NotFetched later where nobody answers there."""
    from orepact.remote.workbench import Workbench

    return Workbench(address, **options)


class _Callable(ModuleType):
    """This package, so that ``orepact.remote(address)`` means ``orepact.remote.connect(address)`` whichever was imported first."""

    def __call__(self, address: str, **options: Any) -> Workbench:
        return connect(address, **options)


sys.modules[__name__].__class__ = _Callable
