"""Indicators: how concentrated, how dependent, how risky, from where in the end, for how long, and whether it has changed.

What enters: plain arrays, pandas series by country, or frames with named columns; shares and rates as fractions, quantities in
one unit. What leaves: numbers or small frozen records, never rounded. No function here reads a file; ``inputs`` and ``study``
alone read the facts. A missing figure is an error that names it, or "cannot tell" with what is missing; it is never a zero.
Each docstring has the formula, its source, the units, and an example that the tests hold.
"""

from orepact.indicators.concentration import Bounds, NMinusOne, hhi, hhi_bounds, n_minus_1, top_share
from orepact.indicators.eu_criticality import (
    SupplyRisk,
    economic_importance,
    governance_score,
    supply_risk,
    supply_risk_from_terms,
    weighted_hhi,
)
from orepact.indicators.geopolrisk import GeoPolRisk, geopolrisk, geopolrisk_all
from orepact.indicators.origin import Origin, look_through, sourcing_shares, through_stages
from orepact.indicators.partners import PartnerTest, partner_test
from orepact.indicators.reliance import days_of_stock, net_import_reliance

__all__ = [
    "Bounds", "GeoPolRisk", "NMinusOne", "Origin", "PartnerTest", "SupplyRisk", "days_of_stock", "economic_importance",
    "geopolrisk", "geopolrisk_all", "governance_score", "hhi", "hhi_bounds", "look_through", "n_minus_1", "net_import_reliance",
    "partner_test", "sourcing_shares", "supply_risk", "supply_risk_from_terms", "through_stages", "top_share", "weighted_hhi",
]  # fmt: skip
