"""Which sectors of a zone's users lose, by the shares of use that the facts hold."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from orepact import facts
from orepact.cases.assemble import Base
from orepact.cases.summary import interval
from orepact.network import Network

Array = NDArray[np.float64]

ROUNDING = 0.015
"""Share of use that printed percentages may leave out without a word."""

NAMES = {"EU27": "the EU", "USA": "the US"}
"""Users of which the facts have shares of use, as sentences name them."""


def sector_costs(
    found: Network, base: Base, payers: dict[str, Array], zone: tuple[str, ...]
) -> tuple[tuple[dict[str, Any], ...], tuple[str, ...]]:
    """What users of the zone lose, by the sector that uses the mineral, where the facts have shares of use for a part of it.

    A share whose sector the facts do not have stands under its use (``named_by``). Second: what cannot be told.
    """
    if not any(np.any(amount) for who, amount in payers.items() if who.startswith("users")):
        return (), ()
    table = facts.load("end_use")
    rows: list[dict[str, Any]] = []
    missing: list[str] = []
    users = base.labels.buyers[-1]
    for reporter, called in NAMES.items():
        members = [each for each in facts.resolve_place(reporter) if each in zone and each in users]
        if not members:
            continue
        shares = table[(table["mineral"] == found.mineral) & (table["country"] == reporter) & table["value"].notna()]
        if shares.empty:
            name = facts.mineral_name(found.mineral)
            missing.append(f"which sectors of {called} pay: the facts have no shares of its use of {name}")
            continue
        lost = sum((payers[f"users of {each}"] for each in members if f"users of {each}" in payers), np.zeros(1))
        named = shares.assign(label=shares["sector"].fillna(shares["use"]))
        for label, group in named.groupby("label", sort=True):
            part = float(group["value"].sum())
            added = group["value_added"].dropna()
            rows.append(
                {
                    "region": reporter, "sector": str(label), "named_by": "sector" if group["sector"].notna().all() else "use",
                    "share_of_use": part, "amount": interval(part * lost),
                    "value_added_m": float(added.iloc[0]) if len(added) else None,
                }
            )  # fmt: skip
        left = 1.0 - float(shares["value"].sum())
        if left > ROUNDING:
            told = f"the shares of use in the facts add up to {100 - 100 * left:.0f} %"
            missing.append(f"who pays {100 * left:.0f} % of what users of {called} lose: {told}")
    rest = [each for each in zone if each in users and each not in facts.resolve_place("EU27") and each != "USA"]
    if rest:
        missing.append(
            f"which sectors pay in {len(rest)} other countries of the zone: the facts have shares of use for EU and US"
        )
    return tuple(sorted(rows, key=lambda row: row["amount"]["median"])), tuple(missing)
