"""The watch as pictures: the grid of minerals and screens, and the series of one case with dated controls as labelled lines."""

from __future__ import annotations

from textwrap import wrap
from typing import Any

from orepact import facts
from orepact.report.pictures import drawn
from orepact.report.watch_text import headline
from orepact.watch.case_file import CaseFile, Drawn
from orepact.watch.looking import Look
from orepact.watch.screen import LEAD, QUIET, UNTOLD
from orepact.watch.screens import SCREENS

COLOURS = {LEAD: "#b5482a", QUIET: "#2f6f8f", UNTOLD: "#d9d9d9"}
"""Warm is a lead, cool is quiet, grey is what nobody can tell; the sign in a cell says the same."""

SIGNS = {LEAD: "!", QUIET: "\u2713", UNTOLD: "?"}
GREY = "#5f6368"
LINE = "#2f6f8f"
CELL_WIDTH, CELL_HEIGHT = 46, 18
WIDTH, HEIGHT, TITLE = 640, 160, 84


def watch_picture(found: Look, ending: str) -> bytes:
    """The grid as the bytes of an ``.svg`` or ``.png`` file; needs the extra ``report``."""
    return drawn(lambda alt: _grid(alt, found), ending)


def case_picture(file: CaseFile, ending: str) -> bytes:
    """The series of a case as the bytes of an ``.svg`` or ``.png`` file; needs the extra ``report``."""
    return drawn(lambda alt: _series(alt, file), ending)


def _grid(alt: Any, found: Look) -> Any:
    rows = [
        {
            "mineral": facts.mineral_name(each.mineral),
            "screen": each.screen,
            "state": each.state,
            "sign": SIGNS[each.state],
        }
        for each in found.latest.values()
    ]
    base = alt.Chart(alt.Data(values=rows)).encode(
        x=alt.X("screen:N", sort=[each.name for each in SCREENS], title=None,
                axis=alt.Axis(orient="top", labelAngle=-45, domain=False, ticks=False)),
        y=alt.Y("mineral:N", title=None, axis=alt.Axis(domain=False, ticks=False, labelLimit=240)),
    )  # fmt: skip
    scale = alt.Scale(domain=list(COLOURS), range=list(COLOURS.values()))
    legend = alt.Legend(title=None, orient="bottom", direction="horizontal")
    cells = base.mark_rect(stroke="white", strokeWidth=2).encode(color=alt.Color("state:N", scale=scale, legend=legend))
    ink = alt.condition(f"datum.state == '{UNTOLD}'", alt.value(GREY), alt.value("white"))
    signs = base.mark_text(fontSize=10).encode(text="sign:N", color=ink)
    title = alt.Title(wrap(headline(found), TITLE), anchor="start", fontSize=13)
    height = CELL_HEIGHT * len({row["mineral"] for row in rows})
    return (
        (cells + signs)
        .properties(width=CELL_WIDTH * len(SCREENS), height=height, title=title)
        .configure_view(stroke=None)
    )


def _series(alt: Any, file: CaseFile) -> Any:
    title = alt.Title(wrap(file.sentence, TITLE), anchor="start", fontSize=13)
    parts = [_one(alt, each) for each in file.series]
    if not parts:
        words = [{"text": "no series to draw: " + "; ".join(file.screens[0].missing)}]
        parts = [
            alt.Chart(alt.Data(values=words))
            .mark_text(color=GREY)
            .encode(text="text:N")
            .properties(width=WIDTH, height=HEIGHT)
        ]
    return alt.vconcat(*parts, title=title).configure_view(stroke=None)


def _one(alt: Any, each: Drawn) -> Any:
    rows = [{"period": period, "value": value} for period, value in zip(each.periods, each.values, strict=True)]
    step = max(1, len(rows) // 12)
    axis = alt.Axis(values=[row["period"] for row in rows[::step]], labelAngle=0, title=None)
    x = alt.X("period:O", axis=axis, scale=alt.Scale(domain=list(each.periods)))
    line = alt.Chart(alt.Data(values=rows)).mark_line(color=LINE).encode(
        x=x, y=alt.Y("value:Q", title=each.unit, scale=alt.Scale(zero=True))
    )  # fmt: skip
    layers = [line]
    if each.events:
        events = alt.Chart(alt.Data(values=[{"period": period, "label": label} for period, label in each.events]))
        layers.append(events.mark_rule(color=GREY, strokeDash=[2, 2]).encode(x=x))
        layers.append(
            events.mark_text(color=GREY, angle=270, align="right", dx=-4, dy=-6, fontSize=9).encode(
                x=x, y=alt.value(0), text="label:N"
            )
        )
    subtitle = alt.Title(f"{each.what} (grade {each.grade}; {', '.join(each.sources)})", anchor="start", fontSize=11)
    return alt.layer(*layers).properties(width=WIDTH, height=HEIGHT, title=subtitle)
