"""Flows and cuts: equal on every graph, lower with less, and named."""

from __future__ import annotations

from dataclasses import replace

import networkx as nx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orepact.corridors.corridor import corridor
from orepact.corridors.flow import Circuit, losses, max_flow
from orepact.corridors.graph import SOURCE, USE, Element, Graph

CAPACITY = st.one_of(st.none(), st.integers(0, 1000))


@st.composite
def graphs(draw: st.DrawFn) -> tuple[dict[str, Element], list[tuple[str, str]]]:
    """Elements with and without capacities, and arcs between any two."""
    names = [SOURCE, *(f"e{number}" for number in range(draw(st.integers(1, 7)))), USE]
    caps = [draw(st.integers(1, 1000)), *(draw(CAPACITY) for _ in names[2:]), draw(st.integers(0, 1000))]
    elements = {
        name: Element(name, name, "corridor", name, None if cap is None else float(cap))
        for name, cap in zip(names, caps, strict=True)
    }
    pairs = [(a, b) for a in names for b in names if a != b]
    return elements, draw(st.lists(st.sampled_from(pairs), max_size=25, unique=True))


@given(graphs())
@settings(max_examples=80, deadline=None)
def test_flow_equals_cut_and_another_solver_on_random_graphs(
    made: tuple[dict[str, Element], list[tuple[str, str]]],
) -> None:
    elements, arcs = made
    found = Circuit.of(elements, arcs).solve()
    assert found.units == found.cut_units
    other = nx.DiGraph()
    for name, element in elements.items():
        other.add_edge(f"{name}<", f"{name}>", **({} if element.capacity is None else {"capacity": element.capacity}))
    other.add_edges_from((f"{a}>", f"{b}<") for a, b in arcs)
    assert found.tonnes == pytest.approx(nx.maximum_flow_value(other, f"{SOURCE}<", f"{USE}>"), rel=1e-6, abs=1e-5)
    if found.units:
        assert sum(elements[name].capacity or 0.0 for name in found.cut) == pytest.approx(found.tonnes, rel=1e-6)


@given(graphs(), st.data())
@settings(max_examples=60, deadline=None)
def test_less_never_carries_more(made: tuple[dict[str, Element], list[tuple[str, str]]], data: st.DataObject) -> None:
    elements, arcs = made
    circuit = Circuit.of(elements, arcs)
    gone = data.draw(st.sets(st.sampled_from(sorted(elements))))
    assert circuit.solve(gone).units <= circuit.solve().units


QUESTIONS = [
    ("cobalt", "COD", "EU27", None, ()),
    ("cobalt", "COD", "EU27", None, ("suez", "babalmandab")),
    ("rare_earths", "CHN", "USA", "refined", ("panama",)),
    ("copper", "CHL", "JPN", "mine", ()),
    ("aluminium", "ARE", "EU27", None, ("ormuz",)),
]


@pytest.mark.parametrize(("mineral", "origin", "to", "stage", "close"), QUESTIONS)
def test_every_answer_carries_its_certificate(
    mineral: str, origin: str, to: str, stage: str | None, close: tuple[str, ...]
) -> None:
    found = corridor(mineral, origin=origin, to=to, stage=stage, close=close, allied_only="MSP")
    mark = found.summary()["certificate"]
    assert mark["equal"]
    assert mark["flow_units"] == mark["cut_units"]
    assert found.flow.tonnes <= found.open_flow.tonnes
    assert found.flow.tonnes <= min(found.graph.supply, found.graph.demand) * (1 + 1e-6)
    cut = sum(each["capacity_t"] for each in found.summary()["cut"])
    assert cut == pytest.approx(found.flow.tonnes, rel=1e-6)


@pytest.mark.parametrize(("mineral", "origin", "to", "stage", "close"), QUESTIONS)
def test_a_closure_never_raises_the_flow_nor_shortens_a_route(
    mineral: str, origin: str, to: str, stage: str | None, close: tuple[str, ...]
) -> None:
    before = corridor(mineral, origin=origin, to=to, stage=stage)
    after = corridor(mineral, origin=origin, to=to, stage=stage, close=close)
    assert after.flow.tonnes <= before.flow.tonnes
    shortest = {(route.out, route.refiner): route.km for route in before.routes}
    for route in after.routes:
        assert route.km >= shortest[route.out, route.refiner] - 1e-6
        assert route.open_km == pytest.approx(shortest[route.out, route.refiner])
        assert not set(close) & set(route.crosses)


def test_two_losses_cost_at_least_what_the_worst_one_does() -> None:
    found = corridor("cobalt", origin="COD", via="lobito")
    single, pair = found.losses.single, found.losses.pair
    assert pair is not None
    assert {loss.names[0] for loss in single} == {"Lobito corridor", "port of Lobito"}
    assert pair.tonnes >= max(loss.tonnes for loss in single)
    assert single[0].share == pytest.approx(1.0)


def test_the_worst_pair_is_the_worst_of_all_pairs() -> None:
    found = corridor("cobalt", origin="COD", to="JPN")
    things = sorted({each.thing for each in found.graph.elements.values()} - {SOURCE, USE})
    circuit = Circuit.of(found.graph.elements, found.graph.arcs())
    by_thing = {thing: [name for name, each in found.graph.elements.items() if each.thing == thing] for thing in things}
    lowest = min(
        circuit.solve([*by_thing[a], *by_thing[b]]).units
        for number, a in enumerate(things)
        for b in things[number + 1 :]
    )
    pair = found.losses.pair
    assert pair is not None
    assert pair.tonnes >= found.flow.tonnes - lowest * circuit.unit - circuit.unit


def test_a_bottleneck_is_the_cut_by_name() -> None:
    graph = corridor("cobalt", origin="COD", via="lobito").graph
    narrow = replace(
        graph, elements=graph.elements | {"way:lobito": replace(graph.elements["way:lobito"], capacity=1000.0)}
    )
    found = max_flow(narrow)
    assert found.tonnes == pytest.approx(1000.0)
    assert found.cut == ("way:lobito",)
    assert losses(narrow, (), found).single[0].share == pytest.approx(1.0)


CLOSABLE = (
    "babalmandab",
    "bosporus",
    "gibraltar",
    "malacca",
    "ormuz",
    "panama",
    "suez",
    "sunda",
    "south_africa",
    "chili",
)


@pytest.fixture(scope="module")
def gulf() -> Graph:
    """A graph whose only way out is behind a strait."""
    return corridor("aluminium", origin="QAT", to="EU27").graph


@given(st.sets(st.sampled_from(CLOSABLE)), st.sets(st.sampled_from(CLOSABLE)))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_more_closed_passages_never_carry_more(gulf: Graph, closed: set[str], more: set[str]) -> None:
    few, many = max_flow(gulf, sorted(closed)), max_flow(gulf, sorted(closed | more))
    assert many.tonnes <= few.tonnes
    assert few.units == few.cut_units
    if "ormuz" in closed:
        assert few.units == 0
