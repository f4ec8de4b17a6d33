"""A pipeline as one picture: the odds of each benchmark as a grid, readable without colour."""

from __future__ import annotations

from typing import Any

from orepact import facts
from orepact.planning.pipeline import Outlook, Pipeline
from orepact.report.pictures import drawn
from orepact.report.projects_text import headline, odds_of
from orepact.report.scoreboard_chart import CELL_HEIGHT, CELL_WIDTH, GREY
from orepact.report.scoreboard_text import COLUMNS

HALF = 0.5
STATES = {
    "meets": "more likely met than not", "below": "more likely missed than met", "open": "may be either", "untold": "cannot tell",
    "beside": "not applicable",
}  # fmt: skip
COLOURS = {"meets": "#2f6f8f", "below": "#b5482a", "open": "#f0f1f2", "untold": "#d9d9d9", "beside": "#f4f5f6"}
"""Cool is likely met, warm likely missed, grey what nobody can tell; the text in a cell says the same."""


def state_of(each: Outlook) -> str:
    """Whether a cell is more likely met than not over the whole range of its odds; ``open`` where the range holds both."""
    if not each.applies:
        return "beside"
    if each.met is None:
        return "untold"
    low, high = each.met
    return "meets" if low >= HALF else "below" if high < HALF else "open"


def projects_picture(found: Pipeline, mineral: str | None, ending: str) -> bytes:
    """The grid as the bytes of an ``.svg`` or ``.png`` file; needs the extra ``report``."""
    return drawn(lambda alt: _chart(alt, found, mineral), ending)


def _rows(found: Pipeline) -> list[dict[str, str]]:
    headings = {(benchmark, method, stage): heading.replace("\n", "|") for benchmark, method, stage, heading in COLUMNS}
    return [
        {
            "mineral": facts.mineral_name(each.mineral), "column": headings[each.benchmark, each.method, each.stage],
            "state": STATES[state_of(each)], "text": odds_of(each).replace(">=", "≥"),
        }
        for each in found.outlooks
        if (each.benchmark, each.method, each.stage) in headings
    ]  # fmt: skip


def _chart(alt: Any, found: Pipeline, mineral: str | None) -> Any:
    rows = _rows(found)
    minerals = list(dict.fromkeys(row["mineral"] for row in rows))
    order = [heading.replace("\n", "|") for *_, heading in COLUMNS]
    axis = alt.Axis(
        orient="top", labelAngle=0, labelExpr="split(datum.value, '|')", domain=False, ticks=False, labelPadding=24
    )
    base = alt.Chart(alt.Data(values=rows)).encode(
        x=alt.X("column:N", sort=order, title=None, axis=axis),
        y=alt.Y("mineral:N", sort=minerals, title=None, axis=alt.Axis(domain=False, ticks=False, labelLimit=240)),
    )
    scale = alt.Scale(domain=list(STATES.values()), range=[COLOURS[state] for state in STATES])
    legend = alt.Legend(title=None, orient="bottom", direction="horizontal", labelLimit=260, columns=2)
    squares = base.mark_rect(stroke="white", strokeWidth=2).encode(
        color=alt.Color("state:N", scale=scale, legend=legend)
    )
    light = f"datum.state === '{STATES['open']}' || datum.state === '{STATES['untold']}' || datum.state === '{STATES['beside']}'"
    words = base.mark_text(fontSize=11).encode(
        text="text:N", color=alt.condition(light, alt.value("#333333"), alt.value("white"))
    )
    subtitle = [
        headline(found, mineral),
        "Over today's 80 % band and over which projects are on time; ≥ where projects without figures could add. Facts "
        f"{facts.version()}.",
    ]
    return (
        alt.layer(squares, words)
        .properties(
            width=CELL_WIDTH * len(order),
            height=CELL_HEIGHT * len(minerals),
            padding=16,
            title=alt.TitleParams(
                f"Probability that {found.region} meets each benchmark in {found.year}", subtitle=subtitle, anchor="start", fontSize=17,
                offset=14,
            ),
        )
        .configure(background="white", font="system-ui, 'DejaVu Sans', Arial, sans-serif")
        .configure_view(stroke=None)
        .configure_axis(labelFontSize=12)
        .configure_title(subtitleColor=GREY, subtitleFontSize=12)
    )  # fmt: skip
