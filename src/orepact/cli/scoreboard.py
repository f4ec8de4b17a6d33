"""``orepact scoreboard``: where a region stands against 10/40/25/65, and where nobody can tell."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from orepact.cli.output import check_files, check_one_form, print_json


def command(  # noqa: PLR0913, PLR0917  (one option for each form of the answer)
    region: Annotated[str, typer.Argument(help="Region or country: EU27, EU, USA, JPN, MSP, G7 …")] = "EU27",
    own: Annotated[
        Path | None, typer.Option("--region", help="A YAML file with name and members, in place of REGION.")
    ] = None,
    year: Annotated[
        int | None,
        typer.Option(
            "--year", help="Year of the tables and of membership; the latest when left out.", min=1958, max=2100
        ),
    ] = None,
    materials: Annotated[
        str, typer.Option("--materials", help="strategic, critical, or minerals joined by commas.")
    ] = "strategic",
    why: Annotated[
        str | None, typer.Option("--why", help="One cell with its inputs, like cobalt/processing/output.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print every cell as JSON, with its inputs.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print every cell as CSV.")] = False,
    plot: Annotated[Path | None, typer.Option("--plot", help="Draw the grid to a file (.svg or .png).")] = None,
    note: Annotated[Path | None, typer.Option("--note", help="Write the answer as a two-page note (.pdf).")] = None,
    xlsx: Annotated[Path | None, typer.Option("--xlsx", help="Write cells, inputs and sources to a workbook.")] = None,
) -> None:
    """Show, for each strategic material and stage, where a region stands against the benchmarks of 2030.

    Example: orepact scoreboard EU27 --why lithium/single_country
    """
    check_one_form(as_json=as_json, as_csv=as_csv)
    check_files((plot, (".svg", ".png"), "--plot"), (note, (".pdf",), "--note"), (xlsx, (".xlsx",), "--xlsx"))
    from orepact.indicators.scoreboard import scoreboard

    place = region if own is None else str(own)
    board = scoreboard(place, year=year, materials=materials)
    cells = board.cells if why is None else board.why(why)
    if plot is not None:
        from orepact.report.scoreboard_chart import plot_scoreboard

        plot_scoreboard(board, plot)
    if note is not None:
        from orepact.report.note.pdf import write_note
        from orepact.report.note.scoreboard import scoreboard_note

        write_note(scoreboard_note(board, region=place, materials=materials), note)
    if xlsx is not None:
        from orepact.report.note.scoreboard import scoreboard_workbook
        from orepact.report.workbook import write_workbook

        write_workbook(scoreboard_workbook(board, region=place, materials=materials), xlsx)
    if as_csv:
        frame = type(board)(board.region, board.year, cells).frame()
        typer.echo(frame.to_csv(index=False, lineterminator="\n"), nl=False)
        return
    from orepact.report.scoreboard_text import print_cells, print_scoreboard, scoreboard_answer

    if as_json:
        print_json(scoreboard_answer(board, cells))
    elif why is not None:
        print_cells(cells)
    else:
        print_scoreboard(board)
