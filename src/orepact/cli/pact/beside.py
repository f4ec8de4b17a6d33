"""``orepact pact beside``: what two agreements say, clause by clause."""

from __future__ import annotations

from typing import Annotated

import typer

from orepact.cli.output import check_one_form, print_json, print_rows
from orepact.cli.pact.opening import AsOfOption, AsOption, CsvOption, DatabaseOption, JsonOption, day_of, opened


def command(
    agreements: Annotated[
        list[str],
        typer.Argument(
            help="Ids of two agreements or more, or how they begin; of one: beside deals of its bloc's members."
        ),
    ],
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
    person: AsOption = None,
    database: DatabaseOption = None,
) -> None:
    """Lay agreements side by side: what each says of every clause of the library, and where they differ.

    Example: orepact pact beside eu-us-mou us-japan-framework
    """
    check_one_form(as_json=as_json, as_csv=as_csv)
    day = day_of(as_of)
    from orepact.pact.beside import COLUMNS, beside, beside_answer, beside_bloc, beside_rows

    with opened(database, person=person) as (pact, viewer):
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
