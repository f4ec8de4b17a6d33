"""``orepact scrap``: what comes back from products in use by a year, and how far that is from 25 %."""

from __future__ import annotations

from typing import Annotated

import typer

from orepact.cli.output import check_one_form, print_json, print_rows


def command(
    mineral: Annotated[str, typer.Argument(help="Mineral, like copper.")],
    region: Annotated[str, typer.Option("--region", help="Region or country: EU27, USA, JPN …")] = "EU27",
    year: Annotated[int, typer.Option("--year", help="Year in which products leave use.")] = 2030,
    draws: Annotated[int, typer.Option("--draws", help="Draws that the ranges are of.", min=1, max=100_000)] = 500,
    seed: Annotated[int, typer.Option("--seed", help="Seed of the draws.", min=0)] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print one row a group of products as CSV.")] = False,
) -> None:
    """Show how much of a mineral's use could come from products that leave use, and how far that is from 25 %.

    Example: orepact scrap copper --region EU27 --year 2030
    """
    check_one_form(as_json=as_json, as_csv=as_csv)
    from orepact.planning.scrap import scrap

    found = scrap(mineral, region, year=year, draws=draws, seed=seed)
    from orepact.report.scrap_text import print_scrap, scrap_answer, scrap_rows

    if as_json:
        print_json(scrap_answer(found))
    elif as_csv:
        rows = scrap_rows(found)
        print_rows(rows, rows[0])
    else:
        print_scrap(found)
