"""When does the money run out? A fund, a payment rule, and prices: those that were, or simulated ones.

Prices move once a month. *Random walk*: ``ln P' = ln P + (drift - v²/2)/12 + v z/√12``, so that the expected price grows with the drift.
*Mean reverting* (the first model of Schwartz 1997, solved exactly): ``ln P' = m + (ln P - m) e^{-k/12} + v z √((1 - e^{-k/6})/2k)``, with
``k = ln 2 / half-life`` and ``m`` the logarithm of the level that it returns to. ``z`` is standard normal and ``v`` the volatility a year.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import model_validator

from orepact.errors import Problem
from orepact.policy.attributes import attribute
from orepact.policy.price_support import Delivery, Support, cash_flow
from orepact.policy.record import (
    MONTHS_A_YEAR,
    USER,
    Currency,
    Day,
    Record,
    Text,
    add_months,
    in_force,
    number,
    raise_all,
)

QUANTILES = (0.05, 0.5, 0.95)
"""Shares of the draws in which the money is gone by the dates that are told."""

MOST_MONTHS = 600
MOST_DRAWS = 100_000
TABLE = 2


class Fund(Record):
    """Money set aside for an instrument."""

    amount: float = number(unit="money", meaning="money at the start, with all that may be borrowed", source=USER, gt=0)
    first: Day = attribute(unit="date", meaning="first day from which it pays", source=USER)
    currency: Currency | None = attribute(None, unit="ISO 4217", meaning="its money", source=USER)


class PriceProcess(Record):
    """How a price may move: from where, how far, and whether it comes back."""

    price: float = number(unit="money per unit", meaning="price today", source=USER, gt=0)
    volatility: float = number(
        unit="standard deviation of log change, a year",
        meaning="volatility a year",
        source="figures of parameter 'price volatility', or given by the user",
        ge=0,
        le=5,
    )
    source: Text = attribute(unit="text", meaning="where the volatility comes from", source=USER)
    drift: float = number(
        0.0, unit="a year", meaning="growth of the expected price of a random walk", source=USER, ge=-1, le=1
    )
    level: float | None = number(
        None, unit="money per unit", meaning="price that it returns to; a random walk when left out", source=USER, gt=0
    )
    half_life: float | None = number(
        None, unit="years", meaning="years in which half of a gap to the level is gone", source=USER, gt=0
    )

    @model_validator(mode="after")
    def _both_or_neither(self) -> PriceProcess:
        if (self.level is None) != (self.half_life is None):
            raise ValueError("a level and a half-life together, or neither")
        return self


@dataclass(frozen=True)
class RunOut:
    """In which share of the draws the money runs out, and the month by which it has in 5, 50 and 95 % of all draws.

    A date is None where fewer draws run out before ``last``. spent: money paid out of the fund, mean of all draws.
    """

    exhausted: float
    dates: dict[float, date | None]
    last: date
    spent: float
    draws: int
    seed: int | None


def simulate(process: PriceProcess, months: int, draws: int, seed: int) -> NDArray[np.float64]:
    """Prices of ``months`` months after today, ``(draws, months)``; the same seed gives the same prices."""
    raise_all(_out_of_bounds(months, draws, seed))
    noise = np.random.default_rng(seed).standard_normal((draws, months))
    start, step = math.log(process.price), 1.0 / MONTHS_A_YEAR
    if process.level is None or process.half_life is None:
        moves = (process.drift - process.volatility**2 / 2) * step + process.volatility * math.sqrt(step) * noise
        return np.asarray(np.exp(start + np.cumsum(moves, axis=1)))
    speed, mean = math.log(2) / process.half_life, math.log(process.level)
    keep = math.exp(-speed * step)
    spread = process.volatility * math.sqrt((1 - keep**2) / (2 * speed))
    logs, at = np.empty_like(noise), np.full(draws, start)
    for month in range(months):
        at = mean + (at - mean) * keep + spread * noise[:, month]
        logs[:, month] = at
    return np.asarray(np.exp(logs))


def run_out(
    fund: Fund,
    support: Support,
    prices: NDArray[np.float64],
    *,
    volume: float,
    ramp_done: date | None = None,
    resold: bool = False,
    seed: int | None = None,
) -> RunOut:
    """When a fund runs out that pays an instrument on ``volume`` units a month at prices ``(draws, months)``.

    ramp_done: day from which a claw-back is due; never when left out. Money that comes back refills the fund until it is gone.
    resold: goods that are bought are sold on at the market's price in the same month, so that only what is paid on top of it
    leaves the fund; kept when left out.
    """
    raise_all(_unpayable(prices, volume))
    draws, months = prices.shape
    days = [add_months(fund.first, month) for month in range(months)]
    ramped = np.array([ramp_done is not None and day >= ramp_done for day in days])
    inside = np.array([in_force(day, support.first, support.last) for day in days])
    leaves = support.per_unit if resold else support.outlay_per_unit
    outlay = support.covered(volume) * leaves(prices, ramped) * inside
    short = np.cumsum(outlay, axis=1) > fund.amount
    gone = short.any(axis=1)
    month = np.where(gone, short.argmax(axis=1), months)
    paid = np.cumsum(outlay, axis=1)[:, -1]
    return RunOut(
        exhausted=float(gone.mean()),
        dates={share: _date_by(share, month, days) for share in QUANTILES},
        last=days[-1],
        spent=float(np.where(gone, fund.amount, paid).mean()),
        draws=draws,
        seed=seed,
    )


def _date_by(share: float, month: NDArray[np.int64], days: list[date]) -> date | None:
    """The month by which the money is gone in a share of all draws; None where it lasts."""
    at = int(np.sort(month)[math.ceil(share * len(month)) - 1])
    return days[at] if at < len(days) else None


@dataclass(frozen=True)
class Balance:
    """A fund after one delivery; left is below zero where it could not pay all of it."""

    on: date
    outlay: float
    left: float


def replay(fund: Fund, support: Support, deliveries: Iterable[Delivery]) -> tuple[Balance, ...]:
    """The fund after each delivery, in the order given, up to the one that it cannot pay; each needs a day."""
    rows = list(deliveries)
    raise_all(
        Problem(f"delivery {at}", "a replay needs its day", "none", "give day")
        for at, row in enumerate(rows, 1)
        if row.day is None
    )
    balances: list[Balance] = []
    left = fund.amount
    for delivery, cash in cash_flow(support, rows):
        if delivery.day is None or delivery.day < fund.first:
            continue
        left -= cash.outlay
        balances.append(Balance(delivery.day, cash.outlay, left))
        if left < 0:
            break
    return tuple(balances)


def exhausted_on(balances: tuple[Balance, ...]) -> date | None:
    """The day on which a fund could not pay; None where it lasted."""
    return next((each.on for each in balances if each.left < 0), None)


def bearable_volume(fund: Fund, support: Support, prices: Iterable[tuple[date, float]]) -> float:
    """Units a period that the fund can just bear over all the prices, the same in every period; infinite where nothing is due."""
    one = [Delivery(day=day, price=price, volume=1.0) for day, price in prices if day >= fund.first]
    due = math.fsum(cash.outlay for _, cash in cash_flow(support, one))
    return fund.amount / due if due > 0 else math.inf


def _unpayable(prices: NDArray[np.float64], volume: float) -> list[Problem]:
    problems = []
    if prices.ndim != TABLE or prices.size == 0 or not (np.isfinite(prices).all() and (prices >= 0).all()):
        wrong = "prices are a table of draws by months, all of them numbers at or above zero"
        problems.append(Problem("fund, prices", wrong, f"a table of shape {prices.shape}", "take them from simulate"))
    if not (math.isfinite(volume) and volume >= 0):
        problems.append(Problem("fund, volume", "it must be a number at or above zero", f"{volume}", "correct it"))
    return problems


def _out_of_bounds(months: Any, draws: Any, seed: Any) -> list[Problem]:
    bounds: tuple[tuple[str, Any, int, int], ...] = (
        ("months", months, 1, MOST_MONTHS),
        ("draws", draws, 1, MOST_DRAWS),
        ("seed", seed, 0, 2**32 - 1),
    )
    return [
        Problem(f"simulation, {name}", f"a whole number from {low} to {high} is needed", f"{value}", "correct it")
        for name, value, low, high in bounds
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high
    ]
