"""What all commands of the pact share: which database, as whom, and as of which day."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from orepact.errors import BadInput, Problem, unknown

if TYPE_CHECKING:
    from datetime import date

    from orepact.pact import Pact, Viewer
    from orepact.planning.projects import Project

DatabaseOption = Annotated[
    str | None,
    typer.Option(
        "--database",
        help="Where the pact is kept, like sqlite:///pact.sqlite or postgresql+psycopg://user@host/name; a file in your data folder "
        "when left out. Also OREPACT_DATABASE.",
    ),
]
AsOption = Annotated[
    str | None,
    typer.Option("--as", help="See and act as this person of the pact; all of it, as its keeper, when left out."),
]
AsOfOption = Annotated[
    str | None, typer.Option("--as-of", help="Day asked about, like 2026-05-01; today when left out.")
]
PactOption = Annotated[
    bool, typer.Option("--pact", help="The pact's projects in place of the facts' list; --database says which pact.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print as JSON.")]
CsvOption = Annotated[bool, typer.Option("--csv", help="Print as CSV.")]


@contextmanager
def opened(database: str | None, *, write: bool = False, person: str | None = None) -> Iterator[tuple[Pact, Viewer]]:
    """The pact and who looks at it. write: make the database where there is none; else show what a new one would begin with."""
    from orepact.pact import home
    from orepact.pact.access import KEEPER

    with _quietly():
        pact = home.opened(database) if write else home.opened_to_read(database)
    try:
        yield pact, KEEPER if person is None else _person(pact, person)
    finally:
        pact.close()


@contextmanager
def _quietly() -> Iterator[None]:
    """A bar while a pact is made, which takes a few seconds."""
    from orepact.cli.output import progress_bar

    with progress_bar("Opening the pact", 1, unit="database") as progress:
        yield
        progress(1)


def _person(pact: Pact, person: str) -> Viewer:
    """A person by id, by sign-in name, or by name."""
    from orepact.pact.people import People

    people = People(pact)
    everybody = {each.id: each.record.title() for each in pact.store.state().all("person")}
    named = [each for each, name in everybody.items() if name == person]
    found = person if person in everybody else people.signs_in_as(person) or (named[0] if len(named) == 1 else "")
    if not found:
        raise unknown("--as", "person", person, [*everybody.values(), *everybody])
    viewer = people.viewer_of_person(found)
    if viewer is None:
        raise BadInput(Problem("--as", "the person may nothing any more", f"'{person}'", "choose another"))
    return viewer


def pact_projects(database: str | None) -> tuple[Project, ...]:
    """Projects of the pact as planning reckons with them: with capacities, states and starts as the pact records them."""
    from orepact.pact.pipeline import planning_projects

    with opened(database) as (pact, viewer):
        return planning_projects(pact.sight(viewer))


def day_of(text: str | None, place: str = "--as-of") -> date | None:
    """A day as it was given; None where none was."""
    from datetime import date

    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput(Problem(place, "it is no day", f"'{text[:40]}'", "give a day like 2026-05-01")) from None
