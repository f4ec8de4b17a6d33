"""Published exports of a country in a year, tonnes of content: worked out of dated figures, with the arithmetic in the basis.

Our own list names the figures, the months that they cover and the content of what was shipped; nothing else is typed.
"""

from __future__ import annotations

import pandas as pd

from build_steps.inputs import Inputs
from build_steps.levels import level_of, ratio, rows_of
from orepact.errors import BadInput, Problem
from orepact.facts.schemas import SCHEMAS

CONTENT_COLUMNS = {
    "coefficients": {"content": "value", "content_low": "value", "content_high": "value"},
    "trade_codes": {"content": "content", "content_low": "content_low", "content_high": "content_high"},
}
"""Column of a table that holds a content, or the end of its range."""


def tables(inputs: Inputs, built: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """``exports``."""
    problems: list[Problem] = []
    rows = []
    for number, record in enumerate(inputs.mine("exports").to_dict("records"), start=2):
        place = f"own/exports.csv, row {number}"
        try:
            rows.append(_row({key: said for key, said in record.items() if pd.notna(said)}, built, place))
        except BadInput as error:
            problems += error.problems
    if problems:
        raise BadInput(problems)
    return {"exports": pd.DataFrame(rows).reindex(columns=SCHEMAS["exports"].columns)}


def _row(record: dict[str, str], built: dict[str, pd.DataFrame], place: str) -> dict[str, object]:
    figures = rows_of(built["episodes"], record["figures"], place)
    level = level_of(built["episodes"], "episodes", record["figures"], place)
    if level.unit != "t":
        raise BadInput(Problem(place, "exports are needed in tonnes", level.unit, "name figures in t"))
    gross, words = _of_the_year(record, figures["value"], place)
    if "stated" in record:
        change = ratio(None, level, record["stated"], place)[1]
        gross = tuple(each / change for each in gross)
        words += f"; over {change:g} ('{record['stated']}' as its note says) for {record['period']}: {gross[1]:,.0f} t"
    contents = _contents(record, built, place)
    low, value, high = (round(tonnes * content, 1) for tonnes, content in zip(gross, contents, strict=True))
    words += (
        f"; times a content of {contents[1]:g} ({contents[0]:g} to {contents[2]:g})" if contents != (1, 1, 1) else ""
    )
    return {
        **record, "low": low, "value": value, "high": high, "unit": "t", "basis": f"{level.words}{words}",
        "source": level.source, "grade": max(record["grade"], level.grade),
    }  # fmt: skip


def _of_the_year(record: dict[str, str], figures: pd.Series, place: str) -> tuple[tuple[float, ...], str]:
    """Low, value and high of a year's gross weight: figures of some months are taken for all twelve."""
    total = float(figures.sum())
    if "months" not in record:
        if len(figures) > 1:
            raise BadInput(Problem(place, "figures of a year are one row", f"{len(figures)} rows", "say their months"))
        return (total, total, total), ""
    scale = 12.0 / float(record["months"])
    each = scale * len(figures) * figures
    return (
        float(each.min()),
        scale * total,
        float(each.max()),
    ), f"; times 12/{record['months']}: {scale * total:,.0f} t"


def _contents(record: dict[str, str], built: dict[str, pd.DataFrame], place: str) -> tuple[float, float, float]:
    """Low, value and high of the content, tonnes per tonne shipped."""
    value = _content(record["content"], "content", built, place)
    low, high = (
        _content(record[end], end, built, place) if end in record else value for end in ("content_low", "content_high")
    )
    if not low <= value <= high:
        found = f"{low:g}, {value:g}, {high:g}"
        raise BadInput(
            Problem(place, "low, value and high of the content are not in order", found, "name them in order")
        )
    return low, value, high


def _content(said: str, end: str, built: dict[str, pd.DataFrame], place: str) -> float:
    """A content that a row names: ``table:rows``, or 1 for the mineral itself."""
    name, _, where = said.partition(":")
    if said == "1":
        return 1.0
    if name not in CONTENT_COLUMNS:
        todo = f"name rows of {' or '.join(CONTENT_COLUMNS)}, or 1 for the mineral itself"
        raise BadInput(Problem(place, "a content is in no table", f"'{said}'", todo))
    rows = rows_of(built[name], where, place)
    if len(rows) > 1:
        raise BadInput(Problem(place, "more than one content is named", f"{len(rows)} rows for {where}", "name one"))
    return float(rows[CONTENT_COLUMNS[name][end]].iloc[0])
