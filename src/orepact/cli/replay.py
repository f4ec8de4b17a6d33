"""``orepact replay``: a saved answer worked out again, and whether it is the same to the byte."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from orepact.cli.output import print_json


def command(
    result: Annotated[Path, typer.Argument(help="A file that --save wrote, or a bundle (.zip) that --bundle wrote.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the comparison as JSON.")] = False,
) -> None:
    """Work out again what a saved answer answers, and say whether every array has the same bytes.

    Ends with exit code 0 when it has and 1 when it has not. Example: orepact replay case.nc
    """
    from orepact.cases.replay import replay

    found = replay(result)
    if as_json:
        print_json(found.summary())
    else:
        from orepact.report.replay_text import print_replay

        print_replay(found)
    if not found.same:
        raise typer.Exit(1)
