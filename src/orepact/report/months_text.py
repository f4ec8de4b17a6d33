"""A shock month by month in words, the same on the page and in the note: from which day, who first, and in which month it is dearest."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from orepact.report.numbers import percent, ratio

if TYPE_CHECKING:
    from orepact.cases.ladder import Ladder

MONTHS = "L4"
"""The rung that goes by months."""

PRICES = {"price_cut_off": "those cut off", "price_abroad": "buyers abroad", "price": "all buyers"}
"""Whose price is told, in this order, by the key under which an answer holds it."""

SHORT = "5\u2009%"
"""Share of use that users lack from the day that is told on."""


def months_of(found: Ladder) -> Mapping[str, Any]:
    """What the rung by months says."""
    row: Mapping[str, Any] = next(row for row in found.summary()["rungs"] if row["rung"] == MONTHS)
    return row


def day(value: float) -> str:
    """A day of the stop, or that it never comes."""
    return f"day {value:.0f}" if math.isfinite(value) else "never"


def days(found: Mapping[str, float]) -> str:
    """The range of a day."""
    if found["low"] == found["high"]:
        return "the same in nearly all draws"
    return f"{day(found['low'])} to {day(found['high'])}"


def when(found: Ladder) -> str:
    """From which day those who are hit lack the share that counts as short, and what they lack over the whole time."""
    row = months_of(found)
    told, share = row["days_until_short"], row["shortage_share_of_use"]
    whole = (
        f"over all {found.asked.case.months:g} months together they lack {percent(share['median'])} "
        f"({percent(share['low'])} to {percent(share['high'])})"
    )
    if not math.isfinite(told["median"]):
        return f"In the median draw those who are hit never lack as much as {SHORT} of their use, all taken together; {whole}."
    return (
        f"{day(told['median']).capitalize()} ({days(told)}) is the first on which those who are hit lack more than {SHORT} of their use, "
        f"all taken together; {whole}."
    )


def hit_first(found: Ladder) -> str:
    """Who is short first, in the order of the days, and when that comes for whoever loses most tonnes; empty where nobody is."""
    from orepact.cases.ladder_answer import hit_first as everybody

    first = [row for row in months_of(found)["hit_first"] if row["day"] is not None and math.isfinite(row["day"])]
    if not first:
        return ""
    most = max(everybody(found.asked, found.rungs[-1], most=None), key=lambda row: float(row["lost_t"]))
    said = "; ".join(f"{row['name']} ({day(row['day'])}; {percent(row['share_lost'])} in all)" for row in first)
    if any(row["country"] == most["country"] for row in first):
        last = f"Most tonnes are lost by {most['name']}."
    else:
        last = f"Most tonnes are lost by {most['name']} ({day(most['day'])}; {percent(most['share_lost'])} in all)."
    return f"In the order of the day on which each lacks {SHORT} of its own use, then of the share lost: {said}. {last}"


def dearest(found: Ladder) -> tuple[str, str, dict[str, float]]:
    """The month whose median price is highest: who pays, which month, and median and range of the price, times base."""
    periods = found.path.summary()["periods"]
    key = next(name for name in PRICES if name in periods[0])
    at = max(range(len(periods)), key=lambda place: float(periods[place][key]["median"]))
    return PRICES[key], f"month {at + 1}", periods[at][key]


def price_by_month(found: Ladder) -> str:
    """The dearest month in a sentence."""
    who, month, price = dearest(found)
    return (
        f"By months {who} pay most in {month}: {ratio(price['median'])} times the base price "
        f"({ratio(price['low'])} to {ratio(price['high'])})."
    )
