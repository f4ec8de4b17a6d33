"""``orepact run``: a case file worked out period by period."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from orepact.cli.output import check_files, check_one_form, print_json, progress_bar


def command(
    case: Annotated[Path, typer.Argument(help="A YAML file: mineral, start, months, instruments … (docs/cases.md).")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print the table by period as CSV.")] = False,
    save: Annotated[Path | None, typer.Option("--save", help="Save every draw to a netCDF file (.nc).")] = None,
    plot: Annotated[Path | None, typer.Option("--plot", help="Draw prices over time to a file (.svg or .png).")] = None,
) -> None:
    """What happens over time when several things happen and are decided: prices, losses, stocks, and who pays for each.

    Example: orepact run case.yaml --plot case.svg (the format: docs/cases.md)
    """
    check_one_form(as_json=as_json, as_csv=as_csv)
    check_files((save, (".nc",), "--save"), (plot, (".svg", ".png"), "--plot"))
    from orepact.cases.path import run
    from orepact.cases.path_case import read_case
    from orepact.files import appearing_whole

    found = read_case(case)
    with progress_bar("Solving", found.months // found.step, "periods") as progress:
        result = run(found, progress)
    with ExitStack() as files:
        if save is not None:
            result.write(files.enter_context(appearing_whole(save, (".nc",), "--save")))
        if plot is not None:
            from orepact.report.path_chart import picture

            files.enter_context(appearing_whole(plot, (".svg", ".png"), "--plot")).write_bytes(
                picture(result, plot.suffix)
            )
    if as_json:
        print_json(result.summary())
    elif as_csv:
        typer.echo(result.to_csv(), nl=False)
    else:
        from orepact.report.path_text import print_path

        print_path(result)
