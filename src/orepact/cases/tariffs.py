"""Tariffs that are in force beside a reference price: what the facts have, and for whom nobody can tell.

None is added to the duty. Those in force in the base year are inside the sourcing that was seen then; what has changed since
is not, and is named where the facts have it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from orepact import facts
from orepact.network import Network

if TYPE_CHECKING:
    import pandas as pd

UNION = "EU27"
KNOWN = "USA"
"""The importer whose tariffs are in the facts."""

ANYBODY = "all"
"""Origin of a tariff that falls on everybody."""


def tariffs(found: Network, stage: str, importers: Sequence[str]) -> list[dict[str, Any]]:
    """One entry an importer, the members of a customs union together: whether its tariffs are known, its lines, what changed since.

    importers: countries that buy the stage. lines: what the tariff says of the mineral at the stage. since_base_year: tariffs put on
    or taken off in the base year (a part of it) or after, and those of which the facts have no day. applied: whether the answer
    has them in.
    """
    union = set(facts.resolve_place(UNION))
    names = list(dict.fromkeys(UNION if each in union else each for each in importers))
    return [
        {
            "importer": each, "known": each == KNOWN, "applied": False,
            "lines": _lines(found.mineral, stage, each), "since_base_year": _changes(found, each),
        }
        for each in names
    ]  # fmt: skip


def _lines(mineral: str, stage: str, importer: str) -> list[dict[str, Any]]:
    table = facts.load("us_tariffs")
    rows = table[(table["importer"] == importer) & (table["mineral"] == mineral) & (table["stage"] == stage)]
    return [
        {
            "hts8": str(row["hts8"]), "description": row["description"], "rate": row["rate"],
            "section301_percent": _number(row["section301"]), "period": row["period"],
        }
        for _, row in rows.iterrows()
    ]  # fmt: skip


def _changes(found: Network, importer: str) -> list[dict[str, Any]]:
    table = facts.load("tariff_actions")
    rows = table[table["importer"] == importer]
    return [
        {
            "origin": row["origin"], "scope": row["scope"], "instrument": row["instrument"], "percent": _number(row["value"]),
            "start": _text(row["start"]), "end": _text(row["end"]),
        }
        for _, row in rows.iterrows() if _concerns(row, found)
    ]  # fmt: skip


def _concerns(row: pd.Series, found: Network) -> bool:
    named = _text(row["minerals"])
    days = [day for day in (_text(row["start"]), _text(row["end"])) if day is not None]
    late = not days or max(int(day[:4]) for day in days) >= found.base_year
    return late and (named is None or found.mineral in named.split("|"))


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and math.isfinite(value) else None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def tariffs_in_words(
    entries: Sequence[dict[str, Any]], found: Network, stage: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What cannot be told, and what is noted, in words."""
    unknown = [facts.country_name(each["importer"]) if each["importer"] != UNION else "the European Union"
               for each in entries if not each["known"]]  # fmt: skip
    untold = () if not unknown else (
        f"tariffs in force in {', '.join(unknown)}: they are not in the facts. Those of {found.base_year} are inside the sourcing "
        "seen then, and the duty comes on top of them; for one that has changed since, put a tariff beside the reference_duty in "
        "a case file (orepact run)",
    )  # fmt: skip
    return untold, tuple(_known_in_words(each, found, stage) for each in entries if each["known"])


def _known_in_words(entry: dict[str, Any], found: Network, stage: str) -> str:
    lines, changes = entry["lines"], entry["since_base_year"]
    who, goods = facts.country_name(entry["importer"]), f"{stage} {facts.mineral_name(found.mineral)}"
    rates = sorted({str(each["rate"]) for each in lines})
    extra = sum(each["section301_percent"] is not None for each in lines)
    says = f"{len(lines)} lines for {goods} ({', '.join(rates)})" if lines else f"no line for {goods}"
    if extra:
        says += f", {extra} of them with more on goods from China under Section 301"
    text = (
        f"the tariff of {who} in the facts has {says}; it is not added: what was in force in {found.base_year} is inside the sourcing "
        "seen then"
    )
    since = "; ".join(_change_in_words(each) for each in changes)
    return (
        f"{text}. Not in the answer, in {found.base_year} (a part of the year) or after or without a day: {since}"
        if since
        else text
    )


def _change_in_words(each: dict[str, Any]) -> str:
    of = "all origins" if each["origin"] == ANYBODY else facts.country_name(each["origin"])
    rate = "" if each["percent"] is None else f", {each['percent']:g} %"
    days = f" from {each['start']}" if each["start"] else ""
    days += f" to {each['end']}" if each["end"] else ""
    return f"{each['scope']}: {each['instrument']}{rate}, {of}{days}"
