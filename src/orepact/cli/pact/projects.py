"""``orepact pact projects``: where each project stands, which time limits run, and what the next step needs."""

from __future__ import annotations

from typing import Annotated

import typer

from orepact.cli.output import check_one_form, print_json, print_rows
from orepact.cli.pact.opening import AsOfOption, AsOption, CsvOption, DatabaseOption, JsonOption, day_of, opened

LAST = "9999"
"""Stands after every day, for projects without a next deadline."""


def command(
    project: Annotated[str | None, typer.Argument(help="Id of one project; all when left out.")] = None,
    late: Annotated[bool, typer.Option("--late", help="Only projects with something late.")] = False,
    as_of: AsOfOption = None,
    person: AsOption = None,
    database: DatabaseOption = None,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
) -> None:
    """Show where projects stand on a day: state, time limits of the law, permit clock, money, and what the next step needs.

    Example: orepact pact projects vittangi-graphite --as-of 2026-05-01
    """
    check_one_form(as_json=as_json, as_csv=as_csv)
    from orepact.pact.pact import found
    from orepact.pact.pipeline import COLUMNS, project_records, project_views

    with opened(database, person=person) as (pact, viewer):
        sight = pact.sight(viewer, day_of(as_of))
        if project is not None:
            found(sight, "project", project)
        rows = [each for each in project_records(sight) if project in {None, each["id"]} and (each["late"] or not late)]
        rows.sort(key=lambda each: (not each["late"], each["next_due"] or LAST, each["id"]))
        views = [each for each in project_views(sight) if each.id == project]
    if as_json:
        print_json(rows)
    elif as_csv:
        print_rows(rows, COLUMNS)
    else:
        from orepact.report.pact_projects_text import print_project, print_projects

        for view in views:
            print_project(view)
        if project is None:
            print_projects(rows)
