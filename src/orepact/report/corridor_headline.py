"""The first words of a corridor answer: what severs every route and what arrives today, then the bound; an alliance first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from orepact import facts
from orepact.corridors.allied import LAWS, OWNERS, REFINERS
from orepact.corridors.answer import named_passages
from orepact.corridors.corridor import CorridorAnswer
from orepact.corridors.sever import LAW
from orepact.report.numbers import UNTOLD, percent, tonnes

REST = 0.9
"""Share of today's tonnes whose refining countries the headline names."""

MOST_NAMED = 3

WHY = {
    REFINERS: "no way in the facts leads it through a member that refines it",
    OWNERS: "no way out is run by an operator owned inside",
    LAWS: "every way comes under the law of a country outside",
}


def headline(found: CorridorAnswer) -> str:
    """All of :func:`opening` in one line."""
    return " ".join(opening(found))


def opening(found: CorridorAnswer) -> list[str]:
    """The answer in one to three sentences, the one that decides first."""
    answer = found.summary()
    request, flow = found.request, answer["flow"]
    origin, name = facts.country_name(request.origin), facts.mineral_name(request.mineral)
    if flow["use_t"] <= 0:
        return [
            f"{request.region} uses no {name} in the table of {answer['base_year']}, so nothing is bought from {origin}."
        ]
    shut = f"with {named_passages(request.close)} closed, " if request.close else ""
    if flow["no_route"]:
        return [f"No route: {shut}none of the ways in the facts leads {name} from {origin} to {request.region}."]
    return [*_allied(found, answer), _first(found, answer), _bound(answer, request.region)]


def _first(found: CorridorAnswer, answer: dict[str, Any]) -> str:
    request, flow = found.request, answer["flow"]
    shut = f"With {named_passages(request.close)} closed, every route" if request.close else "Every route"
    what = f"{facts.mineral_name(request.mineral)} from {facts.country_name(request.origin)} to {request.region}"
    as_open = ", with every passage open," if request.close else ""
    arrive = (
        f"today{as_open} {tonnes(flow['today_t'])} t a year arrive, {percent(flow['today_t'] / flow['use_t'])} of what "
        f"{request.region} uses"
        f"{_rest(found, answer)}"
    )
    return f"{shut} for {what} ends if {_lost(answer['severs'])}{_under(answer['severs'])}; {arrive}."


def _lost(severs: dict[str, Any]) -> str:
    names = severs["names"]
    return (
        f"one thing is lost: {names[0]}"
        if len(names) == 1
        else f"{len(names)} things are lost together: {joined(names)}"
    )


def _under(severs: dict[str, Any]) -> str:
    """The countries that no route avoids."""
    told = []
    for row in severs["countries"]:
        by = "the law" if row["by"] == [LAW] else "an operator" if LAW not in row["by"] else "the law or an operator"
        told.append(f"{by} of {facts.country_name(row['country'])}")
    return f", and no route avoids {joined(told)}" if told else ""


def _rest(found: CorridorAnswer, answer: dict[str, Any]) -> str:
    """The countries that refine what arrives today."""
    rows = sorted(answer["refining"]["refiners"], key=lambda row: -row["to_region_t"])
    whole = answer["flow"]["today_t"]
    if not found.graph.refiners or whole <= 0:
        return ""
    named, share = [], 0.0
    for row in rows[:MOST_NAMED]:
        if row["to_region_t"] <= 0 or share >= REST:
            break
        share += row["to_region_t"] / whole
        named.append(f"{facts.country_name(row['country'])} ({percent(row['to_region_t'] / whole)})")
    return f", refined in {joined(named)}" if named else ""


def _bound(answer: dict[str, Any], region: str) -> str:
    flow = answer["flow"]
    share = percent(flow["share_of_use"])
    return (
        f"By every way in the facts together at most {tonnes(flow['max_t'])} t a year could come, {share} of what {region} uses: a bound "
        "on what fits, not what is secure."
    )


def _allied(found: CorridorAnswer, answer: dict[str, Any]) -> list[str]:
    """The share that does not leave the alliance, first of all where one is asked for."""
    allied, request = answer["allied"], found.request
    if allied is None:
        return []
    origin, name = facts.country_name(request.origin), facts.mineral_name(request.mineral)
    first, last = allied["rules"][0], allied["rules"][-1]
    loose = span(first["low_share"], first["high_share"], share=True)
    if last["high_t"] > 0:
        strict = span(last["low_share"], last["high_share"], share=True)
        more = f", {loose} where only who refines counts" if loose != strict else ""
        return [
            f"At most {strict} of the {name} that {request.region} uses can come from {origin} without leaving {allied['name']}{more}."
        ]
    stopped = next(row["rule"] for row in allied["rules"] if row["high_t"] <= 0)
    more = f" (a bound of {loose} where only who refines counts)" if first["high_t"] > 0 else ""
    return [
        f"No tonne of the {name} that {request.region} uses can come from {origin} without leaving {allied['name']}: {WHY[stopped]}{more}."
    ]


def sever_sentence(found: CorridorAnswer) -> str:
    """The fewest things that end every route, and what proves that there are no fewer."""
    severs = found.summary()["severs"]
    names = severs["names"]
    if not names:
        return "Nothing is left to sever: there is no route."
    if len(names) == 1:
        return f"Routes end if {names[0]} is lost: no route avoids it."
    every = "both" if len(names) == 2 else f"all {len(names)}"
    proof = (
        f"{severs['routes_apart']} routes share none of them, so fewer never suffice"
        if severs["proved_by"] == "routes"
        else "every smaller set of corridors, ports, passages and refining countries was tried and leaves a route"
    )
    return f"Routes end if {joined(names)} are lost: no route avoids {every}, and {proof}."


def joined(names: Sequence[str]) -> str:
    """Names in words: ``A, B and C``."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def span(low: float | None, high: float | None, *, share: bool = False) -> str:
    """Low to high end in words, one where both are said the same."""
    if low is None or high is None:
        return UNTOLD
    said = percent if share else tonnes
    return said(low) if said(low) == said(high) else f"{said(low)} to {said(high)}"
