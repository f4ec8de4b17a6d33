"""From draws to the answer: medians with 80 % ranges, who loses, who replaces, and which parameter matters most."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from orepact import facts
from orepact.cases.case import ShockCase
from orepact.network import Network, distances

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]
Interval = dict[str, float]

LOW, HIGH = 0.1, 0.9
"""Ends of the 80 % range."""


def interval(values: Array) -> Interval:
    """Median and 80 % range of draws: ``{median, low, high}``; NaN where the group has no buyer."""
    low, median, high = np.quantile(values, [LOW, 0.5, HIGH])
    return {"median": float(median), "low": float(low), "high": float(high)}


def summarise(case: ShockCase, network: Network, data: xr.Dataset) -> dict[str, Any]:
    """The whole answer in JSON terms; ratios to base, tonnes of content of the period, USD."""
    answer: dict[str, Any] = {"question": data.attrs["title"]}
    for key, variable in (
        ("price_abroad", "price_abroad"),
        ("price_home", "price_home"),
        ("price_cut_off", "price_cut_off"),
        ("price_abroad_inclusive", "inclusive_price_abroad"),
        ("user_price_abroad", "user_price_abroad"),
        ("producer_price_home", "producer_price_home"),
        ("producer_price_abroad", "producer_price_abroad"),
        ("rent_usd", "rent_usd"),
    ):
        answer[key] = interval(data[variable].to_numpy())
    answer["unserved_t"] = interval(data["unserved"].sum("user").to_numpy())
    answer["where_it_went"] = _where_it_went(data)
    answer |= {
        "losses": losses(data),
        "replaced_by": _replaced_by(case, data),
        "drivers": drivers(data),
        "certificate": _certificate(data),
        "sources": _sources(network),
        "grade": network.grade,
        "inferred_use": network.inferred_use,
        "apart": distances(network.comparison).to_dict("records"),
        "notes": list(network.notes),
        "base_price": {
            "usd_per_t": network.price.usd_per_t,
            "basis": network.price.basis,
            "grade": network.price.grade,
            "source": network.price.source,
        },
        "case": {**case.told(), "hash": case.hash},
    }
    return answer


def _where_it_went(data: xr.Dataset) -> dict[str, Interval]:
    """Deliveries lost by those cut off, and what stood in for them. Tonnes; the parts close draw by draw, not in medians."""
    names = {
        "lost_t": "supply_lost",
        "replaced_t": "replaced",
        "bought_less_t": "bought_less",
        "from_stocks_t": "from_stocks",
        "given_up_t": "given_up_hit",
        "unserved_t": "unserved_hit",
    }
    return {key: interval(data[name].to_numpy()) for key, name in names.items() if name in data}


def losses(data: xr.Dataset) -> list[dict[str, Any]]:
    """Use, use lost and unserved by user, largest median loss first; a user that gains has a negative loss."""
    users = [str(user) for user in data["user"].to_numpy()]
    base = np.median(data["use_base"].to_numpy(), axis=0)
    unserved = data["unserved"].to_numpy()
    lost = data["given_up"].to_numpy() + unserved
    rows = [
        {
            "country": user,
            "use_t": float(base[column]),
            "lost_t": interval(lost[:, column]),
            "unserved_t": interval(unserved[:, column]),
        }
        for column, user in enumerate(users)
    ]
    return sorted(rows, key=lambda row: -row["lost_t"]["median"])


def _replaced_by(case: ShockCase, data: xr.Dataset) -> list[dict[str, Any]]:
    origins = [str(origin) for origin in data["origin"].to_numpy()]
    rows = [
        {
            "country": origin,
            "gained_t": found["median"],
            "gained_range_t": {"low": found["low"], "high": found["high"]},
        }
        for origin, found in zip(origins, map(interval, data["gained"].to_numpy().T), strict=True)
        if origin not in case.origins
    ]
    return sorted(rows, key=lambda row: -row["gained_t"])


def drivers(data: xr.Dataset) -> list[dict[str, Any]]:
    """Which parameter moves the price most: rank correlation, and the median price in its low and high third.

    The price is that of buyers abroad, or of those cut off where only some are.
    """
    price = data["price_abroad" if data.attrs["everybody_cut_off"] else "price_cut_off"].to_numpy()
    rows = []
    for index, name in enumerate(data["parameter"].to_numpy()):
        values = data["drawn"].to_numpy()[:, index]
        order = np.argsort(values, kind="stable")
        third = max(1, len(order) // 3)
        rows.append(
            {
                "parameter": str(name),
                "rank_correlation": rank_correlation(values, price),
                "price_abroad_when_low": float(np.median(price[order[:third]])),
                "price_abroad_when_high": float(np.median(price[order[-third:]])),
            }
        )
    return sorted(rows, key=lambda row: -abs(row["rank_correlation"]))


def rank_correlation(left: Array, right: Array) -> float:
    """Spearman's rank correlation of two sets of draws; 0 where one of them does not vary or cannot be told."""
    if np.ptp(left) == 0 or not np.ptp(right) > 0:
        return 0.0
    return float(np.corrcoef(rankdata(left), rankdata(right))[0, 1])


def _certificate(data: xr.Dataset) -> dict[str, Any]:
    return {
        "max_balance": float(data.attrs["max_balance"]),
        "max_complementarity": float(data.attrs["max_complementarity"]),
        "solved": int(data.sizes["draw"]),
        "failed": 0,
    }


def _sources(network: Network) -> list[dict[str, str]]:
    table = facts.sources(network.sources)
    columns = ["source", "publisher", "title", "year", "licence", "address"]
    return [{column: str(row[column]) for column in columns} for _, row in table.iterrows()]
