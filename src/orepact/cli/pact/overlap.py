"""``orepact pact overlap``: which initiatives do the same in the same place, and where nobody acts."""

from __future__ import annotations

from typing import Annotated

import typer

from orepact.cli.output import check_one_form, print_json, print_rows
from orepact.cli.pact.opening import AsOfOption, AsOption, CsvOption, DatabaseOption, JsonOption, day_of, opened


def command(  # noqa: PLR0913, PLR0917  (one option for each blank in the question)
    as_of: AsOfOption = None,
    mineral: Annotated[str | None, typer.Option("--mineral", help="Only cells of this mineral.")] = None,
    country: Annotated[str | None, typer.Option("--country", help="Only cells in this country.")] = None,
    region: Annotated[str, typer.Option("--region", help="Buyer whose gaps are looked for.")] = "EU27",
    materials: Annotated[
        str | None,
        typer.Option(
            "--materials", help="Of gaps: strategic, critical, or minerals joined by commas; --mineral's own."
        ),
    ] = None,
    only_gaps: Annotated[bool, typer.Option("--gaps", help="Show gaps in place of pairs.")] = False,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
    person: AsOption = None,
    database: DatabaseOption = None,
) -> None:
    """Show which initiatives in force share cells of mineral, stage, function and country, and dependent cells without any.

    Example: orepact pact overlap --mineral cobalt --country COD
    """
    check_one_form(as_json=as_json, as_csv=as_csv)
    day = day_of(as_of)
    from orepact.pact.gaps import COLUMNS, gap_rows, gaps, gaps_answer
    from orepact.pact.overlap import PAIR_COLUMNS, overlap, overlap_answer, pair_rows

    with opened(database, person=person) as (pact, viewer):
        sight = pact.sight(viewer, day)
        found = overlap(sight, day or sight.day, mineral=mineral, country=country)
        wanted = materials or found.mineral or "strategic"
        # The scoreboard takes seconds: it is asked only where its cells are shown.
        open_cells = None if as_csv and not only_gaps else gaps(sight, found.as_of, region=region, materials=wanted)
    if as_json:
        print_json(overlap_answer(found) | {"gaps": None if open_cells is None else gaps_answer(open_cells)})
    elif as_csv and open_cells is not None:
        print_rows(gap_rows(open_cells), COLUMNS)
    elif as_csv:
        print_rows(pair_rows(found.pairs), PAIR_COLUMNS)
    else:
        from orepact.report.pact_overlap_text import print_gaps, print_overlap

        if not only_gaps:
            print_overlap(found)
        if open_cells is not None:
            print_gaps(open_cells)
