"""Instruments beside each other for the same added tonnes: what each costs, who pays, and when the money runs out.

Each instrument is set so that the median draw makes the same tonnes more in the zone; then its payments, its users' cost, what leaks
out of the zone, and what it does to everybody else are read off the same markets. A fund that pays is run against prices that move.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from orepact import facts
from orepact.cases.assemble import Base, assemble
from orepact.cases.draws import draw
from orepact.cases.fund_prices import price_process
from orepact.cases.price_chain import grouped, parties, require_producers, untold
from orepact.cases.request import read_places
from orepact.cases.summary import interval
from orepact.errors import BadInput, MissingData, NotSolved, Problem
from orepact.market import Problem as Market
from orepact.market import Solution, solve
from orepact.network import Network
from orepact.network import network as make_network
from orepact.policy import Instrument, LastResort, OutputSubsidy, Party, PriceFloor, ReferenceDuty, ledger, put_on
from orepact.policy.instrument import StageName
from orepact.policy.price_support import (
    ContractForDifference,
    OfftakeWithFloor,
    ProductionSubsidy,
    StockPurchase,
    Support,
)
from orepact.policy.support_fund import Fund, run_out, simulate

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]

STOCK = "purchase for a stock"
CLAWBACK = 0.3
"""Share paid back above the strike of the two-way contract: that of the MP Materials agreement."""

RISES = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8)
"""Levels above the base price that are tried in turn until the tonnes are reached; beyond the last none is."""

STEPS = 24
CLOSE = 1e-3
"""Share of the tonnes wanted within which an instrument is set."""

WILDEST = 5.0
"""Largest volatility a year that a price process takes."""

HORIZON = 240
"""Months over which a fund is followed."""


@dataclass(frozen=True)
class Option:
    """A kind of instrument that can be set to a level, in USD per tonne. pays: its rule for a fund; ``None`` where none pays."""

    name: str
    make: Callable[[float], Instrument]
    lowest: float
    pays: Callable[[float], Support] | None


@dataclass(frozen=True)
class Compared:
    """One instrument set for the tonnes wanted, or the most that it reaches. Arrays by draw, USD and tonnes a year."""

    name: str
    level: float
    reached: bool
    tonnes: Array
    gains: dict[str, Array]
    treasury: Array
    leakage: Array
    stock: Array
    runout: dict[str, str | None] | None
    why_no_runout: str | None


@dataclass(frozen=True)
class Comparison:
    """Instruments beside each other. zone: whose output is wanted. partners: states outside it that make the mineral."""

    network: Network
    base: Base
    zone: tuple[str, ...]
    stage: str
    wanted: float
    fund: float | None
    instruments: tuple[Compared, ...]

    def summary(self) -> dict[str, Any]:
        """The answer in JSON terms: amounts are USD a year, costs below zero for who pays."""
        return {
            "mineral": self.network.mineral, "stage": self.stage, "base_year": self.network.base_year,
            "zone": list(self.zone), "tonnes": self.wanted, "fund": self.fund,
            "base_price": float(self.network.price.usd_per_t),
            "instruments": [self._entry(each) for each in self.instruments],
            "cannot_tell": list(untold(self.network, self.zone)),
            "grade": self.network.grade, "sources": list(self.network.sources),
        }  # fmt: skip

    def frame(self) -> pd.DataFrame:
        """One row an instrument and payer: USD a year with the 80 % range, beside the tonnes and level of the instrument."""
        import pandas as pd

        rows = [
            {"instrument": each["name"], "level": each["level"], "tonnes": each["tonnes"]["median"], "who": payer["who"],
             **{f"usd_{key}": value for key, value in payer["amount"].items()}}
            for each in self.summary()["instruments"] for payer in each["payers"]
        ]  # fmt: skip
        return pd.DataFrame(rows)

    def _entry(self, each: Compared) -> dict[str, Any]:
        groups = self.groups(each)
        total = sum((amount for amount in groups.values()), np.zeros(len(each.tonnes)))
        payers = [{"who": who, "amount": interval(amount)} for who, amount in groups.items()]
        paid = -np.minimum(each.treasury, 0.0)
        return {
            "name": each.name, "level": each.level, "reached": each.reached, "tonnes": interval(each.tonnes),
            "cost": interval(-total), "treasury": interval(each.treasury),
            "cost_per_added_tonne": interval(-total / np.maximum(each.tonnes, 1e-9)),
            "payers": sorted(payers, key=lambda row: row["amount"]["median"]),
            "leakage_t": interval(each.leakage), "outlay": interval(paid), "held": interval(each.stock),
            "runout": each.runout, "why_no_runout": each.why_no_runout,
        }  # fmt: skip

    def groups(self, each: Compared) -> dict[str, Array]:
        """Gains of the parties that people ask about, USD a year: below zero for who loses."""
        return {**grouped(each.gains, self.zone), "treasuries and funds of the zone": each.treasury}


def compare(  # noqa: PLR0913
    mineral: str,
    *,
    tonnes: float,
    zone: str | Sequence[str],
    stage: str | None = None,
    fund: float | None = None,
    volatility: float | None = None,
    base_year: int | None = None,
    draws: int = 100,
    seed: int = 1,
) -> Comparison:
    """Duty, contract for difference, offtake with a floor, subsidy and stock purchase for the same added tonnes in a zone.

    tonnes: of content a year that the zone is to make more at the stage. fund: USD that may be spent by what a fund pays.
    volatility: of the price, a year; the published one of the mineral when left out.
    """
    found = make_network(facts.resolve_mineral(mineral), base_year)
    members = read_places(zone, "--zone")
    stages = [table.stage for table in found.stages]
    wanted = stages[-1] if stage is None else facts.resolve_stage(stage)
    problems = []
    if wanted not in stages:
        problems.append(
            Problem("--stage", "the table has no such stage", f"'{wanted}'", f"choose {' or '.join(stages)}")
        )
    if not tonnes > 0:
        problems.append(Problem("--tonnes", "it must be above zero", f"{tonnes}", "give tonnes of content a year"))
    if fund is not None and not fund > 0:
        problems.append(Problem("--fund", "it must be above zero", f"{fund}", "give USD, or leave it out"))
    if volatility is not None and not 0 <= volatility <= WILDEST:
        problems.append(
            Problem("--volatility", f"0 to {WILDEST:g} a year is needed", f"{volatility:g}", "give one like 0.3")
        )
    if problems:
        raise BadInput(problems)
    drawn = draw(found.mineral, number=draws, seed=seed, producers=len(found.stages[-1].producers))
    base = assemble(found, drawn, 12)
    at = base.labels.stage(wanted)
    require_producers(base, at, members)
    before = solve(base.problem).require()
    price = float(np.median(before.stages[at].price[:, 0]))
    compared = [
        _set(option, base, before, members, at, tonnes, price, (found.mineral, fund, volatility, seed))
        for option in _options(members, cast(StageName, wanted), base, at, price)
    ]
    return Comparison(found, base, members, wanted, tonnes, fund, tuple(compared))


def _options(zone: tuple[str, ...], stage: StageName, base: Base, at: int, price: float) -> list[Option]:
    makers = tuple(each for each in base.labels.producers[at] if each in zone)
    fund = "zone"
    return [
        Option(
            "adjustable duty", lambda level: ReferenceDuty(importers=zone, stage=stage, reference=level), price, None
        ),
        Option(
            f"contract for difference, {CLAWBACK:.0%} paid back above the strike",
            lambda level: PriceFloor(countries=makers, stage=stage, strike=level, clawback=CLAWBACK, payer=fund),
            price,
            lambda level: ContractForDifference(strike=level, clawback=CLAWBACK),
        ),
        Option(
            "offtake with a floor",
            lambda level: PriceFloor(countries=makers, stage=stage, strike=level, payer=fund),
            price,
            lambda level: OfftakeWithFloor(floor=level),
        ),
        Option(
            "production subsidy",
            lambda level: OutputSubsidy(countries=makers, stage=stage, per_tonne=max(level - price, 1e-9), payer=fund),
            price,
            lambda level: ProductionSubsidy(rate=level - price),
        ),
        Option(
            STOCK,
            lambda level: LastResort(countries=makers, stage=stage, floor=level, payer=fund),
            price,
            lambda _: StockPurchase(),
        ),
    ]


def _set(
    option: Option,
    base: Base,
    before: Solution,
    zone: tuple[str, ...],
    at: int,
    wanted: float,
    price: float,
    money: tuple[str, float | None, float | None, int],
) -> Compared:
    """The level at which the median draw makes the tonnes wanted, by bisection: more is made at a higher level."""
    home = base.labels.rows(at, zone)

    def tried(level: float) -> tuple[Market, Solution, Array]:
        market = put_on(base.problem, base.labels, base.flows, [option.make(level)])
        found = solve(market, start=tuple(stage.price for stage in before.stages)).require()
        more = np.where(home, found.stages[at].output - before.stages[at].output, 0.0).sum(axis=1)
        return market, found, more

    low, level = option.lowest, option.lowest
    market, found, more = tried(level)
    reached = False
    for rise in RISES:
        try:
            market, found, more = tried(level := price * (1 + rise))
        except NotSolved:
            level = low
            break
        reached = bool(np.median(more) >= wanted)
        if reached:
            break
        low = level
    high = level
    for _ in range(STEPS if reached else 0):
        level = (low + high) / 2
        market, found, more = tried(level)
        if abs(float(np.median(more)) - wanted) <= CLOSE * wanted:
            break
        low, high = (level, high) if np.median(more) < wanted else (low, level)
    instrument = option.make(level)
    treasury, stock = _treasury(ledger(market, found, base.labels, [instrument]), len(more))
    runout, why = _run_out(option, level, found, at, home, money, stock)
    return Compared(
        name=option.name, level=level, reached=reached, tonnes=more, gains=parties(base, market, found), treasury=treasury,
        leakage=_leaked(base, before, found, zone, at), stock=_held(option, stock), runout=runout, why_no_runout=why,
    )  # fmt: skip


def _treasury(payments: Sequence[Any], draws: int) -> tuple[Array, Array]:
    """What treasuries and funds have more (or less), and of it what they paid out."""
    total, paid = np.zeros(draws), np.zeros(draws)
    for each in payments:
        payer, receiver = cast(Party, each.payer), cast(Party, each.receiver)
        if receiver.kind == "treasury":
            total = total + each.amount
        if payer.kind == "treasury":
            total, paid = total - each.amount, paid + each.amount
    return total, paid


def _held(option: Option, paid: Array) -> Array:
    """What was paid for metal that a stock still holds, USD a year; nothing of other instruments."""
    return paid if option.name == STOCK else np.zeros_like(paid)


def _leaked(base: Base, before: Solution, found: Solution, zone: tuple[str, ...], at: int) -> Array:
    """What the zone sells out of itself more than before, tonnes: output that was paid for and is used elsewhere."""
    home, inside = base.labels.rows(at, zone), base.labels.columns(at, zone)
    out = home[:, None] & ~inside[None, :]
    return np.asarray(np.where(out, found.stages[at].flows - before.stages[at].flows, 0.0).sum(axis=(1, 2)))


def _run_out(
    option: Option,
    level: float,
    found: Solution,
    at: int,
    home: NDArray[np.bool_],
    money: tuple[str, float | None, float | None, int],
    stock: Array,
) -> tuple[dict[str, str | None] | None, str | None]:
    """Dates by which the fund is gone in 5, 50 and 95 % of price paths, or why there are none."""
    mineral, fund, volatility, seed = money
    if option.pays is None:
        return None, "nothing is paid out: users pay, and treasuries receive"
    if fund is None:
        return None, "no fund was named (--fund)"
    price = float(np.median((found.stages[at].price[:, home]).mean(axis=1)))
    given = {} if volatility is None else {"volatility": volatility, "source": "given by the user"}
    try:
        process = price_process(mineral, price, **given)
    except MissingData as error:
        return None, str(error)
    prices = simulate(process, HORIZON, max(len(stock), 1000), seed)
    covered = float(np.median(np.where(home, found.stages[at].output, 0.0).sum(axis=1))) / 12
    if option.name == STOCK:
        covered = float(np.median(stock)) / price / 12
    first = date.today().replace(day=1)  # noqa: DTZ011  (a month is enough)
    gone = run_out(Fund(amount=fund, first=first), option.pays(level), prices, volume=covered, seed=seed)
    return {f"p{100 * share:.0f}": None if day is None else str(day)[:7] for share, day in gone.dates.items()}, None
