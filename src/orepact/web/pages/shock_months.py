"""The part of the shock page that goes by months: the price over time, when who runs short, and what would help most."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from orepact.api.questions.shock import ShockAsked, months_of
from orepact.report.numbers import interval_of_tonnes, money, percent, ratio, times, tonnes
from orepact.web.charts import Chart, Column, number
from orepact.web.page import Part
from orepact.web.sources import source_line

if TYPE_CHECKING:
    from orepact.cases.ladder import Ladder

PRICES = ("price_cut_off", "price_abroad", "price")
RUNGS = {"L0": "Arithmetic: stocks and shares only", "L1": "One period of a market", "L4": "Month by month"}


def _view(_asked: ShockAsked, found: Ladder) -> Mapping[str, Any]:
    from orepact import facts
    from orepact.report.too_narrow import too_narrow

    answer = found.summary()
    source = source_line(facts.sources(answer["sources"]).astype(object).to_dict("records"), answer["grade"])
    rows = sorted(answer["mitigations"], key=lambda row: -row["avoided_t"]["median"])
    months = next(row for row in answer["rungs"] if row["rung"] == "L4")
    return {
        "answer": answer,
        "fan": _fan(found, source),
        "help": _help(rows, source),
        "helps": _best(rows),
        "when": _when(months),
        "first": [
            f"{row['name']} ({_day(row['day'])}, {percent(row['share_lost'])} of its use lost)"
            for row in months["hit_first"]
            if row["day"] is not None and math.isfinite(row["day"])
        ],
        "rungs": [_rung(row) for row in answer["rungs"]],
        "draws": found.asked.case.draws,
        "narrow": too_narrow(),
    }


def _when(months: Mapping[str, Any]) -> str:
    found = months["days_until_short"]
    if not math.isfinite(found["median"]):
        return "Users who are hit never lack 5 % of their use in the median draw."
    ends = (
        f"{_day(found['low'])} to {_day(found['high'])}"
        if found["low"] != found["high"]
        else "the same in nearly all draws"
    )
    return f"Users who are hit together lack 5 % of their use from {_day(found['median'])} on ({ends})."


def _day(value: float) -> str:
    return f"day {value:.0f}" if math.isfinite(value) else "never"


def _best(rows: list[dict[str, Any]]) -> str:
    first = rows[0]
    if first["avoided_t"]["median"] <= 0:
        return "None of the measures tried spares anything."
    share = (
        ""
        if first["avoided_share_of_shortage"] is None
        else f", {percent(first['avoided_share_of_shortage'])} of the shortage"
    )
    return (
        f"Of what was tried, most is spared if {first['what']}: {interval_of_tonnes(first['avoided_t'])} tonnes{share}."
    )


def _rung(row: Mapping[str, Any]) -> dict[str, str]:
    return {
        "name": RUNGS[row["rung"]],
        "short": interval_of_tonnes(row["shortage_t"]),
        "share": percent(row["shortage_share_of_use"]["median"]),
        "price": "none" if row["price"] is None else times(row["price"]),
        "day": "none" if row["days_until_short"] is None else _day(row["days_until_short"]["median"]),
    }


def _fan(found: Ladder, source: str) -> Chart:
    periods = found.path.summary()["periods"]
    key = next(name for name in PRICES if name in periods[0])
    rows = [{"name": f"month {at + 1}", **period[key]} for at, period in enumerate(periods)]
    peak = max(rows, key=lambda row: row["median"])
    whom = {"price_cut_off": "those cut off", "price_abroad": "buyers abroad", "price": "all buyers"}[key]
    return Chart(
        id="months",
        kind="fan",
        title=f"Month by month, {whom} pay up to {ratio(peak['median'])} times the base price, in {peak['name']}",
        unit="price paid, times the base price",
        data={"rows": rows, "rule": 1.0, "ruleName": "base price", "zero": True},
        columns=(Column("name", "Month"), number("median", "Median, × base"), number("range", "80 % range")),
        rows=[
            {
                "name": row["name"],
                "median": ratio(row["median"]),
                "range": f"{ratio(row['low'])} to {ratio(row['high'])}",
            }
            for row in rows
        ],
        source=source,
        note=f"Modelled, {found.asked.case.draws} draws. Plants, habits and stocks take time here, so a month can be dearer than the year.",
    )


def _help(rows: list[dict[str, Any]], source: str) -> Chart:
    shown = [
        {"name": row["name"], **row["avoided_t"], "label": f"{tonnes(row['avoided_t']['median'])} t", "tone": "gain"}
        for row in rows
    ]
    return Chart(
        id="help",
        kind="ranges",
        title=f"What would help: {rows[0]['name']} spares most",
        unit="tonnes of content spared to all that are hit",
        data={"rows": shown, "zero": True},
        columns=(
            Column("name", "Measure"), Column("what", "What it is"), number("spared", "Spared, t (80 % range)"),
            number("share", "Of the shortage"),
            number("price", "Price with it, ×"), number("day", "Short from"), number("worth", "Worth at base prices, USD"),
        ),
        rows=[
            {
                "name": row["name"], "what": row["what"], "spared": interval_of_tonnes(row["avoided_t"]),
                "share": "none" if row["avoided_share_of_shortage"] is None else percent(row["avoided_share_of_shortage"]),
                "price": times(row["price"]), "day": _day(row["days_until_short"]["median"]), "worth": money(row["avoided_usd"]["median"]),
            }
            for row in rows
        ],
        source=source,
        note="Each alone; the sizes are assumptions, in the table. The order can change with them.",
    )  # fmt: skip


MONTHS = Part(name="months", work=months_of, view=_view)
