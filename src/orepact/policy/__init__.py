"""Shocks and instruments: records that apply themselves to a market problem or a cash flow by a pure function.

What enters: a :class:`~orepact.market.Problem` (arrays) and the :class:`Labels` that say which country stands in which
row. What leaves: another problem, and after it is solved who paid whom. A record holds no result and changes nothing in place,
so records compose in any order.
"""

from orepact.policy.compose import balances, ledger, put_on
from orepact.policy.demand import DemandShift, ReservePurchase, ReserveRelease
from orepact.policy.instrument import Instrument, Party, Payment
from orepact.policy.labels import Labels
from orepact.policy.reference_duty import ReferenceDuty
from orepact.policy.scrap_limit import ScrapExportLimit
from orepact.policy.shocks import CapacityGrowth, CapacityLoss, ExportCut, Shock, Tariff
from orepact.policy.supply import HostCap, LastResort, NewProject, OutputSubsidy, PriceFloor, Recycling
from orepact.policy.trade import (
    CorridorClosure,
    DiversityCap,
    ExportQuota,
    ExportTax,
    FreightChange,
    LicenceDelay,
)
from orepact.policy.triggered_duty import TriggeredDuty

INSTRUMENTS: tuple[type[Instrument], ...] = (
    ExportCut, CapacityLoss, CapacityGrowth, Tariff, ExportTax, ExportQuota, LicenceDelay, FreightChange, CorridorClosure, ReferenceDuty,
    TriggeredDuty, DiversityCap, PriceFloor, OutputSubsidy, LastResort, NewProject, Recycling, ScrapExportLimit, HostCap,
    ReservePurchase, ReserveRelease, DemandShift,
)  # fmt: skip
"""Every record that changes a market."""

__all__ = [
    "INSTRUMENTS", "CapacityGrowth", "CapacityLoss", "CorridorClosure", "DemandShift", "DiversityCap", "ExportCut",
    "ExportQuota", "ExportTax", "FreightChange", "HostCap", "Instrument", "Labels", "LastResort", "LicenceDelay",
    "NewProject", "OutputSubsidy", "Party", "Payment", "PriceFloor", "Recycling", "ReferenceDuty", "ReservePurchase",
    "ReserveRelease", "ScrapExportLimit", "Shock", "Tariff", "TriggeredDuty", "balances", "ledger", "put_on",
]  # fmt: skip
