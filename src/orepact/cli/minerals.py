"""``orepact minerals``: what can be asked, and what cannot be told and why."""

from __future__ import annotations

from typing import Annotated

import typer

from orepact.cli.output import check_one_form, print_json


def command(
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print as CSV.")] = False,
) -> None:
    """List the minerals that have a balanced table, with stages and base year, and those that cannot have one yet."""
    check_one_form(as_json=as_json, as_csv=as_csv)
    from orepact.report.network_text import mineral_rows

    rows = mineral_rows()
    if as_json:
        print_json(rows)
    elif as_csv:
        import pandas as pd

        typer.echo(pd.DataFrame(rows).to_csv(index=False, lineterminator="\n"), nl=False)
    else:
        from orepact.report.network_text import print_minerals

        print_minerals(rows)
