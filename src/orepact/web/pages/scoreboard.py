"""The page of question 2: the grid of materials and benchmarks, with what cannot be told as an answer of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from orepact import facts
from orepact.api.questions.scoreboard import SCOREBOARD, ScoreboardAsked
from orepact.report.scoreboard_text import headline
from orepact.web.forms import places
from orepact.web.linked import cell_facts
from orepact.web.page import Page, Preset
from orepact.web.sources import command_line

if TYPE_CHECKING:
    from orepact.indicators.scoreboard import Cell, Scoreboard

COLUMNS: tuple[tuple[str, str, str, str, str], ...] = (
    ("extraction", "output", "mine", "Extraction", "at least 10 % mined at home"),
    ("processing", "output", "refined", "Processing", "at least 40 % refined at home"),
    ("recycling", "output", "scrap", "Recycling", "at least 25 % from recycling"),
    ("single_country", "direct", "mine", "Ore", "at most 65 % from one country"),
    ("single_country", "direct", "refined", "Refined", "at most 65 % from one country"),
    ("single_country", "look_through", "refined", "To the mine", "at most 65 % from one country, traced to the mine"),
)
SHOWN = {column[:3] for column in COLUMNS}
MARKS = {"meets": "✓", "below": "✕", "cannot tell": "?", "not applicable": "–"}
STATES = {"meets": "meets", "below": "below", "cannot tell": "untold", "not applicable": "beside"}


def view(asked: ScoreboardAsked, board: Scoreboard) -> Mapping[str, Any]:
    """Words and the grid."""
    cells = {(cell.mineral, cell.benchmark, cell.method, cell.stage): cell for cell in board.cells}
    rows = [
        {
            "mineral": mineral,
            "name": facts.mineral_name(mineral),
            "cells": [_shown(cells[mineral, law, how, stage]) for law, how, stage, _, _ in COLUMNS],
        }
        for mineral in dict.fromkeys(cell.mineral for cell in board.cells)
    ]
    told = Counter(cell.verdict for cell in cells.values() if (cell.benchmark, cell.method, cell.stage) in SHOWN)
    whole = sum(told.values())
    used = sorted({source for cell in board.cells for source in cell.sources})
    return {
        "rows": rows, "columns": COLUMNS, "told": told, "whole": whole, "region": board.region, "year": board.year,
        "headline": headline(board),
        "command": command_line("scoreboard", asked, {}).replace("--region ", ""),
        "sources": facts.sources(used).astype(str).to_dict("records"),
    }  # fmt: skip


def _shown(cell: Cell) -> dict[str, Any]:
    value = "" if cell.value is None else f"{cell.value:.0f}"
    spread = "" if cell.low is None or cell.high is None else f"{cell.low:.0f} to {cell.high:.0f} %"
    return {
        "verdict": cell.verdict,
        "state": STATES[cell.verdict],
        "mark": MARKS[cell.verdict],
        "value": value,
        "range": spread,
        "facts": cell_facts(cell),
        "cell": cell,
    }


def form(asked: ScoreboardAsked) -> Mapping[str, Any]:
    """What the blanks may hold."""
    return {"region": asked.region, "places": places(), "materials": asked.materials}


def _picture(board: Scoreboard, ending: str) -> bytes:
    from orepact.report.scoreboard_chart import scoreboard_picture

    return scoreboard_picture(board, ending)


SCOREBOARD_PAGE = Page(
    question=SCOREBOARD,
    nav="Scoreboard",
    about="Where does a region stand against 10, 40, 25 and 65 per cent, and where can nobody tell?",
    view=view,
    form=form,
    picture=_picture,
    presets=(
        Preset("The EU, strategic materials", {"region": "EU27"}),
        Preset("The EU, all critical materials", {"region": "EU27", "materials": "critical"}),
        Preset("The United States", {"region": "USA"}),
        Preset("Japan", {"region": "JPN"}),
        Preset("The Minerals Security Partnership", {"region": "MSP"}),
    ),
)
