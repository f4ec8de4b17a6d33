"""Rounds as a table, CSV or the first sheet of a workbook: a row for each rule of the round, each demand and each offer.

The column ``row`` says what a row is: round, demand or offer. A rule of the round stands in ``key`` and ``value``. Several entries of
one cell are parted by ``|``; a name and its value by a colon. What is read is held to the same rules as a YAML file.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from orepact.errors import BadInput, Problem, unknown_problem
from orepact.files import Written, appearing_whole
from orepact.sheets import read_cells

FORMS = {".csv": "csv", ".xlsx": "xlsx"}
MOST_ROWS = 20_000
KINDS = ("round", "demand", "offer")
COLUMNS = (
    "row", "key", "value", "id", "party", "mineral", "stage", "grade", "impurities", "quantity", "price", "places", "window", "lot",
    "small", "refined_in", "mined_in", "owners",
)  # fmt: skip
DEMAND = {"party": "buyer", "quantity": "quantity", "price": "limit", "places": "to"}
OFFER = {"party": "supplier", "quantity": "capacity", "price": "reserve", "places": "delivered"}
"""Columns that are called otherwise in a YAML file."""

LISTS = ("own", "sanctioned")
CONCERN = {"concern": "countries", "concern_share": "share"}
NOT_OF = {"demand": ("refined_in", "mined_in", "owners"), "offer": ("small",)}
OWNER = ("name", "country", "share")


def read_rows(path: Path) -> Written:
    """What a table holds, in the shape of a YAML file; a line is a row of the sheet. BadInput where it is no such table."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadInput(
            Problem(path.name, "the file cannot be read", error.strerror or "an error", "check its name")
        ) from None
    cells = read_cells(content, "csv" if FORMS[path.suffix.lower()] == "csv" else "xlsx", path.name, MOST_ROWS)
    heads = [each.strip() for each in cells[0]] if cells else []
    _check_heads(path.name, heads)
    found: dict[str, Any] = {"demands": [], "offers": []}
    lines: dict[tuple[str | int, ...], int] = {}
    problems: list[Problem] = []
    for line, row in enumerate(cells[1:], 2):
        given = {head: cell.strip() for head, cell in zip(heads, row, strict=False) if cell.strip()}
        if not given:
            continue
        kind = given.pop("row", "")
        if kind == "round":
            _rule(found, given, lines, line)
        elif kind in KINDS:
            rows = found[f"{kind}s"]
            rows.append(_bid(kind, given))
            lines.setdefault((f"{kind}s",), line)
            lines[f"{kind}s", len(rows)] = line
            problems += [
                Problem(f"{path.name}, line {line}, {name}", f"a {kind} has none", f"'{given[name]}'", "leave it empty")
                for name in NOT_OF[kind] if name in given
            ]  # fmt: skip
        else:
            problems.append(unknown_problem(f"{path.name}, line {line}, row", "kind of row", kind, KINDS))
    if problems:
        raise BadInput(problems)
    return Written(found, lines)


def _check_heads(place: str, heads: list[str]) -> None:
    problems = [
        unknown_problem(f"{place}, line 1", "column", each, COLUMNS) for each in heads if each and each not in COLUMNS
    ]
    if "row" not in heads:
        problems.append(
            Problem(
                place,
                "no column says what a row is",
                ", ".join(heads[:5]) or "nothing",
                "name one row: round, demand or offer",
            )
        )
    if problems:
        raise BadInput(problems)


def _rule(found: dict[str, Any], given: Mapping[str, str], lines: dict[tuple[str | int, ...], int], line: int) -> None:
    """A rule of the round."""
    key, value = given.get("key", ""), given.get("value", "")
    if key in CONCERN:
        lines.setdefault(("concern",), line)
        found.setdefault("concern", {})[CONCERN[key]] = _several(value) if key == "concern" else value
        return
    lines[key,] = line
    found[key] = _several(value) if key in LISTS else _plain(value)


def _bid(kind: str, given: Mapping[str, str]) -> dict[str, Any]:
    """A bid as a YAML file has it."""
    names = DEMAND if kind == "demand" else OFFER
    readers: dict[str, Callable[[str], Any]] = {
        "impurities": _named, "mined_in": _named, "owners": _owners, "places": _several if kind == "demand" else _named,
    }  # fmt: skip
    skipped = (*NOT_OF[kind], "key", "value")
    return {
        names.get(name, name): readers.get(name, _plain)(cell) for name, cell in given.items() if name not in skipped
    }


def _plain(cell: str) -> Any:
    """A whole number, yes or no, or text; the rest is read exactly where it is used."""
    if cell.isdecimal():
        return int(cell)
    return {"yes": True, "no": False, "true": True, "false": False}.get(cell.lower(), cell)


def _several(cell: str) -> list[str]:
    return [each.strip() for each in cell.split("|") if each.strip()]


def _named(cell: str) -> dict[str, Any]:
    """Names with a value each; a name without one is refused where it is read."""
    pairs = (each.rpartition(":") for each in _several(cell))
    return {(name or value).strip(): value.strip() if name else "" for name, _, value in pairs}


def _owners(cell: str) -> list[dict[str, str]]:
    """Owners as ``name, country, share``."""
    rows = ([part.strip() for part in each.rsplit(",", 2)] for each in _several(cell))
    return [{name: part for name, part in zip(OWNER, row, strict=False) if part} for row in rows]


def write_example(path: Path, content: Mapping[str, Any]) -> None:
    """Write a round, as a YAML file holds it, as a table. BadInput where the file cannot be written."""
    rows = list(_rows(content))
    with appearing_whole(path, tuple(FORMS), "FILE") as part:
        if path.suffix.lower() == ".csv":
            with part.open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, COLUMNS)
                writer.writeheader()
                writer.writerows(rows)
            return
        import xlsxwriter

        with xlsxwriter.Workbook(str(part)) as book:
            sheet = book.add_worksheet("round")
            for at, row in enumerate([dict(zip(COLUMNS, COLUMNS, strict=True)), *rows]):
                sheet.write_row(at, 0, [str(row.get(name, "")) for name in COLUMNS])


def _rows(content: Mapping[str, Any]) -> Iterable[dict[str, str]]:
    for key, value in content.items():
        if key == "concern":
            yield {"row": "round", "key": "concern", "value": _joined(value["countries"])}
            yield {"row": "round", "key": "concern_share", "value": str(value["share"])}
        elif key not in {"demands", "offers"}:
            yield {"row": "round", "key": key, "value": _joined(value)}
    for kind, names in (("demand", DEMAND), ("offer", OFFER)):
        back = {name: column for column, name in names.items()}
        for bid in content[f"{kind}s"]:
            yield {"row": kind, **{back.get(name, name): _joined(value) for name, value in bid.items()}}


def _joined(value: Any) -> str:
    """A value as a cell holds it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return " | ".join(f"{name}: {each}" for name, each in value.items())
    if isinstance(value, list):
        return " | ".join(
            ", ".join(str(each.get(name, "")) for name in OWNER) if isinstance(each, Mapping) else str(each)
            for each in value
        )
    return str(value)
