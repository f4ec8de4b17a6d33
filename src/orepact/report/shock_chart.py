"""The answer to a shock as one picture: prices with their range, who runs short, and where the missing supply comes from."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from orepact import facts
from orepact.cases import ShockResult
from orepact.cases.words import question
from orepact.files import appearing_whole, check_writable
from orepact.report.numbers import percent, ratio, times, tonnes
from orepact.report.pictures import ENDINGS, drawn
from orepact.report.shock_text import payers

LOSS, GAIN, HOME, GREY = "#b5482a", "#2f6f8f", "#6b7a3a", "#5f6368"
"""Loss is warm, gain is cool, the shocked country's own buyers have a colour of their own."""

THIN_SPACES = "replace(datum.label, /,/g, '\u2009')"
"""Axis labels with the thin spaces that all printed numbers have."""

WIDTH = 460
HALF = 190
"""Width of a panel that stands on half a page."""

NAMES = 118
ROW = 22


def plot(result: ShockResult, path: str | Path) -> None:
    """Write the picture as SVG or PNG, by the ending of ``path``; needs the extra ``report``."""
    path = Path(path)
    check_writable(path, ENDINGS, "--plot")
    with appearing_whole(path, ENDINGS, "--plot") as part:
        part.write_bytes(picture(result, path.suffix))


def picture(result: ShockResult, ending: str) -> bytes:
    """The picture as the bytes of an ``.svg`` or ``.png`` file; needs the extra ``report``."""
    return drawn(lambda alt: _chart(alt, result), ending)


def half(panel: Callable[[Any], Any]) -> bytes:
    """One panel without its title as an SVG for half a page."""
    return drawn(lambda alt: _look(panel(alt).properties(title="", padding=4)), ".svg")


def panels(result: ShockResult) -> tuple[bytes | None, bytes | None, bytes | None]:
    """Prices, use lost, and who replaces, each as an SVG for half a page; None where there is nothing to be drawn."""
    answer = result.summary()

    return (
        half(lambda alt: _prices(alt, answer, HALF)),
        half(lambda alt: _losses(alt, result, HALF)) if _lost_rows(result) else None,
        half(lambda alt: _gains(alt, answer, HALF))
        if any(row["gained_t"] > 0 for row in answer["replaced_by"][:6])
        else None,
    )


def _chart(alt: Any, result: ShockResult) -> Any:
    answer = result.summary()
    name = facts.mineral_name(result.case.mineral)
    who, paid = payers(result)
    title = f"{who} pay {times(paid)} times the base price of {name}"
    publishers = sorted(
        {f"{row['publisher']} ({row['year']})" for row in answer["sources"] if row["source"] != "orepact_assumption"}
    )
    footer = [
        f"Medians and 80 % ranges of {result.case.draws} draws. Evidence grade {answer['grade']} (A official to E inferred). "
        f"Case {result.case.hash}.",
        "Sources: " + "; ".join(publishers),
    ]
    parts = [_prices(alt, answer), _losses(alt, result), _gains(alt, answer)]
    return with_footer(alt, parts, title, question(result.case), footer)


def with_footer(
    alt: Any, parts: list[Any], title: str | list[str], subtitle: str, footer: list[str], *, margin: int = 160
) -> Any:
    """Panels one above the other under a title, with the sources below, in the look that all pictures share.

    margin: how far left of the panels the sources begin, where labels of the panels leave that room.
    """
    lines = [line for text in footer for line in wrapped(text, 110 if margin else 84)]
    note = (
        alt.Chart(alt.Data(values=[{"line": index, "text": line} for index, line in enumerate(lines)]))
        .mark_text(align="left", fontSize=10.5, color=GREY, x=0)
        .encode(y=alt.Y("line:O", axis=None), text="text:N", x=alt.value(-margin))
        .properties(width=WIDTH, height=14 * len(lines))
    )
    return _look(
        alt.vconcat(*parts, note, spacing=26).properties(
            title=alt.TitleParams(title, subtitle=wrapped(subtitle, 92), fontSize=17, anchor="start", offset=16),
            padding=16,
        )
    )


def _look(chart: Any) -> Any:
    return (
        chart.configure(background="white", font="system-ui, 'DejaVu Sans', Arial, sans-serif")
        .configure_view(stroke=None)
        .configure_axis(
            labelFontSize=12, titleFontSize=12, labelLimit=240, grid=True, gridColor="#e6e6e6", domain=False
        )
        .configure_title(fontSize=14, anchor="start", subtitleFontSize=12, subtitleColor=GREY)
    )


def wrapped(text: str, width: int) -> list[str]:
    """A text as lines of at most ``width`` characters."""
    from textwrap import wrap

    return wrap(text, width)


def range_panel(
    alt: Any, rows: list[dict[str, Any]], *, title: str, axis: str, colour: str, rule: float | None, width: int = WIDTH
) -> Any:
    """Ranges as bars with the median as a labelled dot; rows hold name, median, low, high, label."""
    data = alt.Data(values=rows)
    order = [row["name"] for row in rows]
    y = alt.Y("name:N", sort=order, title=None, axis=_names_axis(alt, width))
    base = alt.Chart(data)
    layers = [
        base.mark_bar(height=7, opacity=0.35, color=colour).encode(
            y=y, x=alt.X("low:Q", title=axis, axis=alt.Axis(labelExpr=THIN_SPACES)), x2="high:Q"
        ),
        base.mark_point(filled=True, size=70, opacity=1, color=colour).encode(y=y, x="median:Q"),
        base.mark_text(align="left", dx=8, dy=-9, fontSize=11).encode(y=y, x="median:Q", text="label:N"),
    ]
    if rule is not None:
        layers.insert(
            0, alt.Chart(alt.Data(values=[{"x": rule}])).mark_rule(strokeDash=[4, 3], color=GREY).encode(x="x:Q")
        )
    return alt.layer(*layers).properties(width=width, height=ROW * max(len(rows), 1) + 12, title=title)


def _names_axis(alt: Any, width: int) -> Any:
    """Names beside a panel; on half a page they take the same room in every panel, so that all have one scale."""
    return alt.Axis() if width == WIDTH else alt.Axis(minExtent=NAMES, maxExtent=NAMES, labelLimit=NAMES - 10)


def _prices(alt: Any, answer: dict[str, Any], width: int = WIDTH) -> Any:
    groups = [("abroad", "price_abroad"), ("cut off", "price_cut_off"), ("at home", "price_home")]
    if answer["price_cut_off"] == answer["price_abroad"]:
        del groups[1]
    rows = [
        {"name": f"buyers {name}", **answer[key], "label": ratio(answer[key]["median"])}
        for name, key in groups
        if key in answer and answer[key]["median"] == answer[key]["median"]
    ]
    return range_panel(
        alt,
        rows,
        title="Delivered price, times base (1 = no change)",
        axis="times base",
        colour=LOSS,
        rule=1.0,
        width=width,
    )


def _losses(alt: Any, result: ShockResult, width: int = WIDTH) -> Any:
    title = "Use lost by the users who lose most tonnes"
    return range_panel(
        alt, _lost_rows(result), title=title, axis="% of base use lost", colour=LOSS, rule=None, width=width
    )


def _lost_rows(result: ShockResult) -> list[dict[str, Any]]:
    rows = []
    for row in result.summary()["losses"][:10]:
        if row["use_t"] <= 0 or row["lost_t"]["median"] <= 0:
            continue
        share = {key: 100 * value / row["use_t"] for key, value in row["lost_t"].items()}
        rows.append({"name": facts.country_name(row["country"]), **share, "label": percent(share["median"] / 100)})
    return rows


def _gains(alt: Any, answer: dict[str, Any], width: int = WIDTH) -> Any:
    rows = [
        {
            "name": facts.country_name(row["country"]),
            "median": row["gained_t"],
            **row["gained_range_t"],
            "label": tonnes(row["gained_t"]),
        }
        for row in answer["replaced_by"][:6]
        if row["gained_t"] > 0
    ]
    return range_panel(
        alt,
        rows,
        title="Who replaces the lost supply",
        axis="extra tonnes of content delivered",
        colour=GAIN,
        rule=None,
        width=width,
    )
