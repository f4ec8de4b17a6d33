"""What a note says: one record for every question, from which the two pages and the spreadsheet are made.

A question whose answer gives this record has a note and a workbook; nothing else is needed. Figures are text as they are printed, each
with its unit, its range, its grade and the sources that it rests on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from orepact import facts

OURS = "orepact_assumption"
GRADES = {
    "A": "official and complete", "B": "official in part", "C": "derived from official figures", "D": "estimated", "E": "inferred",
}  # fmt: skip


@dataclass(frozen=True)
class Source:
    """One row of the table ``sources``."""

    source: str
    publisher: str
    title: str
    year: str
    licence: str
    grade: str
    address: str


@dataclass(frozen=True)
class Figure:
    """One number. value, range: as printed. sources: ids of the rows that it rests on."""

    name: str
    value: str
    range: str
    unit: str
    grade: str
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Listing:
    """A short table. heads: with units. rows: as printed, first column words. rest: how many rows of the answer are not here."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    sources: tuple[str, ...] = ()
    rest: int = 0


@dataclass(frozen=True)
class Picture:
    """A picture as SVG. title: the finding. alt: the same for who cannot see it. wide: across the page, else beside another."""

    title: str
    svg: bytes
    alt: str
    sources: tuple[str, ...] = ()
    wide: bool = False


@dataclass(frozen=True)
class Certainty:
    """How sure an answer is: grade with its meaning, what its range hangs on, and what the model leaves out."""

    grade: str
    words: str
    drivers: tuple[str, ...] = ()
    leaves_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class Asked:
    """What gives the same answer again: the command, the case (empty where a question has none) and what it was worked out with."""

    command: str
    hash: str
    facts_version: str
    code_version: str
    yaml: str = ""


@dataclass(frozen=True)
class Note:
    """Everything a note says. title: the finding. answer: one sentence with its range. normal: how that stands against normal.

    loses, gains: who or what is on either side. helps: what would help, with what is not known of its cost.
    """

    name: str
    question: str
    title: str
    answer: str
    normal: str
    figures: tuple[Figure, ...]
    certainty: Certainty
    sources: tuple[Source, ...]
    case: Asked
    loses: Listing | None = None
    gains: Listing | None = None
    helps: Listing | None = None
    pictures: tuple[Picture, ...] = field(default=())
    remarks: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        known = {each.source for each in self.sources}
        cited = [name for figure in self.figures for name in figure.sources]
        cited += [name for picture in self.pictures for name in picture.sources]
        cited += [name for each in (self.loses, self.gains, self.helps) if each for name in each.sources]
        missing = sorted(set(cited) - known)
        if missing:
            raise ValueError(f"a note cites sources that it does not list: {', '.join(missing)}")

    def numbers(self, cited: Iterable[str]) -> str:
        """Where sources stand in the list, counted from 1, runs joined: ``1-3, 7``."""
        places = {each.source: place for place, each in enumerate(self.sources, 1)}
        return _runs(sorted({places[name] for name in cited}))


def _runs(numbers: Sequence[int]) -> str:
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{run[0]}\u2013{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


def sources_of(ids: Iterable[str]) -> tuple[Source, ...]:
    """The rows of the table ``sources`` with these ids, those of publishers before our own assumptions."""
    rows = facts.sources(sorted(set(ids))).to_dict("records")
    found = [Source(**{name: _text(row[name]) for name in Source.__dataclass_fields__}) for row in rows]
    return tuple(sorted(found, key=lambda each: (each.source == OURS, each.publisher, each.year, each.title)))


def _text(value: object) -> str:
    return "" if value != value else str(value)  # noqa: PLR0124  (an empty cell is NaN)
