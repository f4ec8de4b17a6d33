"""How a mineral's price may move, from the published figures, and when a fund that pays an instrument is gone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from orepact import facts
from orepact.errors import BadInput, MissingData, Problem
from orepact.policy.price_support import Support
from orepact.policy.record import MONTHS_A_YEAR, read
from orepact.policy.support_fund import Fund, PriceProcess, run_out, simulate

PARAMETER = "price volatility"

HORIZON = 240
"""Months over which a fund is followed; one that is not gone by then is said to last longer than that."""

PATHS = 1000
"""Price paths of a run-out."""


@dataclass(frozen=True)
class Money:
    """A fund and how prices move. amount: USD, ``None`` for no fund. volatility: a year; ``None`` for the published one."""

    mineral: str
    amount: float | None
    volatility: float | None
    first: date
    seed: int


@dataclass(frozen=True)
class Covered:
    """What a fund pays for: a rule, units a month, and the price that they start from.

    resold: what is bought is sold on at the market's price. in_advance: USD of working capital that a month's purchases take
    before they are sold on; 0 where nothing is bought.
    """

    support: Support
    tonnes_a_month: float
    price: float
    resold: bool

    @property
    def in_advance(self) -> float:
        """USD that must be in hand each month before the goods are sold on; it comes back but for what is paid on top."""
        each = self.support.outlay_per_unit(self.price, ramp_done=True) - self.support.per_unit(
            self.price, ramp_done=True
        )
        return self.tonnes_a_month * float(each) if self.resold else 0.0


@dataclass(frozen=True)
class FundRun:
    """The months by which a fund is gone in 5, 50 and 95 % of price paths, or why there are none, and what they are worked out from.

    dates: ``YYYY-MM``; ``None`` where it lasts beyond the horizon. basis: all that is needed to work the dates out again.
    """

    dates: dict[str, str | None] | None
    why: str | None
    basis: dict[str, Any] | None


def first_month(start: str | None) -> date:
    """The first day of a month ``YYYY-MM``, of this month when left out; BadInput where it is none."""
    if start is None:
        return date.today().replace(day=1)  # noqa: DTZ011  (a month is enough)
    try:
        return date.fromisoformat(f"{start}-01")
    except ValueError:
        raise BadInput(Problem("--start", "it is no month", f"'{start}'", "give one like 2027-01")) from None


def fund_run(money: Money, covered: Covered | None) -> FundRun:
    """When a fund is gone that pays what is covered every month, at the same tonnes whatever the price."""
    if covered is None:
        return FundRun(None, "nothing is paid out: users pay, and treasuries receive", None)
    if money.amount is None:
        return FundRun(None, "no fund was named (--fund)", None)
    given = {} if money.volatility is None else {"volatility": money.volatility, "source": "given by the user"}
    try:
        process = price_process(money.mineral, covered.price, **given)
    except MissingData as error:
        return FundRun(None, str(error), None)
    gone = run_out(
        Fund(amount=money.amount, first=money.first), covered.support, simulate(process, HORIZON, PATHS, money.seed),
        volume=covered.tonnes_a_month, ramp_done=money.first, resold=covered.resold, seed=money.seed,
    )  # fmt: skip
    dates = {f"p{100 * share:.0f}": None if day is None else str(day)[:7] for share, day in gone.dates.items()}
    return FundRun(dates, None, _basis(money, covered, process))


def _basis(money: Money, covered: Covered, process: PriceProcess) -> dict[str, Any]:
    support = covered.support
    terms = {name: getattr(support, name) for name in ("strike", "clawback", "floor", "rate") if hasattr(support, name)}
    return {
        "rule": support.RULE, "terms": terms, "fund": money.amount, "first_month": str(money.first)[:7],
        "horizon_months": HORIZON, "tonnes_a_month": covered.tonnes_a_month, "price": covered.price,
        "process": "random walk, its expected price without drift, one step a month", "volatility": process.volatility,
        "volatility_source": process.source, "paths": PATHS, "seed": money.seed, "sold_on_in_the_month": covered.resold,
        "in_advance_a_year": covered.in_advance * MONTHS_A_YEAR,
    }  # fmt: skip


def price_process(mineral: str, price: float, **given: Any) -> PriceProcess:
    """A process from ``price`` with the mineral's published volatility and its source; given: drift, or level and half_life.

    A volatility and a source that are given stand in place of the published ones.
    The figure is the deviation of yearly averages in real terms: prices of a month move more, so that a run-out is told late
    rather than early. MissingData where nobody publishes one; then make a :class:`PriceProcess` with a volatility of your own.
    """
    name = facts.resolve_mineral(mineral)
    if "volatility" in given:
        return read(PriceProcess, {"price": price, **given}, "price process")
    table = facts.load("coefficients")
    rows = table[(table["mineral"] == name) & (table["parameter"] == PARAMETER)]
    if rows.empty:
        found = f"{PARAMETER} of {table.loc[table['parameter'] == PARAMETER, 'mineral'].nunique()} other minerals"
        raise MissingData(Problem(name, "no volatility of its price is published", found, "give one of your own"))
    row = rows.iloc[0]
    source = f"{row['basis']}, {row['period']}; {facts.sources([row['source']])['title'].iloc[0]}; grade {row['grade']}"
    fields = {"price": price, "volatility": float(row["value"]), "source": source, **given}
    return read(PriceProcess, fields, "price process")
