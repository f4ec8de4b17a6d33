"""The facts: search, the tables, rows of a table with filters, sorting and pages, each row with its trail."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from orepact import facts
from orepact.api.facts_routes import RowsAsked, flat, overview, rows_record
from orepact.api.problems import problems_in
from orepact.errors import BadInput, OrepactError, Problem
from orepact.facts.schemas import SCHEMAS
from orepact.report.numbers import exact
from orepact.web.profile import Profile, Shown, Values, status_of

if TYPE_CHECKING:
    import pandas as pd

A_PAGE = 50
MOST_IN_A_FILE = 400_000
MOST_IN_A_WORKBOOK = 50_000
LONGEST_CELL = 140
FIELDS = ("mineral", "country", "period", "source", "where")
MOST_FOUND = 12
SHOWN_LAST = ("note", "source", "grade")


def listed(values: Values) -> Shown:
    """All tables, what a search finds, corrections, conflicts and sources."""
    sought = values.get("q", "").strip()
    records = overview()
    return Shown(
        template="facts/list.html",
        context={
            "tables": [_table_row(record) for record in records], "version": facts.version(), "q": sought,
            "found": search(sought) if sought else None, "corrections": facts.load("corrections").fillna("").to_dict("records"),
            "conflicts": _conflicts(), "rows": exact(float(sum(record["rows"] for record in records))),
            "sources": exact(float(len(facts.load("sources")))),
        },
        record=lambda: {"version": facts.version(), "tables": records, "found": search(sought) if sought else None},
        frame=lambda: _frame(records),
    )  # fmt: skip


def _frame(records: list[dict[str, Any]]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame([flat(record) for record in records])


def _table_row(record: dict[str, Any]) -> dict[str, Any]:
    first, last = record["first"], record["last"]
    licences = sorted(record["licences"].items(), key=lambda each: -each[1])
    named = "; ".join(name for name, _ in licences[:2])
    grades = record["grades"]
    return {
        "table": record["table"], "title": record["title"], "rows": exact(float(record["rows"])),
        "years": "" if first is None else first if first == last else f"{first}\u2013{last}", "sources": record["sources"],
        "licences": named + (f"; {len(licences) - 2} more" if len(licences) > 2 else ""),
        "grades": "not graded" if not grades else _ends(list(grades)),
    }  # fmt: skip


def _ends(grades: list[str]) -> str:
    return grades[0] if len(grades) == 1 else f"{grades[0]} to {grades[-1]}"


def _conflicts() -> list[dict[str, Any]]:
    """Claims that contradict each other, by what they are about, each with what the rule says of it."""
    groups: dict[str, list[dict[str, str]]] = {}
    for row in facts.conflicts().to_dict("records"):
        about = ", ".join(
            str(row[each])
            for each in ("subject", "attribute", "stage", "scope", "period")
            if str(row[each]) not in ("*", "nan")
        )
        said = exact(float(row["value"])) if row["value"] == row["value"] else str(row["stated"])
        unit = "" if str(row["unit"]) in ("nan", "") else str(row["unit"])
        groups.setdefault(about, []).append(
            {"said": f"{said} {unit}".strip(), "verdict": row["verdict"], "source": row["source"], "grade": row["grade"],
             "address": facts.address_of("claims", row)}
        )  # fmt: skip
    return [{"about": about, "claims": claims} for about, claims in groups.items()]


@cache
def _index() -> tuple[tuple[str, str, str, str], ...]:
    """What a search looks through: kind, name, words to look in (plain), and address."""
    from orepact.facts.names import plain

    rows = [
        ("mineral", facts.mineral_name(slug), slug, f"/mineral/{slug}") for slug in facts.load("minerals")["mineral"]
    ]
    names = facts.load("aliases")
    rows += [
        ("mineral", f"{facts.mineral_name(slug)} ({alias})", alias, f"/mineral/{slug}")
        for alias, slug in zip(names["alias"], names["mineral"], strict=True)
    ]
    countries = facts.load("countries")
    rows += [
        ("country", name, f"{name} {code}", f"/country/{code}")
        for code, name in zip(countries["country"], countries["name"], strict=True)
    ]
    regions = facts.load("regions").drop_duplicates("region")
    rows += [
        ("country", name, f"{name} {code}", f"/country/{code}")
        for code, name in zip(regions["region"], regions["name"], strict=True)
    ]
    rows += [("table", schema.title, f"{name} {schema.title}", f"/facts/{name}") for name, schema in SCHEMAS.items()]
    for row in facts.load("sources").to_dict("records"):
        named = f"{row['publisher']}, {row['title']}"
        rows.append(("source", named, f"{row['source']} {named}", f"/facts/sources?where=source%3D{row['source']}"))
    return tuple((kind, str(name), plain(str(words)), address) for kind, name, words, address in rows)


def search(text: str) -> list[dict[str, str]]:
    """Minerals, countries, regions, tables and sources whose names hold ``text``: those that begin with it first."""
    from orepact.facts.names import plain

    wanted = plain(text)
    if not wanted:
        return []
    hits = [
        (not words.startswith(wanted), kind, name, address)
        for kind, name, words, address in _index()
        if wanted in words
    ]
    order = ["mineral", "country", "table", "source"]
    found: dict[str, dict[str, str]] = {}
    for _, kind, name, address in sorted(hits, key=lambda each: (order.index(each[1]), each[0], len(each[2]))):
        found.setdefault(address, {"kind": kind, "name": name, "address": address})
    by_kind = {kind: [row for row in found.values() if row["kind"] == kind][:MOST_FOUND] for kind in order}
    tables = [row for mineral in by_kind["mineral"][:1] for row in _of_mineral(mineral["address"].rpartition("/")[2])]
    return [*by_kind["mineral"], *by_kind["country"], *by_kind["table"], *tables, *by_kind["source"]]


def _of_mineral(slug: str) -> list[dict[str, str]]:
    """The tables that have rows of a mineral."""
    found = []
    for name, schema in SCHEMAS.items():
        if "mineral" in schema.columns and name not in ("aliases", "minerals"):
            rows = int((facts.load(name)["mineral"] == slug).sum())
            if rows:
                said = f"{schema.title}: {exact(float(rows))} rows on {facts.mineral_name(slug)}"
                found.append({"kind": "rows", "name": said, "address": f"/facts/{name}?mineral={slug}"})
    return found


def asked_of(values: Values, limit: int = A_PAGE) -> RowsAsked:
    """The filters of a page, from its address."""
    from pydantic import ValidationError

    try:
        return RowsAsked.model_validate({"limit": limit, **values})
    except ValidationError as error:
        raise BadInput(problems_in(error.errors(), RowsAsked)) from None


def one(table: str, values: Values) -> Shown:
    """Rows of one table."""
    asked = asked_of(values)
    frame = facts.found_rows(table, **asked.conditions)
    page = facts.page_of(table, frame, limit=asked.limit, offset=asked.offset)
    same = _same(frame)
    columns = [column for column in _columns(table, page.frame) if column not in same]
    context = _form(table, values) | {
        "total": exact(float(page.total)), "first": asked.offset + 1, "last": asked.offset + len(page.frame), "count": page.total,
        "columns": [{"key": column, "sort": _sort_link(table, values, asked, column), "sorted": _sorted(asked, column),
                     "number": page.frame[column].dtype.kind in "fi"} for column in columns],
        "rows": [_row(table, record, columns) for record in page.frame.to_dict("records")],
        "earlier": None if asked.offset == 0 else _link(table, values, offset=max(asked.offset - asked.limit, 0)),
        "later": None if page.following is None else _link(table, values, offset=page.following),
        "problems": {}, "sentences": (), "same": list(same.items()),
    }  # fmt: skip
    return Shown(
        template="facts/table.html",
        context=context,
        record=lambda: rows_record(page, asked, "/api/v1/facts"),
        frame=lambda: _whole(frame),
    )


def _same(frame: pd.DataFrame) -> dict[str, str]:
    """What all rows that were found share, by column, in words."""
    from orepact.report.facts_text import cell

    if len(frame) < 2:
        return {}
    firsts = {str(column): frame[column].iloc[0] for column in frame if column != "value"}
    return {
        column: cell(column, first)
        for column, first in firsts.items()
        if cell(column, first) and frame[column].eq(first).all()
    }


def _whole(frame: pd.DataFrame) -> pd.DataFrame:
    """All rows that were found, as a file has them."""
    if len(frame) > MOST_IN_A_WORKBOOK:
        found, most = f"{len(frame)} rows", f"{MOST_IN_A_WORKBOOK}"
        todo = f"filter to at most {most} rows, or take 'orepact facts export'"
        raise BadInput(Problem("rows", "that is too much for one file from a page", found, todo))
    return frame


def _form(table: str, values: Values) -> dict[str, Any]:
    known = table in SCHEMAS
    return {
        "table": table, "title": SCHEMAS[table].title if known else table, "describes": SCHEMAS[table].describes if known else {},
        "fields": [name for name in FIELDS if known and (name in ("source", "where") or _has(table, name))],
        "given": dict(values), "disputable": known and "value" in SCHEMAS[table].columns,
    }  # fmt: skip


def _has(table: str, field: str) -> bool:
    from orepact.facts.selection import PLACES

    columns = SCHEMAS[table].columns
    named = {"mineral": ("mineral", "minerals"), "country": PLACES}.get(field, (field,))
    return any(column in columns for column in named)


def refused(table: str | None, values: Values, error: OrepactError) -> Shown:
    """The page of a table with what is wrong beside the fields."""
    if table is None or table not in SCHEMAS:
        raise error
    by_field: dict[str, list[str]] = {}
    for each in error.problems:
        by_field.setdefault(each.place.removeprefix("--"), []).append(str(each))
    context = _form(table, values) | {"rows": None, "problems": by_field, "sentences": [str(each) for each in error.problems],
                                      "kind": "bad_input"}  # fmt: skip

    def nothing() -> Any:
        raise error

    return Shown("facts/table.html", context, nothing, nothing, status_of(error))


def _columns(table: str, frame: pd.DataFrame) -> list[str]:
    """Columns that hold something, in the table's order, with the figure among the first and remarks last."""
    held = [column for column in SCHEMAS[table].columns if frame[column].notna().any()] or list(SCHEMAS[table].columns)
    return [column for column in held if column not in SHOWN_LAST] + [
        column for column in reversed(SHOWN_LAST) if column in held
    ]


def _row(table: str, record: Mapping[Any, Any], columns: list[str]) -> dict[str, Any]:
    from orepact.report.facts_text import cell

    cells = []
    for column in columns:
        said = "\u2013" if column == "value" and record[column] != record[column] else cell(column, record[column])
        cells.append(
            {
                "said": said if len(said) <= LONGEST_CELL else f"{said[:LONGEST_CELL]}…",
                "page": _page(column, record[column]),
            }
        )
    return {"cells": cells, "address": facts.address_of(table, record)}


def _page(column: str, value: Any) -> str | None:
    """The page of what a cell names."""
    if column == "mineral" and isinstance(value, str) and value in _slugs():
        return f"/mineral/{value}"
    if column == "source" and isinstance(value, str):
        return f"/facts/sources?where=source%3D{value}"
    return None


@cache
def _slugs() -> frozenset[str]:
    return frozenset(facts.load("minerals")["mineral"])


def _link(table: str, values: Values, **changed: Any) -> str:
    given = {**values, **{name: str(value) for name, value in changed.items()}}
    kept = {name: value for name, value in given.items() if not (name == "offset" and value == "0")}
    return f"/facts/{table}?{urlencode(kept)}" if kept else f"/facts/{table}"


def _sort_link(table: str, values: Values, asked: RowsAsked, column: str) -> str:
    return _link(table, values, sort=f"-{column}" if asked.sort == column else column, offset=0)


def _sorted(asked: RowsAsked, column: str) -> str:
    return {column: "ascending", f"-{column}": "descending"}.get(asked.sort or "", "")


FACTS_PAGE = Profile(
    name="facts", nav="Facts", listed=listed, one=one, refused=refused, kept=False,
    parameters=(*FIELDS, "sort", "disputed", "limit", "offset", "q"),
)  # fmt: skip
