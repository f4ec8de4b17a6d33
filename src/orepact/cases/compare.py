"""Instruments beside each other for the same added tonnes: what each costs, who pays, and when the money runs out.

Each instrument is set so that the median draw makes the same tonnes more in the zone; then its payments, its users' cost, what leaks
out of the zone, and what it does to everybody else are read off the same markets. A fund that pays is run against prices that move.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from orepact import facts
from orepact.cases.assemble import Base, assemble
from orepact.cases.draws import draw
from orepact.cases.fund_prices import HORIZON, Covered, FundRun, Money, first_month, fund_run
from orepact.cases.parties import grade_note, grouped, parties, require_producers
from orepact.cases.partners import NO_VALUE_ADDED, PARTNERS, PartnerEffect, partner_effects, partner_states
from orepact.cases.request import read_places
from orepact.cases.summary import interval
from orepact.cases.tariffs import tariffs, tariffs_in_words
from orepact.errors import BadInput, NotSolved, Problem
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
from orepact.policy.record import MONTHS_A_YEAR

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


@dataclass(frozen=True)
class Option:
    """A kind of instrument that can be set to a price, in USD per tonne. pays: its rule for a fund; ``None`` where none pays.

    means: what its level is. over: what is taken off the price to get the level: the base price for what is paid per tonne.
    """

    name: str
    means: str
    make: Callable[[float], Instrument]
    lowest: float
    pays: Callable[[float], Support] | None
    over: float = 0.0


@dataclass(frozen=True)
class Compared:
    """One instrument set for the tonnes wanted, or the most that it reaches. Arrays by draw, USD and tonnes a year.

    level: USD per tonne of what ``means`` says. stock: USD paid for metal that is still held; stock_t: its tonnes; stock_worth: what
    it is worth at base prices, once nobody holds the price up any more.
    """

    name: str
    means: str
    level: float
    reached: bool
    tonnes: Array
    gains: dict[str, Array]
    treasury: Array
    leakage: Array
    stock: Array
    stock_t: Array
    stock_worth: Array
    partners: tuple[PartnerEffect, ...]
    fund: FundRun


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
        labels = self.base.labels
        buyers = [each for each in labels.buyers[labels.stage(self.stage)] if each in self.zone]
        untold, known = tariffs_in_words(tariffs(self.network, self.stage, buyers), self.network, self.stage)
        return {
            "mineral": self.network.mineral, "stage": self.stage, "base_year": self.network.base_year,
            "zone": list(self.zone), "tonnes": self.wanted, "fund": self.fund,
            "base_price": float(self.network.price.usd_per_t), "runout_horizon_months": HORIZON,
            "partners": {"of": PARTNERS, "states": list(partner_states(self.base, self.zone))},
            "instruments": [self._entry(each) for each in self.instruments],
            "cannot_tell": [NO_VALUE_ADDED, *untold], "notes": [*known, *grade_note(self.network)],
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
        cash = -sum((amount for amount in groups.values()), np.zeros(len(each.tonnes)))
        cost = cash - each.stock_worth
        payers = [{"who": who, "amount": interval(amount)} for who, amount in groups.items()]
        paid = -np.minimum(each.treasury, 0.0)
        return {
            "name": each.name, "level": each.level, "level_means": each.means, "reached": each.reached,
            "tonnes": interval(each.tonnes), "cost": interval(cost), "cash_cost": interval(cash),
            "treasury": interval(each.treasury), "cost_per_added_tonne": interval(cost / np.maximum(each.tonnes, 1e-9)),
            "payers": sorted(payers, key=lambda row: row["amount"]["median"]),
            "leakage_t": interval(each.leakage), "outlay": interval(paid), "held": interval(each.stock),
            "held_t": interval(each.stock_t), "held_at_base_price": interval(each.stock_worth),
            "partner_effects": [effect.summary() for effect in each.partners],
            "runout": each.fund.dates, "why_no_runout": each.fund.why, "runout_basis": each.fund.basis,
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
    start: str | None = None,
    base_year: int | None = None,
    draws: int = 100,
    seed: int = 1,
) -> Comparison:
    """Duty, contract for difference, offtake with a floor, subsidy and stock purchase for the same added tonnes in a zone.

    tonnes: of content a year that the zone is to make more at the stage. fund: USD that may be spent by what a fund pays.
    volatility: of the price, a year; the published one of the mineral when left out. start: month ``YYYY-MM`` from which a fund
    pays; this month when left out.
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
    try:
        first = first_month(start)
    except BadInput as error:
        problems.extend(error.problems)
    if problems:
        raise BadInput(problems)
    drawn = draw(found.mineral, number=draws, seed=seed, producers=len(found.stages[-1].producers))
    base = assemble(found, drawn, 12)
    at = base.labels.stage(wanted)
    require_producers(base, at, members)
    before = solve(base.problem).require()
    price = float(np.median(before.stages[at].price[:, 0]))
    money = Money(found.mineral, fund, volatility, first, seed)
    compared = [
        _set(option, base, before, members, at, tonnes, price, money)
        for option in _options(members, cast(StageName, wanted), base, at, price)
    ]
    return Comparison(found, base, members, wanted, tonnes, fund, tuple(compared))


def _options(zone: tuple[str, ...], stage: StageName, base: Base, at: int, price: float) -> list[Option]:
    makers = tuple(each for each in base.labels.producers[at] if each in zone)
    fund = "zone"
    return [
        Option(
            "adjustable duty",
            "reference price",
            lambda level: ReferenceDuty(importers=zone, stage=stage, reference=level),
            price,
            None,
        ),
        Option(
            f"contract for difference, {CLAWBACK:.0%} paid back above the strike",
            "strike price",
            lambda level: PriceFloor(countries=makers, stage=stage, strike=level, clawback=CLAWBACK, payer=fund),
            price,
            lambda level: ContractForDifference(strike=level, clawback=CLAWBACK),
        ),
        Option(
            "offtake with a floor",
            "floor price",
            lambda level: PriceFloor(countries=makers, stage=stage, strike=level, payer=fund),
            price,
            lambda level: OfftakeWithFloor(floor=level),
        ),
        Option(
            "production subsidy",
            "paid on each tonne",
            lambda level: OutputSubsidy(countries=makers, stage=stage, per_tonne=max(level - price, 1e-9), payer=fund),
            price,
            lambda level: ProductionSubsidy(rate=level - price),
            over=price,
        ),
        Option(
            STOCK,
            "price below which it buys",
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
    money: Money,
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
    treasury, paid = _treasury(ledger(market, found, base.labels, [instrument]), len(more))
    tonnes, worth = _held(market, found, before)
    return Compared(
        name=option.name, means=option.means, level=level - option.over, reached=reached, tonnes=more,
        gains=parties(base, market, found), treasury=treasury, leakage=_leaked(base, before, found, zone, at),
        stock=paid if market.purchases else np.zeros_like(paid), stock_t=tonnes, stock_worth=worth,
        partners=partner_effects(base, before, found, zone),
        fund=fund_run(money, _covered(option, level, found, at, home, tonnes)),
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


def _held(market: Market, found: Solution, before: Solution) -> tuple[Array, Array]:
    """The metal that a stock has bought: tonnes, and USD at base prices; nothing of other instruments."""
    tonnes, worth = np.zeros(len(found.iterations)), np.zeros(len(found.iterations))
    for each, bought in zip(market.purchases, found.purchased, strict=True):
        tonnes = tonnes + bought
        worth = worth + bought * before.stages[each.stage].price[:, each.producer]
    return tonnes, worth


def _leaked(base: Base, before: Solution, found: Solution, zone: tuple[str, ...], at: int) -> Array:
    """What the zone sells out of itself more than before, tonnes: output that was paid for and is used elsewhere."""
    home, inside = base.labels.rows(at, zone), base.labels.columns(at, zone)
    out = home[:, None] & ~inside[None, :]
    return np.asarray(np.where(out, found.stages[at].flows - before.stages[at].flows, 0.0).sum(axis=(1, 2)))


def _covered(
    option: Option, level: float, found: Solution, at: int, home: NDArray[np.bool_], stock: Array
) -> Covered | None:
    """What a fund pays for each month: all that the zone makes at the stage, or what the stock buys; from the price there."""
    if option.pays is None:
        return None
    output = np.where(home, found.stages[at].output, 0.0)
    made = output.sum(axis=1)
    price = float(np.median((output * found.stages[at].price).sum(axis=1) / made))
    buys = option.name == STOCK
    tonnes = float(np.median(stock if buys else made)) / MONTHS_A_YEAR
    return Covered(option.pays(level), tonnes, price, resold=not buys)
