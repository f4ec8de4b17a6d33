"""``orepact corridor``: which routes are secure end to end, what is the cut, and what does a closed passage do."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orepact.cli.output import check_files, check_one_form, print_json, progress_bar

if TYPE_CHECKING:
    from orepact.corridors.corridor import CorridorAnswer


def command(  # noqa: PLR0913, PLR0917  (one option for each blank in the question)
    mineral: Annotated[
        str, typer.Option("--mineral", "-m", help="Mineral, by any usual name (see: orepact minerals).")
    ],
    origin: Annotated[str, typer.Option("--from", "-f", help="The producing country.")],
    to: Annotated[str, typer.Option("--to", "-t", help="The buying country or region.")] = "EU27",
    stage: Annotated[
        str | None,
        typer.Option(
            "--stage", "-s", help="What leaves: mine or refined; where most is refined decides when left out."
        ),
    ] = None,
    close: Annotated[
        str | None, typer.Option("--close", help="Passages that are closed, joined by commas, like suez,hormuz.")
    ] = None,
    allied_only: Annotated[
        str | None,
        typer.Option(
            "--allied-only", help="A region whose refiners, owners and laws alone may be on the way, like MSP."
        ),
    ] = None,
    via: Annotated[
        str | None, typer.Option("--via", help="Corridors that alone lead out, joined by commas, like lobito.")
    ] = None,
    planned: Annotated[bool, typer.Option("--planned", help="Reckon with capacities that are planned.")] = False,
    base_year: Annotated[
        int | None, typer.Option("--base-year", help="Year of the table; the mineral's usual one when left out.")
    ] = None,
    plot: Annotated[
        Path | None, typer.Option("--plot", help="Draw the routes on a map to a file (.svg or .png).")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print one row a route as CSV.")] = False,
) -> None:
    """Which routes are secure end to end, what limits them by name, and what does a closed passage do?

    Example: orepact corridor --mineral cobalt --from COD --to EU27 --close suez --allied-only MSP
    """
    check_one_form(as_json=as_json, as_csv=as_csv)
    check_files((plot, (".svg", ".png"), "--plot"))
    with progress_bar("Working out", 4, "steps") as progress:
        from orepact.corridors.corridor import corridor

        found = corridor(
            mineral, origin=origin, to=to, stage=stage, close=close, allied_only=allied_only, via=via, planned=planned,
            base_year=base_year, progress=progress,
        )  # fmt: skip
    if plot is not None:
        _draw(found, plot)
    if as_json:
        print_json(found.summary())
    elif as_csv:
        typer.echo(found.to_csv(), nl=False)
    else:
        from orepact.report.corridor_text import print_corridor

        print_corridor(found)


def _draw(found: CorridorAnswer, plot: Path) -> None:
    from orepact.files import appearing_whole
    from orepact.report.corridor_chart import corridor_picture

    with appearing_whole(plot, (plot.suffix.lower(),), "--plot") as part:
        part.write_bytes(corridor_picture(found, plot.suffix))
