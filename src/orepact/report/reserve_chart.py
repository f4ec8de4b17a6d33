"""A plan for a reserve as one picture: what it is worth against what it costs to hold, days needed, and the price in a halt."""

from __future__ import annotations

from functools import partial
from typing import Any

from orepact.planning.reserve_size import ReservePlan
from orepact.report.numbers import money, ratio
from orepact.report.pictures import drawn
from orepact.report.reserve_text import headline
from orepact.report.shock_chart import GAIN, HALF, LOSS, WIDTH, half, range_panel, with_footer, wrapped

MILLION = 1e6


def reserve_picture(plan: ReservePlan, ending: str) -> bytes:
    """The picture as the bytes of an ``.svg`` or ``.png`` file; needs the extra ``report``."""
    return drawn(lambda alt: _chart(alt, plan), ending)


def panels(plan: ReservePlan) -> tuple[bytes, ...]:
    """Worth, days, and prices in the worst halt, each as an SVG for half a page; none where nothing is held."""
    answer = plan.summary()
    if not answer["avoided"]["by_mineral"]:
        return ()
    return tuple(half(partial(panel, answer=answer, width=HALF)) for panel in (_worth, _days, _prices))


def _chart(alt: Any, plan: ReservePlan) -> Any:
    answer = plan.summary()
    publishers = sorted(
        {f"{row['publisher']} ({row['year']})" for row in answer["sources"] if row["source"] != "orepact_assumption"}
    )
    grade = max(answer["grades"].values())
    footer = [
        f"Medians and 80 % ranges of {plan.request.draws} draws. Evidence grade {grade} (A official to E inferred). Facts "
        f"{answer['facts_version']}.",
        "Sources: " + "; ".join(publishers).replace(" (nan)", ""),
    ]
    parts = [_worth(alt, answer), _days(alt, answer), _prices(alt, answer)] if answer["avoided"]["by_mineral"] else []
    return with_footer(alt, parts, wrapped(headline(answer), 72), answer["question"], footer)


def _worth(alt: Any, answer: dict[str, Any], width: int = WIDTH) -> Any:
    carry = {row["mineral"]: row["carry_usd_a_year"] for row in answer["holdings"]}
    rows = [
        {
            "name": row["name"], **{end: value / MILLION for end, value in row["worth_usd"].items()},
            "label": f"{money(row['worth_usd']['median'])}, to hold {money(carry[row['mineral']])}",
        }
        for row in answer["avoided"]["by_mineral"]
    ]  # fmt: skip
    title = "Worth in an expected year, and what it costs to hold"
    return range_panel(alt, rows, title=title, axis="million USD a year", colour=GAIN, rule=None, width=width)


def _worst(row: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = max(row["if_it_happens"], key=lambda each: each["unserved_without_t"]["median"])
    return found


def _days(alt: Any, answer: dict[str, Any], width: int = WIDTH) -> Any:
    days = {row["mineral"]: row["days"] for row in answer["holdings"]}
    rows = [
        {"name": row["name"], **_worst(row)["need"]["need_days"], "label": f"{days[row['mineral']]:.0f} days held"}
        for row in answer["avoided"]["by_mineral"]
    ]
    title = "Days of use unserved in the worst halt, and days held"
    return range_panel(alt, rows, title=title, axis="days of normal use", colour=LOSS, rule=None, width=width)


def _prices(alt: Any, answer: dict[str, Any], width: int = WIDTH) -> Any:
    rows = [
        {"name": f"{row['name']}, {words}", **_worst(row)[key], "label": ratio(_worst(row)[key]["median"])}
        for row in answer["avoided"]["by_mineral"]
        for words, key in (("without", "price_without"), ("with it", "price_with"))
    ]
    return range_panel(
        alt,
        rows,
        title="Price in the worst halt, without and with the reserve",
        axis="times base",
        colour=LOSS,
        rule=1.0,
        width=width,
    )
