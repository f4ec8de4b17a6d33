"""A case in time as one picture: the price with its range, what goes unserved, and what is in force when."""

from __future__ import annotations

from textwrap import wrap
from typing import Any

from orepact import facts
from orepact.cases.path_result import PathResult
from orepact.cases.words import spoken
from orepact.report.numbers import times
from orepact.report.pictures import drawn
from orepact.report.shock_chart import GREY, LOSS, THIN_SPACES, WIDTH, with_footer

TITLE = 58
"""Letters in a line of a title: as wide as the picture."""

WHERE = {"price_cut_off": " for those cut off", "price_abroad": " abroad", "price": ""}
"""Whose price is drawn: the first of these that an answer has."""


def picture(result: PathResult, ending: str) -> bytes:
    """The picture as the bytes of an ``.svg`` or ``.png`` file; needs the extra ``report``."""
    return drawn(lambda alt: _chart(alt, result), ending)


def _chart(alt: Any, result: PathResult) -> Any:
    answer = result.summary()
    key = next(name for name in WHERE if name in answer["periods"][0])
    furthest = max((each[key] for each in answer["periods"]), key=lambda found: abs(found["median"] - 1))
    way = "up" if furthest["median"] >= 1 else "down"
    where = WHERE[key]
    title = f"{result.case.name}: price{where} {way} to {times(furthest)} times base"
    footer = [
        f"Medians and 80 % ranges of {result.case.draws} draws. Evidence grade {answer['grade']} (A official to E inferred). "
        f"Case {result.case.hash}."
    ]
    name = facts.mineral_name(result.case.mineral)
    parts = [
        _fan(alt, result, key, f"Delivered price of {name}{where}, times base", 1.0),
        _fan(alt, result, "unserved_t", "Unserved, tonnes of content a period", None),
    ]
    bars = _bars(alt, result)
    subtitle = f"{result.case.months} months from {result.case.start}, base year {result.network.base_year}"
    return with_footer(
        alt, parts + ([bars] if bars is not None else []), wrap(title, TITLE), subtitle, footer, margin=0
    )


def _fan(alt: Any, result: PathResult, key: str, title: str, rule: float | None) -> Any:
    answer = result.summary()
    rows = [{"day": each["from"], **each[key]} for each in answer["periods"]]
    base = alt.Chart(alt.Data(values=rows)).encode(x=time_axis(alt, result))
    layers = [
        base.mark_area(opacity=0.25, color=LOSS).encode(
            y=alt.Y("low:Q", title=None, scale=alt.Scale(zero=rule is None), axis=alt.Axis(labelExpr=THIN_SPACES)),
            y2="high:Q",
        ),
        base.mark_line(color=LOSS, strokeWidth=2).encode(y="median:Q"),
    ]
    if rule is not None:
        line = alt.Chart(alt.Data(values=[{"y": rule}])).mark_rule(strokeDash=[4, 3], color=GREY)
        layers.insert(0, line.encode(y="y:Q"))
    return alt.layer(*layers).properties(width=WIDTH, height=150, title=title)


def time_axis(alt: Any, result: PathResult, field: str = "day") -> Any:
    """The axis of time that all panels share: from the first day to the last."""
    ends = [str(result.case.start), str(result.case.periods[-1][1])]
    axis = alt.Axis(format="%b %Y", labelOverlap=True, tickCount=6)
    return alt.X(f"{field}:T", title=None, scale=alt.Scale(domain=ends), axis=axis)


def _bars(alt: Any, result: PathResult) -> Any | None:
    """When each instrument is in force, as bars under the same axis of time."""
    end = result.case.periods[-1][1]
    rows = [
        {
            "name": spoken(each.instrument),
            "first": str(max(each.first or result.case.start, result.case.start)),
            "last": str(min(each.last or end, end)),
        }
        for each in result.case.instruments
        if each.active and (each.first or result.case.start) < end
    ]
    if not rows:
        return None
    order = [row["name"] for row in rows]
    base = alt.Chart(alt.Data(values=rows)).encode(y=alt.Y("name:N", title=None, sort=order, axis=None))
    bars = base.mark_bar(height=8, yOffset=8, color=GREY).encode(x=time_axis(alt, result, "first"), x2="last:T")
    names = base.mark_text(align="left", dy=-6, fontSize=11.5, limit=WIDTH).encode(x=alt.value(2), text="name:N")
    return alt.layer(bars, names).properties(width=WIDTH, height=34 * len(set(order)), title="In force")
