"""What flows without leaving an alliance: by who refines, then by who owns the operators too, then by whose law holds on the way too.

Each rule comes on top of the one before. An owner that no page seen names may be inside or outside: the flow without it is the low end,
with it the high end. The origin's own law is not tested, for the question names it; owners of ports and of plants are not in the facts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from orepact import facts
from orepact.corridors.flow import MaxFlow, max_flow
from orepact.corridors.graph import SOURCE, Element, Graph
from orepact.corridors.sea import passages
from orepact.corridors.ways import passage_laws

REFINERS, OWNERS, LAWS = "refiners", "owners", "laws"
RULES = (REFINERS, OWNERS, LAWS)


@dataclass(frozen=True)
class Allied:
    """The flow under one rule and those before it, tonnes of content a year, low to high; cut: names of the high end's minimum cut."""

    rule: str
    low: float
    high: float
    cut: tuple[str, ...]


@dataclass(frozen=True)
class Failure:
    """Something that does not pass a rule: its name, the rule, and why; ``known`` is False where nobody can tell."""

    name: str
    rule: str
    why: str
    known: bool


def allied_flows(graph: Graph, closed: tuple[str, ...]) -> tuple[tuple[Allied, ...], tuple[Failure, ...]]:
    """The flow under each rule, and everything that fails one."""
    failures = {element.id: tuple(_failures(element, graph)) for element in graph.elements.values()}
    foreign = foreign_passages(graph)
    found = []
    for at, rule in enumerate(RULES):
        tested = RULES[: at + 1]
        shut = tuple(dict.fromkeys((*closed, *foreign))) if rule == LAWS else closed
        surely = {
            name for name, several in failures.items() if any(each.rule in tested and each.known for each in several)
        }
        perhaps = surely | {name for name, several in failures.items() if any(each.rule in tested for each in several)}
        high, low = max_flow(graph, shut, surely), max_flow(graph, shut, perhaps)
        found.append(Allied(rule, low.tonnes, high.tonnes, _names(graph, high)))
    listed = {(each.name, each.rule): each for several in failures.values() for each in several}
    listed |= {(passages()[name], LAWS): _passage(name) for name in foreign}
    return tuple(found), tuple(listed.values())


def _names(graph: Graph, flow: MaxFlow) -> tuple[str, ...]:
    return tuple(dict.fromkeys(graph.elements[name].name for name in flow.cut))


def foreign_passages(graph: Graph) -> tuple[str, ...]:
    """Passages that a country outside the alliance may close."""
    inside = _inside(graph)
    return tuple(
        name for name, law in passage_laws().items() if law.jurisdictions and not set(law.jurisdictions) <= inside
    )


def _inside(graph: Graph) -> set[str]:
    return {*graph.request.allies, *graph.request.members, graph.request.origin}


def _passage(name: str) -> Failure:
    law = passage_laws()[name]
    return Failure(passages()[name], LAWS, f"{law.basis}: {_spoken(law.jurisdictions)}", known=True)


def _failures(element: Element, graph: Graph) -> Iterator[Failure]:
    request = graph.request
    refines = element.kind == "refining" or (element.id == SOURCE and not graph.refiners and element.kind == "refined")
    if refines and not set(element.jurisdictions) <= {*request.allies, *request.members}:
        yield Failure(element.name, REFINERS, f"refined in {_spoken(element.jurisdictions)}", known=True)
    if element.kind == "corridor":
        yield from _by_owner(element, set(request.allies) | set(request.members))
    outside = [country for country in element.jurisdictions if country not in _inside(graph)]
    if outside and element.id != SOURCE and element.kind != "refining":
        yield Failure(element.name, LAWS, f"under the law of {_spoken(tuple(outside))}", known=True)


def _by_owner(element: Element, allies: set[str]) -> Iterator[Failure]:
    if element.owners is None:
        return
    if not element.owners:
        yield Failure(element.name, OWNERS, "no page seen says who owns its operator", known=False)
    outside = tuple(country for country in element.owners if country not in allies)
    if outside:
        yield Failure(element.name, OWNERS, f"its operator is owned from {_spoken(outside)}", known=True)


def _spoken(countries: tuple[str, ...]) -> str:
    return ", ".join(facts.country_name(each) for each in countries)


def without_rules(graph: Graph) -> Graph:
    """The same graph with no alliance asked for."""
    return replace(graph, request=replace(graph.request, allied="", allies=()))
