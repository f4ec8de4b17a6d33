"""The answer of a corridor question in JSON terms, and its sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from orepact import facts
from orepact.corridors.allied import LAWS, OWNERS, REFINERS
from orepact.corridors.exposure import record
from orepact.corridors.refining import MOST_REFINERS
from orepact.corridors.sea import passages
from orepact.corridors.ways import ways
from orepact.version import __version__

if TYPE_CHECKING:
    from orepact.corridors.corridor import CorridorAnswer
    from orepact.corridors.flow import Loss, MaxFlow

HALF = 0.5
WHOLE_PERCENT = 0.095
"""Share from which a percentage is told without decimals."""

RULE_WORDS = {
    REFINERS: "refined last inside",
    OWNERS: "and carried by operators owned inside",
    LAWS: "and under the law of members on the whole way",
}


def summarise(found: CorridorAnswer) -> dict[str, Any]:
    """The whole answer."""
    request, graph = found.request, found.graph
    use, supply = graph.demand, graph.supply
    return {
        "question": question(found),
        "mineral": request.mineral,
        "stage": request.stage,
        "base_year": found.network.base_year,
        "from": request.origin,
        "to": {"name": request.region, "members": list(request.members)},
        "flow": {"max_t": found.flow.tonnes, "share_of_use": _over(found.flow.tonnes, use), "open_max_t": found.open_flow.tonnes,
                 "supply_t": supply, "use_t": use, "today_t": found.refining.reach, "closed": list(request.close),
                 "no_route": found.flow.units == 0 and use > 0},
        "cut": _cut(found, found.flow),
        "severs": _severs(found),
        "allied": _allied(found),
        "losses": {"single": [_loss(each) for each in found.losses.single],
                   "pair": None if found.losses.pair is None else _loss(found.losses.pair)},
        "routes": [route.record() for route in found.routes],
        "effective_routes": _effective(found),
        "corridors": _corridors(found),
        "refining": _refining(found),
        "exposure": [record(each) for each in found.exposures],
        "market": _market(found),
        "certificate": {"flow_units": found.flow.units, "cut_units": found.flow.cut_units,
                        "equal": found.flow.units == found.flow.cut_units},
        "grade": found.network.grade,
        "notes": list(graph.notes),
        "cannot_tell": list(graph.untold),
        "sources": _sources(found),
        "facts_version": facts.version(),
        "code_version": __version__,
    }  # fmt: skip


def question(found: CorridorAnswer) -> str:
    """The question in words."""
    request = found.request
    shut = f" with {named_passages(request.close)} closed" if request.close else ""
    way = f" by {', '.join(ways()[slug].name for slug in request.via)}" if request.via else ""
    return f"{request.stage} {facts.mineral_name(request.mineral)} from {facts.country_name(request.origin)} to {request.region}{way}{shut}"


def named_passages(slugs: tuple[str, ...]) -> str:
    """Passages in words: ``Suez Canal and Strait of Hormuz``."""
    names = [passages()[slug] for slug in slugs]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _over(part: float, whole: float) -> float | None:
    return part / whole if whole > 0 else None


def _cut(found: CorridorAnswer, flow: MaxFlow) -> list[dict[str, Any]]:
    return [
        {"name": each.name, "kind": each.kind, "capacity_t": each.capacity, "grade": each.grade, "source": each.source}
        for each in (found.graph.elements[name] for name in flow.cut)
    ]


def _severs(found: CorridorAnswer) -> dict[str, Any]:
    """The fewest things that end every route, with what proves that there are no fewer, and the countries that no route avoids."""
    of = found.severing
    countries = [{"country": country, "by": list(by)} for country, by in of.countries]
    return {"things": list(of.things), "names": list(of.names), "kinds": list(of.kinds), "routes_apart": of.apart,
            "proved_by": "routes" if of.routes_prove else "search", "countries": countries}  # fmt: skip


def _loss(loss: Loss) -> dict[str, Any]:
    return {"things": list(loss.things), "names": list(loss.names), "lost_t": loss.tonnes, "share": loss.share}


def _allied(found: CorridorAnswer) -> dict[str, Any] | None:
    request, use = found.request, found.graph.demand
    if not request.allies:
        return None
    rules = [
        {"rule": each.rule, "words": RULE_WORDS[each.rule], "low_t": each.low, "high_t": each.high, "low_share": _over(each.low, use),
         "high_share": _over(each.high, use), "cut": list(each.cut)}
        for each in found.allied
    ]  # fmt: skip
    failures = [{"name": each.name, "rule": each.rule, "why": each.why, "known": each.known} for each in found.failures]
    return {"name": request.allied, "members": list(request.allies), "rules": rules, "fails": failures}


def _effective(found: CorridorAnswer) -> dict[str, Any]:
    """Effective number of routes: by who refines today from the network's flows; by way out within what nobody publishes."""
    flows = np.asarray(list(found.refining.by_refiner.values()))
    share = flows / flows.sum() if flows.sum() > 0 else flows
    by_refiner = float(1.0 / (share**2).sum()) if flows.sum() > 0 else None
    out = len({route.out for route in found.routes if route.exists})
    return {"by_refiner": by_refiner, "ways_out": out, "ways_out_low": 1.0 if out else 0.0, "ways_out_high": float(out),
            "why": "which way out carries what is not published; by who refines, from today's flows to the region"}  # fmt: skip


def _corridors(found: CorridorAnswer) -> list[dict[str, Any]]:
    """Every way out with its published figures."""
    rows = []
    for way in found.graph.ways.values():
        element = found.graph.elements[f"way:{way.slug}"]
        figures = {
            name: {"value": fact.value, "low": fact.low, "high": fact.high, "unit": fact.unit, "period": fact.period, "basis": fact.basis,
                   "grade": fact.grade, "source": fact.source}
            for name, fact in way.figures.items()
        }  # fmt: skip
        rows.append(
            {"corridor": way.slug, "name": way.name, "mode": way.mode, "passes": list(way.passes), "laws": list(way.jurisdictions),
             "port": way.port or None, "ends_in": way.ends_in, "operator": way.operator, "owners": list(way.owners), "status": way.status,
             "capacity_t": element.capacity, "why": element.why, "figures": figures, "grade": way.grade, "note": way.note}
        )  # fmt: skip
    return rows


def _refining(found: CorridorAnswer) -> dict[str, Any]:
    of = found.refining
    largest = None
    if of.largest is not None:
        who, share, low, high, grade = of.largest
        largest = {"country": who or None, "share": share, "low": low, "high": high, "grade": grade}
    return {
        "refiners": [
            {"country": who, "tonnes": tonnes, "share": tonnes / of.total, "to_region_t": of.by_refiner.get(who, 0.0)}
            for who, tonnes in of.refiners[:MOST_REFINERS]
        ],
        "allied_share": of.allied,
        "largest_third_country": largest,
        "untold": of.untold or None,
        "limit": of.limit,
        "sentence": test_sentence(found),
    }


def test_sentence(found: CorridorAnswer) -> str:
    """Whether a way from the mine moves the 65 % test, and why not, with the shares."""
    request, of = found.request, found.refining
    if len(found.network.stages) < 2:
        return f"The table of {facts.mineral_name(request.mineral)} has one stage: nothing is said of who refines."
    if request.stage != found.network.stages[0].stage:
        return f"These goods are refined in {facts.country_name(request.origin)}: a route moves where they go, not who refined them."
    who, tonnes = of.refiners[0]
    share = tonnes / of.total
    told = f"{facts.country_name(who)} refines {_percent(share)} of what leaves {facts.country_name(request.origin)} unrefined"
    if request.allies and of.allied is not None:
        told += f", {request.allied} and {request.region} together {_percent(of.allied)}"
    if of.largest is None:
        return f"{told}. The test of {_percent(of.limit)} cannot be told: missing is {of.untold}."
    country, value, low, high, grade = of.largest
    largest = facts.country_name(country) if country else "any third country"
    name, home = facts.mineral_name(request.mineral), facts.country_name(request.origin)
    unchanged = (
        f"A way from mine to port changes how ore leaves, not who refines it: the largest third country in what {request.region} uses "
        f"stays {largest} with {_percent(value)} ({_percent(low)} to {_percent(high)}, grade {grade})"
    )
    counted = (
        f"The two shares count different tonnes: the first is of what leaves {home} unrefined, the second of all {name} that "
        f"{request.region} uses, from everywhere and from scrap"
    )
    return f"{told}. {unchanged}. {_held(found, low, high)} {counted}."


def _held(found: CorridorAnswer, low: float, high: float) -> str:
    """Whether the share is under the limit, with its range; where it is above, whether allied refining is what is wanting."""
    of = found.refining
    limit, span = _percent(of.limit), f"{_percent(low)} to {_percent(high)}"
    if high <= of.limit:
        return f"That is already under the limit of {limit}, over the whole range: the test is met without any new way."
    if low <= of.limit:
        return f"Whether that is under the limit of {limit} cannot be told: {span} has it inside."
    inside = {*found.request.allies, *found.request.members}
    mine = sum(tonnes for who, tonnes in of.refiners if who in inside) / of.total
    why = ", for want of allied refining of this ore" if mine < HALF else ""
    return f"That is above the limit of {limit}, over the whole range, and a way does not change it{why}."


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %" if share >= WHOLE_PERCENT or share == 0 else f"{100 * share:.1f} %"


def _market(found: CorridorAnswer) -> dict[str, Any] | None:
    """What the closure does to the region's prices and use; None where it touches no flow or nothing is closed."""
    effect = found.effect
    if effect is None:
        return None
    made = effect.closing
    return {
        "price": effect.price, "price_first_quarter": effect.peak, "unserved_t": effect.unserved, "part_of_shipments": made.part,
        "ended": [{"stage": stage, "origin": origin, "destinations": list(where)} for stage, origin, where in made.ended],
        "records": [dict(each) for each in made.records], "case": effect.case, "hash": effect.hash,
    }  # fmt: skip


def _sources(found: CorridorAnswer) -> list[dict[str, Any]]:
    used = {*found.network.sources, "searoute_1_6"}
    for way in found.graph.ways.values():
        used |= {way.source, *(fact.source for fact in way.figures.values())}
    from orepact.corridors.ways import freight, speed

    used |= {speed().source, freight().source}
    table = facts.sources(sorted(used))
    return [
        {name: row[name] for name in ("source", "publisher", "title", "year", "licence", "grade", "address")}
        for row in table.to_dict("records")
    ]
