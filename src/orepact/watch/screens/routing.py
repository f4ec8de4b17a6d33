"""Screens of where goods pass: countries that make none and suddenly export it, exports before a control, and what two sides report."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from orepact import facts
from orepact.watch.nulls import rank, student_tail
from orepact.watch.screen import Measured, Screen, TooLittle
from orepact.watch.screens.imports import LEAST_YEARS, MOST_YEARS, PAST_MONTHS, SIGMAS, over_past, over_trend
from orepact.watch.screens.levels import below, turned

if TYPE_CHECKING:
    from orepact.watch.series import Control, Series

CHANCE = 0.01
"""Of so large a jump in any of the countries that were looked at (Bonferroni)."""

GAIN = 0.02
"""Share of the exporters' total that a new country must gain."""

LEAST_BEFORE = 5
NOISE = 0.005
"""Share of what such countries export that is added to every figure: below it a flow is noise, and its logarithm says nothing."""

SMALLEST_SPREAD = 0.2
"""Of a logarithm: no country's past is taken to be steadier than by a fifth."""

HALF = 6
MIRROR_LOW, MIRROR_HIGH = 1 / 1.1, 1.2
"""Imports over exports that valuation, freight and time under way explain: 10 % either way, 10 % for exports that are not reported."""

MIRROR_RUN = 3


def first_full_year(control: Control) -> int:
    """The first calendar year of which the control held for most."""
    year, month = int(control.since[:4]), int(control.since[5:7] or 1)
    return year if month <= HALF else year + 1


def year_before(control: Control) -> int:
    """The last calendar year of which most lay before the control."""
    return first_full_year(control) - 1


def _arrivals(arrivals: tuple[tuple[str, Series], ...], control: Control) -> Measured | TooLittle:
    since = first_full_year(control)
    total = sum(series.values[-1] for _, series in arrivals)
    if not arrivals or not any(int(series.periods[-1][:4]) >= since for _, series in arrivals):
        return TooLittle(
            f"trade of {since} or later, the first year that lies mostly after the control of {control.since}"
        )
    tested = []
    for country, series in arrivals:
        before = np.array(
            [value for period, value in zip(series.periods, series.values, strict=True) if int(period[:4]) < since]
        )
        if len(before) < LEAST_BEFORE or total <= 0:
            continue
        logs, last = np.log(before + NOISE * total), float(np.log(series.values[-1] + NOISE * total))
        spread = max(float(logs.std(ddof=1)), SMALLEST_SPREAD)
        size = (last - float(logs.mean())) / (spread * np.sqrt(1 + 1 / len(before)))
        tested.append((size, (series.values[-1] - float(before.mean())) / total, country, series, len(before)))
    if not tested:
        return TooLittle(f"{LEAST_BEFORE} years of trade before the control of {control.since}")
    size, gain, country, series, years = max(tested, key=lambda each: (each[1] >= GAIN, each[0]))
    p = min(1.0, len(tested) * student_tail(size, years - 1)) if gain >= GAIN else 1.0
    words = (
        f"{facts.country_name(country)}, which makes none that is known, exported {series.values[-1]:,.0f} t in {series.periods[-1]}: "
        f"{size:+.1f} standard deviations from the {years} years before the control of "
        f"{facts.country_name(control.country)} ({control.since}), "
        f"{100 * gain:+.1f} points of what such countries export; {len(tested)} countries were looked at"
    )
    return Measured(p < CHANCE and gain >= GAIN, p, size, words, frozenset({"routes"}), series.sources, series.grade)


def _spike(exports: Series, control: Control) -> Measured | TooLittle:
    if exports.frequency == "monthly":
        kept = exports.until(_month_before(control))
        if len(kept) < PAST_MONTHS + 1:
            return TooLittle(f"{exports.what}: {PAST_MONTHS + 1} months before {control.since}, {len(kept)} are there")
        size = float(over_past(kept.array[-PAST_MONTHS - 1 :]))
        p, past = rank("steady", over_past, PAST_MONTHS + 1, size), "36 months"
    else:
        kept = exports.until(str(year_before(control)))
        if len(kept) < LEAST_YEARS + 1 or kept.periods[-1] != str(year_before(control)):
            return TooLittle(f"{exports.what}: {LEAST_YEARS + 1} years up to {year_before(control)} without a gap")
        logs = np.log(kept.array[-MOST_YEARS - 1 :])
        size = over_trend(logs)
        p, past = student_tail(size, len(logs) - 3), f"trend of {len(logs) - 1} years"
    words = (
        f"{exports.what}: {kept.values[-1]:,.0f} t in {kept.periods[-1]}, the last period before the control of {control.since}, "
        f"{size:+.1f} standard deviations from the {past} before"
    )
    return Measured(size > SIGMAS, p, size, words, frozenset({"routes"}), exports.sources, exports.grade)


def _month_before(control: Control) -> str:
    year, month = int(control.since[:4]), int(control.since[5:7] or 1)
    return f"{year - 1}-12" if month == 1 else f"{year}-{month - 1:02d}"


def _mirror(out: Series, came: Series) -> Measured | TooLittle:
    ratio = mirror(out, came)
    low, high = below(ratio, MIRROR_LOW, MIRROR_RUN), below(turned(ratio), 1 / MIRROR_HIGH, MIRROR_RUN)
    if isinstance(low, TooLittle):
        return low
    if isinstance(high, TooLittle):
        return high
    mean = float(np.exp(np.log(ratio.array[-MIRROR_RUN:]).mean()))
    side = "importers report more than left" if mean > 1 else "more left than importers report"
    words = f"{ratio.what}: {mean:.2f} over the last {MIRROR_RUN} periods, against {MIRROR_LOW:.2f} to {MIRROR_HIGH:.2f}; {side}"
    p = min(1.0, 2 * min(low[1], high[1]))
    return Measured(low[0] or high[0], p, mean, words, frozenset({"reports"}), ratio.sources, ratio.grade)


def mirror(out: Series, came: Series) -> Series:
    """Imports over exports of the same flow, in the periods that both report."""
    from dataclasses import replace

    both = [period for period in out.periods if period in came.periods]
    values = tuple(came.values[came.periods.index(each)] / out.values[out.periods.index(each)] for each in both)
    return replace(out, what="reported imports over reported exports", unit="1", periods=tuple(both), values=values)


ARRIVAL = Screen(
    name="new-transit",
    title="A country that makes none begins to export it after a control",
    formula="log exports of the last year against mean and sd of the years before the control (Student's t), 0.5 % of all such added",
    threshold=f"chance below {100 * CHANCE:g} % over all countries looked at, with {100 * GAIN:g} points of such exports gained",
    needs=("arrivals", "control"),
    clock="arrivals",
    frequency="annual",
    annual="as designed",
    false_positive="A new refinery or recycler that no list of output holds yet, or a trading house that moved.",
    source="domain notes on screens (routing); Orepact rule D4",
    null="exports of 30 countries that each hover about their own small level",
    measure=_arrivals,
)
SPIKE = Screen(
    name="export-spike",
    title="Exports jump just before a control",
    formula="exports of the month before the control against mean and standard deviation of the 36 months before",
    threshold=f"above {SIGMAS:g}",
    needs=("exports", "control"),
    clock="exports",
    frequency="monthly",
    annual="log exports of the last year that lies mostly before the control, against a straight trend of 6 to 10 years (Student's t); "
    "a spike of one month is hardly seen in a year",
    false_positive="Buyers that hear of a control stock up: the spike says that somebody knew, not that anybody dumped.",
    source="graphite, November 2023 (domain notes on screens)",
    null="steady exports of 37 months",
    measure=_spike,
)
MIRROR = Screen(
    name="mirror-gap",
    title="What left is not what arrived",
    formula="reported imports / reported exports of the same flow",
    threshold=f"below {MIRROR_LOW:.2f} or above {MIRROR_HIGH:.2f} in each of the last {MIRROR_RUN} months",
    needs=("reported_exports", "reported_imports"),
    clock="reported_imports",
    frequency="monthly",
    annual=f"{MIRROR_RUN} years in a row",
    false_positive="Goods under way at the turn of a period, free zones, another code on the other side, confidential trade.",
    source="mirror-trade statistics (domain notes on screens); Orepact rule D4",
    null="log ratio that hovers about the edge of the band (memory 0.9 a month)",
    measure=_mirror,
)
