"""``orepact pact investigate``: a case file of the watch becomes an investigation that people go on with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from orepact.cli.output import print_json
from orepact.cli.pact.opening import AsOption, DatabaseOption, JsonOption, opened


def command(
    file: Annotated[Path, typer.Argument(help="Case file: what orepact watch file --json printed.")],
    record: Annotated[
        str | None,
        typer.Option("--id", help="Id of the investigation; made of mineral, region and period when left out."),
    ] = None,
    person: AsOption = None,
    database: DatabaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Enter a case file: its leads, and where it is a signal the case with every finding, for people to replace by theirs.

    Example: orepact watch file --mineral lithium --json > lithium.json; orepact pact investigate lithium.json
    """
    from orepact.pact.case_files import enter, read_file
    from orepact.pact.listing import whole
    from orepact.report.pact_text import print_record

    held = read_file(file)
    with opened(database, person=person, write=True) as (pact, viewer):
        found = whole(pact, viewer, "investigation", enter(pact, viewer, held, record))
    if as_json:
        print_json(found)
    else:
        print_record("investigation", found)
