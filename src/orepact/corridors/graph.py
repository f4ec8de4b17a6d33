"""The graph of one question: everything that goods pass from a producing country to a buying region, each with what it can carry.

What enters: a question, the balanced network of its mineral, corridors and ports. What leaves: a :class:`Graph` of elements (mine,
corridors, ports, refining countries, the region's use) joined by arcs. Capacities are tonnes of content a year as the last stage
counts them: gross tonnes of a corridor times the content of the traded form times the recovery behind it. An element without a
published capacity has none and says why; it never limits, and is never said to be unlimited.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from orepact import facts
from orepact.corridors.request import CorridorRequest
from orepact.corridors.sea import gateways, ports, sea
from orepact.corridors.ways import Way, ways
from orepact.errors import MissingData, Problem
from orepact.network import Network, StageTable

NOWHERE = ("ROW", "OTH")
"""Codes of the table that stand for no one country."""

SMALLEST = 0.5
"""Tonnes a year below which a country is taken to have no part in a stage."""

NOT_IN_FACTS = {
    "BHR": "the way over the causeway to ports of Saudi Arabia on the Red Sea",
    "GEO": "the railway from Tbilisi to Kars and the roads to ports of Turkey on the Mediterranean",
    "IRQ": "the roads to ports of Turkey and Jordan",
    "IRN": "the railways and roads to Turkey and Turkmenistan",
    "KWT": "the roads to ports of Saudi Arabia on the Red Sea",
    "QAT": "the road to ports of Saudi Arabia on the Red Sea and of Oman",
    "RUS": "the ports of Murmansk and Ust-Luga",
    "UKR": "the railways to Poland and Romania and the ports of the Danube",
}
"""Ways that avoid a passage and have no row in table corridors, by origin."""

SOURCE, USE = "source", "use"
NO_PORT_FIGURE = "no figure of what the port can handle is in the facts"
NO_ROAD_FIGURE = "no figure of what it can carry is published on the pages seen"
NO_CONTENT = "the content of the traded form is not in the facts"
NO_INLAND = "no named corridor in the facts: the way from mine to port is not described"


@dataclass(frozen=True)
class Element:
    """One thing that goods pass.

    thing: what fails together (a port is one thing for ore and metal). capacity: tonnes of content a year, None with ``why`` where no
    figure says. jurisdictions: countries whose law holds. owners: countries of the operator's owners; None where owners are not
    tested, empty where they should be and are not known.
    """

    id: str
    thing: str
    kind: str
    name: str
    capacity: float | None = None
    why: str = ""
    jurisdictions: tuple[str, ...] = ()
    owners: tuple[str, ...] | None = None
    grade: str = "E"
    source: str = ""


@dataclass(frozen=True)
class Graph:
    """Elements by id, and arcs between them; an arc by sea names its two ports and exists where a way at sea does.

    order of tonnes: content as counted at the last stage. way_of: corridor that an element is, by id.
    """

    request: CorridorRequest
    elements: dict[str, Element]
    land: tuple[tuple[str, str], ...]
    by_sea: dict[tuple[str, str], tuple[str, str]]
    refiners: tuple[str, ...]
    recovery: float
    content: dict[str, float]
    notes: tuple[str, ...] = ()
    untold: tuple[str, ...] = ()
    ways: dict[str, Way] = field(default_factory=dict)

    @cached_property
    def supply(self) -> float:
        """What the origin can send, tonnes of content a year."""
        return self.elements[SOURCE].capacity or 0.0

    @cached_property
    def demand(self) -> float:
        """What the region uses, tonnes of content a year."""
        return self.elements[USE].capacity or 0.0

    def arcs(self, closed: tuple[str, ...] = ()) -> list[tuple[str, str]]:
        """Arcs that exist with some passages closed."""
        parts, known = sea().closed(closed).parts, ports()
        return [
            *self.land,
            *(arc for arc, (one, other) in self.by_sea.items() if parts[known[one].node] == parts[known[other].node]),
        ]


def build(request: CorridorRequest, network: Network) -> Graph:
    """The graph of a question; raises MissingData where the facts know no way out of the origin, or no supply."""
    return _Builder(request, network).graph()


@dataclass
class _Builder:
    """Collects elements and arcs; each method adds one kind."""

    request: CorridorRequest
    network: Network
    elements: dict[str, Element] = field(default_factory=dict)
    land: list[tuple[str, str]] = field(default_factory=list)
    by_sea: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    untold: list[str] = field(default_factory=list)
    ways: dict[str, Way] = field(default_factory=dict)

    @cached_property
    def first(self) -> StageTable:
        """The table of the stage that the question begins with."""
        return self.network.stage(self.request.stage)

    @cached_property
    def last(self) -> StageTable:
        """The table of what the region's users buy."""
        return self.network.stages[-1]

    @cached_property
    def chain(self) -> bool:
        """Whether goods are refined on their way."""
        return self.first is not self.last

    @cached_property
    def recovery(self) -> float:
        """Tonnes of the last stage from one tonne of what leaves the origin, as its ore is refined today."""
        if not self.chain:
            return 1.0
        shipped = self._shipped()
        return float((shipped * self.network.recovery).sum() / shipped.sum()) if shipped.sum() > 0 else 1.0

    def _shipped(self) -> np.ndarray:
        """What the origin sends to each buyer of its stage but itself, tonnes of content."""
        buyers = np.asarray(self.first.buyers)
        flows = self.first.flows[list(self.first.producers).index(self.request.origin)]
        away: np.ndarray = np.where(buyers == self.request.origin, 0.0, flows)
        return away

    def graph(self) -> Graph:
        """Everything, in the order that goods take."""
        request = self.request
        content = contents(self.network, request.stage)
        self._source()
        gates = self._corridors(content)
        entries = [self._port(code, "in") for code in self._region_gates()]
        refiners = self._refiners(gates, entries) if self.chain else ()
        self._use()
        if not self.chain:
            self._ship(gates, entries)
        for entry in entries:
            self.land.append((entry, USE))
        return Graph(
            request, self.elements, tuple(dict.fromkeys(self.land)), self.by_sea, refiners, self.recovery, content,
            tuple(self._notes()), tuple(dict.fromkeys(self.untold)), self.ways,
        )  # fmt: skip

    def _source(self) -> None:
        origin, stage = self.request.origin, self.request.stage
        if origin not in self.first.producers:
            self._no_supply()
        name = facts.country_name(origin)
        if self.chain:
            tonnes = float((self._shipped() * self.network.recovery).sum())
            told = f"what {name} mines and does not refine itself"
        else:
            tonnes = float(self.first.output[list(self.first.producers).index(origin)])
            told = f"what {name} {'refines' if stage == 'refined' else 'mines'}"
        if tonnes <= SMALLEST:
            self._no_supply()
        self._add(Element(SOURCE, SOURCE, stage, told, tonnes, "", (origin,), None, self.network.grade, "network"))

    def _no_supply(self) -> None:
        request = self.request
        what = "that leaves it unrefined" if self.chain else "at all"
        raise MissingData(
            Problem(
                f"--from {request.origin}", f"the table of {request.mineral} knows no {request.stage} output of it {what}", "none",
                "ask for another country or --stage (orepact network shows the table)",
            )
        )  # fmt: skip

    def _use(self) -> None:
        members = np.isin(self.last.buyers, self.request.members)
        tonnes = float(self.last.flows[:, members].sum())
        self._add(
            Element(
                USE, USE, "use", f"what {self.request.region} uses", tonnes, "", (), None, self.network.grade, "network"
            )
        )

    def _corridors(self, content: dict[str, float]) -> list[str]:
        """Ways out of the origin and the ports they lead to; ids of the ports (or of ways that end on land)."""
        origin = self.request.origin
        gates: list[str] = []
        gates += [self._way(way, origin, SOURCE, content) for way in self._ways_from(origin)]
        if not self.request.via:
            reached = {way.port for way in self.ways.values()}
            gates += [self._inland(origin, code) for code in gateways().get(origin, ()) if code not in reached]
        if not gates:
            raise MissingData(
                Problem(
                    f"--from {origin}", "the facts know no corridor and no port of it", "none",
                    "ask for another country, or add a row to table corridors",
                )
            )  # fmt: skip
        return list(dict.fromkeys(gates))

    def _ways_from(self, country: str) -> Iterator[Way]:
        for slug, way in ways().items():
            if way.serves(country, self.request.mineral) and (not self.request.via or slug in self.request.via):
                yield way

    def _way(self, way: Way, origin: str, before: str, content: dict[str, float]) -> str:
        self.ways[way.slug] = way
        fact = way.capacity(planned=self.request.planned)
        capacity = None if fact is None or not content else fact.value * max(content.values()) * self.recovery
        name, why = f"way:{way.slug}", ""
        if capacity is None:
            why = NO_ROAD_FIGURE if fact is None else NO_CONTENT
        grade = fact.grade if fact else way.grade
        laws, owners = way.through(origin), way.owners
        self._add(Element(name, name, "corridor", way.name, capacity, why, laws, owners, grade, way.source))
        self.land.append((before, name))
        if not way.port:
            return name
        gate = self._port(way.port, "out")
        self.land.append((name, gate))
        return gate

    def _inland(self, origin: str, code: str) -> str:
        name = f"inland:{origin}:{code}"
        told = f"the way to {ports()[code].name}"
        self._add(Element(name, name, "inland", told, None, NO_INLAND, (origin,), None, "E", ""))
        gate = self._port(code, "out")
        self.land += [(SOURCE, name), (name, gate)]
        return gate

    def _port(self, code: str, role: str) -> str:
        port = ports()[code]
        name = f"{role}:{code}"
        self._add(
            Element(name, f"port:{code}", "port", port.name, None, NO_PORT_FIGURE, (port.country,), None, "C", "ports")
        )
        return name

    def _region_gates(self) -> list[str]:
        found = [code for member in self.request.members for code in gateways().get(member, ())]
        if not found:
            todo = "ask for a region with a port in table ports"
            raise MissingData(Problem(f"--to {self.request.region}", "the facts know no port of it", "none", todo))
        return found

    def _refiners(self, gates: list[str], entries: list[str]) -> tuple[str, ...]:
        """Countries that refine on the way, each with its ports on both sides."""
        primary = np.maximum(self.last.output - self.last.secondary, 0.0)
        found = []
        for country, tonnes in sorted(zip(self.last.producers, primary, strict=True), key=lambda each: -each[1]):
            if country in NOWHERE or country == self.request.origin or tonnes <= SMALLEST:
                continue
            name = f"refine:{country}"
            told = f"refining in {facts.country_name(country)}"
            inside = country in self.request.members
            reached = self._reach(country, name, gates, entries, inside=inside)
            if not reached:
                self.untold.append(
                    f"how goods reach {facts.country_name(country)}, which has no port in the facts, or leave it"
                )
                continue
            self._add(
                Element(
                    name, name, "refining", told, float(tonnes), "", (country,), None, self.network.grade, "network"
                )
            )
            found.append(country)
        return tuple(found)

    def _reach(self, country: str, name: str, gates: list[str], entries: list[str], *, inside: bool) -> bool:
        """Join a refining country to the ways of its ore and of its metal; whether there are any."""
        codes = self._region_gates() if inside and not gateways().get(country) else list(gateways().get(country, ()))
        by_land = [gate for gate in gates if gate.startswith("way:") and self.ways[gate[4:]].ends_in == country]
        if not codes and not by_land:
            return False
        arrivals = [self._port(code, "ore") for code in codes]
        self._ship([gate for gate in gates if gate.startswith("out:")], arrivals)
        self.land += [(gate, name) for gate in (*by_land, *arrivals)]
        if inside:
            self.land.append((name, USE))
            return True
        departures = [self._port(code, "metal") for code in codes]
        self.land += [(name, gate) for gate in departures]
        self._ship(departures, entries)
        return True

    def _ship(self, gates: list[str], arrivals: list[str]) -> None:
        for one in gates:
            for other in arrivals:
                codes = one.split(":")[1], other.split(":")[1]
                if codes[0] == codes[1]:
                    self.land.append((one, other))
                elif one.startswith("way:"):
                    continue
                else:
                    self.by_sea[one, other] = codes

    def _add(self, element: Element) -> None:
        self.elements.setdefault(element.id, element)

    def _notes(self) -> Iterator[str]:
        request = self.request
        if self.chain:
            flows = self.first.flows[list(self.first.producers).index(request.origin)]
            at_home = (
                float(flows[list(self.first.buyers).index(request.origin)])
                if request.origin in self.first.buyers
                else 0.0
            )
            if at_home > SMALLEST:
                share = at_home / float(flows.sum())
                yield f"{share:.1%} of its ore is refined at home and is not in this answer: ask with --stage refined."
        if not request.via:
            yield from self._chosen_ports()
        if request.origin in NOT_IN_FACTS:
            yield f"Not in the facts, though it exists (recalled, not seen): {NOT_IN_FACTS[request.origin]}."
        yield "Sea legs have no published capacity: no ship is a limit here, by the figures we have."
        yield "Each corridor is taken to carry nothing else: what it can carry of all goods is what it could carry of this one."

    def _chosen_ports(self) -> Iterator[str]:
        """Which ports of the origin count, and how many others the list has."""
        origin = self.request.origin
        chosen = gateways().get(origin, ())
        others = sum(port.country == origin for port in ports().values()) - len(chosen)
        if chosen and others > 0:
            used = ", ".join(ports()[code].name for code in chosen)
            name = facts.country_name(origin)
            yield f"Gateways are chosen by hand: from {name} {used}; {others} other ports of it in the list are not used."


def contents(network: Network, stage: str) -> dict[str, float]:
    """Tonnes of content in a tonne of the traded forms of a stage, by code; empty where the facts have none."""
    recipe = network.recipe
    if stage == network.stages[0].stage and len(network.stages) > 1 and recipe.ore_content:
        return dict(recipe.ore_content)
    table = facts.load("trade_codes")
    table = table[(table["mineral"] == network.mineral) & (table["stage"] == stage)]
    return {str(code): float(value) for code, value in zip(table["hs6"], table["content"], strict=True)}
