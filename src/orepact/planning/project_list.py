"""Lists of projects: the one that the facts hold, with what its sources do not say left out, and a user's own file."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any, Literal

from orepact import facts
from orepact.errors import BadInput, Problem
from orepact.files import parse_yaml
from orepact.planning.projects import Project
from orepact.policy.record import raise_all, wrong_with

STAGES = {"extraction": "mine", "processing": "refined", "recycling": "scrap"}
STATES = {
    "permitting": "permitting",
    "fully permitted, feasibility study": "permitted",
    "reopening planned": "proposed",
    "operating mine": "operating",
    "care and maintenance (June 2025)": "paused",
    "construction since March 2023": "construction",
    "construction from 2026": "financed",
}
"""States of the facts' words; a letter of interest or an expansion says nothing of a permit."""

NUMBERS = ("capacity", "yield_share", "feed", "lead_time", "ramp", "on_time", "cost")
YEARS = ("start", "as_of")
Form = Literal["csv", "yaml"]
FORMS: dict[Form, str] = {"csv": "CSV", "yaml": "CSV or YAML"}
"""How a list may be written, and what to give in place of one that cannot be read."""


def shipped_projects() -> tuple[Project, ...]:
    """One record for each project, mineral and stage of the facts' list. None of its capacities is in tonnes of content."""
    rows = facts.load("projects").to_dict("records")
    return tuple(project for row in rows for project in _records(row))


def _records(row: dict[Any, Any]) -> list[Project]:
    said = {name: value for name, value in row.items() if isinstance(value, str)}
    minerals = said.get("minerals", "").split("|")
    stages = [STAGES[stage] for stage in said.get("stages", "").split("|") if stage in STAGES] or [""]
    shared = {
        "name": said["name"],
        "countries": tuple(code for code in said.get("parties", "").split("|") if code),
        "state": STATES.get(said.get("status", "")),
        "start": int(said["start"][:4]) if "start" in said else None,
        "as_of": int(said["period"][:4]),
        "unsaid": said.get("basis"),
    }
    return [
        Project(**shared, mineral=mineral or None, stage=stage or None)  # type: ignore[arg-type]
        for mineral in minerals
        for stage in stages
    ]


def read_projects(path: Path) -> tuple[Project, ...]:
    """Projects of a user's file, CSV (one a row) or YAML (a list); BadInput with everything that is wrong in it."""
    form: Form = "csv" if path.suffix.lower() == ".csv" else "yaml"
    place = f"projects, {path.name}"
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            text = file.read()
    except (OSError, UnicodeDecodeError) as error:
        found = getattr(error, "strerror", None) or "bytes that are no UTF-8 text"
        raise BadInput(Problem(place, "the file cannot be read", found, f"give a {FORMS[form]} file")) from None
    return projects_of(text, form, place)


def projects_of(text: str, form: Form, place: str = "projects", most: int | None = None) -> tuple[Project, ...]:
    """Projects of a text in CSV or YAML, at most so many; BadInput with everything that is wrong in it."""
    rows = _csv(text, place) if form == "csv" else _yaml(text, place)
    if not rows:
        raise BadInput(Problem(place, "the file holds no project", "nothing", "give one a row"))
    if most is not None and len(rows) > most:
        raise BadInput(Problem(place, "it holds too many projects", f"{len(rows)}", f"give at most {most}"))
    raise_all(
        problem
        for number, row in enumerate(rows, start=1)
        for problem in wrong_with(Project, row, f"{place}, project {number}")
    )
    return tuple(Project.model_validate(row) for row in rows)


def _csv(text: str, place: str) -> list[dict[str, Any]]:
    try:
        rows = list(csv.DictReader(io.StringIO(text, newline="")))
    except csv.Error as error:
        raise BadInput(Problem(place, "the file cannot be read", str(error), "give a CSV file")) from None
    return [{name: _cell(name, value) for name, value in row.items() if name and value} for row in rows]


def _cell(name: str, text: str) -> Any:
    """A cell as a number where its field is one; what is none stays text, and is refused where it stands."""
    if name == "countries":
        return tuple(text.split("|"))
    if name not in NUMBERS + YEARS:
        return text
    try:
        return int(text) if name in YEARS else float(text)
    except ValueError:
        return text


def _yaml(text: str, place: str) -> list[dict[str, Any]]:
    written = parse_yaml(text, place).content
    if not isinstance(written, list) or not all(isinstance(each, dict) for each in written):
        found = type(written).__name__
        raise BadInput(Problem(place, "the file is no list of projects", found, "begin each with '- name: …'"))
    return written
