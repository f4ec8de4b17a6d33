"""``orepact network``: the balanced table behind an answer, what was moved to balance it, and how it stands elsewhere."""

from __future__ import annotations

from typing import Annotated

import typer

from orepact.cli.output import check_one_form, print_json


def command(
    mineral: Annotated[str, typer.Argument(help="Mineral, by any usual name (see: orepact minerals).")],
    base_year: Annotated[
        int | None, typer.Option("--base-year", help="Year of the table; the mineral's usual one when left out.")
    ] = None,
    top: Annotated[int, typer.Option("--top", min=3, max=100, help="Rows and columns to print.")] = 10,
    as_json: Annotated[bool, typer.Option("--json", help="Print the whole table as JSON.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print every flow as CSV.")] = False,
) -> None:
    """Print a mineral's balanced supply table: who makes, ships and uses it, in tonnes of content, cell by cell graded."""
    check_one_form(as_json=as_json, as_csv=as_csv)
    from orepact.network import network

    found = network(mineral, base_year)
    if as_csv:
        typer.echo(found.frame().to_csv(index=False, lineterminator="\n"), nl=False)
        return
    from orepact.report.network_text import network_answer, print_network

    if as_json:
        print_json(network_answer(found))
    else:
        print_network(found, top)
