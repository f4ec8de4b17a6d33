"""``orepact pact beside``: what two agreements say, clause by clause."""

from __future__ import annotations

from typing import Annotated

import typer

from orepact.cli.output import check_one_form, print_json, print_rows
from orepact.cli.pact.asking import day_of


def command(
    agreements: Annotated[
        list[str],
        typer.Argument(
            help="Ids of two agreements or more, or how they begin; of one: beside deals of its bloc's members."
        ),
    ],
    as_of: Annotated[str | None, typer.Option("--as-of", help="Day asked about, like 2026-05-01; today.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print every clause as JSON.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print one row a clause and agreement as CSV.")] = False,
    database: Annotated[str | None, typer.Option("--database", help="Address of the pact's database.")] = None,
) -> None:
    """Lay agreements side by side: what each says of every clause of the library, and where they differ.

    Example: orepact pact beside eu-us-mou us-japan-framework
    """
    check_one_form(as_json=as_json, as_csv=as_csv)
    day = day_of(as_of)
    from orepact.cli.pact.opening import opened
    from orepact.pact.beside import COLUMNS, beside, beside_answer, beside_bloc, beside_rows

    with opened(database) as (pact, viewer):
        sight = pact.sight(viewer, day)
        found = beside(sight, agreements)
        deals = beside_bloc(sight, found.agreements[0])
        if len(agreements) == 1 and deals:
            others = dict.fromkeys(each.agreement.id for each in deals)
            found = beside(sight, [*agreements, *others])
    if as_json:
        print_json(beside_answer(found, deals))
    elif as_csv:
        print_rows(beside_rows(found), COLUMNS)
    else:
        from orepact.report.pact_beside_text import print_beside

        print_beside(found, deals)
