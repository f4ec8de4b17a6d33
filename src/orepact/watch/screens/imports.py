"""Screens of imports: more of it and cheaper, and cheaper than the world pays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from orepact import facts
from orepact.watch.nulls import rank, student_tail
from orepact.watch.screen import MOST_CHANCE, Measured, Screen, TooLittle

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from orepact.watch.series import Flows, Series

PAST_MONTHS = 36
MOST_YEARS, LEAST_YEARS = 10, 6
SIGMAS = 2.0
UNDERCUT = 0.8
NEAR_ZERO = 1e-12
LEAST_FLOWS = 20
"""Flows of one code and year without which a rank among them says little."""


def over_past(levels: NDArray[np.float64]) -> NDArray[np.float64]:
    """The last value less the mean of those before, in their standard deviations; 0 where they do not vary. Shape (...,)."""
    past, last = levels[..., :-1], levels[..., -1]
    spread = past.std(axis=-1, ddof=1)
    flat = spread < NEAR_ZERO * np.maximum(1.0, np.abs(past.mean(axis=-1)))
    return np.where(flat, 0.0, (last - past.mean(axis=-1)) / np.where(flat, 1.0, spread))


def over_trend(logs: NDArray[np.float64]) -> float:
    """The last value against a straight line through those before, over the standard error of that prediction. logs: shape (n,)."""
    past = logs[:-1]
    times = np.arange(len(logs), dtype=np.float64)
    slope, level = np.polyfit(times[:-1], past, 1)
    rest = past - (level + slope * times[:-1])
    spread = float(np.sqrt((rest**2).sum() / (len(past) - 2)))
    if spread < NEAR_ZERO:
        return 0.0
    middle = times[:-1].mean()
    reach = 1 + 1 / len(past) + (times[-1] - middle) ** 2 / ((times[:-1] - middle) ** 2).sum()
    return float((logs[-1] - (level + slope * times[-1])) / (spread * np.sqrt(reach)))


def _cheaper(prices: Series) -> bool:
    """Whether unit values fall: the last three months below the twelve before, or the last year below the three before."""
    values = prices.array
    last, past = (3, 12) if prices.frequency == "monthly" else (1, 3)
    return bool(values[-last:].mean() < values[-last - past : -last].mean())


def _surge(imports: Series, prices: Series) -> Measured | TooLittle:
    needed = PAST_MONTHS + 1 if imports.frequency == "monthly" else LEAST_YEARS + 1
    if len(imports) < needed:
        unit = "months" if imports.frequency == "monthly" else "years"
        return TooLittle(f"{imports.what}: {needed} {unit} are needed, {len(imports)} are there")
    if (imports.array <= 0).any():
        return TooLittle(f"{imports.what}: a period without any import cannot be held against the others")
    if imports.frequency == "monthly":
        size = float(over_past(imports.array[-needed:]))
        p, past = rank("steady", over_past, needed, size), "36 months"
    else:
        logs = np.log(imports.array[-MOST_YEARS - 1 :])
        size = over_trend(logs)
        p, past = student_tail(size, len(logs) - 3), f"trend of {len(logs) - 1} years"
    cheaper = _cheaper(prices)
    change = 100 * (imports.array[-1] / imports.array[-2] - 1)
    words = (
        f"{imports.what}: {imports.array[-1]:,.0f} t, {size:+.1f} standard deviations from the {past} before "
        f"({change:+.0f} % on the period before), at unit values that {'fall' if cheaper else 'do not fall'}"
    )
    return Measured(
        size > SIGMAS and cheaper,
        p if cheaper else 1.0,
        size,
        words,
        frozenset({imports.family}),
        imports.sources,
        imports.grade,
    )


def _undercut(flows: tuple[Flows, ...]) -> Measured | TooLittle:
    year = max((each for code in flows for each in code.largest), default="")
    told = []
    for code in flows:
        world = code.world.get(year, ())
        if year in code.largest and len(world) >= LEAST_FLOWS:
            origin, value, share = code.largest[year]
            below = sum(each <= value for each in world)
            told.append((value / code.median[year], (1 + below) / (1 + len(world)), code, origin, share))
    if not told:
        return TooLittle(f"{LEAST_FLOWS} flows of one code in a year that are large enough to be ranked among")
    ratio, place, code, origin, share = min(told, key=lambda each: each[1])
    p = min(1.0, place * len(told)) if ratio < UNDERCUT else 1.0
    words = (
        f"{facts.country_name(origin)}, {100 * share:.0f} % of imports of code {code.code} in {year}, is paid {ratio:.2f} "
        f"times the world median; {100 * place:.0f} % of the world's flows are as cheap"
    )
    return Measured(ratio < UNDERCUT, p, ratio, words, frozenset({"trade"}), code.sources, code.grade)


SURGE = Screen(
    name="import-surge",
    title="More imports at falling unit values",
    formula="(V_t - mean of the past 36 months) / their standard deviation, and the unit value of 3 months below that of the 12 before",
    threshold=f"above {SIGMAS:g}, with the unit value falling",
    needs=("imports", "import_price"),
    clock="imports",
    frequency="monthly",
    annual="log volume against a straight trend of 6 to 10 years (Student's t), unit value below the mean of the 3 years before",
    false_positive="Restocking, a new plant that needs the material, or a shortage that ends brings more at lower prices too.",
    source="Regulation (EU) 2015/478, Article 9 (volume and price of imports; recalled); threshold from the domain notes on screens",
    null="steady volumes of 37 months with a unit value that wanders",
    measure=_surge,
)
UNIT_VALUE = Screen(
    name="low-unit-value",
    title="The largest origin is paid much less than the world pays",
    formula="unit value of the region's largest origin / median of the world's flows of the same code and year that carry 0.1 % or more",
    threshold=f"below {UNDERCUT:g}, and at most {100 * MOST_CHANCE:g} % of the world's flows as cheap (times the codes looked at)",
    needs=("flows",),
    clock="flows",
    frequency="annual",
    annual="as designed",
    false_positive="One code holds several grades: who ships a lower grade is paid less and undercuts nobody.",
    source="unit-value screens of customs (domain notes); a median is the same however much is trimmed off both ends alike",
    null="unit values of the same code drawn alike for every flow (log-normal)",
    measure=_undercut,
)
