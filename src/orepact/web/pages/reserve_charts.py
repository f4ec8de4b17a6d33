"""Pictures of a reserve: where the money goes, days held against days needed, pace, prices while buying, and what is avoided."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from orepact.report.numbers import UNTOLD, interval_of_tonnes, money, percent, ratio, tonnes
from orepact.web.charts import Chart, Column, number

LONGEST = 120
"""Months that the picture of the pace shows."""

Answer = Mapping[str, Any]


def charts(answer: Answer, source: str) -> dict[str, Chart]:
    """Every picture that the answer has figures for, by id."""
    drawn = (_money(answer, source), _cover(answer, source), _pace(answer, source), _paid(answer, source), _worth(answer, source),
             _halts(answer, source))  # fmt: skip
    return {chart.id: chart for chart in drawn if chart is not None}


def _held(answer: Answer) -> list[dict[str, Any]]:
    return sorted((row for row in answer["holdings"] if row["tonnes"] > 0), key=lambda row: -row["cost"])


def _money(answer: Answer, source: str) -> Chart | None:
    held = _held(answer)
    if not held:
        return None
    rows = [
        {"name": row["name"], "value": row["cost"], "label": f"USD {money(row['cost'])}, {tonnes(row['tonnes'])} t", "tone": "gain",
         "tonnes": tonnes(row["tonnes"]), "cost": money(row["cost"]), "carry": money(row["carry_usd_a_year"])}
        for row in held
    ]  # fmt: skip
    share = held[0]["cost"] / answer["money"]["purchases_usd"]
    return Chart(
        id="money", kind="bars", title=f"{held[0]['name'][:1].upper()}{held[0]['name'][1:]} takes {percent(share)} of what is spent",
        unit="USD of purchases, prices of each mineral's base year; label: with tonnes of content", data={"rows": rows},
        columns=(Column("name", "Mineral"), number("tonnes", "Tonnes of content"), number("cost", "Purchases, USD"),
                 number("carry", "To hold, USD a year")),
        rows=[{key: str(row[key]) for key in ("name", "tonnes", "cost", "carry")} for row in rows], source=source,
    )  # fmt: skip


def _worst(row: Mapping[str, Any]) -> dict[str, Any]:
    """The scenario in which most stays unserved without the reserve."""
    found: dict[str, Any] = max(row["if_it_happens"], key=lambda each: each["unserved_without_t"]["median"])
    return found


def _cover(answer: Answer, source: str) -> Chart | None:
    held = {row["mineral"]: row for row in _held(answer)}
    if not held:
        return None
    rows = []
    for each in answer["avoided"]["by_mineral"]:
        worst, row = _worst(each), held[each["mineral"]]
        rows.append({"name": each["name"], **worst["need"]["need_days"], "label": f"{row['days']:.0f} held", "mark": row["days"],
                     "tone": "loss", "worst": worst["scenario"]})  # fmt: skip
    enough = sum(row["mark"] >= row["median"] for row in rows)
    return Chart(
        id="cover", kind="ranges",
        title=f"{enough} of {len(rows)} holdings have as many days as the median of the worst halt leaves unserved",
        unit="days of the region's normal use", data={"rows": rows, "zero": True, "ends": True, "markName": "days held"},
        columns=(Column("name", "Mineral"), number("held", "Days held"), number("need", "Days unserved in the worst halt (80 % range)"),
                 Column("worst", "Worst halt")),
        rows=[
            {"name": row["name"], "held": f"{row['mark']:.0f}", "worst": row["worst"],
             "need": f"{row['median']:.0f} ({row['low']:.0f} to {row['high']:.0f})"}
            for row in rows
        ],
        source=source,
        note="Bar: days of use unserved in the worst halt without the reserve, 80 % of draws; dot: median. Diamond: days held. What is "
             "released is sold on the market, so a day held is not a day served.",
    )  # fmt: skip


def _pace(answer: Answer, source: str) -> Chart | None:
    rows, held = answer["pace"], {row["mineral"]: row for row in answer["holdings"]}
    if not rows:
        return None
    finite = [row for row in rows if math.isfinite(row["months_to_fill"])]
    last = int(min(max((row["months_to_fill"] for row in finite), default=12), LONGEST))
    months = list(range(last + 1))
    series = [
        {"name": row["name"], "dashed": True,
         "values": [100 * min(row["tonnes_a_month"] * month / held[row["mineral"]]["tonnes"], 1.0) for month in months]}
        for row in rows
    ]  # fmt: skip
    slowest = max(rows, key=lambda row: row["months_to_fill"])
    terms = {row["parameter"]: row["value"] for row in answer["inputs"]["terms"]}
    said = f"{slowest['months_to_fill']:.0f} months" if math.isfinite(slowest["months_to_fill"]) else "never"
    return Chart(
        id="pace", kind="lines", title=f"At {percent(terms['monthly pace'])} of trade {slowest['name']} is full after {said}",
        unit="% of the holding bought, by month since the first purchase", data={"periods": months, "series": series, "zero": True},
        columns=(Column("name", "Mineral"), number("month", "Tonnes a month"), number("full", "Months to fill"),
                 number("trade", "Trade outside the largest seller, t a year"), number("limit", "Within the price limit, t a month")),
        rows=[
            {"name": row["name"], "month": tonnes(row["tonnes_a_month"]), "trade": tonnes(row["trade_outside_largest_t_a_year"]),
             "full": f"{row['months_to_fill']:.0f}" if math.isfinite(row["months_to_fill"]) else UNTOLD,
             "limit": interval_of_tonnes(row["bought_under_price_limit_t_a_month"])}
            for row in rows
        ],
        source=source,
        note=f"No more than {percent(terms['monthly pace'])} of what is traded outside the largest seller (an assumption, grade E)."
             + (f" Shown up to month {LONGEST}." if last == LONGEST else ""),
    )  # fmt: skip


def _paid(answer: Answer, source: str) -> Chart | None:
    rows = answer["pace"]
    if not rows:
        return None
    most = max(rows, key=lambda row: row["price_while_buying"]["median"])
    shown = [
        {"name": row["name"], "label": percent(row["price_while_buying"]["median"] - 1), "tone": "loss",
         **{end: 100 * (value - 1) for end, value in row["price_while_buying"].items()}}
        for row in rows
    ]  # fmt: skip
    rise = percent(most["price_while_buying"]["median"] - 1)
    return Chart(
        id="paid", kind="ranges", title=f"Buying lifts the price most for {most['name']}: by {rise}",
        unit="rise of the delivered price while the region buys, %", data={"rows": shown, "zero": True, "ends": True},
        columns=(Column("name", "Mineral"), number("median", "Median, %"), number("range", "80 % range, %")),
        rows=[
            {"name": row["name"], "median": f"{row['median']:.2g}", "range": f"{row['low']:.2g} to {row['high']:.2g}"} for row in shown
        ],
        source=source, note="Dot: median of the draws. Bar: 80 % of them.",
    )  # fmt: skip


def _worth(answer: Answer, source: str) -> Chart | None:
    rows = answer["avoided"]["by_mineral"]
    if not rows:
        return None
    carry = {row["mineral"]: row["carry_usd_a_year"] for row in answer["holdings"]}
    shown = [
        {"name": row["name"], **row["worth_usd"], "label": f"USD {money(row['worth_usd']['median'])}", "tone": "gain",
         "mark": carry[row["mineral"]], "served": _money_range(row["unserved_usd"]), "spared": _money_range(row["spared_usd"]),
         "worth": _money_range(row["worth_usd"]), "carry": money(carry[row["mineral"]]), "tonnes": interval_of_tonnes(row["unserved_t"])}
        for row in rows
    ]  # fmt: skip
    sums = answer["money"]
    return Chart(
        id="worth", kind="ranges",
        title=f"Worth USD {money(sums['worth_usd_a_year'])} in an expected year, against USD {money(sums['carrying_usd_a_year'])} to hold",
        unit="USD a year", data={"rows": shown, "zero": True, "ends": True, "markName": "cost to hold, USD a year:"},
        columns=(Column("name", "Mineral"), number("worth", "Worth, USD a year (80 % range)"), number("tonnes", "Unserved use avoided, t"),
                 number("served", "its value, USD"), number("spared", "Spared on purchases, USD"), number("carry", "To hold, USD a year")),
        rows=[{key: str(row[key]) for key in ("name", "worth", "tonnes", "served", "spared", "carry")} for row in shown], source=source,
        note="Bar: 80 % of draws; dot: median; diamond: interest and storage. Expected: every halt times its assumed probability.",
    )  # fmt: skip


def _money_range(found: Mapping[str, float]) -> str:
    return f"{money(found['median'])} ({money(found['low'])} to {money(found['high'])})"


def _halts(answer: Answer, source: str) -> Chart | None:
    rows = [
        {
            "name": f"{each['name']}, {words}",
            **_worst(each)[key],
            "label": f"{ratio(_worst(each)[key]['median'])} ×",
            "tone": tone,
        }
        for each in answer["avoided"]["by_mineral"]
        for words, key, tone in (("without", "price_without", "loss"), ("with it", "price_with", "gain"))
    ]
    if not rows:
        return None
    table = [
        {"halt": f"{each['name']}: {row['scenario']}", "odds": percent(row["probability_a_year"]),
         "without": interval_of_tonnes(row["unserved_without_t"]), "with": interval_of_tonnes(row["unserved_with_t"]),
         "directed": interval_of_tonnes(row["unserved_if_directed_t"]), "price": f"{ratio(row['price_without']['median'])} × and "
         f"{ratio(row['price_with']['median'])} ×"}
        for each in answer["avoided"]["by_mineral"] for row in each["if_it_happens"]
    ]  # fmt: skip
    return Chart(
        id="halts", kind="ranges", title="In the worst halt, the price without and with the reserve", unit="times the base price",
        data={"rows": rows, "rule": 1.0, "zero": True, "ends": True},
        columns=(Column("halt", "If this happens"), number("odds", "a year"), number("without", "Unserved without, t"),
                 number("with", "with, t"), number("directed", "directed, t"), number("price", "Price without and with")),
        rows=table, source=source,
        note="Dot: median. Bar: 80 % of draws. The table has every halt; directed: handed only to those who would stop, rather than sold.",
    )  # fmt: skip
