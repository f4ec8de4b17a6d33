"""What happened in past disruptions, and what was seen to follow: the two tables that a backtest reads.

Our own lists name rows of other tables; every share and every ratio is worked out of them here, and the arithmetic is
written into the basis. Only shares that are all (a ban), and one product of two published shares, are typed.
"""

from __future__ import annotations

import datetime as dt

import pandas as pd

from build_steps.inputs import Inputs
from build_steps.levels import Level, level_of, ratio
from orepact.errors import BadInput, Problem
from orepact.facts.schemas import SCHEMAS

DAYS_A_MONTH = 365.25 / 12


def tables(inputs: Inputs, built: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """``backtest_events`` and ``backtest_observed``."""
    problems: list[Problem] = []
    result = {}
    for name, step in (("backtest_events", _event), ("backtest_observed", _observed)):
        rows = []
        for number, record in enumerate(inputs.mine(name).to_dict("records"), start=2):
            place = f"own/{name}.csv, row {number}"
            try:
                rows.append(step({key: said for key, said in record.items() if pd.notna(said)}, built, place))
            except BadInput as error:
                problems += error.problems
        result[name] = pd.DataFrame(rows).reindex(columns=SCHEMAS[name].columns)
    if problems:
        raise BadInput(problems)
    minerals = result["backtest_events"].drop_duplicates("episode").set_index("episode")["mineral"]
    result["backtest_observed"]["mineral"] = result["backtest_observed"]["episode"].map(minerals)
    return result


def _event(record: dict[str, str], built: dict[str, pd.DataFrame], place: str) -> dict[str, object]:
    first, until = record["first"], record.get("until")
    row: dict[str, object] = {
        **record, "start": first[:7], "end": _last_month(until), "months": _length(first, until), "unit": "share",
    }  # fmt: skip
    if "reading" not in record:
        return row | {"low": record.get("low", record["value"]), "high": record.get("high", record["value"])}
    base, reading = _levels(record, built, place, unit_value=False)
    low, value, high, words = ratio(base, reading, record.get("stated"), place)
    part = float(record.get("part", 1))
    words += f", the base times {part:g}" if part != 1 else ""
    ends = _rounded(low / part - 1, value / part - 1, high / part - 1)
    if record["kind"] == "demand_change":
        words = f"({words}) - 1"
    else:
        words, ends = f"1 - ({words})", (-ends[2], -ends[1], -ends[0])
    grade = max(record.get("grade", "A"), reading.grade, base.grade if base else "A")
    return row | {
        "low": ends[0], "value": ends[1], "high": ends[2], "basis": words, "source": reading.source, "grade": grade,
    }  # fmt: skip


def _observed(record: dict[str, str], built: dict[str, pd.DataFrame], place: str) -> dict[str, object]:
    is_price = record["quantity"].startswith(("price", "reversal"))
    base, reading = _levels(record, built, place, unit_value=is_price)
    *ends, words = ratio(base, reading, record.get("stated"), place)
    low, value, high = _rounded(*ends)
    grade = max(reading.grade, base.grade if base else "A")
    return {
        **record, "low": low, "value": value, "high": high, "unit": "ratio", "basis": words, "source": reading.source, "grade": grade,
    }  # fmt: skip


def _levels(
    record: dict[str, str], built: dict[str, pd.DataFrame], place: str, *, unit_value: bool
) -> tuple[Level | None, Level]:
    """Base and reading of a row; of the dated figures, only those of its own episode."""
    name = record["table"]
    table = built[name]
    if name == "episodes":
        table = table[table["episode"] == record["episode"]]
    base, reading = (
        level_of(table, name, record[key], place, unit_value=unit_value) if key in record else None
        for key in ("base", "reading")
    )
    if reading is None:
        raise BadInput(Problem(place, "no reading is named", "an empty cell", "name the rows of the reading"))
    return base, reading


def _rounded(*numbers: float) -> tuple[float, ...]:
    """To the sixth decimal, so that a figure reads as its publisher's and not as a division."""
    return tuple(round(number, 6) for number in numbers)


def _day(text: str) -> dt.date:
    year, month, day = (*(int(part) for part in text.split("-")), 1)[:3]
    return dt.date(year, month, day)


def _last_month(until: str | None) -> str | None:
    """The last month with a day before ``until``, the first day on which the event is over."""
    return (_day(until) - dt.timedelta(days=1)).isoformat()[:7] if until else None


def _length(first: str, until: str | None) -> float | None:
    """Months that an event lasted: whole months counted, days as parts of an average month; missing while it lasts."""
    if until is None:
        return None
    start, end = _day(first), _day(until)
    if start.day == end.day == 1:
        return float(12 * (end.year - start.year) + end.month - start.month)
    return round((end - start).days / DAYS_A_MONTH, 2)
