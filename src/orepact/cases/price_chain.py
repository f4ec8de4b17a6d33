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
from orepact.cases.draws import draw
from orepact.cases.partners import PARTNERS
from orepact.cases.request import read_places
from orepact.cases.stage_prices import ByStage, Given, Step, coherence
from orepact.cases.summary import interval
from orepact.errors import BadInput, MissingData, Problem
from orepact.market import Problem as Market
from orepact.market import Solution, gains, solve
from orepact.network import Network
from orepact.network import network as make_network
from orepact.policy import Party, ReferenceDuty, ledger
from orepact.policy.instrument import StageName
from orepact.policy.record import LARGEST, raise_all

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]
Interval = dict[str, float]

PATH_NODES, PATH_SHARES = np.polynomial.legendre.leggauss(16)
STAGE_WORDS = "stage of the table"


@dataclass(frozen=True)
class PriceAnswer:
    """What a reference price does over a year. Tonnes of content, USD, ratios to base; by draw where an array, ``(B,)``.

    closes: largest gap over the draws between what all parties gain and lose and the change of welfare worked out along the path
    of the duty, as a share of all that they gain and lose; 0 where nothing is paid. steps: whether refiners beside a reference
    price live.
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
    cannot_tell: tuple[str, ...]
    closes: float
    steps: tuple[Step, ...] = ()

    @property
    def at(self) -> int:
        """Position of the stage in the market."""
        return self.base.labels.stage(self.duty.stage)

    def duties(self) -> list[dict[str, Any]]:
        """The duty per tonne on what each origin outside the zone sells into it, at today's prices and after; USD per tonne."""
        labels, at = self.base.labels, self.at
        outside = np.flatnonzero(~labels.rows(at, (*self.zone, *self.duty.exempt)))
        rows = []
        for row in outside:
            first = np.maximum(self.duty.reference - self.before.stages[at].price[:, row], 0.0)
            then = np.maximum(self.duty.reference - self.solution.stages[at].price[:, row], 0.0)
            if self.duty.cap_rate is not None:
                first = np.minimum(first, self.duty.cap_rate * self.before.stages[at].price[:, row])
                then = np.minimum(then, self.duty.cap_rate * self.solution.stages[at].price[:, row])
            inside = labels.columns(at, self.zone)
            sold = self.before.stages[at].flows[:, row][:, inside].sum(axis=1)
            after = self.solution.stages[at].flows[:, row][:, inside].sum(axis=1)
            rows.append(
                {
                    "origin": labels.producers[at][row],
                    "duty": interval(then),
                    "duty_at_base_price": interval(first),
                    "imports_before_t": float(np.median(sold)),
                    "imports_after_t": interval(after),
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
            _add(found, country_of(who), amount)
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
            "cannot_tell": list(self.cannot_tell),
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
    one of the mineral's table when left out. exempt: origins outside that do not pay. cap_rate: bound rate, a share of the price.
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
    found = make_network(facts.resolve_mineral(mineral), base_year)
    members = read_places(zone, "--zone")
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
        exempt=() if exempt is None else read_places(exempt, "--exempt"), cap_rate=cap_rate,
    )  # fmt: skip
    steps = coherence(found, base, (wanted, reference), members, given)
    return replace(answered(found, base, duty, members), steps=steps)


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
    closes = _closes(base, market, solution, payers, revenue)
    sectors, missing = sector_costs(found, base, payers, zone)
    return PriceAnswer(
        found, base, duty, zone, market, solution, before, payers, sectors, (*missing, *untold(found, zone)), closes
    )


def _party(party: Party) -> str:
    return f"{party.kind} in {party.country}"


def parties(base: Base, market: Market, solution: Solution) -> dict[str, Array]:
    """Gains of producers and refiners by country and stage, and of users by country, in USD a year."""
    found = gains(market, solution)
    table: dict[str, Array] = {}
    for at, stage in enumerate(base.labels.stages):
        for kind, part in (("producers", found.producers[at]), ("refiners", found.refiners[at])):
            for row, country in enumerate(base.labels.producers[at]):
                if part[:, row].any():
                    _add(table, f"{kind} of {country} ({stage})", part[:, row])
    users = base.labels.buyers[-1][-found.users[-1].shape[1] :]
    for column, country in enumerate(users):
        _add(table, f"users of {country}", found.users[-1][:, column])
    return table


def grouped(payers: Mapping[str, Array], zone: tuple[str, ...]) -> dict[str, Array]:
    """Gains of the groups that people ask about, USD a year, those that have any: in the zone, in partner states, elsewhere."""
    partners = facts.resolve_place(PARTNERS)
    found: dict[str, Array] = {}
    kinds = ("users", "producers", "refiners", "treasury", "holders")
    for side in ("in the zone", "in partner states", "elsewhere"):
        for kind in kinds:
            for who, amount in payers.items():
                first, country = who.partition(" ")[0], country_of(who)
                here = "in the zone" if country in zone else "in partner states" if country in partners else "elsewhere"
                if first == kind and here == side and np.any(amount):
                    _add(found, f"{WORDS[kind]} {side}", amount)
    return found


def country_of(who: str) -> str:
    """The country of a party: ``JPN`` for ``users of JPN``."""
    return who.replace(" in ", " of ").partition(" of ")[2][:3]


WORDS = {
    "users": "users", "producers": "mines and scrap", "refiners": "refiners", "treasury": "treasuries",
    "holders": "holders of quotas",
}  # fmt: skip


def _add(table: dict[str, Array], key: str, amount: Array) -> None:
    table[key] = table.get(key, np.zeros(len(amount))) + amount


def _closes(base: Base, market: Market, solution: Solution, payers: dict[str, Array], revenue: Array) -> float:
    """Gains and losses against ``revenue - ∫ x dtau`` along straight wedges, as a share of all of them."""
    if not np.any(revenue > 0):
        return 0.0
    from orepact.market import accounts

    wedges = [
        sum((duty.treasury + duty.rent for duty in stage.duties), np.zeros_like(found.flows))
        / np.maximum(found.flows, 1e-300)
        for stage, found in zip(accounts(market, solution).stages, solution.stages, strict=True)
    ]
    path = np.zeros(len(revenue))
    for node, share in zip(PATH_NODES, PATH_SHARES, strict=True):
        part = (node + 1) / 2
        stages = tuple(
            _with_levy(stage, part * wedge) for stage, wedge in zip(base.problem.stages, wedges, strict=True)
        )
        there = solve(Market(stages)).require()
        path = path - share / 2 * sum(
            (each.flows * wedge).sum(axis=(1, 2)) for each, wedge in zip(there.stages, wedges, strict=True)
        )
    total = sum(payers.values(), np.zeros(len(revenue)))
    moved = sum((np.abs(each) for each in payers.values()), np.zeros(len(revenue)))
    return float((np.abs(total - revenue - path) / np.maximum(moved, 1e-300)).max())


def _with_levy(stage: Any, wedge: Array) -> Any:
    return replace(stage, levy=stage.levy + wedge)


NAMES = {"EU27": "the EU", "USA": "the US", "JPN": "Japan"}
"""Users that sentences name."""


def sector_costs(
    found: Network, base: Base, payers: dict[str, Array], zone: tuple[str, ...]
) -> tuple[tuple[dict[str, Any], ...], tuple[str, ...]]:
    """What users of the zone lose, by the sector that uses the mineral, where the facts have shares of use for a part of it."""
    table = facts.load("end_use")
    rows: list[dict[str, Any]] = []
    missing: list[str] = []
    users = base.labels.buyers[-1]
    for reporter in ("EU27", "USA"):
        members = [each for each in facts.resolve_place(reporter) if each in zone and each in users]
        if not members:
            continue
        shares = table[(table["mineral"] == found.mineral) & (table["country"] == reporter) & table["value"].notna()]
        if shares.empty:
            missing.append(
                f"which sectors of {NAMES[reporter]} pay: the facts have no shares of its use of {facts.mineral_name(found.mineral)}"
            )
            continue
        lost = sum((payers[f"users of {each}"] for each in members if f"users of {each}" in payers), np.zeros(1))
        for sector, group in shares.groupby("sector"):
            part = float(group["value"].sum())
            added = group["value_added"].dropna()
            rows.append(
                {
                    "region": reporter, "sector": str(sector), "share_of_use": part, "amount": interval(part * lost),
                    "value_added_m": float(added.iloc[0]) if len(added) else None,
                }
            )  # fmt: skip
    rest = [each for each in zone if each in users and each not in facts.resolve_place("EU27") and each != "USA"]
    if rest:
        missing.append(
            f"which sectors pay in {len(rest)} other countries of the zone: the facts have shares of use for EU and US"
        )
    return tuple(sorted(rows, key=lambda row: row["amount"]["median"])), tuple(missing)


def untold(found: Network, zone: tuple[str, ...]) -> tuple[str, ...]:
    """What the facts lack: the tariffs in force, without which the landed price of an origin is its price on board."""
    lacking = [each for each in ("EU27", "JPN") if set(facts.resolve_place(each)) & set(zone)]
    told = [
        f"tariffs already in force in {NAMES[each]}: they are not in the facts, so the duty is on top of the price without them; "
        "supply a tariff table to tell the price after them"
        for each in lacking
    ]
    if found.price.grade in {"D", "E"}:
        told.append(
            f"the base price is grade {found.price.grade} ({found.price.basis}): ratios and tonnes hold, dollars scale with it"
        )
    return tuple(told)


def require_producers(base: Base, at: int, zone: tuple[str, ...]) -> None:
    """Raise MissingData where the zone makes nothing at a stage, so that no support could add a tonne."""
    if not base.labels.rows(at, zone).any():
        raise MissingData(
            Problem(
                "--zone", "nobody in the zone makes the mineral at this stage", f"producers: {', '.join(base.labels.producers[at][:8])}",
                "choose another stage or zone, or add a new_project in a case file",
            )
        )  # fmt: skip
