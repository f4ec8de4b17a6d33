"""What the facts hold for the screens, mineral by mineral, and why the rest is missing."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from orepact import facts
from orepact.facts import trade
from orepact.watch.series import Evidence, Flows, Series

if TYPE_CHECKING:
    import pandas as pd

LEAST_SHARE = 0.001
"""Of a code's world trade in a year: a smaller flow is a sample, and its unit value says nothing of a market."""

ALONE = ("exclusive", "dominant")
"""Codes that hold one mineral alone or nearly; in the mixed ones no screen can tell which mineral moved."""

CODES_GRADE = "B"


def minerals() -> tuple[str, ...]:
    """Every mineral that has a monthly price, or trade under a code of its own."""
    return tuple(sorted(set(_monthly()) | set(_codes())))


@cache
def _monthly() -> dict[str, pd.DataFrame]:
    prices = facts.load("prices")
    rows = prices[(prices["frequency"] == "monthly") & prices["usd_per_t"].notna()]
    return {str(mineral): group.sort_values("period") for mineral, group in rows.groupby("mineral")}


@cache
def _codes() -> dict[str, dict[str, float]]:
    """Codes of each mineral with tonnes of content a tonne."""
    rows = facts.load("trade_codes")
    rows = rows[rows["purity"].isin(ALONE)]
    return {
        str(mineral): dict(zip(group["hs6"], group["content"].astype(float), strict=True))
        for mineral, group in rows.groupby("mineral")
        if group["content"].notna().all()
    }


def monthly_price(mineral: str) -> Series | None:
    """The monthly price of the facts without a gap, USD a tonne."""
    rows = _monthly().get(mineral)
    if rows is None:
        return None
    periods, values = list(rows["period"]), [float(value) for value in rows["usd_per_t"]]
    first = next((index for index in range(len(periods) - 1, 0, -1) if periods[index] != after(periods[index - 1])), 0)
    row = rows.iloc[-1]
    return Series(
        f"monthly price ({row['form']})", "USD/t", "monthly", "price", tuple(periods[first:]), tuple(values[first:]),
        (str(row["source"]),), str(row["grade"]),
    )  # fmt: skip


def after(month: str) -> str:
    """The month that follows ``2024-12``: ``2025-01``."""
    year, number = int(month[:4]), int(month[5:])
    return f"{year + number // 12}-{number % 12 + 1:02d}"


@cache
def evidence(mineral: str, region: str = "EU27") -> Evidence:
    """Everything that the facts hold for the screens on a mineral (slug) and a region's imports."""
    members = facts.resolve_place(region)
    missing: dict[str, str] = {}
    imports, import_price = _imports(mineral, members, region)
    price = monthly_price(mineral)
    if price is None and import_price is not None:
        price = _world_price(mineral)
    if price is None:
        missing["price"] = "a monthly price, or trade under a code of its own to take a unit value from (give --prices)"
    return Evidence(
        mineral, facts.mineral_name(mineral), region, price=price, imports=imports, import_price=import_price,
        flows=_flows(mineral, members), missing=missing,
    )  # fmt: skip


def _of(table: pd.DataFrame, mineral: str) -> pd.DataFrame:
    """Rows of a mineral's codes with tonnes of content as ``content_t``."""
    codes = _codes().get(mineral, {})
    rows = table[table["hs6"].isin(list(codes))]
    return rows.assign(content_t=rows["value"] * rows["hs6"].map(codes))


def _imports(mineral: str, members: tuple[str, ...], region: str) -> tuple[Series | None, Series | None]:
    rows = _of(trade.imports_of(members), mineral)
    if rows.empty:
        return None, None
    by_year = rows.groupby("period")[["content_t", "value_usd_k"]].sum()
    last = _unbroken(list(by_year.index))
    by_year = by_year.loc[last]
    made: dict[str, Any] = {
        "frequency": "annual", "family": "trade", "periods": tuple(last), "sources": ("baci",), "grade": CODES_GRADE,
    }  # fmt: skip
    where = facts.region_name(region)
    tonnes = tuple(float(value) for value in by_year["content_t"])
    prices = tuple(float(1000 * usd / t) for usd, t in zip(by_year["value_usd_k"], tonnes, strict=True))
    return (
        Series(f"imports into {where} from outside", "t of content", values=tonnes, **made),
        Series(f"unit value of imports into {where}", "USD/t of content", values=prices, **made),
    )


def _world_price(mineral: str) -> Series | None:
    rows = _of(trade.exports_by_country(), mineral)
    if rows.empty:
        return None
    by_year = rows.groupby("period")[["content_t", "value_usd_k"]].sum()
    last = _unbroken(list(by_year.index))
    kept = by_year.loc[last]
    values = tuple(float(1000 * usd / t) for usd, t in zip(kept["value_usd_k"], kept["content_t"], strict=True))
    return Series(
        "unit value of world trade", "USD/t of content", "annual", "trade", tuple(last), values, ("baci",), "C"
    )


def _unbroken(years: list[str]) -> list[str]:
    """The last years in a row without a gap."""
    first = next((index for index in range(len(years) - 1, 0, -1) if int(years[index]) != int(years[index - 1]) + 1), 0)
    return years[first:]


def _flows(mineral: str, members: tuple[str, ...]) -> tuple[Flows, ...] | None:
    codes = _codes().get(mineral)
    if not codes:
        return None
    came, world = trade.imports_of(members), trade.unit_values(LEAST_SHARE)
    found = tuple(_flow(code, came[came["hs6"] == code], world[world["hs6"] == code]) for code in codes)
    return tuple(each for each in found if each.largest) or None


def _flow(code: str, came: pd.DataFrame, world: pd.DataFrame) -> Flows:
    largest = {}
    for year, rows in came.groupby("period"):
        total, row = float(rows["value"].sum()), rows.sort_values("value").iloc[-1]
        value = 1000 * float(row["value_usd_k"]) / float(row["value"])
        largest[str(year)] = (str(row["exporter"]), value, float(row["value"]) / total)
    return Flows(
        code,
        largest,
        {str(year): tuple(map(float, found)) for year, found in zip(world["period"], world["found"], strict=True)},
        {str(year): float(middle) for year, middle in zip(world["period"], world["middle"], strict=True)},
        ("baci",),
        CODES_GRADE,
    )
