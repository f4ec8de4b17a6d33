"""``orepact expected-loss``: what stops of exports cost in an expected year, by mineral, by origin, by who is hit."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from orepact.cli.output import check_one_form, print_json, progress_bar


def command(
    probabilities: Annotated[
        Path | None,
        typer.Option("--probabilities", help="CSV or YAML: country, mineral, stage, cut, months, probability, source."),
    ] = None,
    region: Annotated[
        str | None, typer.Option("--region", "-r", help="Whose losses count; everybody's when left out.")
    ] = None,
    minerals: Annotated[
        str | None, typer.Option("--minerals", "-m", help="Minerals, joined by commas; all when left out.")
    ] = None,
    draws: Annotated[int, typer.Option("--draws", help="Number of draws over the ranges.")] = 8,
    seed: Annotated[int, typer.Option("--seed", help="Seed of the draws; the same seed gives the same answer.")] = 1,
    one_period: Annotated[
        bool, typer.Option("--one-period", help="One period a stop instead of twelve months.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print one row a stop as CSV.")] = False,
) -> None:
    """What does it cost in an expected year that exporters may stop? Every exporter x mineral, or a list of your own.

    Example: orepact expected-loss --minerals gallium,cobalt --region EU27
    """  # fmt: skip
    check_one_form(as_json=as_json, as_csv=as_csv)
    from orepact.planning.expected_loss import answer, read_question, work_for

    asked = read_question(
        minerals=minerals, region=region, probabilities=probabilities, draws=draws, seed=seed, monthly=not one_period, workers=None
    )  # fmt: skip
    total = sum(len(stops) for _, stops in work_for(asked).tasks)
    with progress_bar("Solving", total, "stops") as progress:
        found = answer(asked, progress)
    if as_json:
        print_json(found.summary())
    elif as_csv:
        typer.echo(found.to_csv(), nl=False)
    else:
        from orepact.report.expected_loss_text import print_expected_loss

        print_expected_loss(found)
