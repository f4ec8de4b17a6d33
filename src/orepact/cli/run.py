"""``orepact run``: a case file worked out period by period."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orepact.cli.output import check_files, check_one_form, print_json, progress_bar
from orepact.errors import BadInput, Problem

if TYPE_CHECKING:
    from orepact.cases.path_case import PathCase


def command(
    case: Annotated[
        Path | None, typer.Argument(help="A YAML file: mineral, start, months, instruments … (docs/cases.md).")
    ] = None,
    shipped: Annotated[
        str | None, typer.Option("--gallery", help="A case that is shipped, by name, instead (see: orepact gallery).")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print the table by period as CSV.")] = False,
    save: Annotated[Path | None, typer.Option("--save", help="Save every draw to a netCDF file (.nc).")] = None,
    plot: Annotated[Path | None, typer.Option("--plot", help="Draw prices over time to a file (.svg or .png).")] = None,
) -> None:
    """What happens over time when several things happen and are decided: prices, losses, stocks, and who pays for each.

    Example: orepact run case.yaml --plot case.svg (the format: docs/cases.md), or orepact run --gallery cobalt-quota
    """
    check_one_form(as_json=as_json, as_csv=as_csv)
    check_files((save, (".nc",), "--save"), (plot, (".svg", ".png"), "--plot"))
    from orepact.cases.path import run
    from orepact.files import appearing_whole

    found = _case(case, shipped)
    with progress_bar("Solving", found.months // found.step, "periods") as progress:
        result = run(found, progress, place=case.name if case is not None else str(shipped))
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


def _case(path: Path | None, name: str | None) -> PathCase:
    """The case of the file or of the gallery: of one of them."""
    if (path is None) == (name is None):
        found = "neither" if path is None else "both"
        raise BadInput(Problem("CASE, --gallery", "one case is needed", found, "give a file or a name of the gallery"))
    if path is not None:
        from orepact.cases.case_file import read_case

        return read_case(path)
    from orepact.cases.shipped import from_gallery

    return from_gallery(str(name))
