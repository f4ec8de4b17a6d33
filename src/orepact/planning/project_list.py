"""Lists of projects: the one that the facts hold, with what its sources do not say left out, and a user's own file."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import yaml

from orepact import facts
from orepact.errors import BadInput, Problem
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
    rows = _csv(path) if path.suffix.lower() == ".csv" else _yaml(path)
    if not rows:
        raise BadInput(Problem(f"projects, {path.name}", "the file holds no project", "nothing", "give one a row"))
    raise_all(
        problem
        for number, row in enumerate(rows, start=1)
        for problem in wrong_with(Project, row, f"projects, {path.name}, project {number}")
    )
    return tuple(Project.model_validate(row) for row in rows)


def _csv(path: Path) -> list[dict[str, Any]]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError) as error:
        found = getattr(error, "strerror", None) or "bytes that are no UTF-8 text"
        raise BadInput(Problem(f"projects, {path.name}", "the file cannot be read", found, "give a CSV file")) from None
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


def _yaml(path: Path) -> list[dict[str, Any]]:
    place = f"projects, {path.name}"
    try:
        written = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        found = getattr(error, "strerror", None) or "text that is no YAML"
        raise BadInput(Problem(place, "the file cannot be read", found, "give a CSV or YAML file")) from None
    if not isinstance(written, list) or not all(isinstance(each, dict) for each in written):
        found = type(written).__name__
        raise BadInput(Problem(place, "the file is no list of projects", found, "begin each with '- name: …'"))
    return written
