"""``orepact backtest``: what past disruptions did, beside what the model says of them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from orepact.cli.output import check_one_form, print_json, progress_bar


def command(
    episodes: Annotated[
        Path | None, typer.Option("--episodes", help="A YAML file of episodes of your own (docs/backtest-format.md).")
    ] = None,
    only: Annotated[str | None, typer.Option("--only", help="Ids of some episodes, joined by commas.")] = None,
    draws: Annotated[int, typer.Option("--draws", help="Number of draws over the ranges.", min=10)] = 200,
    seed: Annotated[int, typer.Option("--seed", help="Seed of the draws.", min=0)] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print one row an outcome as CSV.")] = False,
) -> None:
    """Run past disruptions as ordinary cases: what was seen, the model's median and 80 % range, and how often they meet.

    Example: orepact backtest --only antimony_2024,cobalt_drc_2025
    """
    check_one_form(as_json=as_json, as_csv=as_csv)
    from orepact import facts
    from orepact.cases.backtest import backtest
    from orepact.errors import BadInput, unknown_problem

    known = [each.id for each in facts.episodes(episodes)]
    wanted = [each.strip() for each in only.split(",")] if only else []
    wrong = [unknown_problem("--only", "episode", each, known) for each in wanted if each not in known]
    if wrong:
        raise BadInput(wrong)
    with progress_bar("Running", len(wanted) or len(known), "episodes") as progress:
        found = backtest(episodes, only=wanted, draws=draws, seed=seed, progress=progress)
    if as_json:
        print_json(found.summary())
    elif as_csv:
        typer.echo(found.frame().to_csv(index=False, lineterminator="\n"), nl=False)
    else:
        from orepact.report.backtest_text import print_backtest

        print_backtest(found)
