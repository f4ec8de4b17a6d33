"""A plan in JSON terms: holdings, pace, triggers, what is avoided, and every input with its source and grade."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from orepact import facts
from orepact.cases.summary import interval
from orepact.errors import Problem
from orepact.planning.reserve_loss import days_of_cover
from orepact.planning.reserve_size import Candidate, ReservePlan
from orepact.planning.reserve_terms import terms
from orepact.policy.reserve import Books, Korea, Request, ReserveState, Rules
from orepact.policy.reserve import events as happen
from orepact.version import __version__

Array = NDArray[np.float64]
LIMIT = (
    "worth counts use that is served after all and purchases spared at the price of the halt; not what all other purchases save as "
    "prices fall, nor use given up because it is dear"
)


def summarise(plan: ReservePlan) -> dict[str, Any]:
    """The whole answer."""
    request = plan.request
    paces = [pace(each, plan.held[each.mineral]) for each in plan.candidates if plan.held[each.mineral] > 0]
    return {
        "question": question(plan),
        "holdings": [holding(each, plan.held[each.mineral]) for each in plan.candidates],
        "pace": paces,
        "triggers": triggers(request.rules, request.objective),
        "avoided": avoided(plan),
        "money": {
            "budget_usd": request.budget,
            "purchases_usd": plan.outlay,
            "unspent_usd": request.budget - plan.outlay,
            "carrying_usd_a_year": plan.carry,
            "first_year_outlay_usd": plan.outlay + plan.carry,
            "worth_usd_a_year": plan.worth,
            "full_after_months": max((each["months_to_fill"] for each in paces), default=0.0),
            "worth_first_year_usd": _worth_first_year(plan),
        },
        "who_pays": who_pays(plan),
        "cannot_tell": [_untold(mineral, problem) for mineral, problem in plan.untold.items()],
        "policy": {
            "name": request.rules.RULE,
            "source": request.rules.SOURCE,
            "holds": request.rules.HOLDS,
            "terms": request.rules.model_dump(mode="json"),
        },
        "inputs": _inputs(plan),
        "sources": _sources(plan),
        "grades": {each.mineral: each.network.grade for each in plan.candidates},
        "notes": notes(plan),
        "facts_version": facts.version(),
        "code_version": __version__,
    }


def csv_of(plan: ReservePlan) -> str:
    """One row a mineral: holdings, pace, and what is avoided in an expected year; empty where nothing is held."""
    import pandas as pd

    answer = summarise(plan)
    fast = {row["mineral"]: row for row in answer["pace"]}
    spared = {row["mineral"]: row for row in answer["avoided"]["by_mineral"]}
    rows = [
        {name: value for name, value in row.items() if name != "path_released"}
        | {name: fast.get(row["mineral"], {}).get(name) for name in ("tonnes_a_month", "months_to_fill")}
        | {"unserved_t_expected": spared.get(row["mineral"], {}).get("unserved_t_expected")}
        for row in answer["holdings"]
    ]
    return str(pd.DataFrame(rows).to_csv(index=False, lineterminator="\n"))


def question(plan: ReservePlan) -> str:
    """The question in words."""
    request = plan.request
    rule = f" under the rules of {request.rules.RULE}" if request.ruled else ""
    return (
        f"What a reserve of {request.budget:,.0f} USD for {request.region_name} should hold ({request.objective}){rule}"
    )


def holding(found: Candidate, tonnes: float) -> dict[str, Any]:
    """What to hold of one mineral, with two checks and what would have to be true for the first tonne to pay."""
    table = found.table
    path = found.path()
    names = [each.scenario.name for each in table.shortages]
    return {
        "mineral": found.mineral,
        "name": facts.mineral_name(found.mineral),
        "tonnes": tonnes,
        "days": days_of_cover(tonnes, table.use),
        "cost": tonnes * found.cost,
        "carry_usd_a_year": tonnes * found.carry,
        "use_t_a_year": table.use,
        "price_usd_per_t": table.price,
        "cost_usd_per_t": found.cost,
        "carry_usd_per_t": found.carry,
        "target_days": found.cover,
        "break_even": found.break_even,
        "newsvendor_t": found.newsvendor(),
        "path_target_t": path.target,
        "path_released": dict(zip(names, path.released(tonnes or path.target).tolist(), strict=True)),
        "largest_supplier": found.pace.largest,
        "largest_share": found.share,
        "grade": found.network.grade,
    }


def pace(found: Candidate, tonnes: float) -> dict[str, Any]:
    """How fast to buy one mineral, when it is full, and what that does to the price."""
    return {
        "mineral": found.mineral,
        "name": facts.mineral_name(found.mineral),
        "tonnes_a_month": min(found.pace.tonnes_a_month, tonnes),
        "months_to_fill": found.pace.months(tonnes),
        "trade_outside_largest_t_a_year": found.pace.trade,
        "price_while_buying": interval(found.pace.paid),
        "bought_under_price_limit_t_a_month": interval(found.pace.bought),
    }


def triggers(rules: Rules, objective: Any) -> list[dict[str, Any]]:
    """Which triggers open the reserve, found by asking the rule set itself, and how soon goods are out."""
    day = date(2000, 1, 1)
    told = (
        ("verified halt", "two parties verify a halt of exports", happen.VerifiedHalt(day=day)),
        (
            "import fall",
            f"imports {100 * rules.fall:g} % below the year before for {rules.weeks} weeks",
            happen.ImportFall(day=day, share=rules.fall, weeks=rules.weeks),
        ),
        (
            "premium",
            f"delivered price {100 * rules.premium:g} % above the reference",
            happen.Premium(day=day, premium=rules.premium),
        ),
        ("official request", "a government asks for it", happen.OfficialRequest(day=day, by="a government")),
    )
    state = ReserveState(mineral="any", objective=objective, books=Books(delivered=1))
    rows = []
    for name, threshold, event in told:
        after, _ = rules.step(state, event)
        ask = happen.Draws(day=day, purpose=objective, requests=(Request(holder="any", grams=1),))
        out = [each for each in rules.step(after, ask)[1] if each.kind == "released"]
        opens = bool(after.opened_by)
        rows.append(
            {"trigger": name, "when": threshold, "opens": opens, "days_to_release": (out[0].day - day).days if opens and out else None}
        )  # fmt: skip
    return rows


def avoided(plan: ReservePlan) -> dict[str, Any]:
    """What the reserve spares in an expected year, and by mineral and scenario if it happens; medians of draws with 80 % ranges."""
    held = [each for each in plan.candidates if plan.held[each.mineral] > 0]
    zero = np.zeros(plan.request.draws)
    rows = [_avoided_of(each, plan.held[each.mineral]) for each in held]
    names = ("unserved_usd", "spared_usd", "worth_usd")
    total = {name: interval(sum((row[name] for row in rows), zero)) for name in names}
    mean = {f"{name}_expected": float(sum(row[name].mean() for row in rows)) for name in names}
    return {
        "a_year": total | mean,
        "by_mineral": [
            {
                "mineral": each.mineral,
                "name": facts.mineral_name(each.mineral),
                "unserved_t_expected": float(row["unserved_t"].mean()),
                **{name: interval(row[name]) for name in ("unserved_t", *names)},
                "if_it_happens": _if_it_happens(each, plan.held[each.mineral]),
            }
            for each, row in zip(held, rows, strict=True)
        ],
    }


def _worth_first_year(plan: ReservePlan) -> float:
    """What is avoided in the first year, with what lies in store in the middle of it at the pace of buying, USD, mean of draws."""
    there = {each.mineral: min(plan.held[each.mineral], 6 * each.pace.tonnes_a_month) for each in plan.candidates}
    return float(sum(_avoided_of(each, there[each.mineral])["worth_usd"].mean() for each in plan.candidates))


def who_pays(plan: ReservePlan) -> list[dict[str, str]]:
    """Who pays for the reserve and who loses by it: when it buys, while it holds, and when it releases."""
    held = [each for each in plan.candidates if plan.held[each.mineral] > 0]
    if not held:
        return []
    most = max(held, key=lambda each: float(np.median(each.pace.paid)))
    more = 100 * max(float(np.median(most.pace.paid)) - 1, 0.0)
    dearer = f"most that of {facts.mineral_name(most.mineral)}, by {more:.2g} %"
    return [
        {"who": "the treasury behind the reserve", "why": "purchases and carrying, whether a halt comes or not"},
        {"who": "all other buyers, while it buys or buys back", "why": f"the price rises for everybody: {dearer}"},
        {
            "who": "producers and holders of stocks elsewhere, in every release",
            "why": "they sell at a lower price of the halt than they would have",
        },
    ]


def _avoided_of(found: Candidate, tonnes: float) -> dict[str, Array]:
    """In an expected year, by draw: unserved tonnes that are served after all, their value, what purchases spare, and the sum."""
    table = found.table
    served = table.yearly_unserved[:1] - table.yearly_unserved
    worth, spared = table.yearly(table.gain), table.yearly(table.spared)
    rows = {"unserved_t": served, "unserved_usd": worth - spared, "spared_usd": spared, "worth_usd": worth}
    return {name: table.at(row, tonnes) for name, row in rows.items()}


def _if_it_happens(found: Candidate, tonnes: float) -> list[dict[str, Any]]:
    """By scenario: unserved without and with the reserve, what it releases, and the price paid, if the scenario happens."""
    table = found.table
    rows = []
    for at, shortage in enumerate(table.shortages):
        scenario = shortage.scenario
        rows.append(
            {
                "scenario": scenario.name,
                "origin": list(shortage.origin),
                "probability_a_year": scenario.probability,
                "months": scenario.months,
                "cut": scenario.cut,
                "need": {
                    "lost_t": interval(shortage.lost),
                    "replaced_t": interval(shortage.replaced),
                    "from_stocks_t": interval(shortage.from_stocks),
                    "given_up_t": interval(shortage.given_up),
                    "need_days": interval(shortage.unserved / (table.use / 365)),
                },
                "unserved_without_t": interval(table.unserved[at, 0]),
                "unserved_with_t": interval(table.at(table.unserved[at], tonnes)),
                "unserved_if_directed_t": interval(np.maximum(table.unserved[at, 0] - tonnes, 0.0)),
                "released_t": interval(table.at(table.released[at], tonnes)),
                "price_without": interval(table.premium[at, 0]),
                "price_with": interval(table.at(table.premium[at], tonnes)),
            }
        )
    return rows


def notes(plan: ReservePlan) -> list[str]:
    """What a reader must know before acting on it."""
    told = [
        "probabilities, interest, release premium and pace are assumptions of grade E: edit table reserve_scenarios (--scenarios FILE)",
        LIMIT,
        "a release is sold at the market's price, so others buy part of what it leaves; handed only to those who would stop it "
        "serves more of them",
    ]
    rules = plan.request.rules
    if not rules.HOLDS:
        told.append("the Union holds nothing itself: read the holdings as what its members would hold together")
    if rules.published(ReserveState(mineral="any", objective=plan.request.objective))["grams"] is None:
        told.append("under these rules the quantities of this plan are not to be published")
    if isinstance(rules, Korea):
        told.append(f"outside an emergency goods are lent for {rules.loan_months} months and come back in kind")
    if plan.request.ruled and any(each.cover for each in plan.candidates):
        told.append(
            "days of cover are the rule set's mandate: they are bought where they are worth most first, worth their carrying or not"
        )
    return told


def _untold(mineral: str, problem: Problem) -> dict[str, str]:
    return {
        "mineral": mineral,
        "name": facts.mineral_name(mineral),
        "missing": f"{problem.wrong}; found {problem.found}",
        "supply": problem.todo,
    }


def _inputs(plan: ReservePlan) -> dict[str, Any]:
    request = plan.request
    return {
        "region": list(request.region),
        "objective": request.objective,
        "draws": request.draws,
        "seed": request.seed,
        "values_usd_per_unserved_t": dict(request.values),
        "terms": [
            {"parameter": name, "value": float(row["value"]), "unit": row["unit"], "why": row["note"], "grade": row["grade"]}
            for name, row in terms().iterrows()
        ],
        "scenarios": [
            {
                "scenario": each.name, "mineral": each.mineral, "stage": each.stage, "cut": each.cut, "months": each.months,
                "probability_a_year": each.probability, "why": each.why, "grade": each.grade,
            }
            for each in request.scenarios
        ],
        "storage": [
            {"mineral": each.mineral, "usd_per_t_a_year": each.storage.usd_per_t, "basis": each.storage.basis, "grade": each.storage.grade}
            for each in plan.candidates
        ],
        "prices": [
            {
                "mineral": each.mineral, "usd_per_t": each.network.price.usd_per_t, "basis": each.network.price.basis,
                "grade": each.network.price.grade, "year": each.network.base_year, "use_inferred": each.network.inferred_use,
                "usd_per_unserved_t": interval(each.table.value),
            }
            for each in plan.candidates
        ],
    }  # fmt: skip


def _sources(plan: ReservePlan) -> list[dict[str, str]]:
    ids = {
        source
        for each in plan.candidates
        for source in (*each.network.sources, each.network.price.source, each.storage.source)
    }
    ids |= {each.source for each in plan.request.scenarios}
    table = facts.sources(sorted(ids))
    columns = ["source", "publisher", "title", "year", "licence", "address"]
    return [{column: str(row[column]) for column in columns} for _, row in table.iterrows()]
