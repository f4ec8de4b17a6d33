"""Many records at once from a table (CSV or XLSX): a preview that says what every row would do and what is wrong with it, then all or none.

A column is a field of the kind; a field inside another is written ``due.on``; lists are joined by ``|``; ``evidence`` holds addresses,
each with its grade before it if wanted (``C:https://…``), ``effective`` the day from which a row holds. A row whose id is there changes
that record where it differs; what :mod:`orepact.pact.listing` writes can be read back, and then changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from orepact.errors import BadInput, Problem
from orepact.pact.access import Viewer
from orepact.pact.kinds import KINDS
from orepact.pact.pact import Command, Done, Pact
from orepact.pact.sight import Sight
from orepact.pact.typed import fields_of
from orepact.sheets import Form, read_cells

MOST_ROWS = 5000
MOST_COLUMNS = 120
ACT = ("effective", "rule", "evidence")
"""Columns that say how a row is done, not what it says."""

IGNORED = ("version", "recorded", "history")
"""Columns of a list that say nothing to a record."""

Action = Literal["add", "change", "same", "refused"]


@dataclass(frozen=True)
class Row:
    """What one row would do. number: in the file, its heading being row 1."""

    number: int
    action: Action
    record: str
    title: str
    changes: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    command: Command | None = None


@dataclass(frozen=True)
class Preview:
    """What a table would do, row by row; nothing is written while any row is refused."""

    kind: str
    rows: tuple[Row, ...]

    @property
    def refused(self) -> tuple[Row, ...]:
        """Rows with something wrong."""
        return tuple(each for each in self.rows if each.problems)

    def count(self, action: Action) -> int:
        """How many rows would do that."""
        return sum(each.action == action for each in self.rows)


def read_table(content: bytes, form: Form, place: str) -> list[dict[str, str]]:
    """Rows of a table as text by column, empty rows left out. Raises BadInput with what keeps it from being read."""
    rows = read_cells(content, form, place, MOST_ROWS)
    if not rows or not any(cell.strip() for cell in rows[0]):
        raise BadInput(Problem(place, "it has no headings", "nothing", "write the names of fields into the first row"))
    heads = [each.strip() for each in rows[0]]
    while heads and not heads[-1]:
        heads.pop()
    doubled = sorted({each for each in heads if heads.count(each) > 1})
    if doubled or len(heads) > MOST_COLUMNS:
        found = ", ".join(repr(each) for each in doubled[:5]) or f"{len(heads)} columns"
        raise BadInput(
            Problem(
                place,
                "its headings cannot be told apart, or are too many",
                found,
                f"give up to {MOST_COLUMNS} names, each once",
            )
        )
    if len(rows) - 1 > MOST_ROWS:
        raise BadInput(Problem(place, "it has too many rows", f"{len(rows) - 1}", f"give up to {MOST_ROWS} at a time"))
    return [
        dict(zip(heads, [*row, *[""] * len(heads)], strict=False)) | {"": str(at)}
        for at, row in enumerate(rows[1:], 2)
        if any(cell.strip() for cell in row)
    ]


def preview(pact: Pact, viewer: Viewer, kind: str, rows: Sequence[Mapping[str, str]]) -> Preview:
    """What rows would do, each after those before it, and everything that is wrong with them; nothing is written."""
    sight = pact.sight(viewer)
    found = [_read_row(sight, kind, row) for row in rows]
    todo = [(at, each.command) for at, each in enumerate(found) if each.command is not None]
    wrong: dict[int, list[Problem]] = {}
    for at, problem in pact.check(viewer, [command for _, command in todo]):
        wrong.setdefault(todo[at][0], []).append(problem)
    return Preview(kind, tuple(_with_problems(each, wrong.get(at, [])) for at, each in enumerate(found)))


def write(pact: Pact, viewer: Viewer, found: Preview, key: str | None = None) -> tuple[Done, ...]:
    """Do what a preview says, all or none. Raises BadInput with every bad row where there is one."""
    if found.refused:
        raise BadInput(
            [
                Problem(f"row {row.number}, {each.place}", each.wrong, each.found, each.todo)
                for row in found.refused
                for each in row.problems
            ]
        )
    return pact.do_all(viewer, [each.command for each in found.rows if each.command is not None], key)


def preview_record(found: Preview) -> dict[str, Any]:
    """A preview in JSON terms."""
    rows = [
        {
            "row": each.number, "action": each.action, "id": each.record, "title": each.title, "changes": list(each.changes),
            "problems": [str(problem) for problem in each.problems],
        }
        for each in found.rows
    ]  # fmt: skip
    return {"kind": found.kind, "rows": rows, "refused": len(found.refused)}


def _with_problems(row: Row, problems: list[Problem]) -> Row:
    if not problems:
        return row
    return Row(row.number, "refused", row.record, row.title, row.changes, (*row.problems, *problems))


def _read_row(sight: Sight, kind: str, cells: Mapping[str, str]) -> Row:
    number = int(cells[""])
    own = KINDS[kind].record.model_fields
    said = {name: cell for name, cell in cells.items() if name and (name in own or name not in (*ACT, *IGNORED))}
    given, problems = fields_of(KINDS[kind].record, said)
    effective, evidence, more = _act(cells)
    problems += more
    record = str(given.get("id", ""))
    title = str(given.get("name") or given.get("text") or given.get("member") or record)
    if problems:
        return Row(number, "refused", record, title, (), tuple(problems))
    kept = sight.get(kind, record) if record else None
    rule = None if "rule" in own else cells.get("rule", "").strip() or None
    if kept is None:
        twin = None if record else _same_title(sight, kind, title)
        if twin is not None:
            problem = Problem(
                "id",
                "there is a record of that name",
                f"'{title}'",
                f"give its id, {twin}, to change it, or an id of its own",
            )
            return Row(number, "refused", record, title, (), (problem,))
        hidden = str(given.get("tier", "public")) != "public"
        new = {name: value for name, value in given.items() if name != "id" or not hidden}
        return Row(number, "add", record, title, (), (), Command(kind, "add", new, None, effective, rule, evidence))
    before = kept.record.model_dump(mode="json")
    changes = {name: value for name, value in given.items() if name != "id" and _differs(value, before.get(name))}
    if not changes:
        return Row(number, "same", record, title)
    command = Command(kind, "change", changes, record, effective, rule, evidence, expected=kept.version)
    return Row(number, "change", record, title, tuple(changes), (), command)


def _same_title(sight: Sight, kind: str, title: str) -> str | None:
    """Id of a record of that name."""
    wanted = title.casefold()
    return next((each.id for each in sight.all(kind) if each.record.title().casefold() == wanted), None)


def _act(cells: Mapping[str, str]) -> tuple[date | None, list[dict[str, str]], list[Problem]]:
    problems, effective = [], None
    text = cells.get("effective", "").strip()
    if text:
        try:
            effective = date.fromisoformat(text)
        except ValueError:
            problems.append(Problem("effective", "it is no day", f"'{text[:40]}'", "give a day like 2026-05-01"))
    return effective, evidence_of(cells.get("evidence", "")), problems


def evidence_of(cell: str) -> list[dict[str, str]]:
    """Addresses joined by |, each with its grade before it; a list of records that was exported says nothing new."""
    if cell.lstrip().startswith("["):
        return []
    found = []
    for each in (part.strip() for part in cell.split("|") if part.strip()):
        grade, colon, address = each.partition(":")
        found.append({"grade": grade, "address": address} if colon and grade in set("ABCDE") else {"address": each})
    return found


def _differs(given: Any, before: Any) -> bool:
    """Whether a cell says something else than the record; fields inside that the cell leaves out do not differ."""
    if isinstance(given, dict) and isinstance(before, dict):
        return any(_differs(value, before.get(name)) for name, value in given.items())
    if isinstance(given, list) and given and isinstance(given[0], dict):
        return len(given) != len(before or []) or any(
            _differs(one, other) for one, other in zip(given, before, strict=True)
        )
    return bool(given != before)
