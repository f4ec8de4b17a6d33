"""Question 2 of the alliance: for each strategic material and stage, where does a region stand against 10/40/25/65?

The four benchmarks are those of Regulation (EU) 2024/1252, Article 5(1); for another region they are a yardstick. Each
combination of mineral, benchmark, method and stage is one row. Where several sources give a figure, the better grade counts,
then the later period. A verdict is given only where what is unknown could not turn it; otherwise it is "cannot tell", with
what is missing. It is never given by taking a gap for a zero.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from orepact import facts
from orepact.errors import BadInput, MissingData, Problem
from orepact.indicators.board_network import NetworkEvidence
from orepact.indicators.board_study import StudyEvidence
from orepact.indicators.capacity import capacity
from orepact.indicators.figures import Figure, Gap, Known, better, over
from orepact.indicators.members import Region, region_of
from orepact.network import Network, network

if TYPE_CHECKING:
    import pandas as pd

LISTS = {"strategic": "eu_strategic_2024", "critical": "eu_critical_2024"}
METHODS = ("output", "capacity", "direct", "look_through")
COLUMNS = [
    "mineral", "benchmark", "method", "stage", "value", "low", "high", "target", "verdict", "grade", "year", "sources",
    "missing",
]  # fmt: skip
PERCENT = 100.0
CANNOT_TELL = "cannot tell"
NOT_APPLICABLE = "not applicable"
"""Verdict where nothing is missing, but the question does not arise: ores and oxides that no scrap gives back."""

INFERRED = "E"
"""Grade of figures that are inferred or assumed: they are shown, and give no verdict."""


@dataclass(frozen=True)
class Cell:
    """One row of a scoreboard. value, low, high, target: percent; ``None`` where nothing can be told.

    low, high: 80 % band. verdict: ``meets``, ``below`` (falls short of the benchmark, also where a share is above 65 %) or
    ``cannot tell`` or ``not applicable``. missing: what is missing, or why it is not applicable. trail: the inputs, one line each.
    """

    mineral: str
    benchmark: str
    method: str
    stage: str
    value: float | None
    low: float | None
    high: float | None
    target: float
    verdict: str
    grade: str | None
    year: str | None
    sources: tuple[str, ...]
    missing: str
    trail: tuple[str, ...]

    @property
    def address(self) -> str:
        """What ``orepact scoreboard REGION --why`` is asked for."""
        return f"{self.mineral}/{self.benchmark}/{self.method}/{self.stage}"


@dataclass(frozen=True)
class Scoreboard:
    """A region against the benchmarks: one cell for each combination of mineral, benchmark, method and stage."""

    region: Region
    year: int | None
    cells: tuple[Cell, ...]

    def frame(self) -> pd.DataFrame:
        """One row a cell; values in percent, sources joined by |, missing figures as NaN."""
        import pandas as pd

        rows = [
            {**{name: getattr(cell, name) for name in COLUMNS}, "sources": "|".join(cell.sources)}
            for cell in self.cells
        ]
        return pd.DataFrame(rows, columns=COLUMNS)

    def why(self, address: str) -> tuple[Cell, ...]:
        """The cells at ``mineral/benchmark/method/stage``, of which later parts may be left out; BadInput where none is."""
        parts = [part.strip() for part in address.split("/") if part.strip()]
        if parts:
            parts[0] = facts.resolve_mineral(parts[0])
        found = tuple(cell for cell in self.cells if cell.address.split("/")[: len(parts)] == parts)
        if parts and found:
            return found
        valid = sorted({"/".join(cell.address.split("/")[1:]) for cell in self.cells})
        raise BadInput(
            Problem("--why", "there is no such cell", f"'{address}'", f"give MINERAL/ and one of {', '.join(valid)}")
        )


def scoreboard(region: str = "EU27", *, year: int | None = None, materials: str = "strategic") -> Scoreboard:
    """Where ``region`` stands against the benchmarks of 2030.

    region: a name that the facts know, or a YAML file with name and members. year: of the tables and of membership; each
    mineral's own base year, and today's members, when left out. materials: ``strategic``, ``critical``, or minerals joined
    by commas. Raises BadInput or UnknownName.
    """
    place = region_of(region, year)
    cells = tuple(cell for mineral in _minerals(materials) for cell in _cells(place, mineral, year))
    return Scoreboard(place, year, cells)


def _minerals(materials: str) -> list[str]:
    if materials in LISTS:
        table = facts.load("minerals")
        return sorted(table.loc[table[LISTS[materials]] == "yes", "mineral"])
    return [facts.resolve_mineral(part) for part in materials.split(",")]


@cache
def _targets() -> dict[str, tuple[str, float]]:
    table = facts.load("benchmarks")
    return {row["benchmark"]: (row["bound"], float(row["value"])) for row in table.to_dict("records")}


def _cells(region: Region, mineral: str, year: int | None) -> Iterator[Cell]:
    targets = _targets()
    for benchmark, method, stage, found in _figures(region, mineral, year):
        yield _cell((mineral, benchmark, method, stage), found, *targets[benchmark])


def _figures(region: Region, mineral: str, year: int | None) -> Iterator[tuple[str, str, str, Known]]:
    """Every combination with what is known of it."""
    study = StudyEvidence(region, mineral, year)
    board = _board(region, mineral, year)
    gap = board if isinstance(board, Gap) else None
    table = None if isinstance(board, Gap) else board

    def ask(question: str, *arguments: str) -> Known:
        answer: Known = gap or getattr(table, question)(*arguments)
        return answer

    yield "extraction", "output", "mine", better([ask("extraction"), study.extraction()])
    last = "refined" if table is None else table.network.stages[-1].stage
    used = ask("consumption", last)
    yield "extraction", "capacity", "mine", over(capacity(region, mineral, "mine", year), used)
    yield "processing", "output", "refined", better([ask("processing"), study.own_share("refined")])
    yield (
        "processing",
        "capacity",
        "refined",
        over(capacity(region, mineral, "refined", year), ask("consumption", "refined")),
    )
    recycled = study.recycling()
    beside = isinstance(recycled, Gap) and not recycled.applies
    yield "recycling", "output", "scrap", recycled
    yield "recycling", "capacity", "scrap", recycled if beside else over(capacity(region, mineral, "scrap", year), used)
    for stage in ("mine", "refined"):
        yield "single_country", "direct", stage, better([ask("single_country", stage), study.single_country(stage)])
    yield "single_country", "look_through", "refined", ask("look_through")


def _board(region: Region, mineral: str, year: int | None) -> NetworkEvidence | Gap:
    if year is not None and year > dt.datetime.now(tz=dt.UTC).year:
        return Gap(f"figures of {year}, which has not come")
    found = _balanced(mineral, year)
    return found if isinstance(found, Gap) else NetworkEvidence(region, found)


@cache
def _balanced(mineral: str, year: int | None) -> Network | Gap:
    """The table of a mineral, which is the same for every region, or why there is none."""
    try:
        return network(mineral, year)
    except MissingData as error:
        return Gap("; ".join(_short(problem) for problem in error.problems))


def _short(problem: Problem) -> str:
    return (
        problem.found.removeprefix("that this is missing: ")
        if "missing" in problem.found
        else f"{problem.wrong} ({problem.found})"
    )


def _cell(place: tuple[str, str, str, str], found: Known, bound: str, target: float) -> Cell:
    """A cell at ``mineral, benchmark, method, stage`` from what is known of it."""
    if isinstance(found, Gap):
        nothing = (None, None, None)
        verdict = CANNOT_TELL if found.applies else NOT_APPLICABLE
        return Cell(*place, *nothing, PERCENT * target, verdict, None, None, (), found.missing, ())
    if bound == "at most":
        found = found.capped(1.0)
    low, high = found.band()
    verdict = CANNOT_TELL if found.grade == INFERRED else verdict_of(low, high, bound, target)
    return Cell(
        *place,
        None if found.nothing_named else PERCENT * found.value,
        PERCENT * low,
        PERCENT * high,
        PERCENT * target,
        verdict,
        found.grade,
        found.year,
        found.sources,
        _lacking(found, bound, target, (low, high)) if verdict == CANNOT_TELL else "",
        found.trail,
    )


def _lacking(found: Figure, bound: str, target: float, band: tuple[float, float]) -> str:
    """What is missing for a verdict: what the sources leave open, or evidence of a better grade than this one."""
    if found.why_open and verdict_of(found.floor, found.ceiling, bound, target) == CANNOT_TELL:
        return found.why_open
    if found.grade == INFERRED:
        return "recorded figures: this one is inferred or assumed (grade E), which gives no verdict"
    low, high = (f"{PERCENT * end:.0f}" for end in band)
    return f"better evidence than grade {found.grade}: its 80 % band reaches from {low} to {high} %"


def verdict_of(floor: float, ceiling: float, bound: str, target: float) -> str:
    """``meets``, ``below`` or ``cannot tell``: the last where the target lies between what is known and what may be.

    floor, ceiling, target: shares, the ends of what the evidence allows; bound: ``at least`` or ``at most``. A share at the
    target meets it.
    """
    if bound == "at least":
        return "meets" if floor >= target else "below" if ceiling < target else CANNOT_TELL
    return "meets" if ceiling <= target else "below" if floor > target else CANNOT_TELL
