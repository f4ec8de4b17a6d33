"""Shocks and instruments: records that apply themselves to a market problem by a pure function.

What enters: a :class:`~orepact.market.Problem` (arrays) and the :class:`Labels` that say which country stands in which
row. What leaves: another problem. A record holds no result and changes nothing in place, so records compose in any order.
"""

from orepact.policy.labels import Labels
from orepact.policy.shocks import CapacityLoss, ExportCut, Shock, Tariff

__all__ = ["CapacityLoss", "ExportCut", "Labels", "Shock", "Tariff"]
