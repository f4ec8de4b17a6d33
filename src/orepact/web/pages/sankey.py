"""Flows mine → refined → use before and after a shock, on one scale, with what no longer arrives as a ghost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from orepact import facts
from orepact.report.numbers import tonnes
from orepact.web.charts import Chart, Column, number

if TYPE_CHECKING:
    from orepact.cases import ShockResult

MOST = 7
"""Countries named at each step; the others stand together."""

SMALL = 0.006
"""Share of a stage's flow below which a band is not drawn."""

LOST = "no longer arrives"
WORDS = {"mine": "mined", "refined": "refined", "use": "used"}
Link = tuple[str, str, float, float]


def flows_chart(result: ShockResult, source: str) -> Chart:
    """Two pictures of the same height: each link has tonnes before and after."""
    links = _links(result)
    return Chart(
        id="flows", kind="sankey", title=_title(result),
        unit="tonnes of content in the period, medians",
        data={
            "links": [{"from": start, "to": end, "before": old, "after": new} for start, end, old, new in links],
            "names": {node: _said(node) for link in links for node in link[:2]},
            "origins": [f"{origin}|{result.case.stage}" for origin in result.case.origins],
            "lost": LOST,
        },
        columns=(Column("from", "From"), Column("to", "To"), number("before", "Before, t"), number("after", "After, t")),
        rows=[{"from": _said(start), "to": _said(end), "before": tonnes(old), "after": tonnes(new)} for start, end, old, new in links],
        source=source,
        note="Bands are medians of the draws and need not add up to the last tonne. Grey: what no longer arrives; goods kept at home are "
             "among the deliveries there.",
    )  # fmt: skip


def _title(result: ShockResult) -> str:
    went = result.summary()["where_it_went"]
    lost, replaced = went["lost_t"]["median"], went["replaced_t"]["median"]
    if lost <= 0:
        return "Nothing that is shipped today is taken away"
    return f"{tonnes(lost)} tonnes stop arriving; others send {tonnes(max(replaced, 0.0))} tonnes more to those cut off"


def _said(node: str) -> str:
    country, step = node.split("|")
    name = "others" if country == "others" else facts.country_name(country)
    return f"{name}, {WORDS.get(step, step)}"


def _links(result: ShockResult) -> list[Link]:
    found: list[Link] = []
    stages = [table.stage for table in result.network.stages]
    for index, stage in enumerate(stages):
        following = stages[index + 1] if index + 1 < len(stages) else "use"
        found += _of_stage(result, stage, following)
    return found


def _of_stage(result: ShockResult, stage: str, following: str) -> list[Link]:
    data: Any = result.data
    before, after = data[f"{stage}_flow_base"].to_numpy(), data[f"{stage}_flow"].to_numpy()
    makers = _named(data[f"{stage}_producer"].to_numpy(), before.sum(axis=1), result.case.origins)
    buyers = _named(data[f"{stage}_buyer"].to_numpy(), before.sum(axis=0), result.case.origins)
    sums: dict[tuple[str, str], list[float]] = {}
    for row, maker in enumerate(makers):
        for column, buyer in enumerate(buyers):
            both = sums.setdefault((f"{maker}|{stage}", f"{buyer}|{following}"), [0.0, 0.0])
            both[0] += float(before[row, column])
            both[1] += float(after[row, column])
    least = SMALL * float(before.sum())
    return [(start, end, old, new) for (start, end), (old, new) in sums.items() if max(old, new) > least]


def _named(countries: Any, weights: Any, always: tuple[str, ...]) -> list[str]:
    """Each country as it is shown: by code where it is large or shocked, among the others otherwise."""
    order = np.argsort(-weights, kind="stable")
    large = {str(countries[index]) for index in order[:MOST]} | set(always)
    return [str(country) if str(country) in large and str(country) != "ROW" else "others" for country in countries]
