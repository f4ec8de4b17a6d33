"""The figures of a shock as tables whose every number opens its tree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from orepact import facts
from orepact.api.questions.shock import ShockAsked
from orepact.api.why.of_shock import PRICES, TONNES
from orepact.report.numbers import exact, interval_of_tonnes, percent, ratio, times, tonnes
from orepact.report.shock_text import payers
from orepact.web.charts import Column, number
from orepact.web.why import shock_link

if TYPE_CHECKING:
    from orepact.cases import ShockResult

MOST_ROWS = 10
FIGURES = (Column("name", "Figure"), number("value", "Median (80 % range)"), Column("unit", "Unit"))
LOSSES = (
    Column("name", "Country"),
    number("use", "Use, t"),
    number("lost", "Lost, t (80 % range)"),
    number("share", "Share lost"),
)


def why_view(asked: ShockAsked, result: ShockResult) -> Mapping[str, Any]:
    """What the template of the answer is given to make its figures open."""
    key = "price_cut_off" if result.case.against else "price_abroad"
    _, found = payers(result)
    return {
        "figure": {"said": ratio(found["median"]), "link": shock_link(asked, key)},
        "price_columns": FIGURES, "price_rows": _figures(asked, result), "loss_columns": LOSSES, "loss_rows": _losses(asked, result),
    }  # fmt: skip


def _figures(asked: ShockAsked, result: ShockResult) -> list[dict[str, str]]:
    answer = result.summary()
    base = answer["base_price"]["usd_per_t"]
    rows = [
        {
            "name": "Base price",
            "value": exact(round(base, 2)),
            "unit": "USD per t of content",
            "value.tree": shock_link(asked, "base_price"),
        }
    ]
    rows += [
        {"name": words, "value": times(answer[key]), "unit": "times base", "value.tree": shock_link(asked, key)}
        for key, (words, _) in PRICES.items()
        if key in answer and answer[key]["median"] == answer[key]["median"]
    ]
    went = answer["where_it_went"]
    return rows + [
        {
            "name": words,
            "value": interval_of_tonnes(went[key]),
            "unit": "t of content",
            "value.tree": shock_link(asked, key),
        }
        for key, (words, _) in TONNES.items()
        if key in went
    ]


def _losses(asked: ShockAsked, result: ShockResult) -> list[dict[str, str]]:
    rows = [row for row in result.summary()["losses"] if row["lost_t"]["median"] > 0 and row["use_t"] > 0][:MOST_ROWS]
    return [
        {"name": facts.country_name(row["country"]), "use": tonnes(row["use_t"]), "use.tree": shock_link(asked, f"use:{row['country']}"),
         "lost": interval_of_tonnes(row["lost_t"]), "lost.tree": shock_link(asked, f"lost:{row['country']}"),
         "share": percent(row["lost_t"]["median"] / row["use_t"]), "share.tree": shock_link(asked, f"lost:{row['country']}")}
        for row in rows
    ]  # fmt: skip
