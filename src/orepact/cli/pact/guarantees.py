"""``orepact pact guarantees``: whether guarantees of origin of a batch file are still to be had, and using them up."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from orepact.cli.output import check_one_form, print_json, print_rows
from orepact.cli.pact.opening import AsOption, CsvOption, DatabaseOption, JsonOption, opened


def command(
    file: Annotated[Path, typer.Argument(help="Batch file, as orepact eligible reads it.")],
    use: Annotated[bool, typer.Option("--use", help="Use them up for their batches, all or none.")] = False,
    owner: Annotated[
        str | None, typer.Option("--owner", help="Firm that keeps the entries; the secretariat when left out.")
    ] = None,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
    person: AsOption = None,
    database: DatabaseOption = None,
) -> None:
    """Say whether the guarantees of origin that a batch file uses up are still to be had; use them up with --use.

    Example: orepact pact guarantees batch.json --use --owner demo-kobaltika
    """
    check_one_form(as_json=as_json, as_csv=as_csv)
    from orepact.custody.batch_file import read_file
    from orepact.pact.guarantees import COLUMNS, use_all, uses

    held = read_file(file)
    with opened(database, person=person, write=use) as (pact, viewer):
        found = use_all(pact, viewer, held, owner, file.name) if use else uses(pact.sight(viewer), held, file.name)
    rows = [each.row() for each in found]
    if as_json:
        print_json(rows)
    elif as_csv:
        print_rows(rows, COLUMNS)
    else:
        from orepact.report.pact_text import print_guarantees

        print_guarantees(rows)
