"""Cases: a question goes in as a frozen record, a labelled answer comes out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__all__ = ["Base", "ShockCase", "ShockResult", "base_market", "shock"]

if TYPE_CHECKING:
    from orepact.cases.assemble import Base, base_market
    from orepact.cases.case import ShockCase
    from orepact.cases.result import ShockResult
    from orepact.cases.shocks import shock

_WHERE = {
    "Base": "orepact.cases.assemble",
    "base_market": "orepact.cases.assemble",
    "ShockCase": "orepact.cases.case",
    "ShockResult": "orepact.cases.result",
    "shock": "orepact.cases.shocks",
}


def __getattr__(name: str) -> Any:
    """Load what is asked for when it is asked for: a market of one's own needs no facts."""
    if name in _WHERE:
        from importlib import import_module

        return getattr(import_module(_WHERE[name]), name)
    raise AttributeError(f"module 'orepact.cases' has no attribute '{name}'")
