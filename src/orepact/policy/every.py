"""Every shock and instrument under one name, with what puts them on a market and reckons who paid whom."""

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
