"""What the facts hold of trade for the screens: a region's imports, unit values, and routes about a control."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from orepact import facts
from orepact.facts import trade
from orepact.watch.series import Control, Flows, Series

if TYPE_CHECKING:
    import pandas as pd

LEAST_SHARE = 0.001
"""Of a code's world trade in a year: a smaller flow is a sample, and its unit value says nothing of a market."""

ALONE = ("exclusive", "dominant")
"""Codes that hold one mineral alone or nearly; in the mixed ones no screen can tell which mineral moved."""

CODES_GRADE = "B"
NOWHERE = ("WLD", "OTH", "ROW")
SOURCES = ("baci",)


@cache
def codes() -> dict[str, dict[str, float]]:
    """Codes of each mineral with tonnes of content a tonne."""
    rows = facts.load("trade_codes")
    rows = rows[rows["purity"].isin(ALONE)]
    return {
        str(mineral): dict(zip(group["hs6"], group["content"].astype(float), strict=True))
        for mineral, group in rows.groupby("mineral")
        if group["content"].notna().all()
    }


@cache
def traded_stages(mineral: str) -> frozenset[str]:
    """Stages at which the mineral's codes are traded."""
    rows = facts.load("trade_codes")
    return frozenset(rows.loc[(rows["mineral"] == mineral) & rows["purity"].isin(ALONE), "stage"])


@cache
def _by_mineral(members: tuple[str, ...]) -> dict[str, pd.DataFrame]:
    """Imports of countries from outside (of the world from itself for no member) by mineral, with tonnes of content as ``content_t``."""
    table = trade.imports_of(members) if members else trade.exports_by_country()
    content = {code: (mineral, each) for mineral, held in codes().items() for code, each in held.items()}
    table = table[table["hs6"].isin(list(content))]
    table = table.assign(
        mineral=table["hs6"].map({code: mineral for code, (mineral, _) in content.items()}),
        content_t=table["value"] * table["hs6"].map({code: each for code, (_, each) in content.items()}),
    )
    return {str(mineral): rows for mineral, rows in table.groupby("mineral")}


def _series(what: str, unit: str, by_year: pd.Series[float], family: str, grade: str = CODES_GRADE) -> Series:
    last = unbroken([str(each) for each in by_year.index])
    values = tuple(float(value) for value in by_year.loc[last])
    return Series(what, unit, "annual", family, tuple(last), values, SOURCES, grade)


def unbroken(years: list[str]) -> list[str]:
    """The last years in a row without a gap."""
    first = next((index for index in range(len(years) - 1, 0, -1) if int(years[index]) != int(years[index - 1]) + 1), 0)
    return years[first:]


@cache
def imports(mineral: str, members: tuple[str, ...], where: str) -> tuple[Series | None, Series | None]:
    """Imports of a mineral from outside by year (tonnes of content), and what was paid for them (USD a tonne of content)."""
    rows = _by_mineral(members).get(mineral)
    if rows is None:
        return None, None
    by_year = rows.groupby("period")[["content_t", "value_usd_k"]].sum()
    paid = 1000 * by_year["value_usd_k"] / by_year["content_t"]
    return (
        _series(f"imports into {where} from outside", "t of content", by_year["content_t"], "trade"),
        _series(f"unit value of imports into {where}", "USD/t of content", paid, "trade"),
    )


def world_price(mineral: str) -> Series | None:
    """What the world pays for a tonne of content in trade, by year."""
    rows = _by_mineral(()).get(mineral)
    if rows is None:
        return None
    by_year = rows.groupby("period")[["content_t", "value_usd_k"]].sum()
    return _series(
        "unit value of world trade",
        "USD/t of content",
        1000 * by_year["value_usd_k"] / by_year["content_t"],
        "trade",
        "C",
    )


def flows(mineral: str, members: tuple[str, ...]) -> tuple[Flows, ...] | None:
    """Unit values of each of the mineral's codes; None where it has no code of its own."""
    rows = _by_mineral(members).get(mineral)
    if rows is None:
        return None
    world = _paid()
    return tuple(_flow(str(code), group, world[str(code)]) for code, group in rows.groupby("hs6"))


@cache
def _paid() -> dict[str, pd.DataFrame]:
    return {str(code): rows for code, rows in trade.unit_values(LEAST_SHARE).groupby("hs6")}


def _flow(code: str, came: pd.DataFrame, world: pd.DataFrame) -> Flows:
    rows = came.sort_values("value")
    totals, last = rows.groupby("period")["value"].sum(), rows.drop_duplicates("period", keep="last")
    named = zip(last["period"], last["exporter"], last["value"], last["value_usd_k"], strict=True)
    return Flows(
        code,
        {
            str(year): (str(who), 1000 * float(usd) / float(t), float(t) / float(totals[year]))
            for year, who, t, usd in named
        },
        {str(year): tuple(map(float, found)) for year, found in zip(world["period"], world["found"], strict=True)},
        {str(year): float(middle) for year, middle in zip(world["period"], world["middle"], strict=True)},
        SOURCES,
        CODES_GRADE,
    )


@cache
def controls(mineral: str) -> tuple[Control, ...]:
    """Dated controls of every exporter's goods on a mineral at a stage that its codes trade, the latest last."""
    rows = facts.load("export_controls")
    rows = rows[(rows["mineral"] == mineral) & rows["start"].notna() & (rows["target"] == "all")]
    rows = rows[rows["stage"].isin(traded_stages(mineral))].sort_values("start")
    return tuple(
        Control(str(row["country"]), str(row["start"]), str(row["measure"]), str(row["source"]))
        for row in rows.to_dict("records")
    )


def dated(mineral: str) -> tuple[tuple[str, str], ...]:
    """Every dated control on a mineral at any stage: since when, and what in words."""
    rows = facts.load("export_controls")
    rows = rows[(rows["mineral"] == mineral) & rows["start"].notna()].sort_values("start")
    return tuple(
        (str(row["start"]), f"{facts.country_name(str(row['country']))}: {row['measure']}, {row['stage']}")
        for row in rows.to_dict("records")
    )


def exports(mineral: str, country: str) -> Series | None:
    """Exports of a country, tonnes of content a year."""
    rows = _by_mineral(()).get(mineral)
    if rows is None:
        return None
    by_year = rows[rows["exporter"] == country].groupby("period")["content_t"].sum()
    if by_year.empty:
        return None
    return _series(f"exports of {facts.country_name(country)}", "t of content", by_year, "routes")


@cache
def makers(mineral: str) -> frozenset[str]:
    """Countries with output or capacity of a mineral at any stage in any year that is held."""
    found: set[str] = set()
    for table in ("production", "capacity"):
        rows = facts.load(table)
        found |= set(rows.loc[(rows["mineral"] == mineral) & (rows["value"] > 0), "country"])
    return frozenset(found - set(NOWHERE))


def arrivals(mineral: str) -> tuple[tuple[str, Series], ...] | None:
    """Exports, tonnes of content, of every country that makes none, in each year of trade; a year without a flow is none."""
    rows = _by_mineral(()).get(mineral)
    made = makers(mineral)
    if rows is None or not made:
        return None
    years = sorted(str(each) for each in rows["period"].unique())
    rows = rows[~rows["exporter"].isin([*made, *NOWHERE])]
    table = (
        rows.pivot_table(index="exporter", columns="period", values="content_t", aggfunc="sum")
        .reindex(columns=years)
        .fillna(0.0)
    )
    made_up: dict[str, Any] = {
        "unit": "t of content", "frequency": "annual", "family": "routes", "periods": tuple(years), "sources": SOURCES, "grade": "C",
    }  # fmt: skip
    return tuple(
        (str(country), Series(f"exports of {country}", values=tuple(map(float, row)), **made_up))
        for country, row in zip(table.index, table.to_numpy(), strict=True)
    )


def mix_shift(mineral: str, members: tuple[str, ...]) -> tuple[float, str]:
    """Share of imports that moved between a mineral's codes in the last year, and that year; empty where two years are not there."""
    rows = _by_mineral(members).get(mineral)
    if rows is None:
        return 0.0, ""
    table = rows.pivot_table(index="period", columns="hs6", values="content_t", aggfunc="sum").fillna(0.0)
    if len(table) < 2:
        return 0.0, ""
    shares = table.div(table.sum(axis=1), axis=0).to_numpy()
    return float(abs(shares[-1] - shares[-2]).sum() / 2), str(table.index[-1])
