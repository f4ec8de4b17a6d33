"""How good the screens are: how often they cry wolf, how soon they see a change at one rate of false alarms, what they said of controls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from orepact import facts
from orepact.watch.no_change import NO_CHANGE, STEP, SWING, frequencies, series, wander
from orepact.watch.nulls import steady, wandering
from orepact.watch.screen import LEAD, UNTOLD, Finding, look
from orepact.watch.screens import BY_NAME, SCREENS
from orepact.watch.series import Control, Evidence, Frequency, Level

if TYPE_CHECKING:
    from numpy.typing import NDArray

SEED = 7
RATE_DRAWS = 1_000
SERIES = 100
"""Series of each kind of change."""

BEFORE, AFTER = 72, 12
"""Months before the change, and months in which it can be seen."""

ALARM_SHARE = 0.10
"""Share of series without any change in which an alarm within the twelve months is borne: the same for every screen."""

NULLS_FOR_ALARM = 400
SEEN = ("below-reference", "cumulative-fall", "change-point", "variance-collapse", "import-surge")
"""Screens whose inputs the drawn series have."""

SHIFT, DRIFT, CALM, SURGE, CHEAPER = 0.25, 0.03, 0.2, 2.0, 0.015
"""Fall of log price at once; fall a month; part of movement that is left; multiple of volume; fall of unit values a month."""


@dataclass(frozen=True)
class Rate:
    """Share of firing where nothing changes. low, high: exact 95 % interval (Clopper and Pearson)."""

    screen: str
    frequency: Frequency
    fired: int
    drawn: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """Share that fired."""
        return self.fired / self.drawn


def rate(name: str, frequency: Frequency, draws: int = RATE_DRAWS, seed: int = SEED) -> Rate:
    """The rate of false alarms of one screen on drawn evidence without change."""
    rng = np.random.default_rng([seed, sorted(NO_CHANGE).index(name), frequency == "annual"])
    found = [look(BY_NAME[name], NO_CHANGE[name](rng, frequency)) for _ in range(draws)]
    fired = sum(each.state == LEAD for each in found)
    low, high = interval(fired, draws)
    return Rate(name, frequency, fired, draws, low, high)


def interval(fired: int, drawn: int, level: float = 0.95) -> tuple[float, float]:
    """Clopper and Pearson's exact interval of a share."""
    from scipy.special import betaincinv

    tail = (1 - level) / 2
    low = 0.0 if fired == 0 else float(betaincinv(fired, drawn - fired + 1, tail))
    high = 1.0 if fired == drawn else float(betaincinv(fired + 1, drawn - fired, 1 - tail))
    return low, high


def rates(draws: int = RATE_DRAWS, progress: Callable[[int], None] = lambda _done: None) -> list[Rate]:
    """The rates of every screen at every frequency that it reads."""
    wanted = [(each.name, frequency) for each in SCREENS for frequency in frequencies(each.name)]
    found = []
    for done, (name, frequency) in enumerate(wanted, start=1):
        found.append(rate(name, frequency, draws))
        progress(done)
    return found


def drawn(kind: str, rng: np.random.Generator) -> Evidence:
    """One series of a kind of change that begins after ``BEFORE`` months: none, shift, drift, calm or surge."""
    length = BEFORE + AFTER
    steps = np.diff(wandering(rng, 1, length + 1)[0]) * STEP
    volumes, paid = 1000 * np.exp(SWING * steady(rng, 1, length)[0]), wander(rng, length)
    since = np.arange(length) - BEFORE + 1
    if kind == "shift":
        steps[BEFORE] -= SHIFT
    elif kind == "drift":
        steps[BEFORE:] -= DRIFT
    elif kind == "calm":
        steps[BEFORE:] *= CALM
    elif kind == "surge":
        volumes[BEFORE:] *= SURGE
        paid = paid * np.exp(-CHEAPER * np.maximum(since, 0))
    logs: NDArray[np.float64] = np.cumsum(steps)
    price = series(1000 * np.exp(logs), "monthly")
    level = Level(float(0.9 * price.values[BEFORE - 1]), "USD/t", "nine tenths of the last price before")
    return Evidence(
        "drawn", "drawn", "EU27", price=price, held_price=price, reference=level, imports=series(volumes, "monthly", "trade", "t"),
        import_price=series(paid, "monthly", "trade"),
    )  # fmt: skip


KINDS: Mapping[str, str] = {
    "none": "no change",
    "shift": f"price falls by {100 * (1 - np.exp(-SHIFT)):.0f} % in one month",
    "drift": f"price falls by {100 * (1 - np.exp(-DRIFT)):.0f} % a month",
    "calm": f"price moves {CALM:g} times as much",
    "surge": f"imports are {SURGE:g} times as large, unit values fall by {100 * (1 - np.exp(-CHEAPER)):.1f} % a month",
}


def chances(kind: str, count: int, seed: int) -> dict[str, NDArray[np.float64]]:
    """The p of each screen in each of the twelve months after the change, shape (series, months), by screen."""
    rng = np.random.default_rng([seed, sorted(KINDS).index(kind)])
    found = {name: np.ones((count, AFTER)) for name in SEEN}
    for index in range(count):
        held = drawn(kind, rng)
        assert held.price is not None  # noqa: S101  (drawn just now)
        for month in range(AFTER):
            known = held.until(held.price.periods[BEFORE + month])
            for name in SEEN:
                found[name][index, month] = look(BY_NAME[name], known).p or 1.0
    return found


def detection(
    count: int = SERIES, nulls: int = NULLS_FOR_ALARM, progress: Callable[[int], None] = lambda _done: None
) -> list[dict[str, Any]]:
    """For each screen and kind of change: the share seen within twelve months and the median delay, at one rate of false alarms."""
    quiet = chances("none", nulls, SEED + 1)
    cuts = {name: float(np.quantile(each.min(axis=1), ALARM_SHARE, method="lower")) for name, each in quiet.items()}
    rows = []
    for done, kind in enumerate(KINDS, start=1):
        found = chances(kind, count, SEED)
        rows += [_delay(kind, name, found[name], cuts[name]) for name in SEEN]
        progress(done)
    return rows


def _delay(kind: str, name: str, found: NDArray[np.float64], cut: float) -> dict[str, Any]:
    seen = found < cut
    first = np.where(seen.any(axis=1), seen.argmax(axis=1) + 1, AFTER + 1)
    median = float(np.median(first))
    return {
        "change": kind, "meaning": KINDS[kind], "screen": name, "p_below": cut, "series": len(found),
        "seen": float(seen.any(axis=1).mean()), "median_delay_months": median if median <= AFTER else None,
    }  # fmt: skip


TOLD_OF_CONTROLS = (
    "export-spike",
    "new-transit",
    "import-surge",
    "low-unit-value",
    "cumulative-fall",
    "change-point",
    "variance-collapse",
)

BEFORE_CONTROLS = tuple(each for each in TOLD_OF_CONTROLS if each != "new-transit")
AFTER_CONTROLS = tuple(each for each in TOLD_OF_CONTROLS if each != "export-spike")


def of_controls(region: str = "EU27") -> list[dict[str, Any]]:
    """What each screen said at the end of the year before each dated control and of the first full year after it, or why it cannot tell."""
    rows = facts.load("export_controls")
    rows = rows[rows["start"].notna() & (rows["measure"] != "stricter end-use review")].sort_values(
        ["start", "mineral"]
    )
    found: list[dict[str, Any]] = []
    for row in rows.to_dict("records"):
        control = Control(str(row["country"]), str(row["start"]), str(row["measure"]), str(row["source"]))
        found += _of_control(str(row["mineral"]), str(row["stage"]), control, region)
    return found


def _of_control(mineral: str, stage: str, control: Control, region: str) -> list[dict[str, Any]]:
    from orepact.watch.screens.routing import first_full_year
    from orepact.watch.shipped import evidence, with_control

    base = (
        evidence(mineral, region)
        if mineral in set(facts.load("minerals")["mineral"])
        else Evidence(mineral, mineral, region)
    )
    held = with_control(base, control, stage)
    year = first_full_year(control)
    rows = []
    for when, period in (("before", f"{year - 1}"), ("after", f"{year}")):
        for name in AFTER_CONTROLS if when == "after" else BEFORE_CONTROLS:
            said = look(BY_NAME[name], held.until(period))
            rows.append({"mineral": mineral, "country": control.country, "since": control.since, "measure": control.measure, "when": when,
                         "year": period, **_told(said, period)})  # fmt: skip
    return rows


def _told(said: Finding, period: str) -> dict[str, Any]:
    late = said.state != UNTOLD and said.screen != "export-spike" and not said.period.startswith(period)
    missing = [f"data of {period} (the last are of {said.period})"] if late else list(said.missing)
    state = UNTOLD if late else said.state
    return {
        "screen": said.screen,
        "state": state,
        "p": None if late else said.p,
        "words": "" if late else said.words,
        "missing": missing,
    }


def published(draws: int = RATE_DRAWS, count: int = SERIES, nulls: int = NULLS_FOR_ALARM, *,
              progress: Callable[[int], None] = lambda _done: None) -> dict[str, Any]:  # fmt: skip
    """Everything that is published on how good the screens are, in JSON terms."""
    total = sum(len(frequencies(each.name)) for each in SCREENS)
    alarms = rates(draws, progress)
    return {
        "facts": facts.version(), "seed": SEED,
        "rates": [rate_record(each) for each in alarms],
        "detection": {
            "false_alarms_in_twelve_months": ALARM_SHARE, "null_series": nulls,
            "rows": detection(count, nulls, lambda done: progress(total + done)),
        },
        "controls": of_controls(),
    }  # fmt: skip


def rate_record(each: Rate) -> dict[str, Any]:
    """A rate in JSON terms."""
    return {"screen": each.screen, "frequency": each.frequency, "fired": each.fired, "drawn": each.drawn, "share": each.share,
            "low": each.low, "high": each.high}  # fmt: skip


STEPS = sum(len(frequencies(each.name)) for each in SCREENS) + len(KINDS)
"""Steps that ``published`` reports as done."""
