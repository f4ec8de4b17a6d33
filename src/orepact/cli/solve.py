"""``orepact solve``: the equilibrium of a market of your own, in a file that has nothing to do with our data."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from orepact.cli.output import check_one_form, print_json


def command(
    market: Annotated[Path, typer.Argument(help="A YAML file: sourcing, stages, producers, users, routes …")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print every route as CSV.")] = False,
) -> None:
    """Solve a market of your own: prices, quantities, flows, rents and revenue, with a certificate.

    Example: orepact solve market.yaml --json (the format: docs/own-market.md)
    """
    check_one_form(as_json=as_json, as_csv=as_csv)
    from orepact.cases.own_market import solve

    found = solve(market)
    if as_json:
        print_json(found.summary())
    elif as_csv:
        typer.echo(found.flows_frame().to_csv(index=False, lineterminator="\n"), nl=False)
    else:
        from orepact.report.own_market_text import print_market

        print_market(found)
