"""``orepact reserve``: what a reserve of some money should hold, bought how fast, released on which trigger."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from orepact.cli.output import carried, check_files, check_one_form, print_json, progress_bar


def command(  # noqa: PLR0913, PLR0917  (one option for each blank in the question)
    budget: Annotated[float, typer.Option("--budget", help="Money for purchases, USD, like 12e9.")],
    region: Annotated[str, typer.Option("--region", "-r", help="Whose use it covers: countries or regions.")],
    minerals: Annotated[
        str | None,
        typer.Option("--minerals", "-m", help="Minerals, joined by commas; all with a market when left out."),
    ] = None,
    objective: Annotated[
        str, typer.Option("--objective", help="The one aim: emergency, market-making or demand-aggregation.")
    ] = "emergency",
    policy: Annotated[
        str | None,
        typer.Option(
            "--policy", help="Rule set, whose days of cover are filled: vault, jogmec, korea, australia, eu, nds."
        ),
    ] = None,
    months: Annotated[
        float | None, typer.Option("--months", help="Length of every halt, in months; as in the table when left out.")
    ] = None,
    scenarios: Annotated[
        Path | None, typer.Option("--scenarios", help="CSV of scenarios and probabilities of your own.")
    ] = None,
    values: Annotated[
        str | None,
        typer.Option(
            "--values", help="USD per unserved tonne, like gallium=3e6,niobium=4e5; the price ceiling otherwise."
        ),
    ] = None,
    draws: Annotated[int, typer.Option("--draws", help="Number of draws over the ranges.")] = 200,
    seed: Annotated[int, typer.Option("--seed", help="Seed of the draws; the same seed gives the same answer.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print the holdings as CSV.")] = False,
    note: Annotated[Path | None, typer.Option("--note", help="Write the answer as a two-page note (.pdf).")] = None,
    xlsx: Annotated[Path | None, typer.Option("--xlsx", help="Write tables, sources and case to a workbook.")] = None,
) -> None:
    """What a reserve should hold, how fast to buy it, when to release it, and what that avoids.

    Example: orepact reserve --budget 12e9 --region USA --minerals cobalt,gallium,niobium
    """
    check_one_form(as_json=as_json, as_csv=as_csv)
    check_files((note, (".pdf",), "--note"), (xlsx, (".xlsx",), "--xlsx"))
    from orepact.planning.reserve_request import read_request, values_of
    from orepact.planning.reserve_size import plan

    request = read_request(
        budget=budget, region=region, minerals=minerals, objective=objective, policy=policy, months=months,
        scenario_file=scenarios, values=values_of(values), draws=draws, seed=seed,
    )  # fmt: skip
    with progress_bar("Solving", len(request.minerals), "minerals") as progress:
        found = plan(request, progress)
    if note is not None or xlsx is not None:
        from orepact.report.note.reserve import reserve_note
        from orepact.report.note.reserve_sheets import reserve_workbook

        own = scenarios is not None
        carried(
            note,
            partial(reserve_note, found, own_scenarios=own),
            xlsx,
            partial(reserve_workbook, found, own_scenarios=own),
        )
    if as_json:
        print_json(found.summary())
    elif as_csv:
        typer.echo(found.to_csv(), nl=False)
    else:
        from orepact.report.reserve_text import print_plan

        print_plan(found)
