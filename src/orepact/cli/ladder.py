"""``orepact ladder``: one shock on three rungs, and how far they disagree."""

from __future__ import annotations

from typing import Annotated

import typer

from orepact.cli.output import check_one_form, print_json, progress_bar


def command(  # noqa: PLR0913, PLR0917  (one option for each blank in the question)
    mineral: Annotated[
        str, typer.Option("--mineral", "-m", help="Mineral, by any usual name (see: orepact minerals).")
    ],
    origin: Annotated[
        str, typer.Option("--from", "-f", help="Who cuts exports: countries or regions, joined by commas.")
    ],
    stage: Annotated[
        str | None, typer.Option("--stage", "-s", help="What is cut: mine or refined; the last stage when left out.")
    ] = None,
    months: Annotated[int, typer.Option("--months", help="How long, in whole months.")] = 12,
    cut: Annotated[str, typer.Option("--cut", help="Share of exports cut; 100% is a stop.")] = "100%",
    against: Annotated[str | None, typer.Option("--against", help="Who is cut off; everybody when left out.")] = None,
    base_year: Annotated[
        int | None, typer.Option("--base-year", help="Year of the table; the mineral's usual one when left out.")
    ] = None,
    draws: Annotated[int, typer.Option("--draws", help="Number of draws over the ranges.")] = 100,
    seed: Annotated[int, typer.Option("--seed", help="Seed of the draws; the same seed gives the same answer.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print one row a rung as CSV.")] = False,
) -> None:
    """The same shock by arithmetic, in one period and by months: do they agree, who is hit first, what would help?

    Example: orepact ladder --mineral gallium --from China
    """
    check_one_form(as_json=as_json, as_csv=as_csv)
    from orepact.cases.ladder import ladder
    from orepact.cases.ladder_mitigations import MEASURES

    with progress_bar("Solving", months * (1 + len(MEASURES)), "months") as progress:
        found = ladder(
            mineral,
            origin=origin,
            stage=stage,
            cut=cut,
            against=against,
            months=months,
            base_year=base_year,
            draws=draws,
            seed=seed,
            progress=progress,
        )
    if as_json:
        print_json(found.summary())
    elif as_csv:
        typer.echo(found.to_csv(), nl=False)
    else:
        from orepact.report.ladder_text import print_ladder

        print_ladder(found)
