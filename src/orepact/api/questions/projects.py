"""Question 6: what do a region's projects add by 2030, name-plate and risk-adjusted, and how likely is each benchmark met?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from orepact.api.question import Asked, Question, parameter
from orepact.api.shapes.projects import ProjectsRecord
from orepact.errors import MissingData, Problem

if TYPE_CHECKING:
    import pandas as pd

    from orepact.indicators.scoreboard import Scoreboard
    from orepact.planning.pipeline import Pipeline
    from orepact.planning.projects import Project
    from orepact.planning.scrap import Scrap
    from orepact.report.note.projects import Asking
    from orepact.report.note.record import Note
    from orepact.report.workbook import Workbook


class ProjectsAsked(Asked):
    """What projects add by a year, against what is missing to 10/40/25/65."""

    region: str = parameter("Region or country.", unit="name", default="EU27", needed=True)
    mineral: str | None = parameter(
        "One mineral; all strategic ones when left out.", unit="name", default=None, example="lithium"
    )
    year: int = parameter("Year asked about.", unit="year", default=2030, ge=2026, le=2060)
    seed: int = parameter("Seed of the draws.", unit="1", default=1, ge=0, le=2**32 - 1)


@dataclass(frozen=True)
class ProjectsAnswer:
    """The pipeline with today's scoreboard that it is held against. own: a list of one's own in place of the facts'.

    mineral: slug, or None for all. scrap: what comes back of the one mineral; scrap_untold: why that cannot be told.
    """

    pipeline: Pipeline
    board: Scoreboard
    mineral: str | None
    own: bool
    scrap: Scrap | None
    scrap_untold: Problem | None


def projects_answer_for(asked: ProjectsAsked, own: tuple[Project, ...] | None = None) -> ProjectsAnswer:
    """The answer from the facts' list of projects, or from one's own."""
    from orepact import facts
    from orepact.indicators.scoreboard import scoreboard
    from orepact.planning.pipeline import pipeline
    from orepact.planning.project_list import shipped_projects

    slug = None if asked.mineral is None else facts.resolve_mineral(asked.mineral)
    projects = shipped_projects() if own is None else own
    if slug is not None:
        projects = tuple(each for each in projects if each.mineral == slug)
    board = scoreboard(asked.region, materials=slug or "strategic")
    found = pipeline(asked.region, projects, board.cells, year=asked.year, seed=asked.seed)
    scrap, untold = (None, None) if slug is None else _scrap(slug, asked)
    return ProjectsAnswer(found, board, slug, own is not None, scrap, untold)


def _scrap(mineral: str, asked: ProjectsAsked) -> tuple[Scrap | None, Problem | None]:
    from orepact.planning.scrap import scrap

    try:
        return scrap(mineral, asked.region, year=asked.year, seed=asked.seed), None
    except MissingData as error:
        return None, error.problems[0]


def _record(answer: ProjectsAnswer) -> dict[str, Any]:
    from orepact.report.projects_text import projects_answer

    return projects_answer(answer.pipeline)


def _frame(answer: ProjectsAnswer) -> pd.DataFrame:
    import pandas as pd

    from orepact.report.projects_text import COLUMNS, contribution_row

    return pd.DataFrame([contribution_row(each) for each in answer.pipeline.contributions], columns=list(COLUMNS))


def _asking(asked: ProjectsAsked, answer: ProjectsAnswer) -> Asking:
    from orepact.report.note.projects import Asking

    return Asking(asked.region, answer.mineral, asked.year, asked.seed, own=answer.own)


def _note(asked: ProjectsAsked, answer: ProjectsAnswer) -> Note:
    from orepact.report.note.projects import projects_note

    return projects_note(answer.pipeline, answer.board, _asking(asked, answer))


def _workbook(asked: ProjectsAsked, answer: ProjectsAnswer) -> Workbook:
    from orepact.report.note.projects import projects_workbook

    return projects_workbook(answer.pipeline, answer.board, _asking(asked, answer))


PROJECTS: Question[ProjectsAsked, ProjectsAnswer] = Question(
    name="projects",
    title="What do projects add by 2030, and how likely is each benchmark met?",
    asked=ProjectsAsked,
    work=projects_answer_for,
    record=_record,
    frame=_frame,
    shape=ProjectsRecord,
    note=_note,
    workbook=_workbook,
    places={"REGION": "region", "place": "region", "country": "region"},
)
