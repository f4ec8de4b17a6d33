"""Two cases side by side as one picture: both prices with their ranges, the difference draw by draw, and what goes unserved."""

from __future__ import annotations

from typing import Any

from orepact import facts
from orepact.cases.path_diff import PathDiff
from orepact.report.diff_text import WHOSE, by_most, whose
from orepact.report.path_chart import time_axis
from orepact.report.pictures import drawn
from orepact.report.shock_chart import GAIN, GREY, LOSS, THIN_SPACES, WIDTH, with_footer

HEIGHT = 150
MOST_SAID = 3
LONGEST = 100


def picture(result: PathDiff, ending: str) -> bytes:
    """The picture as the bytes of an ``.svg`` or ``.png`` file; needs the extra ``report``."""
    return drawn(lambda alt: _chart(alt, result), ending)


def _chart(alt: Any, result: PathDiff) -> Any:
    answer, key = result.summary(), whose(result)
    case = result.first.case
    most = max(answer["periods"], key=lambda each: abs(each[key]["difference"]["median"]))
    change = by_most(most[key]["difference"])
    title = "No difference" if result.same else f"B less A: price {change} times base, at most, for {WHOSE[key]}"
    footer = [
        f"What differs: {_differs(result)}",
        f"Medians and 80 % ranges of the same {case.draws} draws. Base year {result.first.network.base_year}, evidence grade "
        f"{answer['grade']} (A official to E inferred). Cases {answer['first']['hash']} and {answer['second']['hash']}.",
    ]
    name = facts.mineral_name(case.mineral)
    parts = [
        _prices(alt, result, f"Delivered price of {name} for {WHOSE[key]}, times base"),
        _difference(alt, result, key, "Price, B less A, times base"),
        _difference(alt, result, "unserved_t", "Unserved, B less A, tonnes of content a period"),
    ]
    subtitle = f"{case.months} months from {case.start}. A: {case.name}. B: {result.second.case.name}."
    return with_footer(alt, parts, title, subtitle, footer)


def _differs(result: PathDiff) -> str:
    """The first few changes in words, cut where they run long."""
    own = [each for each in result.changes if each.place != "the case"]
    said = [f"{each.place}: {each.meaning}, {each.first} in A, {each.second} in B" for each in own[:MOST_SAID]]
    more = [f"and {len(own) - MOST_SAID} more"] if len(own) > MOST_SAID else []
    return (
        "; ".join([text if len(text) <= 2 * LONGEST else f"{text[: 2 * LONGEST]}…" for text in said] + more)
        or "nothing"
    )


def _prices(alt: Any, result: PathDiff, title: str) -> Any:
    key = whose(result)
    rows = [
        {"day": each["from"], "case": label, **each[key][side]}
        for each in result.summary()["periods"]
        for side, label in (("first", "A"), ("second", "B"))
    ]
    colour = alt.Color(
        "case:N",
        scale=alt.Scale(domain=["A", "B"], range=[GAIN, LOSS]),
        legend=alt.Legend(title=None, orient="top-left"),
    )
    base = alt.Chart(alt.Data(values=rows)).encode(x=time_axis(alt, result.first), color=colour)
    y = alt.Y("low:Q", title=None, scale=alt.Scale(zero=False), axis=alt.Axis(labelExpr=THIN_SPACES))
    layers = [
        _rule(alt, 1.0),
        base.mark_area(opacity=0.18).encode(y=y, y2="high:Q"),
        base.mark_line(strokeWidth=2, point=True).encode(y="median:Q"),
    ]
    return alt.layer(*layers).properties(width=WIDTH, height=HEIGHT, title=title)


def _difference(alt: Any, result: PathDiff, key: str, title: str) -> Any:
    rows = [
        {"day": each["from"], **(each[key]["difference"] if "difference" in each[key] else each[key])}
        for each in result.summary()["periods"]
    ]
    base = alt.Chart(alt.Data(values=rows)).encode(x=time_axis(alt, result.first))
    layers = [
        _rule(alt, 0.0),
        base.mark_area(opacity=0.25, color=GREY).encode(
            y=alt.Y("low:Q", title=None, axis=alt.Axis(labelExpr=THIN_SPACES)), y2="high:Q"
        ),
        base.mark_line(color=GREY, strokeWidth=2, point=alt.OverlayMarkDef(color=GREY)).encode(y="median:Q"),
    ]
    return alt.layer(*layers).properties(width=WIDTH, height=HEIGHT - 40, title=title)


def _rule(alt: Any, at: float) -> Any:
    """A dashed line where nothing has changed."""
    return alt.Chart(alt.Data(values=[{"y": at}])).mark_rule(strokeDash=[4, 3], color=GREY).encode(y="y:Q")
