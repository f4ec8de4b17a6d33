"""Tables whose rows are steps of one reserve: an opening book (forms, orders, lots, rights), any bookings, or an auditors' extract.

A column ``verb`` names the step of each row, and every other column is a field of it. A table without that column says one thing in every
row: that of the sheet's name (``Lots``, ``Entitlements``), or else what its columns tell. ``effective`` is the day of a row, ``evidence``,
``rule`` and ``override`` how it is done. An auditors' extract says in its column ``asked`` what each booking asked for.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from orepact.errors import BadInput, Problem, unknown_problem
from orepact.pact.importing import MOST_COLUMNS, MOST_ROWS, evidence_of
from orepact.pact.kinds.reserve_book import Posting
from orepact.pact.kinds.reserves import RESERVE
from orepact.pact.typed import fields_of
from orepact.sheets import Form, read_sheets

ACT = ("verb", "effective", "rule", "evidence", "override")
NOT_HERE = frozenset({"add"})
NOTES = frozenset({"checks", "notes"})
"""Sheets that say nothing to a book."""

SHEETS = {
    "forms": "form", "triggers": "agree", "orders": "order", "lots": "receive", "rights": "grant", "entitlements": "grant",
    **{name: name for name in RESERVE.verbs if name not in NOT_HERE},
}  # fmt: skip
TELLING = {"mineral": "form", "trigger": "agree", "supplier": "order", "place": "receive", "price": "grant"}
"""Columns by which a table without verbs is known, the first that it has."""

FIRST = ("form", "agree", "order", "receive")
"""What comes before anything else of the same day, where sheets say one thing each."""

EXTRACT = frozenset({"version", "verb", "account", "asked"})


@dataclass(frozen=True)
class Step:
    """One row as a step. place: sheet and row; day: None where it gives none; posted: what an extract says that it posts."""

    place: str
    verb: str
    data: Mapping[str, Any]
    day: date | None = None
    rule: str | None = None
    evidence: Sequence[Mapping[str, Any]] = ()
    override: str | None = None
    posted: tuple[Posting, ...] | None = None
    problems: tuple[Problem, ...] = ()


def read_steps(content: bytes, form: Form, place: str, undated: date | None = None) -> list[Step]:
    """Steps of every sheet, in the order in which they are to be done: by day, those of a day as in the file, forms and goods first.

    Args:
        content: The file.
        form: CSV or XLSX.
        place: What errors call it.
        undated: Day of rows that give none; None leaves them at the end, as of today, but forms and triggers at the beginning.

    Raises:
        BadInput: A table cannot be read at all. What is wrong with single rows stands in their steps.
    """
    tables = []
    problems: list[Problem] = []
    for sheet, rows in read_sheets(content, form, place, MOST_ROWS):
        if sheet.casefold() in NOTES or not any(cell.strip() for row in rows for cell in row):
            continue
        try:
            tables.append(_table(f"{place}, {sheet}" if sheet else place, sheet, rows))
        except BadInput as error:
            problems += error.problems
    steps = [step for rank, found in sorted(tables, key=lambda each: each[0]) for step in found]
    if not steps and not problems:
        problems.append(Problem(place, "it has no rows", "nothing", "write the names of fields into the first row"))
    if len(steps) > MOST_ROWS:
        found = f"{len(steps)}"
        problems.append(Problem(place, "it has too many rows", found, f"give up to {MOST_ROWS} at a time"))
    if problems:
        raise BadInput(problems)
    return _in_order(steps, undated)


def _in_order(steps: Sequence[Step], undated: date | None) -> list[Step]:
    days = [each.day for each in steps if each.day]
    first = min(days, default=None)

    def dated(step: Step) -> Step:
        if step.day is not None:
            return step
        return replace(step, day=undated or (first if step.verb in {"form", "agree"} else None))

    return sorted(map(dated, steps), key=lambda each: each.day or date.max)


def _table(place: str, sheet: str, rows: Sequence[Sequence[str]]) -> tuple[int, list[Step]]:
    """Steps of one sheet, and how early they come."""
    heads = _heads(place, rows[0])
    told = [
        (f"{place}, row {at}", dict(zip(heads, [*row, *[""] * len(heads)], strict=False)))
        for at, row in enumerate(rows[1:], 2)
        if any(cell.strip() for cell in row)
    ]
    if set(heads) >= EXTRACT:
        return len(FIRST), list(_extracted(told))
    verb = None if "verb" in heads else _verb_of(place, sheet, heads)
    rank = FIRST.index(verb) if verb in FIRST else len(FIRST)
    return rank, [_step(where, cells.get("verb", "").strip() or verb or "", cells) for where, cells in told]


def _heads(place: str, row: Sequence[str]) -> list[str]:
    heads = [each.strip() for each in row]
    while heads and not heads[-1]:
        heads.pop()
    doubled = sorted({each for each in heads if heads.count(each) > 1})
    if not heads or doubled or len(heads) > MOST_COLUMNS:
        found = ", ".join(repr(each) for each in doubled[:5]) or f"{len(heads)} columns"
        todo = f"give up to {MOST_COLUMNS} names, each once"
        raise BadInput(Problem(place, "its headings cannot be told apart, or are none or too many", found, todo))
    return heads


def _verb_of(place: str, sheet: str, heads: Sequence[str]) -> str:
    named = SHEETS.get(sheet.strip().casefold())
    told = named or next((verb for column, verb in TELLING.items() if column in heads), None)
    if told is None:
        todo = "add a column verb, or call the sheet Forms, Triggers, Orders, Lots or Entitlements"
        raise BadInput(Problem(place, "nothing says what its rows do", ", ".join(heads)[:80], todo))
    return told


def _step(place: str, verb: str, cells: Mapping[str, str]) -> Step:
    if verb not in RESERVE.verbs or verb in NOT_HERE:
        known = sorted(set(RESERVE.verbs) - NOT_HERE)
        return Step(place, verb, {}, problems=(unknown_problem("verb", "step of a reserve", verb, known),))
    said = {name: cell for name, cell in cells.items() if name and name not in ACT}
    data, problems = fields_of(RESERVE.verbs[verb].asks, said)
    day, wrong = _day(cells.get("effective", ""))
    return Step(
        place, verb, data, day, cells.get("rule", "").strip() or None, evidence_of(cells.get("evidence", "")),
        cells.get("override", "").strip() or None, problems=(*problems, *wrong),
    )  # fmt: skip


def _day(cell: str) -> tuple[date | None, list[Problem]]:
    text = cell.strip()
    try:
        return (date.fromisoformat(text) if text else None), []
    except ValueError:
        return None, [Problem("effective", "it is no day", f"'{text[:40]}'", "give a day like 2026-05-01")]


def _extracted(rows: Sequence[tuple[str, Mapping[str, str]]]) -> Iterator[Step]:
    """Bookings of an auditors' extract: the rows of one version are one booking. How the books began is not booked again."""
    events: dict[str, list[tuple[str, Mapping[str, str]]]] = {}
    for place, cells in rows:
        events.setdefault(cells["version"].strip(), []).append((place, cells))
    for parts in events.values():
        place, head = parts[0]
        verb = head["verb"].strip()
        if verb == "add":
            continue
        step = _step(place, verb, {name: head.get(name, "") for name in ("effective", "rule", "override")})
        data, wrong = _json(head["asked"], "asked", {})
        evidence, more = _json(head.get("evidence", ""), "evidence", [])
        posted, odd = _postings([cells for _, cells in parts])
        problems = (*step.problems, *wrong, *more, *odd)
        yield replace(step, data=data, evidence=evidence, posted=posted, problems=problems)


def _json(cell: str, name: str, empty: Any) -> tuple[Any, list[Problem]]:
    try:
        found = json.loads(cell) if cell.strip() else empty
    except json.JSONDecodeError:
        found = None
    if type(found) is type(empty):
        return found, []
    return empty, [
        Problem(name, "it is not what an extract says", f"'{cell[:40]}'", "take the extract as it was given")
    ]


def _postings(rows: Sequence[Mapping[str, str]]) -> tuple[tuple[Posting, ...], list[Problem]]:
    posted, problems = [], []
    for cells in rows:
        if not cells["account"].strip():
            continue
        try:
            posted.append((cells["account"], cells.get("unit", ""), int(cells.get("amount", ""))))
        except ValueError:
            found = f"'{cells.get('amount', '')[:40]}'"
            problems.append(Problem("amount", "it is no whole number", found, "take the extract as it was given"))
    return tuple(posted), problems
