"""Facts as text: the list of tables, rows of a table, and the trail of a figure."""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from orepact import facts
from orepact.facts.loaders import KINDS
from orepact.facts.refresh import PUBLISHERS
from orepact.facts.schemas import SCHEMAS
from orepact.facts.selection import PLACES
from orepact.network.uses import USED_TABLES
from orepact.report.numbers import WIDTH, exact

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from orepact.facts.loaders import Loaded
    from orepact.facts.refresh import Changes, Report
    from orepact.facts.trail import Claim, Thing, Trail

NARROWEST = 80
SHORT, SHORTEST, GAP = 14, 6, 2
"""Letters up to which a text is never cut; letters that a cut text keeps; letters between two columns."""

MOST_THINGS = 3
"""Things that a trail prints in full."""

MOST_LINES, FIRST_ROWS = 40, 5

MOST_LICENCES = 2
LAST_DROPPED = ("mineral", "country", "exporter", "importer", "period", "value", "name", "source", "title")
"""Columns that a reader needs more than the others."""

NO_FIGURE = "no figure"
UNUSED = "nothing in the balanced tables"
SHOWN_APART = (
    "mineral", "stage", "country", "value", "unit", "period", "source", "grade", "note", "flag", "estimated", "basis",
)  # fmt: skip
RECORD = ("source", "publisher", "title", "year", "licence", "redistributable", "address", "accessed", "note")
"""Columns of a source's record that have a line of their own; any other is printed under its name."""


def page() -> Console:
    """A console as wide as the terminal, between 80 and 100 columns; 100 where there is no terminal."""
    width = WIDTH
    if sys.stdout.isatty():
        width = min(max(Console().width, NARROWEST), WIDTH)
    return Console(width=width, highlight=False)


def print_tables(records: list[dict[str, Any]]) -> None:
    """Print what tables there are, and how to go on from here."""
    console = page()
    headings = ("table", "title", "rows", "years", "sources", "licences of the rows")
    lines = [
        (
            record["table"],
            record["title"],
            exact(record["rows"]),
            _years(record),
            str(record["sources"]),
            _licences(record["licences"]),
        )
        for record in records
    ]
    printed = fitted(console.width, headings, lines, right={"rows", "sources"})
    console.print(printed)
    console.print(f"\nFacts version {facts.version()}. Go on with:", style="dim")
    for line in (
        "orepact facts show production --mineral cobalt --period 2024",
        "orepact facts why production/cobalt/mine/COD/2024",
        "orepact facts sql \"SELECT country, value FROM production WHERE mineral = 'cobalt'\"",
    ):
        console.print(f"  {line}", style="dim", soft_wrap=True)


def _years(record: dict[str, Any]) -> str:
    if record["first"] is None:
        return ""
    return record["first"] if record["first"] == record["last"] else f"{record['first']}\u2013{record['last']}"


def _licences(mix: dict[str, int]) -> str:
    """The commonest licences with their part of the rows, and how many more there are."""
    total = sum(mix.values())
    short = [
        f"{name.split(' (')[0]} {100 * rows / total:.0f}\u2009%" if len(mix) > 1 else name for name, rows in mix.items()
    ]
    more = len(short) - MOST_LICENCES
    return "; ".join(short[:MOST_LICENCES]) + (f"; {more} more" if more > 0 else "")


def print_rows(table: str, found: pd.DataFrame, limit: int) -> None:
    """Print rows of a table: what is the same in all of them once, above; codes of countries with their names."""
    console = page()
    shown = found.head(limit)
    same, varying = _same_in_all(shown)
    console.print(f"[bold]{escape(SCHEMAS[table].title)}[/bold], {_counted(len(found), 'row')}")
    if same:
        console.print("In every row: " + escape(" \u00b7 ".join(same)), style="dim")
    console.print()
    dropped = _too_wide(console.width, shown, varying, table)
    console.print(_rows(shown, [column for column in varying if column not in dropped], table, console.width))
    if dropped:
        console.print(f"\nNot shown for want of room: {', '.join(dropped)}; name columns with --columns.", style="dim")
    if len(found) > len(shown):
        console.print(
            f"\n{exact(len(found) - len(shown))} more rows; give --limit {len(found)}, or --csv for all of them.",
            style="dim",
        )


def print_frame(found: pd.DataFrame, limit: int) -> None:
    """Print the answer to a question in SQL."""
    console = page()
    console.print(_rows(found.head(limit), list(map(str, found.columns)), None, console.width))
    if len(found) > limit:
        console.print(f"\n{exact(len(found) - limit)} more rows; give --csv for all of them.", style="dim")


def _same_in_all(shown: pd.DataFrame) -> tuple[list[str], list[str]]:
    """What all rows share, in words, and the columns in which they differ; empty columns are in neither."""
    same, varying = [], []
    for column in map(str, shown.columns):
        values = shown[column].dropna().unique()
        if len(values) == 0:
            continue
        alone = len(values) == 1 and not shown[column].isna().any() and len(shown) > 1 and column != "value"
        if alone:
            same.append(f"{column} {cell(column, values[0])}")
        else:
            varying.append(column)
    return same, varying


def _rows(shown: pd.DataFrame, columns: list[str], table: str | None, width: int) -> Table:
    right = {column for column in columns if shown[column].dtype.kind in "fiu"}
    lines = [[_value(record, column, table) for column in columns] for record in shown.to_dict("records")]
    return fitted(width, columns, lines, right)


def fitted(width: int, headings: Sequence[str], lines: Sequence[Sequence[str]], right: set[str]) -> Table:
    """A table that keeps each row on one line of ``width`` columns: long texts are cut so that nothing else has to be."""
    needed = [max([len(heading), *(len(line[at]) for line in lines)]) for at, heading in enumerate(headings)]
    long = [at for at, each in enumerate(needed) if each > SHORT and headings[at] not in right]
    room = width - GAP * (len(headings) - 1) - sum(each for at, each in enumerate(needed) if at not in long)
    for left, at in zip(range(len(long), 0, -1), sorted(long, key=lambda each: needed[each]), strict=True):
        needed[at] = max(min(needed[at], room // left), SHORTEST)
        room -= needed[at]
    printed = Table(box=None, pad_edge=False, padding=(0, GAP, 0, 0))
    for heading, each in zip(headings, needed, strict=True):
        justify: Literal["left", "right"] = "right" if heading in right else "left"
        printed.add_column(escape(heading), justify=justify, no_wrap=True, overflow="ellipsis", width=each)
    for line in lines:
        printed.add_row(*map(escape, line))
    return printed


def _too_wide(width: int, shown: pd.DataFrame, columns: list[str], table: str) -> list[str]:
    """Columns that do not fit on a line beside the others, longest texts first."""
    needed = {
        column: max([len(column), *(len(_value(record, column, table)) for record in shown.to_dict("records"))])
        for column in columns
    }
    least = {
        column: min(each, SHORT) if shown[column].dtype.kind not in "fiu" else each for column, each in needed.items()
    }
    dropped: list[str] = []
    key = SCHEMAS[table].key
    for column in sorted(columns, key=lambda each: ((each in key) + 2 * (each in LAST_DROPPED), -needed[each])):
        if sum(least.values()) + GAP * (len(least) - 1) <= width:
            break
        dropped.append(column)
        del least[column]
    return dropped


def _value(record: dict[Any, Any], column: str, table: str | None) -> str:
    value = record[column]
    if table is not None and column == "value" and _missing(value):
        return "\u2013"
    return cell(column, value)


def cell(column: str, value: Any) -> str:
    """A cell of a table as it is read: places with their names, figures as published, nothing where there is nothing."""
    if _missing(value):
        return ""
    if column in PLACES and isinstance(value, str):
        name = facts.country_name(value)
        return name if name == value else f"{value} {name}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return exact(float(value)) if column not in ("year", "period") else str(value)
    return str(value)


def _missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value)) or str(value) in ("<NA>", "NaT")


def _counted(number: int, thing: str) -> str:
    return f"{exact(number)} {thing}" + ("" if number == 1 else "s")


def print_loaded(loaded: Loaded, out: Path | None) -> None:
    """Print what was read of a user's file, what was left out and why, and the first rows."""
    console = page()
    kind, frame = KINDS[loaded.kind], loaded.frame
    record = loaded.record()
    periods = record["periods"]
    years = periods[0] if len(periods) == 1 else f"{periods[0]} to {periods[-1]}"
    console.print(f"[bold]{escape(kind.title)}[/bold], {escape(kind.publisher)}")
    console.print(
        f"Read {_counted(len(frame), 'row')} of {loaded.table} on {_counted(len(record['minerals']), 'mineral')}, {years}"
        f" ({exact(record['without_figure'])} without a figure)."
    )
    if loaded.left_out:
        console.print("Left out:")
        for reason, rows in loaded.left_out.items():
            console.print(f"  {_counted(rows, 'row')} {escape(reason)}")
    for remark in loaded.remarks:
        console.print(f"Note: {escape(remark)}.")
    console.print(f"Licence: {escape(kind.licence)}. Source in every row: {record['source']}.", style="dim")
    console.print(f"SHA-256 of the file: {loaded.sha256}", style="dim")
    if out is not None:
        console.print(f"Written: {escape(str(out))}")
        return
    console.print()
    same, varying = _same_in_all(frame.head(FIRST_ROWS))
    console.print("The first rows: " + escape(" \u00b7 ".join(same)), style="dim")
    dropped = _too_wide(console.width, frame.head(FIRST_ROWS), varying, loaded.table)
    shown = [column for column in varying if column not in dropped]
    console.print(_rows(frame.head(FIRST_ROWS), shown, loaded.table, console.width))
    console.print("\nNothing was written; give --out FILE (.csv or .parquet) to keep the rows.")


def print_refreshed(report: Report) -> None:
    """Print what was fetched, and what it says against the shipped tables."""
    console = page()
    for each in report.done:
        publisher = PUBLISHERS[each.source]
        console.print(f"[bold]{escape(publisher.title)}[/bold] ({escape(publisher.licence)})")
        for file in each.files:
            console.print(
                f"  {escape(file['name'])}, {exact(file['bytes'])} bytes, SHA-256 {file['sha256'][:16]}\u2026"
            )
        if each.unchanged:
            console.print("  The same as when it was fetched last.")
        _print_changes(console, each.changes)
        console.print(f"  Kept in {escape(str(each.folder))}", style="dim", soft_wrap=True)
        console.print()
    console.print(
        "The shipped tables are as they were; 'orepact facts load' turns a file into our schema.", style="dim"
    )


def _print_changes(console: Console, changes: Changes | None) -> None:
    if changes is None:
        console.print("  No shipped table to compare it with.")
        return
    console.print(
        f"  Against the shipped table {changes.table}: {exact(changes.same)} figures the same, {exact(changes.moved)} moved, "
        f"{exact(changes.new)} new{_periods(changes.new_periods)}, {exact(changes.gone)} no longer there."
    )
    if changes.largest:
        key = [name for name in changes.largest[0] if name not in ("shipped", "value")]
        lines = [
            [
                *(cell(name, each[name]) for name in key),
                exact(each["shipped"]),
                exact(each["value"]),
                _percent(each["value"] / each["shipped"] - 1) if each["shipped"] else "",
            ]
            for each in changes.largest
        ]
        console.print("  The largest movements:")
        headings = [*key, "shipped", "now", "moved by"]
        console.print(fitted(console.width, headings, lines, right={"shipped", "now", "moved by"}))


def _periods(periods: tuple[str, ...]) -> str:
    if not periods:
        return ""
    return f" ({periods[0]})" if len(periods) == 1 else f" ({periods[0]} to {periods[-1]})"


def print_trail(trail: Trail) -> None:
    """Print every thing that an address names: the claims on it side by side, then each of them with its record."""
    console = page()
    if len(trail.things) > MOST_THINGS:
        _print_summary(console, trail)
        return
    for thing in trail.things:
        _print_thing(console, trail, thing)


def _print_summary(console: Console, trail: Trail) -> None:
    """Print one line a figure where an address names more things than a person reads in full."""
    lines = [
        (figure(claim.row), str(claim.row.get("grade") or ""), str(claim.row.get("source")), thing.address)
        for thing in trail.things
        for claim in thing.claims
        if claim.asked
    ]
    console.print(f"[bold]{escape(trail.title)}[/bold]: {len(lines)} figures have that address. Ask of one:\n")
    printed = Table(box=None, pad_edge=False, padding=(0, GAP, 0, 0))
    for heading in ("figure", "grade", "source"):
        justify: Literal["left", "right"] = "right" if heading == "figure" else "left"
        printed.add_column(heading, justify=justify, overflow="fold", max_width=SHORT * 2)
    printed.add_column("orepact facts why ...", overflow="fold")
    for line in lines[:MOST_LINES]:
        printed.add_row(*map(escape, line))
    console.print(printed)
    if len(lines) > MOST_LINES:
        console.print(f"\n{len(lines) - MOST_LINES} more; give --json for all of them.", style="dim")


def _print_thing(console: Console, trail: Trail, thing: Thing) -> None:
    what = ", ".join(cell(column, value) for column, value in thing.what.items() if value is not None)
    console.print(f"[bold]{escape(trail.title)}: {escape(what)}[/bold]")
    if len(thing.claims) > 1:
        console.print(_side_by_side(thing))
    console.print()
    for claim in thing.claims:
        if claim.asked:
            _print_claim(console, trail, claim)


def _side_by_side(thing: Thing) -> Table:
    printed = Table(box=None, pad_edge=False)
    for heading in ("source", "value", "unit", "basis", "grade", "differs by", ""):
        printed.add_column(heading, justify="right" if heading in ("value", "differs by") else "left", overflow="fold")
    for claim in thing.claims:
        row = claim.row
        printed.add_row(
            escape(str(row.get("source"))),
            figure(row, unit=False),
            escape(str(row.get("unit", ""))),
            escape(str(row.get("form") or row.get("basis") or "")),
            str(row.get("grade", "")),
            "" if claim.difference is None else _percent(claim.difference),
            "in the network" if claim.used else "",
        )
    return printed


def _percent(difference: float) -> str:
    return "\u2013" if difference == 0 else f"{100 * difference:+.1f}\u2009%"


def figure(row: dict[str, Any], *, unit: bool = True) -> str:
    """The figure of a row with its unit, or why there is none."""
    value = row.get("value")
    if value is None:
        told = row.get("stated") or row.get("flag")
        return f"{NO_FIGURE} ({told})" if told else NO_FIGURE
    return exact(float(value)) + (f" {row.get('unit', '')}" if unit else "")


def correction(record: dict[str, Any]) -> str:
    """What a correction did, why, and where it stands."""
    change = f"{record.get('expected')} to {record['corrected']}" if record.get("corrected") else record.get("expected")
    status = "; ".join(str(record[each]) for each in ("reported_to", "status") if record.get(each))
    done = f"{record.get('action')} {record.get('column')} {change or ''}".strip()
    return f"{done}: {record.get('reason')}" + (f" ({status})" if status else "")


def _title(source: dict[str, Any]) -> str:
    title, year = str(source.get("title")), str(source.get("year") or "")
    return title if year in title else f"{title} ({year})"


def _new(row: dict[str, Any], column: str) -> bool:
    """Whether a column says something that the basis has not said."""
    return bool(row[column] != row.get("basis"))


def _print_claim(console: Console, trail: Trail, claim: Claim) -> None:
    row, source = claim.row, {} if trail.table == "sources" else claim.source
    if "value" in row:
        console.print(f"[bold]{escape(figure(row))}[/bold] [dim]{escape(str(row.get('source', '')))}[/dim]")
    lines = [
        ("basis", row.get("basis")),
        ("period", row.get("period")),
        ("flag", row.get("flag")),
        ("estimated", row.get("estimated")),
        *((column, cell(column, row[column])) for column in row if column not in SHOWN_APART and _new(row, column)),
        ("grade", f"{row['grade']}: {claim.grade_means}" if row.get("grade") else None),
        ("used for", claim.used or (UNUSED if trail.table in USED_TABLES else None)),
        ("publisher", source.get("publisher")),
        ("title", _title(source) if source else None),
        ("licence", source.get("licence")),
        ("address", source.get("address")),
        ("accessed", source.get("accessed")),
        *((f"{column} (source)", source[column]) for column in source if column not in RECORD),
        ("note", row.get("note")),
        ("on the source", source.get("note")),
    ]
    printed = Table(box=None, pad_edge=False, show_header=False, padding=(0, 1, 0, 2))
    printed.add_column(style="dim", no_wrap=True)
    printed.add_column(overflow="fold")
    for name, text in lines:
        if text not in (None, ""):
            printed.add_row(name, escape(str(text)))
    for edition in claim.editions:
        change = "" if edition["difference"] is None else f", {_percent(edition['difference'])}"
        printed.add_row("edition", escape(f"{edition['source']}: {figure(edition)}{change}"))
    for each in claim.corrections:
        printed.add_row("corrected", escape(correction(each)))
    console.print(printed)
    console.print()
