"""What the facts hold of output, capacity, prices and costs for the screens."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from orepact import facts
from orepact.network.recipe import calibrated_minerals, recipe_of
from orepact.watch.series import Level, Series
from orepact.watch.shipped_trade import codes, imports, traded_stages, unbroken

if TYPE_CHECKING:
    import pandas as pd

WORLD = "WLD"
PUBLISHER = "usgs"
LEAST_COSTS = 10
"""Producers without whom a 90th percentile is one producer's figure."""

DEAR = 90.0
CARBONATE = "lithium carbonate"
NDPR = "NdPr"


@cache
def monthly() -> dict[str, pd.DataFrame]:
    """Monthly prices of the facts by mineral."""
    prices = facts.load("prices")
    rows = prices[(prices["frequency"] == "monthly") & prices["usd_per_t"].notna()]
    return {str(mineral): group.sort_values("period") for mineral, group in rows.groupby("mineral")}


def monthly_price(mineral: str) -> Series | None:
    """The monthly price of the facts without a gap, USD a tonne."""
    rows = monthly().get(mineral)
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
def _annual() -> dict[str, pd.DataFrame]:
    prices = facts.load("prices")
    rows = prices[
        (prices["frequency"] == "annual") & prices["usd_per_t"].notna() & prices["source"].str.startswith(PUBLISHER)
    ]
    return {str(mineral): group for mineral, group in rows.groupby("mineral")}


def annual_price(mineral: str, words: str = "") -> Series | None:
    """The annual price of one form in one edition, USD a tonne: with those words (the market's own when left out), of most years."""
    rows = _annual().get(mineral)
    if rows is None:
        return None
    said = words or _priced(mineral)
    rows = rows[rows["form"].str.contains(said, case=False, regex=False)]
    groups = [group.sort_values("period") for _, group in rows.groupby(["form", "source"])]
    if not groups:
        return None
    group = min(groups, key=lambda each: (-len(each), str(each["form"].iloc[0])))
    kept = unbroken(list(group["period"]))
    held = group.set_index("period").loc[kept]
    return Series(
        f"annual price ({_short(str(held['form'].iloc[-1]))})", "USD/t", "annual", "price", tuple(kept),
        tuple(float(value) for value in held["usd_per_t"]), (str(held["source"].iloc[-1]),), str(max(held["grade"])),
    )  # fmt: skip


def _priced(mineral: str) -> str:
    """Words of the form whose price scales the mineral's market; empty where it has none, or takes the unit value of trade."""
    if mineral not in calibrated_minerals():
        return ""
    series = recipe_of(mineral).price.series
    return "" if series == "trade" else series


def cost90(mineral: str) -> Level | None:
    """90th percentile of cash costs by deposit, USD a tonne of the priced form; unweighted, as no output stands beside them."""
    rows = facts.load("coefficients")
    unit = {"lithium": "USD/t LCE"}.get(mineral)
    rows = rows[
        (rows["parameter"] == "cost") & (rows["mineral"] == mineral) & (rows["unit"] == unit) & rows["value"].notna()
    ]
    if len(rows) < LEAST_COSTS:
        return None
    value = float(np.percentile(rows["value"], DEAR))
    what = (
        f"the 90th percentile of cash costs of {len(rows)} deposits in {rows['period'].iloc[0]}, not weighted by output"
    )
    return Level(value, unit or "", what, tuple(sorted(set(rows["source"]))), str(max(rows["grade"])))


def floor_price(mineral: str) -> Level | None:
    """A floor that a contract names, USD a tonne of the priced form: NdPr at MP Materials."""
    rows = facts.load("coefficients")
    rows = rows[(rows["parameter"] == "cost") & (rows["mineral"] == mineral) & rows["unit"].str.endswith(f"/kg {NDPR}")]
    if rows.empty:
        return None
    row = rows.iloc[0]
    what = "the floor for NdPr in the contract of MP Materials, per tonne of content"
    return Level(1000 * float(row["value"]), "USD/t NdPr", what, (str(row["source"]),), str(row["grade"]))


def ndpr_content() -> float | None:
    """Tonnes of Nd in a tonne of its oxide, which stands for NdPr."""
    rows = facts.load("coefficients")
    rows = rows[(rows["parameter"] == "content") & rows["note"].fillna("").str.contains("Nd2O3", regex=False)]
    return float(rows["value"].iloc[0]) if len(rows) else None


def _short(form: str) -> str:
    """A form without the words on its unit, which stands beside the figure."""
    kept = [part for part in form.replace(": ", ", ").split(", ") if "dollars" not in part and "cents" not in part]
    return ", ".join(kept)[:90] or form[:90]


@cache
def _output() -> pd.DataFrame:
    rows = facts.load("production")
    return rows[rows["source"].str.startswith(PUBLISHER) & rows["value"].notna() & (rows["unit"] == "t")]


def world_output(mineral: str, stage: str) -> Series | None:
    """World output at a stage, tonnes of content a year: what stands for use where no one publishes it."""
    rows = _output()
    rows = rows[(rows["mineral"] == mineral) & (rows["stage"] == stage) & (rows["country"] == WORLD)].sort_values(
        ["period", "source"]
    )
    return _yearly(rows.drop_duplicates("period", keep="last"), f"world output, {stage} (in place of use)", "output")


def capacity(mineral: str, stage: str) -> Series | None:
    """World capacity at a stage, tonnes a year, the latest edition's figure of each year."""
    rows = facts.load("capacity")
    rows = rows[
        (rows["mineral"] == mineral) & (rows["stage"] == stage) & (rows["country"] == WORLD) & rows["value"].notna()
    ]
    rows = rows.sort_values(["period", "source"]).drop_duplicates("period", keep="last")
    return _yearly(rows, f"world capacity, {stage}", "capacity")


def _yearly(rows: pd.DataFrame, what: str, family: str) -> Series | None:
    rows = rows[rows["value"] > 0]
    if rows.empty:
        return None
    kept = unbroken([str(each) for each in rows["period"]])
    held = rows[rows["period"].isin(kept)]
    return Series(
        what, "t", "annual", family, tuple(kept), tuple(float(value) for value in held["value"]),
        tuple(dict.fromkeys(map(str, held["source"]))), str(max(held["grade"])),
    )  # fmt: skip


def local_share(mineral: str, members: tuple[str, ...], where: str) -> Series | None:
    """Output of a region over its use (output plus net imports), 0 to 1, by year; None where one of them is missing."""
    use = region_use(mineral, members, where)
    if use is None:
        return None
    made = _made(mineral, members)
    shares = {
        year: min(1.0, made[year] / value)
        for year, value in zip(use.periods, use.values, strict=True)
        if made[year] > 0
    }
    if not shares:
        return None
    kept = unbroken(list(shares))
    stage = next(iter(traded_stages(mineral)))
    return Series(
        f"share of local producers in what {where} uses, {stage}", "1", "annual", "trade", tuple(kept),
        tuple(shares[year] for year in kept), use.sources, "D",
    )  # fmt: skip


@cache
def _made(mineral: str, members: tuple[str, ...]) -> dict[str, float]:
    """Output of a region's members at the stage that is traded, tonnes of content by year."""
    rows = _output()
    rows = rows[
        (rows["mineral"] == mineral) & rows["stage"].isin(traded_stages(mineral)) & rows["country"].isin(members)
    ]
    rows = rows.sort_values("source").drop_duplicates(["country", "period"], keep="last")
    return {str(year): float(value) for year, value in rows.groupby("period")["value"].sum().items()}


def region_use(mineral: str, members: tuple[str, ...], where: str) -> Series | None:
    """What a region uses by year, tonnes of content: output plus imports less exports; None where one of them is missing."""
    stages = traded_stages(mineral)
    came, _ = imports(mineral, members, where)
    if len(stages) != 1 or came is None:
        return None
    made, left = _made(mineral, members), _exports_outside(mineral, members)
    found = {
        year: made[year] + came.values[came.periods.index(year)] - left.get(year, 0.0)
        for year in sorted(set(made) & set(came.periods))
    }
    kept = unbroken([year for year, use in found.items() if use > 0])
    if not kept:
        return None
    sources = (*sorted({str(each) for each in _output()["source"] if str(each).startswith(PUBLISHER)})[-1:], "baci")
    return Series(
        f"use in {where}", "t", "annual", "trade", tuple(kept), tuple(found[year] for year in kept), sources, "D"
    )


@dataclass(frozen=True)
class Added:
    """Output that was added from one year to another, tonnes: by the country that added most but the largest producer, and by that one.

    world: what the world made in the first year.
    """

    country: str
    added: float
    largest: str
    largest_added: float
    world: float
    first: str
    last: str
    sources: tuple[str, ...]


def output_by_country(mineral: str, years: int) -> Added | None:
    """Who added output over the last years, at the last stage that the facts hold; None where too few years are held."""
    for stage in ("refined", "mine"):
        rows = _output()
        rows = rows[(rows["mineral"] == mineral) & (rows["stage"] == stage)].sort_values("source")
        found = _added(rows.drop_duplicates(["country", "period"], keep="last"), years)
        if found is not None:
            return found
    return None


def _added(rows: pd.DataFrame, years: int) -> Added | None:
    world = rows[rows["country"] == WORLD].set_index("period")["value"]
    periods = unbroken(sorted(map(str, world.index))) if len(world) else []
    if len(periods) <= years:
        return None
    first, last = periods[-1 - years], periods[-1]
    named = rows[~rows["country"].isin([WORLD, "OTH"])].pivot_table(index="country", columns="period", values="value")
    if first not in named or last not in named or world[first] <= 0:
        return None
    added = (named[last] - named[first]).dropna()
    largest = str(named[last].idxmax())
    others = added.drop(labels=[largest], errors="ignore")
    if others.empty or largest not in added:
        return None
    sources = tuple(sorted(set(map(str, rows.loc[rows["period"].isin([first, last]), "source"]))))
    return Added(
        str(others.idxmax()),
        float(others.max()),
        largest,
        float(added[largest]),
        float(world[first]),
        first,
        last,
        sources,
    )


def _exports_outside(mineral: str, members: tuple[str, ...]) -> dict[str, float]:
    from orepact.facts import trade

    held = codes()[mineral]
    rows = trade.exports_of(members)
    rows = rows[rows["hs6"].isin(list(held))]
    content = rows["value"] * rows["hs6"].map(held)
    return {str(year): float(value) for year, value in content.groupby(rows["period"]).sum().items()}
