"""Two cases side by side as one picture: both prices with their ranges, the difference draw by draw, and what goes unserved."""

from __future__ import annotations

from textwrap import wrap
from typing import Any

from orepact import facts
from orepact.cases.path_diff import PathDiff
from orepact.report.diff_text import SMALLEST_PRICE, WHOSE, by_how_much, whose
from orepact.report.path_chart import TITLE, time_axis
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
    title = wrap(_title(result), TITLE)
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
    subtitle = f"{case.months} months from {case.start}, worked out twice with the same draws"
    return with_footer(alt, parts, title, subtitle, footer, margin=0)


def _title(result: PathDiff) -> str:
    """What the picture shows, in a sentence."""
    if result.same:
        return "No difference between A and B"
    key = whose(result)
    most = max(
        (each[key]["difference"] for each in result.summary()["periods"]), key=lambda found: abs(found["median"])
    )
    who = WHOSE[key].capitalize()
    if abs(most["median"]) <= SMALLEST_PRICE:
        return f"{who} pay about the same in B as in A"
    return f"{who} pay up to {by_how_much(most)} times the base price {'more' if most['median'] > 0 else 'less'} in B than in A"


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
    labels = [f"A: {result.first.case.name}", f"B: {result.second.case.name}"]
    rows = [
        {"day": each["from"], "case": label, **each[key][side]}
        for each in result.summary()["periods"]
        for side, label in zip(("first", "second"), labels, strict=True)
    ]
    legend = alt.Legend(
        title=None, orient="top", direction="vertical", symbolType="stroke", symbolOpacity=1, symbolStrokeWidth=3,
        labelLimit=WIDTH,
    )  # fmt: skip
    colour = alt.Color("case:N", scale=alt.Scale(domain=labels, range=[GAIN, LOSS]), legend=legend)
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
