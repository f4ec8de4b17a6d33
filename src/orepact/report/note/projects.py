"""The note of question 6: what a region's projects add, what stays missing to each benchmark, and which figures nobody gives."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from orepact import facts
from orepact.report.note.record import OURS, Asked, Certainty, Figure, Listing, Note, Picture, sources_of
from orepact.report.note.words import asked_as, place_name, spoken
from orepact.report.numbers import UNTOLD, percent, tonnes
from orepact.report.projects_chart import state_of
from orepact.report.projects_text import headline, odds_of, promised
from orepact.report.scoreboard_text import COLUMNS

if TYPE_CHECKING:
    from orepact.indicators.scoreboard import Cell, Scoreboard
    from orepact.planning.pipeline import Outlook, Pipeline
    from orepact.planning.projects import Contribution
    from orepact.report.workbook import Workbook

MOST_ROWS = 12
MANY = 4
"""Minerals from which the grid of odds is a picture; fewer stand in the tables."""

LAW = "eu_2024_1252"
BENCHMARKS = {
    ("extraction", "output", "mine"): "mined at home", ("processing", "output", "refined"): "refined at home",
    ("recycling", "output", "scrap"): "from recycling", ("single_country", "direct", "mine"): "ore from one country",
    ("single_country", "direct", "refined"): "refined from one country",
    ("single_country", "look_through", "refined"): "one country, traced to the mine",
}  # fmt: skip
SHOWN = {column[:3] for column in COLUMNS}
LEAVES_OUT = (
    "P(on time) comes from how projects in the same state have fared; permits that come late and projects given up after "
    "construction began are not in these figures, and both make it too high.",
    "Today's use stands for use in the year asked about: growth of demand is not in the gap.",
    "A mine without a plant adds nothing to processing; projects outside the region, or partly, are left out.",
    "What a project costs is not in this answer: cannot tell; orepact projects rank tells it where it is said.",
)


@dataclass(frozen=True)
class Asking:
    """What was asked, for the command. own: whether the projects are a list of the asker's."""

    region: str
    mineral: str | None
    year: int
    seed: int
    own: bool = False


def projects_brief(found: Pipeline, board: Scoreboard, asking: Asking) -> Note:
    """The note without its picture."""
    region = place_name(asking.region)
    shown = shown_outlooks(found)
    states = Counter(state_of(each) for each in shown)
    asked_for = len(shown) - states["beside"]
    of = "" if asking.mineral is None else f" of {facts.mineral_name(asking.mineral)}"
    cited = _cited(found, board, asking)
    return Note(
        name="projects",
        question=f"What do projects{of} in {region} add by {asking.year}, and how likely is each benchmark met?",
        title=headline(replace(found, region=region), asking.mineral).removesuffix("."),
        answer=(
            f"Of {asked_for} benchmarks {states['meets']} {'are' if states['meets'] != 1 else 'is'} more likely met than not by "
            f"{asking.year}, {states['below']} more likely missed, {states['open']} may be either; for {states['untold']} nobody can tell."
        ),
        normal=(
            "The benchmarks of Regulation (EU) 2024/1252 for 2030, in percent of use: at least 10 mined, 40 refined, 25 recycled at home, "
            "and at most 65 from one country; a yardstick for other regions and years, and for one mineral."
        ),
        remarks=("The projects are a list of the asker's own.",) if asking.own else (),
        figures=tuple(_figures(found, board, states, cited)),
        loses=_short(shown, cited),
        gains=_adds(found, cited),
        helps=_lacking(found, cited),
        certainty=_certainty(found, board, shown),
        sources=sources_of(cited),
        case=asked(found, asking),
    )  # fmt: skip


def projects_note(found: Pipeline, board: Scoreboard, asking: Asking) -> Note:
    """The whole note, with the odds of each benchmark as a picture where there are several minerals."""
    brief = projects_brief(found, board, asking)
    if len({each.mineral for each in found.outlooks}) < MANY:
        return brief
    from orepact.report.projects_chart import projects_picture

    named = replace(found, region=place_name(asking.region))
    title = f"Probability that each benchmark is met in {asking.year}"
    picture = Picture(
        title, projects_picture(named, asking.mineral, ".svg"), brief.answer, _cited(found, board, asking), wide=True
    )
    return replace(brief, pictures=(picture,))


def projects_workbook(found: Pipeline, board: Scoreboard, asking: Asking) -> Workbook:
    """The pipeline as a spreadsheet: every project, every benchmark, today's shares."""
    import pandas as pd

    from orepact.report.projects_text import COLUMNS as PROJECT
    from orepact.report.projects_text import contribution_row, projects_answer
    from orepact.report.workbook import Sheet, Workbook

    brief = projects_brief(found, board, asking)
    rows = pd.DataFrame([contribution_row(each) for each in found.contributions], columns=list(PROJECT))
    cells = pd.json_normalize(projects_answer(found)["cells"], sep="_")
    if "late" in cells:
        late = pd.DataFrame(cells.pop("late").tolist(), columns=[f"output_{years}_years_late" for years in range(4)])
        cells = pd.concat([cells, late], axis=1)
    content = "t of content a year"
    of_cells = {
        name: content
        for name in map(str, cells.columns)
        if name.startswith(("use", "gap", "name_plate", "risk_adjusted", "output"))
    }
    of_cells |= {"target": "%", "today": "%", "met_low": "share", "met_high": "share"}
    of_rows = dict.fromkeys(("name_plate", "risk_adjusted_low", "risk_adjusted_high"), content)
    of_rows |= {"ramp_share": "share", "on_time_low": "share", "on_time_high": "share"}
    cited = "Column sources holds the ids of rows of sheet Sources."
    return Workbook(
        brief,
        (
            Sheet("Projects", rows, of_rows, "One row a project; an empty cell cannot be told, see missing.", cited),
            Sheet("Benchmarks", cells, of_cells, "Low and high: ends of a range. Empty: cannot tell, see missing.",
                  f"Sources: numbers {brief.numbers(_cited(found, board, asking))} of sheet Sources."),
            Sheet("Today", board.frame(), dict.fromkeys(("value", "low", "high", "target"), "%"), "Today's shares, 80 % band.", cited),
        ),
    )  # fmt: skip


def shown_outlooks(found: Pipeline) -> list[Outlook]:
    """The benchmarks that the grid shows."""
    return [each for each in found.outlooks if (each.benchmark, each.method, each.stage) in SHOWN]


def asked(found: Pipeline, asking: Asking) -> Asked:
    """The command that gives the answer again; a list of one's own stands as ``FILE``, and is named by its content."""
    words = ["orepact", "projects", "--region", asking.region, "--year", str(asking.year), "--seed", str(asking.seed)]
    words += [] if asking.mineral is None else ["--mineral", asking.mineral]
    words += ["--file", "FILE"] if asking.own else []
    listed = repr([each.project for each in found.contributions])
    members = sorted(facts.resolve_place(asking.region))
    return asked_as(
        words, {"command": words, "members": members, "projects": hashlib.sha256(listed.encode()).hexdigest()}
    )


def _cited(found: Pipeline, board: Scoreboard, asking: Asking) -> tuple[str, ...]:
    cells = {source for cell in _cells(board) for source in cell.sources}
    chances = {source for each in found.contributions if each.chance for source in each.chance.sources}
    names = {each.project.name for each in found.contributions}
    table = facts.load("projects")
    listed = set() if asking.own else set(table[table["name"].isin(names)]["source"])
    return tuple(sorted({LAW, OURS} | cells | chances | listed))


def _cells(board: Scoreboard) -> list[Cell]:
    return [cell for cell in board.cells if (cell.benchmark, cell.method, cell.stage) in SHOWN]


def _figures(found: Pipeline, board: Scoreboard, states: Counter[str], cited: tuple[str, ...]) -> Iterator[Figure]:
    shown = shown_outlooks(found)
    names = {each.project.name for each in found.contributions}
    told = {each.project.name for each in found.contributions if each.told}
    grade = _grade(found)
    yield Figure("Projects in the list", str(len(names)), "", "projects in the region", "C", cited)
    yield Figure(
        "With the figures that tell what they add", str(len(told)), "", f"of {len(names)} projects", "C", cited
    )
    for key, name in (
        ("meets", "Benchmarks more likely met than not"),
        ("below", "Benchmarks more likely missed"),
        ("untold", "Nobody can tell"),
    ):
        yield Figure(
            name,
            str(states[key]),
            "",
            f"of {len(shown) - states['beside']}, one for each material and stage",
            grade,
            cited,
        )
    if len({each.mineral for each in shown}) == 1:
        cells = {(cell.benchmark, cell.method, cell.stage): cell for cell in _cells(board)}
        for each in shown:
            if each.gap is not None:
                what = BENCHMARKS[each.benchmark, each.method, each.stage]
                unit = f"t of content a year, to {each.target:.0f} % {what}"
                cell = cells[each.benchmark, each.method, each.stage]
                yield Figure(
                    "Missing today", tonnes(each.gap), "central", unit, cell.grade or grade, (LAW, *cell.sources)
                )


def _grade(found: Pipeline) -> str:
    return max((each.chance.grade for each in found.contributions if each.chance and each.told), default="E")


def called(each: Outlook) -> str:
    """A benchmark in words."""
    return f"{facts.mineral_name(each.mineral)}, {BENCHMARKS[each.benchmark, each.method, each.stage]}"


def _short(shown: list[Outlook], cited: tuple[str, ...]) -> Listing:
    """Benchmarks that are missed today, furthest away first: users there depend on others for what is missing."""
    found = [each for each in shown if each.gap is not None and each.gap > 0]
    found.sort(key=lambda each: (-(each.target - (each.today or 0.0)), -(each.gap or 0.0)))
    rows = tuple(
        (called(each), f"{each.today:.0f}", tonnes(each.gap or 0.0), odds_of(each).replace("?", UNTOLD))
        for each in found[:MOST_ROWS]
    )
    note = (
        "Furthest from the benchmark first. Users there buy what is missing from abroad; tonnes of content a year."
        if rows
        else "No benchmark that can be told is missed today."
    )
    return Listing("Who goes short: what is missing today", ("Benchmark", "Today, %", "Gap, t", "Met by then"), rows, note, cited,
                   max(len(found) - MOST_ROWS, 0))  # fmt: skip


def _adds(found: Pipeline, cited: tuple[str, ...]) -> Listing:
    told = sorted((each for each in found.contributions if each.told), key=lambda each: -(each.name_plate or 0.0))
    rows = tuple(
        (_name(each), tonnes(each.name_plate or 0.0), _expected(each), _odds(each)) for each in told[:MOST_ROWS]
    )
    note = (
        "Expected: output by planned start and ramp, times P(on time)."
        if rows
        else "Cannot tell, because no project states what would tell it."
    )
    heads = ("Project", "Name-plate, t", "Expected, t", "P(on time)")
    return Listing("What projects add", heads, rows, note, cited, max(len(told) - MOST_ROWS, 0))


def _name(each: Contribution) -> str:
    project = each.project
    return f"{project.name} ({facts.mineral_name(project.mineral)})" if project.mineral else project.name


def _expected(each: Contribution) -> str:
    return (
        UNTOLD if each.risk_adjusted is None else " to ".join(dict.fromkeys(tonnes(end) for end in each.risk_adjusted))
    )


def _odds(each: Contribution) -> str:
    return (
        UNTOLD
        if each.chance is None
        else " to ".join(dict.fromkeys(percent(end) for end in (each.chance.low, each.chance.high)))
    )


def _lacking(found: Pipeline, cited: tuple[str, ...]) -> Listing:
    entries = [each for each in found.contributions if each.counted and not each.told]
    counts = Counter(what.split(" (source:")[0] for each in entries for what in each.missing)
    rows = tuple((spoken(f"{what[:1].upper()}{what[1:]}"), str(count)) for what, count in counts.most_common(MOST_ROWS))
    note = (
        f"Of {len(entries)} entries of projects that cannot be told. A list of your own tells more (orepact projects --file)."
        if rows
        else "No figure is missing."
    )
    return Listing(
        "What would help: figures that nobody gives",
        ("Missing", "Entries"),
        rows,
        note,
        cited,
        max(len(counts) - MOST_ROWS, 0),
    )


def _certainty(found: Pipeline, board: Scoreboard, shown: list[Outlook]) -> Certainty:
    counts = Counter(cell.grade for cell in _cells(board) if cell.grade)
    told = ", ".join(f"{count} of grade {grade}" for grade, count in sorted(counts.items()))
    words = (
        f"of P(on time), from A (official and complete) to E (inferred). Today's shares: {told or 'none can be told'}."
    )
    drivers = tuple(
        f"{called(each)}: {tonnes(each.late[0])} t planned, {tonnes(each.late[2])} t if all are 2 years late; expect {promised(each)[1]} t"
        for each in shown
        if each.told and each.gap
    )[:5]
    return Certainty(_grade(found), words, drivers, LEAVES_OUT)
