"""The fewest things that end every route: as few as any search finds, named, and the countries that no route avoids."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orepact.corridors.corridor import CorridorAnswer, corridor
from orepact.corridors.graph import SOURCE, USE, Element, Graph
from orepact.corridors.sever import LAW, OPERATOR, severing
from orepact.report.corridor_headline import headline, sever_sentence


@pytest.fixture(scope="module")
def gulf() -> Graph:
    """A graph whose only ways out lie behind a strait."""
    graph = corridor("aluminium", origin="QAT", to="EU27").graph
    gone = {"inland:QAT:QADOH", "out:QADOH"}
    assert gone <= set(graph.elements)
    return graph


@pytest.fixture(scope="module")
def chrome() -> CorridorAnswer:
    return corridor("chromium", origin="KAZ", to="EU27", close="bosporus")


def _ends(arcs: list[tuple[str, str]], elements: dict[str, Element], gone: set[str]) -> bool:
    seen, waiting = {SOURCE}, [SOURCE]
    while waiting:
        at = waiting.pop()
        for one, other in arcs:
            if one == at and other not in seen and elements[other].thing not in gone:
                seen.add(other)
                waiting.append(other)
    return USE not in seen


@given(st.data())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_smaller_set_severs_even_where_one_thing_stands_in_two_places(gulf: Graph, data: st.DataObject) -> None:
    names = [f"e{number}" for number in range(data.draw(st.integers(1, 7)))]
    things = {name: f"t{data.draw(st.integers(0, 4))}" for name in names}
    elements = {SOURCE: gulf.elements[SOURCE], USE: gulf.elements[USE]}
    elements |= {name: Element(name, thing, "corridor", thing) for name, thing in things.items()}
    pairs = [(SOURCE, name) for name in names] + [(name, USE) for name in names]
    pairs += [(a, b) for a in names for b in names if a != b]
    arcs = data.draw(st.lists(st.sampled_from(pairs), max_size=20, unique=True))
    found = severing(replace(gulf, elements=elements, land=tuple(arcs), by_sea={}, refiners=()), ())
    known = sorted(set(things.values()))
    fewest = next(
        size
        for size in range(len(known) + 1)
        if any(_ends(arcs, elements, set(some)) for some in combinations(known, size))
    )
    assert len(found.things) == fewest
    assert _ends(arcs, elements, set(found.things))
    assert found.apart <= fewest


def test_a_strait_is_named_where_several_ports_lie_behind_it(gulf: Graph) -> None:
    entries = [name for name in gulf.elements if name.startswith("in:")]
    second = replace(gulf.elements["out:QADOH"], id="out:KWKWI", thing="port:KWKWI", name="a second port")
    land = (*gulf.land, (SOURCE, "out:KWKWI"))
    by_sea = gulf.by_sea | {("out:KWKWI", entry): ("KWKWI", entry.split(":")[1]) for entry in entries}
    two = replace(gulf, elements=gulf.elements | {"out:KWKWI": second}, land=land, by_sea=by_sea)
    assert severing(gulf, ()).things == ("port:QADOH",)
    assert severing(two, ()).names == ("Strait of Hormuz",)
    assert severing(two, ("ormuz",)).things == ()


def test_chromite_behind_a_closed_bosporus_rests_on_russia(chrome: CorridorAnswer) -> None:
    assert chrome.severing.things == ("way:kazakhstan_russia",)
    assert chrome.severing.countries == (("RUS", (LAW, OPERATOR)),)
    said = headline(chrome)
    assert said.startswith(
        "With Bosporus Strait closed, every route for chromium from Kazakhstan to EU27 ends if one thing is lost"
    )
    assert "no route avoids the law or an operator of Russia" in said
    assert (
        sever_sentence(chrome) == "Routes end if Rail through Russia to Saint Petersburg is lost: no route avoids it."
    )


def test_with_the_straits_open_two_ways_avoid_each_other() -> None:
    found = corridor("chromium", origin="KAZ", to="EU27")
    assert found.severing.countries == ()
    assert len(found.severing.things) == found.severing.apart == 2
    assert "no route avoids both, and 2 routes share none of them" in sever_sentence(found)


def test_the_headline_says_what_severs_and_what_arrives_before_the_bound() -> None:
    found = corridor("cobalt", origin="COD", to="EU27")
    first, second = headline(found).split(". By every way")
    assert "ends if 5 things are lost together" in first
    assert "today 2\u2009050 t a year arrive" in first
    assert "refined in China" in first
    assert "a bound on what fits, not what is secure" in second
    told = found.summary()["severs"]
    assert told["proved_by"] == "search"
    assert len(told["names"]) == 5


def test_an_alliance_comes_first_in_the_headline() -> None:
    said = headline(corridor("cobalt", origin="COD", to="EU27", allied_only="MSP"))
    assert said.startswith(
        "No tonne of the cobalt that EU27 uses can come from DR Congo without leaving MSP: every way comes under the law"
    )
