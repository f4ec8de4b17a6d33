"""How a mineral's price may move, from the published figures: what a run-out of a fund starts from."""

from __future__ import annotations

from typing import Any

from orepact import facts
from orepact.errors import MissingData, Problem
from orepact.policy.record import read
from orepact.policy.support_fund import PriceProcess

PARAMETER = "price volatility"


def price_process(mineral: str, price: float, **given: Any) -> PriceProcess:
    """A process from ``price`` with the mineral's published volatility and its source; given: drift, or level and half_life.

    A volatility and a source that are given stand in place of the published ones.
    The figure is the deviation of yearly averages in real terms: prices of a month move more, so that a run-out is told late
    rather than early. MissingData where nobody publishes one; then make a :class:`PriceProcess` with a volatility of your own.
    """
    name = facts.resolve_mineral(mineral)
    if "volatility" in given:
        return read(PriceProcess, {"price": price, **given}, "price process")
    table = facts.load("coefficients")
    rows = table[(table["mineral"] == name) & (table["parameter"] == PARAMETER)]
    if rows.empty:
        found = f"{PARAMETER} of {table.loc[table['parameter'] == PARAMETER, 'mineral'].nunique()} other minerals"
        raise MissingData(Problem(name, "no volatility of its price is published", found, "give one of your own"))
    row = rows.iloc[0]
    source = f"{row['basis']}, {row['period']}; {facts.sources([row['source']])['title'].iloc[0]}; grade {row['grade']}"
    fields = {"price": price, "volatility": float(row["value"]), "source": source, **given}
    return read(PriceProcess, fields, "price process")
