"""Instruments beside each other as one picture: what each costs all together, and what every group gains or loses by it."""

from __future__ import annotations

from typing import Any

from orepact import facts
from orepact.cases.compare import Comparison
from orepact.report.compare_text import groups_of, setting
from orepact.report.numbers import money, tonnes
from orepact.report.pictures import drawn
from orepact.report.price_chart import MARGIN, footer, signed_panel, signed_rows
from orepact.report.shock_chart import LOSS, range_panel, with_footer

NONE = {"median": 0.0, "low": 0.0, "high": 0.0}


def compare_picture(found: Comparison, ending: str) -> bytes:
    """The picture as the bytes of an ``.svg`` or ``.png`` file; needs the extra ``report``."""
    return drawn(lambda alt: _chart(alt, found), ending)


def _chart(alt: Any, found: Comparison) -> Any:
    answer = found.summary()
    rows = answer["instruments"]
    name = facts.mineral_name(answer["mineral"])
    costs = [
        {"name": each["name"].split(",")[0], **each["cost"],
         "label": money(each["cost"]["median"]) + ("" if each["reached"] else " (fewer tonnes)")}
        for each in sorted(rows, key=lambda row: float(row["cost"]["median"]))
    ]  # fmt: skip
    parts = [range_panel(alt, costs, title="What each costs all together", axis="USD a year", colour=LOSS, rule=None)]
    for each in rows:
        mine = {row["who"]: row["amount"] for row in each["payers"]}
        told = signed_rows([(group, mine.get(group, NONE)) for group in groups_of(rows)])
        parts.append(
            signed_panel(
                alt,
                told,
                title=f"{each['name'][:1].upper()}{each['name'][1:]}: who loses (left) and who gains",
                axis="USD a year",
            )
        )
    title = f"Five ways to {tonnes(answer['tonnes'])} tonnes more of {name} ({answer['stage']})"
    return with_footer(
        alt, parts, title, setting(answer), ["Each panel has a scale of its own.", *footer(answer)], margin=MARGIN
    )
