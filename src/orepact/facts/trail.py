"""Why a figure is what it is: where it comes from, what others say, what was corrected, and how it was revised.

What enters: an address (see :mod:`orepact.facts.address`). What leaves: a :class:`Trail`, one :class:`Thing` for each
thing that the address names, with every claim on it side by side. Nothing is judged here except the order.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from orepact.errors import BadInput, Problem
from orepact.facts.address import address_columns, follow
from orepact.facts.claims import claims as judged
from orepact.facts.grades import GRADES
from orepact.facts.schemas import SCHEMAS
from orepact.facts.tables import load

if TYPE_CHECKING:
    import pandas as pd

MOST = 200
"""Figures that one address may lead to."""

OF_THE_CLAIM = ("source", "basis", "unit", "form", "frequency")
"""Key columns in which two claims on one thing may differ."""

Uses = Callable[[str, Mapping[str, Any]], str | None]
"""Says what uses a row of a table, or that nothing does."""


@dataclass(frozen=True)
class Claim:
    """One published figure with its record.

    row: every column of the table. source: the record of the source. grade_means: its grade in words. difference: relative
    to the thing's reference, when both are in one unit. used: what uses it. corrections, editions: records of other tables.
    """

    row: dict[str, Any]
    source: dict[str, Any]
    grade_means: str
    asked: bool
    difference: float | None
    used: str | None
    corrections: tuple[dict[str, Any], ...]
    editions: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class Thing:
    """What is measured (values of the key columns), and all claims on it: those in use first, then by grade."""

    address: str
    what: dict[str, Any]
    claims: tuple[Claim, ...]


@dataclass(frozen=True)
class Trail:
    """The answer to one address."""

    table: str
    title: str
    address: str
    things: tuple[Thing, ...]

    def record(self) -> dict[str, Any]:
        """The whole trail in JSON terms."""
        return asdict(self)


def why(address: str, uses: Uses | None = None) -> Trail:
    """Every figure that ``address`` names, with its whole trail and the other claims on the same thing.

    Args:
        address: table and values of its columns, as in ``production/cobalt/mine/COD/2024``.
        uses: tells for a table and a row what uses it, as ``orepact.network.uses.used_in_network`` does.

    Raises:
        UnknownName, MissingData: where the address leads nowhere, with the nearest parts that lead on.
        BadInput: where it leads to more than 200 figures.
    """
    found = follow(address)
    if len(found.rows) > MOST:
        columns = [column for column in address_columns(found.table) if len(found.rows[column].unique()) > 1]
        todo = f"add a part: {', '.join(columns)}"
        raise BadInput(
            Problem(f"why, {address}", "the address leads to too many figures", f"{len(found.rows)} of them", todo)
        )
    columns = list(address_columns(found.table))
    shared = [column for column in columns if column not in OF_THE_CLAIM] or columns
    table = load(found.table)
    for column in shared:
        table = table[table[column].isin(found.rows[column])]
    asked = found.rows.drop_duplicates(shared)
    keys = list(found.rows.itertuples(index=False, name=None))
    things = tuple(_thing(found.table, table, shared, record, set(keys), uses) for record in _records(asked))
    return Trail(found.table, SCHEMAS[found.table].title, address, things)


def _thing(
    name: str,
    table: pd.DataFrame,
    shared: list[str],
    record: dict[str, Any],
    asked: set[tuple[Any, ...]],
    uses: Uses | None,
) -> Thing:
    key = list(SCHEMAS[name].key)
    rows = table[_same(table, shared, record)]
    if name == "claims":
        rows = judged(rows).drop(columns="preferred")
    wanted = {_identity(dict(zip(table.columns, each, strict=True)), key) for each in asked}
    claims = [_claim(name, row, _identity(row, key) in wanted, uses) for row in _records(rows)]
    claims.sort(key=_rank)
    reference = next((claim.row for claim in claims if _number(claim.row) is not None), None)
    compared = tuple(Claim(**{**claim.__dict__, "difference": _difference(claim.row, reference)}) for claim in claims)
    what = {column: record[column] for column in shared}
    return Thing("/".join([name, *(str(value) for value in what.values() if value is not None)]), what, compared)


def _rank(claim: Claim) -> tuple[bool, bool, str, int]:
    year = str(claim.source.get("year") or "0")
    second = claim.row.get("verdict") in {"not preferred", "undecided"}
    return (second, claim.used is None, str(claim.row.get("grade", "")), -int(year) if year.isdigit() else 0)


def _claim(name: str, row: dict[str, Any], asked: bool, uses: Uses | None) -> Claim:  # noqa: FBT001
    return Claim(
        row=row,
        source=_source(row.get("source")),
        grade_means=GRADES.get(str(row.get("grade")), ""),
        asked=asked,
        difference=None,
        used=uses(name, row) if uses is not None else None,
        corrections=_corrections(name, row),
        editions=_editions(name, row),
    )


def _source(source: Any) -> dict[str, Any]:
    table = load("sources")
    found = table[table["source"] == source]
    return _records(found)[0] if len(found) else {}


def _corrections(name: str, row: dict[str, Any]) -> tuple[dict[str, Any], ...]:
    """Records of the table ``corrections`` that touched this row: of its table or its editions, and every condition met.

    A record says where it applies as ``column=value`` joined by semicolons, in its column ``where``.
    """
    if "corrections" not in SCHEMAS:
        return ()
    return tuple(
        record
        for record in _records(load("corrections"))
        if record["table"] in (name, f"{name}_editions") and _meets(row, str(record["where"] or ""))
    )


def _meets(row: dict[str, Any], where: str) -> bool:
    conditions = [each.partition("=") for each in where.split(";") if each.strip()]
    return bool(conditions) and all(
        column.strip() in row and str(row[column.strip()]) == value.strip() for column, _, value in conditions
    )


def _editions(name: str, row: dict[str, Any]) -> tuple[dict[str, Any], ...]:
    """What other editions of the same publication say of the same thing, oldest first, each relative to this figure."""
    other = f"{name}_editions"
    if other not in SCHEMAS:
        return ()
    table = load(other)
    family = _family(str(row.get("source")))
    shared = [column for column in address_columns(name) if column in table and column not in OF_THE_CLAIM]
    rows = table[_same(table, shared, row) & table["source"].map(_family).eq(family)]
    rows = rows.sort_values("source", kind="stable")
    return tuple(
        {**record, "difference": _difference(record, row)}
        for record in _records(rows)
        if record["source"] != row["source"]
    )


def _family(source: str) -> str:
    """The id of a publication without its year: ``usgs_mcs2026`` and ``usgs_mcs2025`` are two editions of one."""
    return source.rstrip("0123456789_")


def _same(table: pd.DataFrame, columns: list[str], record: dict[str, Any]) -> pd.Series:
    import pandas as pd

    same = pd.Series(data=True, index=table.index)
    for column in columns:
        value = record[column]
        same &= table[column].isna() if value is None else table[column] == value
    return same


def _identity(row: dict[str, Any], key: list[str]) -> tuple[Any, ...]:
    return tuple(None if _is_missing(row[column]) else row[column] for column in key)


def _records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as plain records in which nothing is None."""
    return [
        {str(column): None if _is_missing(value) else value for column, value in record.items()}
        for record in rows.to_dict("records")
    ]


def _is_missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def _number(row: dict[str, Any] | None) -> float | None:
    value = row.get("value") if row is not None else None
    return float(value) if isinstance(value, int | float) else None


def _difference(row: dict[str, Any], reference: dict[str, Any] | None) -> float | None:
    """Relative difference of two figures in one unit; none where it cannot be told."""
    mine, other = _number(row), _number(reference)
    if reference is None or mine is None or other is None or other == 0 or row.get("unit") != reference.get("unit"):
        return None
    return mine / other - 1.0
