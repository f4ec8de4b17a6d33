"""The note of question 2: where a region stands against 10/40/25/65, where it falls short, and where nobody can tell."""

from __future__ import annotations

import hashlib
import json
import shlex
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from orepact import facts
from orepact.indicators.scoreboard import CANNOT_TELL, NOT_APPLICABLE, Cell, Scoreboard
from orepact.report.note.record import Asked, Certainty, Figure, Listing, Note, Picture, sources_of
from orepact.report.scoreboard_text import COLUMNS, asked_of, finding, headline

if TYPE_CHECKING:
    from orepact.report.workbook import Workbook

MOST_ROWS = 12
LAW = "eu_2024_1252"
"""Where the benchmarks come from."""

SHOWN = {column[:3] for column in COLUMNS}
BENCHMARKS = {
    ("extraction", "output", "mine"): "mined at home",
    ("processing", "output", "refined"): "refined at home",
    ("recycling", "output", "scrap"): "from recycling",
    ("single_country", "direct", "mine"): "ore from one country",
    ("single_country", "direct", "refined"): "refined from one country",
    ("single_country", "look_through", "refined"): "one country, traced to the mine",
}
LEAVES_OUT = (
    "The law asks for capacity; capacity by country is published for few minerals, so the grid shows output.",
    "A verdict holds for the whole 80 % band of its grade and for all that is unnamed or withheld; grade E gives none.",
    "Where no table of the year is as good, figures are the Commission's study of 2016 to 2020, grade D.",
    "Benchmarks are those of the Union for 2030 as a whole; for one mineral, and for another region, they are a yardstick.",
)


def scoreboard_brief(board: Scoreboard, *, region: str = "EU27", materials: str = "strategic") -> Note:
    """The note without its picture. region, materials: as they were asked for, for the command."""
    cells = shown(board)
    told = Counter(cell.verdict for cell in cells)
    sources = sources_of((LAW, *(source for cell in cells for source in cell.sources)))
    return Note(
        name="scoreboard",
        question=f"Where does {board.region.name} stand against the benchmarks of 2030, and where can nobody tell?",
        title=finding(board),
        answer=headline(board),
        normal=(
            "The benchmarks of Regulation (EU) 2024/1252 for 2030, in percent of consumption: at least 10 mined, 40 refined and 25 "
            f"recycled at home, and at most 65 from one country at any stage. {_when(board)}."
        ),
        figures=_figures(told, cells),
        loses=_listing("Where it falls short", "below", cells),
        gains=_listing("Where it meets them", "meets", cells),
        helps=_untold(cells),
        certainty=_certainty(cells),
        sources=sources,
        case=asked(board, region=region, materials=materials),
    )


def scoreboard_note(board: Scoreboard, *, region: str = "EU27", materials: str = "strategic") -> Note:
    """The whole note, with the grid as a picture."""
    from orepact.report.scoreboard_chart import scoreboard_picture

    brief = scoreboard_brief(board, region=region, materials=materials)
    title = "Every material and benchmark: share in percent, and evidence grade"
    picture = Picture(title, scoreboard_picture(board, ".svg"), headline(board), _cited(shown(board)), wide=True)
    return replace(brief, pictures=(picture,))


def scoreboard_workbook(board: Scoreboard, *, region: str = "EU27", materials: str = "strategic") -> Workbook:
    """The board as a spreadsheet: every cell, by capacity too, then the inputs of each."""
    import pandas as pd

    from orepact.report.workbook import Sheet, Workbook

    brief = scoreboard_brief(board, region=region, materials=materials)
    every = sources_of((LAW, *(source for cell in board.cells for source in cell.sources)))
    trail = [(cell.address, line) for cell in board.cells for line in cell.trail]
    return Workbook(
        replace(brief, sources=every),
        (
            Sheet(
                "Cells", board.frame(), dict.fromkeys(("value", "low", "high", "target"), "%"),
                "Percent of consumption, or of supply from one country; low and high: 80 % band. Empty: cannot tell, or not applicable: "
                "see missing.",
                "Column sources holds the ids of rows of sheet Sources.",
            ),
            Sheet("Inputs", pd.DataFrame(trail, columns=["cell", "input"]), note="What each cell follows from, one line an input."),
        ),
    )  # fmt: skip


def shown(board: Scoreboard) -> list[Cell]:
    """The cells that the grid shows: by output, direct and looked through."""
    return [cell for cell in board.cells if (cell.benchmark, cell.method, cell.stage) in SHOWN]


def asked(board: Scoreboard, *, region: str, materials: str) -> Asked:
    """The command that gives a board again; its hash names members, year, cells asked for, facts and code."""
    from orepact.cases.versions import versions

    found = versions()
    words = ["orepact", "scoreboard", region, "--materials", materials]
    words += [] if board.year is None else ["--year", str(board.year)]
    named = {
        "members": board.region.members, "year": board.year, "minerals": sorted({cell.mineral for cell in board.cells}),
        "facts": found["facts_version"], "code": found["code_version"],
    }  # fmt: skip
    digest = hashlib.sha256(json.dumps(named, sort_keys=True).encode()).hexdigest()[:12]
    return Asked(shlex.join(words), digest, found["facts_version"], found["code_version"])


def _when(board: Scoreboard) -> str:
    year = "Latest year of each mineral" if board.year is None else f"Figures of {board.year}"
    return f"{year}; {len(board.region.members)} members"


def _cited(cells: Iterable[Cell]) -> tuple[str, ...]:
    return tuple(sorted({source for cell in cells for source in cell.sources}))


def _figures(told: Counter[str], cells: list[Cell]) -> tuple[Figure, ...]:
    names = {"Benchmarks met": "meets", "Benchmarks missed": "below", "Nobody can tell": CANNOT_TELL}
    whole = dict.fromkeys(names, asked_of(told))
    if told[NOT_APPLICABLE]:
        names["Not applicable"], whole["Not applicable"] = NOT_APPLICABLE, len(cells)
    return tuple(
        Figure(
            name, str(told[verdict]), "", f"of {whole[name]}, one for each material and stage", _worst(cells, verdict),
            (LAW, *_cited(cell for cell in cells if cell.verdict == verdict)),
        )
        for name, verdict in names.items()
    )  # fmt: skip


def _worst(cells: list[Cell], verdict: str) -> str:
    grades = [cell.grade for cell in cells if cell.verdict == verdict and cell.grade]
    return f"{min(grades)} to {max(grades)}" if grades and min(grades) != max(grades) else (grades or ["none"])[0]


def _listing(title: str, verdict: str, cells: list[Cell]) -> Listing:
    """Cells of one verdict, furthest from the benchmark first."""
    found = [cell for cell in cells if cell.verdict == verdict]
    found.sort(key=lambda cell: -abs((cell.value if cell.value is not None else cell.low or 0.0) - cell.target))
    rows = tuple((_called(cell), _percent(cell), f"{cell.target:.0f}", cell.grade or "") for cell in found[:MOST_ROWS])
    note = "Furthest from the benchmark first; 80 % band in brackets." if rows else "None that can be told."
    return Listing(
        title, ("Material", "%", "Target", "Grade"), rows, note, _cited(found), max(len(found) - MOST_ROWS, 0)
    )


def _called(cell: Cell) -> str:
    return f"{facts.mineral_name(cell.mineral)}, {BENCHMARKS[cell.benchmark, cell.method, cell.stage]}"


def _percent(cell: Cell) -> str:
    if cell.low is None or cell.high is None:
        return CANNOT_TELL
    band = f"({cell.low:.0f} to {cell.high:.0f})"
    return band if cell.value is None else f"{cell.value:.0f} {band}"


def _untold(cells: list[Cell]) -> Listing:
    """What would let more be told: what is missing, most often first."""
    missing = Counter(cell.missing for cell in cells if cell.verdict == CANNOT_TELL)
    rows = tuple((f"{reason[:1].upper()}{reason[1:]}", str(count)) for reason, count in missing.most_common(MOST_ROWS))
    note = "What it would cost to close a gap is not in this answer: cannot tell; orepact projects and orepact compare work out costs."
    title = "What would help: what is missing where nobody can tell"
    return Listing(title, ("Missing", "Cells"), rows, note, (), max(len(missing) - MOST_ROWS, 0))


def _certainty(cells: list[Cell]) -> Certainty:
    counts = Counter(cell.grade or "none" for cell in cells)
    grades = [grade for grade in counts if grade != "none"]
    told = ", ".join(f"{count} of grade {grade}" for grade, count in sorted(counts.items()) if grade != "none")
    words = (
        "the worst that a cell has; every cell has its own, from A (official and complete) to E (inferred): "
        f"{told or 'no cell has a figure'}; {counts['none']} have no figure."
    )
    return Certainty(max(grades, default="none"), words, (), LEAVES_OUT)
