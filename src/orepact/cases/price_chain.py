"""From a reference price to who pays: duty by origin, prices inside and outside, new output, and the gains and losses of all.

What enters: a mineral, a stage, a reference price and a zone. What leaves: a :class:`PriceAnswer` with ranges. The sum of gains,
losses and revenue is what the duty costs all together; it is held against the same figure worked out along a path of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from orepact import facts
from orepact.cases.assemble import Base, assemble
from orepact.cases.closing import closing_gap
from orepact.cases.draws import draw
from orepact.cases.parties import add, country_of, grade_note, grouped, parties
from orepact.cases.reach import too_far, within_reach
from orepact.cases.request import read_places
from orepact.cases.sectors import sector_costs
from orepact.cases.stage_prices import ByStage, Given, Step, coherence
from orepact.cases.summary import interval
from orepact.cases.tariffs import tariffs, tariffs_in_words
from orepact.errors import BadInput, NotSolved, Problem
from orepact.market import Problem as Market
from orepact.market import Solution, solve
from orepact.network import Network
from orepact.network import network as make_network
from orepact.policy import Party, ReferenceDuty, ledger
from orepact.policy.instrument import StageName
from orepact.policy.money import levy_of, levy_per_tonne
from orepact.policy.record import LARGEST, raise_all
from orepact.policy.reference_duty import FreeTonnes

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]
Interval = dict[str, float]


@dataclass(frozen=True)
class PriceAnswer:
    """What a reference price does over a year. Tonnes of content, USD, ratios to base; by draw where an array, ``(B,)``.

    closes: largest gap over the draws between what all parties gain and lose and the change of welfare worked out along a path
    of duties, as a share of all that they gain and lose (:func:`orepact.cases.closing.closing_gap`); never above 1e-6.
    steps: whether refiners beside a reference price live.
    """

    network: Network
    base: Base
    duty: ReferenceDuty
    zone: tuple[str, ...]
    market: Market
    solution: Solution
    before: Solution
    payers: dict[str, Array]
    sectors: tuple[dict[str, Any], ...]
    tariffs: tuple[dict[str, Any], ...]
    cannot_tell: tuple[str, ...]
    notes: tuple[str, ...]
    closes: float
    steps: tuple[Step, ...] = ()

    @property
    def at(self) -> int:
        """Position of the stage in the market."""
        return self.base.labels.stage(self.duty.stage)

    @property
    def binds(self) -> bool:
        """Whether the duty is above zero on anything that was sold in the base year, in any draw."""
        duty = levy_per_tonne(self.market, self.solution, self.duty.name, self.at)
        return bool(np.any((duty > 0) & (self.before.stages[self.at].flows > 0)))

    def duties(self) -> list[dict[str, Any]]:
        """The duty per tonne on what each origin outside the zone sells into it, at today's prices and after; USD per tonne.

        As it is charged: with its kink rounded over half a per cent of the reference, so that duty times what pays is the revenue. At
        today's prices it is that on a tonne beyond those that are free.
        """
        labels, at = self.base.labels, self.at
        inside = labels.columns(at, self.zone)
        free = labels.rows(at, self.duty.exempt)
        tonnes = {each.origin: each.tonnes for each in self.duty.free}
        beyond = replace(self.market, levies=tuple(replace(each, quota=None) for each in self.market.levies))
        first = levy_per_tonne(beyond, self.before, self.duty.name, at)
        then = levy_per_tonne(self.market, self.solution, self.duty.name, at)
        treasury, _ = levy_of(self.market, self.solution, self.duty.name, at)
        rows = []
        for row in np.flatnonzero(~labels.rows(at, self.zone)):
            sold, after = (found.stages[at].flows[:, row][:, inside] for found in (self.before, self.solution))
            rows.append(
                {
                    "origin": labels.producers[at][row],
                    "exempt": bool(free[row]),
                    "free_t": tonnes.get(labels.producers[at][row], 0.0),
                    "duty": interval(then[:, row][:, inside].max(axis=1)),
                    "duty_at_base_price": interval(first[:, row][:, inside].max(axis=1)),
                    "imports_before_t": float(np.median(sold.sum(axis=1))),
                    "imports_after_t": interval(after.sum(axis=1)),
                    "revenue": interval(treasury[:, row][:, inside].sum(axis=1)),
                }
            )
        return sorted(rows, key=lambda each: -each["imports_before_t"])

    def prices(self) -> dict[str, Interval]:
        """Delivered prices of buyers inside and outside the zone, and what producers get there, as ratios to base."""
        labels, at = self.base.labels, self.at
        bought = self.base.flows[at].sum(axis=1)
        found, before = self.solution.stages[at], self.before.stages[at]
        inside, home = labels.columns(at, self.zone), labels.rows(at, self.zone)
        sold = self.base.flows[at].sum(axis=2)
        answer = {}
        for name, group in {"zone": inside, "outside": ~inside}.items():
            answer[name] = _mean_ratio(found.paid_price, before.paid_price, bought, group)
        for name, group in {"zone_producers": home, "outside_producers": ~home}.items():
            answer[name] = _mean_ratio(found.price, before.price, sold, group)
        return {name: interval(values) for name, values in answer.items() if np.isfinite(values).all()}

    def output(self) -> dict[str, Interval]:
        """What is made more, tonnes of content a year: in the zone and outside it at the stage, and by stage in the zone."""
        labels = self.base.labels
        answer = {}
        for at, name in enumerate(labels.stages):
            more = self.solution.stages[at].output - self.before.stages[at].output
            home = labels.rows(at, self.zone)
            answer[f"{name}_zone_t"] = interval(np.where(home, more, 0.0).sum(axis=1))
            answer[f"{name}_outside_t"] = interval(np.where(home, 0.0, more).sum(axis=1))
        use = self.solution.stages[-1].use - self.before.stages[-1].use
        users = labels.columns(len(labels.stages) - 1, self.zone)[-use.shape[1] :]
        answer["use_zone_t"] = interval(np.where(users, use, 0.0).sum(axis=1))
        return answer

    def total(self) -> Array:
        """What all parties gain together, by draw, USD a year: below zero is what the duty costs all together."""
        return sum(self.payers.values(), np.zeros(len(self.solution.iterations)))

    def countries(self) -> dict[str, Interval]:
        """What each country gains, users, producers, refiners and treasury together, USD a year: below zero is a loss."""
        found: dict[str, Array] = {}
        for who, amount in self.payers.items():
            add(found, country_of(who), amount)
        return {country: interval(amount) for country, amount in found.items()}

    def summary(self) -> dict[str, Any]:
        """The answer in JSON terms."""
        payers = [{"who": who, "amount": interval(amount)} for who, amount in self.payers.items()]
        return {
            "mineral": self.network.mineral,
            "stage": self.duty.stage,
            "base_year": self.network.base_year,
            "reference": self.duty.reference,
            "base_price": interval(
                np.broadcast_to(self.before.stages[self.at].price[:, 0], len(self.before.iterations))
            ),
            "zone": list(self.zone),
            "binds": self.binds,
            "stages": list(self.base.labels.stages),
            "coherence": [each.row() for each in self.steps],
            "duties": self.duties(),
            "prices": self.prices(),
            "output": self.output(),
            "groups": [
                {"who": who, "amount": interval(amount)} for who, amount in grouped(self.payers, self.zone).items()
            ],
            "payers": sorted(payers, key=lambda each: each["amount"]["median"]),
            "total": interval(self.total()),
            "sectors": list(self.sectors),
            "tariffs": list(self.tariffs),
            "cannot_tell": list(self.cannot_tell),
            "notes": list(self.notes),
            "closes": self.closes,
            "certificate": {
                "max_balance": self.solution.certificate.max_balance,
                "solved": len(self.solution.iterations),
                "failed": 0,
            },
            "grade": self.network.grade,
            "sources": list(self.network.sources),
        }

    def frame(self) -> pd.DataFrame:
        """One row a party: what it gains (or loses, below 0), USD a year with the 80 % range."""
        import pandas as pd

        rows = [
            {"who": who, **{f"usd_{key}": value for key, value in interval(each).items()}}
            for who, each in self.payers.items()
        ]
        return pd.DataFrame(rows).sort_values("usd_median", kind="stable")


def _mean_ratio(after: Array, before: Array, weight: Array, group: NDArray[np.bool_]) -> Array:
    inside = np.where(group, weight, 0.0)
    base = (inside * before).sum(axis=1)
    ratio = np.full(len(base), np.nan)
    np.divide((inside * after).sum(axis=1), base, out=ratio, where=base > 0)
    return ratio


def price(  # noqa: PLR0913
    mineral: str,
    *,
    reference: float,
    zone: str | Sequence[str],
    stage: str | None = None,
    exempt: str | Sequence[str] | None = None,
    free: Mapping[str, float] | None = None,
    cap_rate: float | None = None,
    base_year: int | None = None,
    draws: int = 200,
    seed: int = 1,
    reference_at: ByStage = None,
    conversion_cost: ByStage = None,
    yields: ByStage = None,
) -> PriceAnswer:
    """What a reference price does: duty by origin, prices, output, and who pays.

    reference: USD per tonne of content. zone: countries or regions whose imports from outside are lifted to it. stage: the last
    one of the mineral's table when left out. exempt: origins outside that do not pay. free: tonnes a year of an origin
    that enter free because they qualify for a preferential zone; the rest of it pays. cap_rate: bound rate, a share of the price.
    reference_at: reference prices of other stages, which are held against it and not levied; conversion_cost (USD per tonne
    sold) and yields (share) of the plants that make a stage: mappings by stage, or texts like "mine=20000". Raises BadInput
    where two reference prices kill the refiner between them.
    """
    problems: list[Problem] = []
    if not 0 < reference <= LARGEST:
        bound = f"above zero and at most {LARGEST:g} is needed"
        problems.append(Problem("--reference", f"a price {bound}", f"{reference:g}", "give USD per tonne of content"))
    if cap_rate is not None and not 0 < cap_rate <= LARGEST:
        problems.append(Problem("--cap-rate", "it must be above zero", f"{cap_rate:g}", "give a share like 0.1"))
    raise_all(problems)
    given = Given.read(reference_at, conversion_cost, yields)
    members, spared = read_places(zone, "--zone"), () if exempt is None else read_places(exempt, "--exempt")
    if spared and set(spared) <= set(members):
        raise BadInput(
            Problem(
                "--exempt", "the zone does not pay on its own goods", ", ".join(spared), "name origins outside the zone"
            )
        )
    found = make_network(facts.resolve_mineral(mineral), base_year)
    stages = [table.stage for table in found.stages]
    wanted = stages[-1] if stage is None else facts.resolve_stage(stage)
    if wanted not in stages:
        raise BadInput(
            Problem("--stage", "the table has no such stage", f"'{wanted}'", f"choose {' or '.join(stages)}")
        )
    drawn = draw(found.mineral, number=draws, seed=seed, producers=len(found.stages[-1].producers))
    base = assemble(found, drawn, 12)
    duty = ReferenceDuty(
        importers=members, stage=cast(StageName, wanted), reference=reference,
        exempt=spared, cap_rate=cap_rate, free=_qualifying(free, (*members, *spared)),
    )  # fmt: skip
    steps = coherence(found, base, (wanted, reference), members, given)
    return replace(_within_reach(found, base, duty, members), steps=steps)


def _qualifying(free: Mapping[str, float] | None, no_duty: tuple[str, ...]) -> tuple[FreeTonnes, ...]:
    """Tonnes that enter free, of origins that would pay."""
    given = {origin: tonnes for origin, tonnes in (free or {}).items() if tonnes > 0 and origin not in no_duty}
    return tuple(FreeTonnes(origin=origin, tonnes=tonnes) for origin, tonnes in sorted(given.items()))


def _within_reach(found: Network, base: Base, duty: ReferenceDuty, zone: tuple[str, ...]) -> PriceAnswer:
    """The answer to a duty; where a reference far above the base price is not solved, the highest that was is named."""
    try:
        return answered(found, base, duty, zone)
    except NotSolved as error:
        if duty.reference <= found.price.usd_per_t:
            raise
        highest = within_reach(
            lambda price: answered(found, base, duty.model_copy(update={"reference": price}), zone),
            found.price.usd_per_t,
            duty.reference,
        )
        if highest is None:
            raise
        raise too_far(duty.reference, highest, error) from None


def answered(found: Network, base: Base, duty: ReferenceDuty, zone: tuple[str, ...]) -> PriceAnswer:
    """The answer to a duty on a base market."""
    at = base.labels.stage(duty.stage)
    market = duty.apply(base.problem, base.labels, base.flows[at])
    before, solution = solve(base.problem).require(), solve(market).require()
    payers = parties(base, market, solution)
    paid = ledger(market, solution, base.labels, [duty])
    revenue = np.zeros(len(solution.iterations))
    for each in paid:
        if each.receiver.kind == "treasury":
            key = f"treasury of {each.receiver.country}"
            payers[key] = payers.get(key, 0.0) + each.amount
        revenue = revenue + each.amount
    for each in paid:
        if each.receiver.kind == "holders":
            key = _party(each.receiver)
            payers[key] = payers.get(key, 0.0) + each.amount
    closes = closing_gap(base.problem, before, solution, _wedges(market, solution, duty, at), payers, revenue)
    sectors, missing = sector_costs(found, base, payers, zone)
    buyers = [each for each in base.labels.buyers[at] if each in zone]
    force = tariffs(found, duty.stage, buyers)
    untold, known = tariffs_in_words(force, found, duty.stage)
    return PriceAnswer(
        found, base, duty, zone, market, solution, before, payers, sectors, tuple(force), (*missing, *untold),
        (*known, *_notes(found, duty, zone)), closes,
    )  # fmt: skip


def _notes(found: Network, duty: ReferenceDuty, zone: tuple[str, ...]) -> tuple[str, ...]:
    told = list(grade_note(found))
    idle = [facts.country_name(each) for each in duty.exempt if each in zone]
    if idle:
        told.append(f"exempt without effect, being in the zone, which does not pay: {', '.join(idle)}")
    made = {producer for table in found.stages if table.stage == duty.stage for producer in table.producers}
    for each in duty.free:
        name = facts.country_name(each.origin)
        if each.origin in made:
            told.append(
                f"{each.tonnes:g} t a year of {name} enter free because they qualify; the rest of its goods pays"
            )
        else:
            told.append(
                f"{each.tonnes:g} t a year of {name} qualify without effect: the table has no goods of that origin"
            )
    return tuple(told)


def _wedges(market: Market, solution: Solution, duty: ReferenceDuty, at: int) -> tuple[Array, ...]:
    """What the duty takes on each tonne of each flow, by stage, also where nothing is sold any more."""
    wedges = [np.zeros_like(stage.flows) for stage in solution.stages]
    wedges[at] = levy_per_tonne(market, solution, duty.name, at)
    return tuple(wedges)


def _party(party: Party) -> str:
    return f"{party.kind} in {party.country}"
