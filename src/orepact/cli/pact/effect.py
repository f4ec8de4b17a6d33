"""``orepact pact effect``: what a buyer imports from a partner, before and after they signed."""

from __future__ import annotations

from typing import Annotated

import typer

from orepact.cli.output import check_one_form, print_json, print_rows
from orepact.cli.pact.opening import AsOfOption, AsOption, CsvOption, DatabaseOption, JsonOption, day_of, opened


def command(
    agreement: Annotated[str, typer.Argument(help="Id of an agreement, or how it begins.")],
    buyer: Annotated[
        str | None, typer.Option("--buyer", help="Party whose imports are asked about; the bloc when left out.")
    ] = None,
    mineral: Annotated[str | None, typer.Option("--mineral", help="Only this mineral.")] = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
    person: AsOption = None,
    database: DatabaseOption = None,
) -> None:
    """Compare imports from the partner in up to three full years before and after an agreement was signed.

    Example: orepact pact effect eu-kazakhstan --mineral aluminium
    """
    check_one_form(as_json=as_json, as_csv=as_csv)
    day = day_of(as_of)
    from orepact.pact.beside import agreement_of
    from orepact.pact.partner_effect import COLUMNS, effect_answer, effect_row, partner_effect

    with opened(database, person=person) as (pact, viewer):
        sight = pact.sight(viewer, day)
        said = agreement_of(sight, agreement)
        found = partner_effect(sight, said, day or sight.day, buyer=buyer, mineral=mineral)
    if as_json:
        print_json(effect_answer(found))
    elif as_csv:
        print_rows([effect_row(each) for each in found.effects], COLUMNS)
    else:
        from orepact.report.pact_effect_text import print_effect

        print_effect(found)
