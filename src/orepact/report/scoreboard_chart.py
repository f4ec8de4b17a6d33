"""A scoreboard as one picture: a grid of verdicts with the percent in each cell, readable without colour."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from orepact import facts
from orepact.files import appearing_whole, check_writable
from orepact.indicators.scoreboard import CANNOT_TELL, NOT_APPLICABLE, Cell, Scoreboard
from orepact.report.numbers import BESIDE
from orepact.report.pictures import ENDINGS, drawn
from orepact.report.scoreboard_text import COLUMNS

COLOURS = {"meets": "#2f6f8f", "below": "#b5482a", CANNOT_TELL: "#d9d9d9", NOT_APPLICABLE: "#f4f5f6"}
"""Cool meets, warm falls short, grey is what nobody can tell; the text in a cell says the same."""

GREY = "#5f6368"
CELL_WIDTH, CELL_HEIGHT = 92, 24


def plot_scoreboard(board: Scoreboard, path: str | Path) -> None:
    """Write the grid as SVG or PNG, by the ending of ``path``; needs the extra ``report``."""
    path = Path(path)
    check_writable(path, ENDINGS, "--plot")
    picture = scoreboard_picture(board, path.suffix)
    with appearing_whole(path, ENDINGS, "--plot") as part:
        part.write_bytes(picture)


def scoreboard_picture(board: Scoreboard, ending: str) -> bytes:
    """The grid as the bytes of an ``.svg`` or ``.png`` file."""
    return drawn(lambda alt: _chart(alt, board), ending)


def _rows(board: Scoreboard) -> list[dict[str, Any]]:
    headings = {(benchmark, method, stage): heading.replace("\n", "|") for benchmark, method, stage, heading in COLUMNS}
    return [
        {
            "mineral": facts.mineral_name(cell.mineral),
            "column": headings[cell.benchmark, cell.method, cell.stage],
            "verdict": cell.verdict,
            "text": _text(cell),
        }
        for cell in board.cells
        if (cell.benchmark, cell.method, cell.stage) in headings
    ]


def _text(cell: Cell) -> str:
    if cell.verdict == NOT_APPLICABLE:
        return BESIDE
    if cell.value is None:
        return "?"
    return f"{cell.value:.0f} % {cell.grade}" + (" ?" if cell.verdict == CANNOT_TELL else "")


def _chart(alt: Any, board: Scoreboard) -> Any:
    rows = _rows(board)
    minerals = list(dict.fromkeys(row["mineral"] for row in rows))
    order = [heading.replace("\n", "|") for *_, heading in COLUMNS]
    axis = alt.Axis(
        orient="top", labelAngle=0, labelExpr="split(datum.value, '|')", domain=False, ticks=False, labelPadding=24
    )
    base = alt.Chart(alt.Data(values=rows)).encode(
        x=alt.X("column:N", sort=order, title=None, axis=axis),
        y=alt.Y("mineral:N", sort=minerals, title=None, axis=alt.Axis(domain=False, ticks=False, labelLimit=240)),
    )
    scale = alt.Scale(domain=list(COLOURS), range=list(COLOURS.values()))
    legend = alt.Legend(title=None, orient="bottom", direction="horizontal")
    squares = base.mark_rect(stroke="white", strokeWidth=2).encode(
        color=alt.Color("verdict:N", scale=scale, legend=legend)
    )
    light = f"datum.verdict === '{CANNOT_TELL}' || datum.verdict === '{NOT_APPLICABLE}'"
    words = base.mark_text(fontSize=11).encode(
        text="text:N",
        color=alt.condition(light, alt.value("#333333"), alt.value("white")),
    )
    when = str(board.year) if board.year else "latest year of each mineral"
    subtitle = [
        f"Percent of consumption and evidence grade; {when}. Targets of Regulation (EU) 2024/1252.",
        "A verdict holds for the whole 80 % band that the grade stands for; ? is what nobody can tell, "
        f"{BESIDE} is not applicable.",
    ]
    return (
        alt.layer(squares, words)
        .properties(
            width=CELL_WIDTH * len(order),
            height=CELL_HEIGHT * len(minerals),
            padding=16,
            title=alt.TitleParams(
                f"{board.region.name} against 10/40/25/65", subtitle=subtitle, anchor="start", fontSize=17, offset=14
            ),
        )
        .configure(background="white", font="system-ui, 'DejaVu Sans', Arial, sans-serif")
        .configure_view(stroke=None)
        .configure_axis(labelFontSize=12)
        .configure_title(subtitleColor=GREY, subtitleFontSize=12)
    )
