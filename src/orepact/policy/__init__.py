"""Shocks and instruments: records that apply themselves to a market problem or a cash flow by a pure function.

What enters: a :class:`~orepact.market.Problem` (arrays) and the :class:`Labels` that say which country stands in which
row. What leaves: another problem, and after it is solved who paid whom. A record holds no result and changes nothing in place,
so records compose in any order.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from orepact.policy.every import (
        INSTRUMENTS,
        CapacityGrowth,
        CapacityLoss,
        CorridorClosure,
        DemandShift,
        DiversityCap,
        ExportCut,
        ExportQuota,
        ExportTax,
        FreightChange,
        HostCap,
        Instrument,
        Labels,
        LastResort,
        LicenceDelay,
        NewProject,
        OutputSubsidy,
        Party,
        Payment,
        PriceFloor,
        Recycling,
        ReferenceDuty,
        ReservePurchase,
        ReserveRelease,
        ScrapExportLimit,
        Shock,
        Tariff,
        TriggeredDuty,
        balances,
        ledger,
        put_on,
    )

__all__ = [
    "INSTRUMENTS", "CapacityGrowth", "CapacityLoss", "CorridorClosure", "DemandShift", "DiversityCap", "ExportCut",
    "ExportQuota", "ExportTax", "FreightChange", "HostCap", "Instrument", "Labels", "LastResort", "LicenceDelay",
    "NewProject", "OutputSubsidy", "Party", "Payment", "PriceFloor", "Recycling", "ReferenceDuty", "ReservePurchase",
    "ReserveRelease", "ScrapExportLimit", "Shock", "Tariff", "TriggeredDuty", "balances", "ledger", "put_on",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """What stands in :mod:`orepact.policy.every`, read when it is first asked for: most records need no market."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module("orepact.policy.every"), name)
