"""``orepact diff``: two cases, what differs between them, and what follows from it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from orepact.cli.output import check_files, check_one_form, print_json, progress_bar

CASE = "A YAML file, or the name of a case of the gallery (see: orepact gallery)."


def command(
    first: Annotated[str, typer.Argument(help=CASE)],
    second: Annotated[str, typer.Argument(help=CASE)],
    draws: Annotated[int | None, typer.Option("--draws", help="Draws for both, instead of their own.")] = None,
    seed: Annotated[int | None, typer.Option("--seed", help="Seed for both, instead of their own.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print the table by period as CSV.")] = False,
    plot: Annotated[
        Path | None, typer.Option("--plot", help="Draw both prices and the difference to a file (.svg or .png).")
    ] = None,
) -> None:
    """What differs between two cases and what follows: the second less the first, worked out with the same draws.

    Example: orepact diff gallium-project-on-time gallium-project-late
    """
    check_one_form(as_json=as_json, as_csv=as_csv)
    check_files((plot, (".svg", ".png"), "--plot"))
    from orepact.cases.path_diff import diff
    from orepact.cases.shipped import find_cases
    from orepact.files import appearing_whole

    one, other = find_cases(first, second)
    with progress_bar("Solving", 2 * (one.months // one.step), "periods") as progress:
        result = diff(
            one, other, draws=draws, seed=seed, progress=progress, places=(Path(first).name, Path(second).name)
        )
    if plot is not None:
        from orepact.report.diff_chart import picture

        with appearing_whole(plot, (".svg", ".png"), "--plot") as part:
            part.write_bytes(picture(result, plot.suffix))
    if as_json:
        print_json(result.summary())
    elif as_csv:
        typer.echo(result.to_csv(), nl=False)
    else:
        from orepact.report.diff_text import print_diff

        print_diff(result)
