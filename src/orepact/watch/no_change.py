"""For each screen, evidence in which nothing changes, drawn from a generator: what the published rates of false alarms are measured on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from orepact.watch.nulls import hovering, hovering_by_year, steady, wandering
from orepact.watch.series import Control, Evidence, Flows, Frequency, Level, Series

if TYPE_CHECKING:
    from numpy.typing import NDArray

STEP = 0.05
"""Standard deviation of a monthly change of a price, as of metal prices since 1990."""

SWING = 0.2
"""Standard deviation of monthly volumes, a share of their mean."""

SHARE_STEP, GROWTH_STEP = 0.03, 0.06
FLOWS, SPREAD = 100, 0.5
COUNTRIES, SMALL = 30, 10.0
SUBMITTERS, SUBMISSIONS = 8, 96
FIRST_MONTH, FIRST_YEAR = 2010 * 12, 2010

Maker = Callable[[np.random.Generator, Frequency], Evidence]


def periods(count: int, frequency: Frequency) -> tuple[str, ...]:
    """So many months or years in a row."""
    if frequency == "annual":
        return tuple(str(FIRST_YEAR + each) for each in range(count))
    return tuple(f"{each // 12}-{each % 12 + 1:02d}" for each in range(FIRST_MONTH, FIRST_MONTH + count))


def series(values: NDArray[np.float64], frequency: Frequency, family: str = "price", unit: str = "USD/t") -> Series:
    """A drawn series."""
    return Series(
        "drawn series", unit, frequency, family, periods(len(values), frequency), tuple(float(each) for each in values)
    )


def _evidence(**held: object) -> Evidence:
    return Evidence("drawn", "drawn", "EU27", **held)  # type: ignore[arg-type]


def wander(rng: np.random.Generator, length: int, step: float = STEP) -> NDArray[np.float64]:
    """A price that wanders from 1 000 USD a tonne."""
    found: NDArray[np.float64] = 1000 * np.exp(step * wandering(rng, 1, length)[0])
    return found


def _about(rng: np.random.Generator, frequency: Frequency, months: int = 37, years: int = 6) -> NDArray[np.float64]:
    """A price that hovers about 1 000 USD a tonne."""
    drawn = hovering(rng, 1, months)[0] if frequency == "monthly" else hovering_by_year(rng, 1, years)[0]
    found: NDArray[np.float64] = 1000 * np.exp(STEP * drawn)
    return found


def _moving(rng: np.random.Generator, frequency: Frequency) -> Evidence:
    return _evidence(price=series(wander(rng, 61 if frequency == "monthly" else 12), frequency))


def _held(field: str) -> Maker:
    def make(rng: np.random.Generator, frequency: Frequency) -> Evidence:
        level = Level(1000.0, "USD/t", "the level")
        return _evidence(held_price=series(_about(rng, frequency), frequency), **{field: level})

    return make


def _gap(rng: np.random.Generator, frequency: Frequency) -> Evidence:
    return _evidence(gap=series(1.09 * _about(rng, frequency) / 1000, frequency), band=(1 / 1.09, 1.09))


def _surge(rng: np.random.Generator, frequency: Frequency) -> Evidence:
    length = 37 if frequency == "monthly" else 11
    drawn = steady(rng, 1, length)[0] if frequency == "monthly" else rng.standard_normal(length)
    tonnes = 1000 * np.exp(SWING * drawn)
    return _evidence(
        imports=series(tonnes, frequency, "trade", "t"), import_price=series(wander(rng, length), frequency, "trade")
    )


def _flows(rng: np.random.Generator, _frequency: Frequency) -> Evidence:
    world = np.sort(1000 * np.exp(SPREAD * rng.standard_normal(FLOWS)))
    paid = float(rng.choice(world))
    held = Flows(
        "000000", {"2024": ("CHN", paid, 0.5)}, {"2024": tuple(map(float, world))}, {"2024": float(np.median(world))}
    )
    return _evidence(flows=(held,))


def _share(rng: np.random.Generator, _frequency: Frequency) -> Evidence:
    shares = 0.5 + np.concatenate([[0.0], np.cumsum(SHARE_STEP * rng.standard_normal(5))])
    return _evidence(local_share=series(np.clip(shares, 0.01, 1.0), "annual", "trade", "1"))


def _capacity(rng: np.random.Generator, _frequency: Frequency) -> Evidence:
    both = [1000 * np.exp(np.cumsum(GROWTH_STEP * rng.standard_normal(5))) for _ in range(2)]
    return _evidence(capacity=series(both[0], "annual", "capacity"), demand=series(both[1], "annual", "output"))


def _control(length: int, frequency: Frequency, back: int) -> Control:
    last = periods(length, frequency)[-back]
    return Control("CHN", f"{last}-01" if frequency == "monthly" else f"{last}-03-01", "licensing")


def _arrivals(rng: np.random.Generator, _frequency: Frequency) -> Evidence:
    levels = SMALL * np.exp(rng.standard_normal(COUNTRIES))
    drawn = levels[:, None] * np.exp(0.5 * rng.standard_normal((COUNTRIES, 15)))
    held = tuple((f"X{index:02d}", series(row, "annual", "routes", "t")) for index, row in enumerate(drawn))
    return _evidence(arrivals=held, control=_control(15, "annual", 1))


def _spike(rng: np.random.Generator, frequency: Frequency) -> Evidence:
    length = 38 if frequency == "monthly" else 12
    drawn = steady(rng, 1, length)[0] if frequency == "monthly" else rng.standard_normal(length)
    return _evidence(
        exports=series(1000 * np.exp(SWING * drawn), frequency, "routes", "t"), control=_control(length, frequency, 1)
    )


def _squeeze(rng: np.random.Generator, _frequency: Frequency) -> Evidence:
    stocks = wander(rng, 40, 0.1)
    return _evidence(
        stocks=series(stocks, "monthly", "stocks", "t"), spread=series(np.full(40, 0.01), "monthly", "stocks", "1")
    )


def _submitters(rng: np.random.Generator, _frequency: Frequency) -> Evidence:
    counts = rng.multinomial(SUBMISSIONS, np.full(SUBMITTERS, 1 / SUBMITTERS))
    return _evidence(submissions={f"submitter {index}": int(each) for index, each in enumerate(counts)})


def _mirror(rng: np.random.Generator, frequency: Frequency) -> Evidence:
    ratio = _about(rng, frequency) / 1000 * 1.2
    out = np.full(len(ratio), 1000.0)
    return _evidence(
        reported_exports=series(out, frequency, "reports", "t"),
        reported_imports=series(out * ratio, frequency, "reports", "t"),
    )


NO_CHANGE: Mapping[str, Maker] = {
    "below-reference": _held("reference"), "below-cost": _held("cost90"), "price-gap": _gap, "import-surge": _surge,
    "low-unit-value": _flows, "share-loss": _share, "capacity-outruns": _capacity, "cumulative-fall": _moving, "change-point": _moving,
    "variance-collapse": _moving, "new-transit": _arrivals, "export-spike": _spike, "squeeze": _squeeze, "submitters": _submitters,
    "mirror-gap": _mirror,
}  # fmt: skip
"""What makes the evidence, by screen."""

BOTH = (
    "below-reference",
    "below-cost",
    "price-gap",
    "import-surge",
    "cumulative-fall",
    "change-point",
    "export-spike",
    "mirror-gap",
)
"""Screens that read months and years."""

ONLY_ANNUAL = ("low-unit-value", "share-loss", "capacity-outruns", "new-transit", "submitters")


def frequencies(name: str) -> tuple[Frequency, ...]:
    """The frequencies that a screen is measured at."""
    if name in BOTH:
        return ("monthly", "annual")
    return ("annual",) if name in ONLY_ANNUAL else ("monthly",)
