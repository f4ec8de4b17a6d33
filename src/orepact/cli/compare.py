"""``orepact compare``: duty, contract for difference, offtake, subsidy and stock for the same added tonnes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from orepact.cli.output import carried, check_files, check_one_form, print_json


def command(  # noqa: PLR0913, PLR0917
    mineral: Annotated[str, typer.Option("--mineral", "-m", help="Mineral, by any usual name.")],
    tonnes: Annotated[
        float, typer.Option("--tonnes", "-t", help="Tonnes of content a year that the zone is to make more.")
    ],
    zone: Annotated[str, typer.Option("--zone", "-z", help="Countries or regions whose output is wanted.")],
    stage: Annotated[str | None, typer.Option("--stage", "-s", help="Stage; the last one when left out.")] = None,
    fund: Annotated[
        float | None, typer.Option("--fund", help="USD that may be spent; without it no run-out is told.")
    ] = None,
    volatility: Annotated[
        float | None, typer.Option("--volatility", help="Of the price, a year; the published one when left out.")
    ] = None,
    start: Annotated[
        str | None,
        typer.Option("--start", help="Month from which the fund pays, like 2027-01; this month when left out."),
    ] = None,
    base_year: Annotated[int | None, typer.Option("--base-year", help="Year of the table.")] = None,
    draws: Annotated[int, typer.Option("--draws", help="Number of draws over the ranges.", min=10)] = 100,
    seed: Annotated[int, typer.Option("--seed", help="Seed of the draws.", min=0)] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print one row an instrument and payer as CSV.")] = False,
    note: Annotated[Path | None, typer.Option("--note", help="Write the answer as a two-page note (.pdf).")] = None,
    xlsx: Annotated[Path | None, typer.Option("--xlsx", help="Write tables, sources and case to a workbook.")] = None,
) -> None:
    """For the same added tonnes: which instrument costs whom how much, what leaks away, and when does the money run out?

    Example: orepact compare --mineral "rare earths" --tonnes 500 --zone MSP --fund 5e8
    """
    check_one_form(as_json=as_json, as_csv=as_csv)
    check_files((note, (".pdf",), "--note"), (xlsx, (".xlsx",), "--xlsx"))
    from orepact.cases.compare import compare

    given: dict[str, Any] = {
        "mineral": mineral, "tonnes": tonnes, "zone": zone, "stage": stage, "fund": fund, "volatility": volatility, "start": start,
        "base_year": base_year, "draws": draws, "seed": seed,
    }  # fmt: skip
    found = compare(**given)
    if note is not None or xlsx is not None:
        from orepact.report.note.compare import compare_note, compare_workbook

        answer = found.summary()
        carried(note, lambda: compare_note(answer, given), xlsx, lambda: compare_workbook(answer, found.frame(), given))
    if as_json:
        print_json(found.summary())
    elif as_csv:
        typer.echo(found.frame().to_csv(index=False, lineterminator="\n"), nl=False)
    else:
        from orepact.report.compare_text import print_comparison

        print_comparison(found)
