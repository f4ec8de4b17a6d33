"""``orepact projects rank``: which candidate, or which partner, does most for a region per million of money, allowing for delay."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from orepact.cli.output import check_files, check_one_form, print_json, print_rows, progress_bar
from orepact.cli.own_projects import chosen_projects
from orepact.cli.pact.opening import DatabaseOption, PactOption


def command(  # noqa: PLR0913, PLR0917  (one option for each part of the question)
    region: Annotated[str, typer.Option("--region", help="Whose losses and share count: EU27, USA, JPN …")] = "EU27",
    by: Annotated[
        str, typer.Option("--by", help="What is ranked by: loss, stops (loss beyond cheaper material) or share.")
    ] = "loss",
    top: Annotated[int, typer.Option("--top", help="How many of the best are solved again.", min=0)] = 5,
    year: Annotated[int, typer.Option("--year", help="Year asked about.", min=2026, max=2060)] = 2030,
    mineral: Annotated[
        str | None, typer.Option("--mineral", help="One mineral; those of the list when left out.")
    ] = None,
    own: Annotated[
        Path | None,
        typer.Option("--file", help="Your own list of projects (.csv or .yaml) in place of the facts' list."),
    ] = None,
    probabilities: Annotated[
        Path | None, typer.Option("--probabilities", help="Your own list of stops, as of orepact expected-loss.")
    ] = None,
    currency: Annotated[str, typer.Option("--currency", help="EUR or USD: what a million is of.")] = "EUR",
    usd_per_eur: Annotated[
        float | None, typer.Option("--usd-per-eur", help="Rate for costs in the other currency.")
    ] = None,
    draws: Annotated[int, typer.Option("--draws", help="Number of draws over the ranges.", min=1)] = 8,
    seed: Annotated[int, typer.Option("--seed", help="Seed of the draws.", min=0)] = 1,
    plot: Annotated[Path | None, typer.Option("--plot", help="Draw the answer to a file (.svg or .png).")] = None,
    pact: PactOption = False,
    database: DatabaseOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print one row a candidate and partner as CSV.")] = False,
) -> None:
    """Which project or partner lowers a region's expected loss, or its largest third-country share, most per million?

    Example: orepact projects rank --region EU27 --file projects.csv --by share
    """
    check_one_form(as_json=as_json, as_csv=as_csv)
    check_files((plot, (".svg", ".png"), "--plot"))
    from orepact import facts
    from orepact.planning.rank import plan, rank, want
    from orepact.planning.stop_list import read_stops
    from orepact.report.rank_text import COLUMNS, print_ranking, ranking_answer, rows_of

    slug = None if mineral is None else facts.resolve_mineral(mineral)
    rows = None if probabilities is None else read_stops(probabilities)
    wanted = want(
        region, year=year, by=by, top=top, currency=currency, usd_per_eur=usd_per_eur, rows=rows, draws=draws, seed=seed
    )
    projects = chosen_projects(own, database, pact=pact)
    if slug is not None:
        projects = tuple(each for each in projects if each.mineral == slug)
    planned = plan(wanted, projects, None if slug is None else (slug,))
    with progress_bar("Ranking", planned.steps, "steps") as progress:
        found = rank(planned, progress)
    if plot is not None:
        from orepact.files import appearing_whole
        from orepact.report.pictures import ENDINGS
        from orepact.report.rank_chart import picture

        with appearing_whole(plot, ENDINGS, "--plot") as path:
            path.write_bytes(picture(found, plot.suffix))
    if as_json:
        print_json(ranking_answer(found))
    elif as_csv:
        print_rows(rows_of(found), COLUMNS)
    else:
        print_ranking(found)
