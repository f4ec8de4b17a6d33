"""Which list of projects a command asks about: the facts' own, a file's, or the pact's."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from orepact.errors import BadInput, Problem

if TYPE_CHECKING:
    from orepact.planning.projects import Project


def chosen_projects(own: Path | None, database: str | None, *, pact: bool) -> tuple[Project, ...]:
    """The projects asked about. Raises BadInput where two lists are named, or a database without --pact."""
    from orepact.cli.pact.opening import pact_projects
    from orepact.planning.project_list import read_projects, shipped_projects

    if pact and own is not None:
        raise BadInput(Problem("--file, --pact", "one list of projects is asked about", "two", "leave one of them out"))
    if database is not None and not pact:
        raise BadInput(Problem("--database", "it says which pact is asked", "no --pact", "add --pact, or leave it out"))
    if pact:
        return pact_projects(database)
    return shipped_projects() if own is None else read_projects(own)
