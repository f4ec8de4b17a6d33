"""Series of a user's own, from CSV text: checked strictly, everything that is wrong told at once, with its line.

``prices``: period, price, unit [, market]. ``trade``: period, tonnes, usd [, flow] [, reporter].
``costs``: producer, cost, unit [, output]. ``stocks``: period, tonnes [, spread]. ``submitters``: submitter, submissions.
A period is ``2024-07`` or ``2024``, all alike and without a gap.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Literal

import numpy as np

from orepact.errors import BadInput, Problem, unknown_problem
from orepact.watch.series import Frequency, Level, Series

Kind = Literal["prices", "trade", "costs", "stocks", "submitters"]

UNITS = {"USD/t": 1.0, "USD/kg": 1e3, "USD/g": 1e6, "USD/lb": 2204.6226218488, "USD/oz t": 32150.746568628}
"""USD a tonne in one of each unit; ``oz t`` is the troy ounce."""

FOREIGN = re.compile(r"(?!USD)([A-Z]{3}|\u20ac|\u00a3|\u00a5)\s*/.*")
"""A price in another currency."""

PERIOD = re.compile(r"(19|20)\d\d(-(0[1-9]|1[0-2]))?")
MOST_ROWS = 5_000
LARGEST = 500_000
"""Bytes of a file."""

MOST_PROBLEMS = 30
MOST_LETTERS = 120
MOST_LINES = 12
SMALLEST, GREATEST = 1e-9, 1e15
"""Figures beyond these are typing errors, and would overflow."""

DEAREST = 1e9
"""USD a tonne: rhodium, the dearest here, cost less than a billion at its peak of 2021 (recalled)."""

SAME = 3
"""Rows with the same fault from which on it is told once, with its lines."""

LEAST_COSTS = 10
DEAR = 0.9

COLUMNS: Mapping[Kind, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "prices": (("period", "price", "unit"), ("market",)),
    "trade": (("period", "tonnes", "usd"), ("flow", "reporter")),
    "costs": (("producer", "cost", "unit"), ("output",)),
    "stocks": (("period", "tonnes"), ("spread",)),
    "submitters": (("submitter", "submissions"), ()),
}
"""Columns that each file must have, and those that it may have."""

WORDS = {
    "market": ("outside", "inside"),
    "flow": ("imports", "exports"),
    "reporter": ("exporter", "importer"),
    "unit": tuple(UNITS),
}
SIGNED = ("spread",)
TEXTS = ("producer", "submitter")
OWN = "own"


@dataclass(frozen=True)
class Row:
    """One row: the line it stands in, texts and numbers by column."""

    line: int
    texts: Mapping[str, str]
    numbers: Mapping[str, float]


def read_file(kind: Kind, path: Path) -> str:
    """The text of a user's file, bounded; BadInput where it cannot be read."""
    place = f"--{kind}, {path.name}"
    try:
        body = path.read_bytes()
        refuse_workbook(body, place)
        if len(body) > LARGEST:
            raise BadInput(Problem(place, "the file is too large", f"{len(body)} bytes", f"give at most {LARGEST}"))
        return body.decode("utf-8-sig")
    except OSError as error:
        raise BadInput(
            Problem(place, "the file cannot be read", error.strerror or "an error", "give a CSV file")
        ) from None
    except UnicodeDecodeError:
        raise BadInput(
            Problem(place, "the file cannot be read", "bytes that are no UTF-8 text", "save it as UTF-8")
        ) from None


def refuse_workbook(body: bytes, place: str) -> None:
    """BadInput where a file is a workbook of a spreadsheet and no CSV text."""
    if body.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise BadInput(
            Problem(place, "it is no CSV text", "a spreadsheet's workbook (Excel)", "save it as CSV in UTF-8")
        )


def _separator(text: str) -> str:
    """``;`` where the headings hold it and no comma; such files write decimals with a comma."""
    head = text.partition("\n")[0]
    return ";" if ";" in head and "," not in head else ","


def rows_of(kind: Kind, text: str, place: str) -> list[Row]:
    """The rows of a text; BadInput with everything that is wrong with them."""
    needed, more = COLUMNS[kind]
    separator = _separator(text)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=separator)
    try:
        head = [name.strip() for name in next(reader, [])]
        given = [
            (reader.line_num, [_decimal(cell.strip(), separator) for cell in cells])
            for cells in reader
            if any(cell.strip() for cell in cells)
        ]
    except csv.Error as error:
        raise BadInput(Problem(place, "the text is no CSV table", str(error), "separate cells by commas")) from None
    problems = [
        unknown_problem(f"{place}, line 1", "column", name, (*needed, *more))
        for name in head
        if name not in (*needed, *more)
    ]
    todo = f"the columns are {', '.join(needed)}"
    here = ", ".join(head)[:200] or "nothing"
    problems += [
        Problem(f"{place}, line 1", f"the column '{name}' is missing", here, todo)
        for name in needed
        if name not in head
    ]
    problems += [
        Problem(f"{place}, line 1", "a column stands twice", f"'{name}'", "keep one")
        for name in {*head}
        if head.count(name) > 1
    ]
    if not given:
        problems.append(Problem(place, "there is no row", "nothing below the headings", "give one row a period"))
    if len(given) > MOST_ROWS:
        problems.append(Problem(place, "there are too many rows", str(len(given)), f"give at most {MOST_ROWS}"))
    _raise(problems)
    rows = []
    for line, cells in given:
        row, wrong = _row(f"{place}, line {line}", line, head, cells)
        problems += wrong
        rows.append(row)
    _raise(problems)
    return rows


def _decimal(cell: str, separator: str) -> str:
    """A number with a decimal comma with a point, where cells are separated by ``;``."""
    return cell.replace(",", ".") if separator == ";" and re.fullmatch(r"[-+]?\d+,\d+", cell) else cell


LINE = re.compile(r"(?P<before>.*), line (?P<line>\d+)(?P<after>.*)")


def collected(problems: Iterable[Problem]) -> list[Problem]:
    """The same fault of many rows as one, with its lines."""
    held: dict[tuple[str, str, str, str], list[tuple[str, Problem]]] = {}
    for each in problems:
        met = LINE.fullmatch(each.place)
        before, line, after = (each.place, "", "") if met is None else (met["before"], met["line"], met["after"])
        held.setdefault((before, after, each.wrong, each.todo), []).append((line, each))
    found: list[Problem] = []
    for (before, after, wrong, todo), same in held.items():
        lines = [line for line, _ in same]
        if len(same) < SAME or not all(lines):
            found += [each for _, each in same]
            continue
        said = list(dict.fromkeys(each.found for _, each in same))
        rest = f" and {len(lines) - MOST_LINES} more" if len(lines) > MOST_LINES else ""
        more = f" and {len(said) - SAME} others" if len(said) > SAME else ""
        place = f"{before}, lines {', '.join(lines[:MOST_LINES])}{rest}{after}"
        found.append(Problem(place, wrong, ", ".join(said[:SAME]) + more, todo))
    return found


def _raise(problems: Iterable[Problem]) -> None:
    found = collected(problems)
    if len(found) > MOST_PROBLEMS:
        rest = f"{len(found) - MOST_PROBLEMS} more faults"
        found = [
            *found[:MOST_PROBLEMS],
            Problem(found[0].place.split(",")[0], "there is more that is wrong", rest, "correct these first"),
        ]
    if found:
        raise BadInput(found)


def _row(place: str, line: int, head: list[str], cells: list[str]) -> tuple[Row, list[Problem]]:
    if len(cells) != len(head):
        wrong = Problem(
            place, f"a row has {len(head)} cells", str(len(cells)), "write one cell a column, decimals with a point"
        )
        return Row(line, {}, {}), [wrong]
    texts: dict[str, str] = {}
    numbers: dict[str, float] = {}
    problems: list[Problem] = []
    for name, cell in zip(head, cells, strict=True):
        try:
            if name == "period" or name in TEXTS or name in WORDS:
                texts[name] = _text(f"{place}, {name}", name, cell)
            elif cell or name not in {"output", "spread"}:
                numbers[name] = _number(f"{place}, {name}", name, cell)
        except BadInput as error:
            problems += error.problems
    problems += _too_dear(place, texts, numbers)
    return Row(line, texts, numbers), problems


def _too_dear(place: str, texts: Mapping[str, str], numbers: Mapping[str, float]) -> list[Problem]:
    factor = UNITS.get(texts.get("unit", ""), 0.0)
    todo = f"give at most {DEAREST:,.0f} USD/t, or another unit"
    return [
        Problem(f"{place}, {name}", "no mineral costs that much", f"{numbers[name] * factor:,.0f} USD/t", todo)
        for name in ("price", "cost")
        if numbers.get(name, 0.0) * factor > DEAREST
    ]


def _text(place: str, name: str, cell: str) -> str:
    if name == "period":
        if not PERIOD.fullmatch(cell):
            raise BadInput(Problem(place, "that is not a period", f"'{cell[:MOST_LETTERS]}'", "write 2024-07 or 2024"))
        return cell
    if name in WORDS:
        if name == "unit" and FOREIGN.fullmatch(cell):
            todo = f"convert it to USD (no table of exchange rates is held here) and write one of {', '.join(UNITS)}"
            raise BadInput(Problem(place, "prices are in US dollars here", f"'{cell[:MOST_LETTERS]}'", todo))
        if cell not in WORDS[name]:
            todo = f"write one of {', '.join(WORDS[name])}"
            raise BadInput(Problem(place, f"there is no {name} of that name", f"'{cell[:MOST_LETTERS]}'", todo))
        return cell
    if not cell or len(cell) > MOST_LETTERS:
        raise BadInput(Problem(place, "a name is needed", f"{len(cell)} letters", f"give 1 to {MOST_LETTERS}"))
    return cell


def _number(place: str, name: str, cell: str) -> float:
    try:
        value = float(cell)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or not re.fullmatch(r"[-+0-9.eE]+", cell):
        todo = "write a number without thousands separators; leave no cell empty, as missing is not zero"
        raise BadInput(Problem(place, "that is not a number", f"'{cell[:MOST_LETTERS]}'", todo))
    if value < 0 and name not in SIGNED:
        raise BadInput(Problem(place, "it cannot be below zero", cell, "give a number from zero on"))
    if value != 0 and not SMALLEST <= abs(value) <= GREATEST:
        todo = f"give one between {SMALLEST:g} and {GREATEST:g}"
        raise BadInput(Problem(place, "nothing that is traded has such a figure", cell[:MOST_LETTERS], todo))
    if value == 0 and name in {"price", "usd"}:
        raise BadInput(Problem(place, "it must be above zero", cell, "leave the row out where there was none"))
    if name == "submissions" and value != int(value):
        raise BadInput(Problem(place, "submissions are counted", cell, "give a whole number"))
    return value


def series_of(rows: list[Row], value: Callable[[Row], float], place: str, what: str, unit: str, family: str) -> Series:
    """The rows as one series in order of time; BadInput for periods that stand twice, are of two kinds, or leave a gap."""
    problems: list[Problem] = []
    seen: dict[str, Row] = {}
    for row in rows:
        period = row.texts["period"]
        if period in seen:
            problems.append(
                Problem(
                    f"{place}, line {row.line}",
                    "a period stands twice",
                    f"{period}, also in line {seen[period].line}",
                    "keep one of them",
                )
            )
        seen.setdefault(period, row)
    if len({len(period) for period in seen}) > 1:
        problems.append(
            Problem(place, "months and years stand side by side", f"{min(seen)} and {max(seen)}", "give one kind")
        )
    _raise(problems)
    periods = sorted(seen)
    for before, now in pairwise(periods):
        if now != following(before):
            wanted = following(before)
            problems.append(
                Problem(
                    f"{place}, line {seen[now].line}",
                    "there is a gap",
                    f"{before} is followed by {now}",
                    f"give {wanted} too, or begin after it",
                )
            )
    _raise(problems)
    frequency: Frequency = "annual" if len(periods[0]) == len("2024") else "monthly"
    return Series(
        what, unit, frequency, family, tuple(periods), tuple(value(seen[each]) for each in periods), (OWN,), "E"
    )


def following(period: str) -> str:
    """The month or year after one."""
    if len(period) == len("2024"):
        return str(int(period) + 1)
    year, number = int(period[:4]), int(period[5:])
    return f"{year + number // 12}-{number % 12 + 1:02d}"


def usd_a_tonne(row: Row, name: str = "price") -> float:
    """A price in USD a tonne."""
    return row.numbers[name] * UNITS[row.texts["unit"]]


def cost_percentile(rows: list[Row], place: str) -> Level:
    """The 90th percentile of costs, USD a tonne: of output where every producer has one, of producers where none has."""
    if len(rows) < LEAST_COSTS:
        todo = "give more, or a reference price"
        raise BadInput(Problem(place, f"a 90th percentile needs {LEAST_COSTS} producers", str(len(rows)), todo))
    told = [row for row in rows if "output" in row.numbers]
    if told and len(told) < len(rows):
        absent = ", ".join(str(row.line) for row in rows if "output" not in row.numbers)
        raise BadInput(
            Problem(
                place,
                "output is given for some producers only",
                f"none in lines {absent}",
                "give it for all or for none",
            )
        )
    costs = np.array([usd_a_tonne(row, "cost") for row in rows])
    if not told:
        return Level(
            float(np.percentile(costs, 100 * DEAR)),
            "USD/t",
            f"the 90th percentile of costs of {len(rows)} producers",
            (OWN,),
        )
    order = np.argsort(costs)
    reached = np.cumsum([rows[index].numbers["output"] for index in order])
    if reached[-1] <= 0:
        raise BadInput(Problem(place, "output adds up to nothing", "0", "give output above zero"))
    value = costs[order][int(np.searchsorted(reached, DEAR * reached[-1]))]
    return Level(float(value), "USD/t", f"the 90th percentile of costs of {len(rows)} producers by output", (OWN,))
