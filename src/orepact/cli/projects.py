"""``orepact projects``: a region's pipeline against 2030, name-plate and risk-adjusted, and the odds of each benchmark."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from orepact.cli import rank
from orepact.cli.output import carried, check_files, check_one_form, print_json, print_rows
from orepact.cli.own_projects import chosen_projects
from orepact.cli.pact.opening import DatabaseOption, PactOption
from orepact.errors import BadInput, Problem

app = typer.Typer(
    help="What projects add by 2030 against what is missing to the benchmarks; rank: which does most per euro.",
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)
app.command("rank")(rank.command)


@app.callback(invoke_without_command=True)
def command(  # noqa: PLR0913, PLR0917  (one option for each blank in the question)
    context: typer.Context,
    region: Annotated[str, typer.Option("--region", help="Region or country: EU27, USA, JPN …")] = "EU27",
    mineral: Annotated[str | None, typer.Option("--mineral", help="One mineral, with each of its projects.")] = None,
    year: Annotated[int, typer.Option("--year", help="Year asked about.", min=2026, max=2060)] = 2030,
    own: Annotated[
        Path | None,
        typer.Option("--file", help="Your own list of projects (.csv or .yaml) in place of the facts' list."),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", help="Seed of the draws.", min=0)] = 1,
    pact: PactOption = False,
    database: DatabaseOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print every project and cell as JSON.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print one row a project as CSV.")] = False,
    note: Annotated[Path | None, typer.Option("--note", help="Write the answer as a two-page note (.pdf).")] = None,
    xlsx: Annotated[Path | None, typer.Option("--xlsx", help="Write tables, sources and case to a workbook.")] = None,
) -> None:
    """Show what projects add by 2030, name-plate and risk-adjusted, against what is missing to the benchmarks.

    Example: orepact projects --region EU27 --mineral lithium; ranked per euro: orepact projects rank --region EU27
    """
    if context.invoked_subcommand is not None:
        _refuse_misplaced(context)
        return
    check_one_form(as_json=as_json, as_csv=as_csv)
    check_files((note, (".pdf",), "--note"), (xlsx, (".xlsx",), "--xlsx"))
    from orepact import facts
    from orepact.indicators.scoreboard import scoreboard
    from orepact.planning.pipeline import pipeline

    slug = None if mineral is None else facts.resolve_mineral(mineral)
    projects = chosen_projects(own, database, pact=pact)
    if slug is not None:
        projects = tuple(each for each in projects if each.mineral == slug)
    board = scoreboard(region, materials=slug or "strategic")
    found = pipeline(region, projects, board.cells, year=year, seed=seed)
    if note is not None or xlsx is not None:
        from orepact.report.note.projects import Asking, projects_note, projects_workbook

        given = (found, board, Asking(region, slug, year, seed, own=own is not None))
        carried(note, partial(projects_note, *given), xlsx, partial(projects_workbook, *given))
    from orepact.report.projects_text import COLUMNS, contribution_row, print_projects, projects_answer

    if as_json:
        print_json(projects_answer(found))
    elif as_csv:
        print_rows([contribution_row(each) for each in found.contributions], COLUMNS)
    else:
        print_projects(found, slug)


def _refuse_misplaced(context: typer.Context) -> None:
    """Refuse an option given before ``rank``, where it would do nothing."""
    sources = {each: context.get_parameter_source(each) for each in context.params}
    given = [each for each, source in sources.items() if source is not None and source.name == "COMMANDLINE"]
    if given:
        place = f"projects {context.invoked_subcommand}"
        names = ", ".join(f"--{each.removeprefix('as_').replace('own', 'file')}" for each in given)
        raise BadInput(Problem(place, "options stand before the command", names, f"write them after {place}"))
