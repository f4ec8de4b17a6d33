"""What the answer to a corridor question looks like. Tonnes of content a year of the last stage; km; USD a gross tonne; shares 0-1."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from orepact.api.shapes.common import Interval, Shape, Source


class GradedSource(Source):
    """Where numbers come from, with the best grade that it may give."""

    grade: str


class Buyer(Shape):
    """Where goods go."""

    name: str
    members: list[str] = Field(description="ISO 3166-1 alpha-3.")


class Flow(Shape):
    """The most that can flow."""

    max_t: float = Field(description="With the closures asked for.")
    share_of_use: float | None = Field(description="Over what the region uses; null where it uses none.")
    open_max_t: float = Field(description="With every passage open.")
    supply_t: float
    use_t: float
    today_t: float = Field(description="What reaches the region today by the network's flows.")
    closed: list[str]
    no_route: bool = Field(description="Whether no way is left at all.")


class CutElement(Shape):
    """One element of the minimum cut."""

    name: str
    kind: str = Field(description="mine, corridor, refining, refined or use.")
    capacity_t: float
    grade: str
    source: str


class CountryOnEveryRoute(Shape):
    """A country outside origin and region that no route avoids."""

    country: str
    by: list[str] = Field(description="law, operator or both.")


class Severs(Shape):
    """The fewest named things whose loss ends every route; each counts one, whatever it carries. Empty where no route is left."""

    things: list[str]
    names: list[str]
    kinds: list[str] = Field(description="corridor, port, refining or passage.")
    routes_apart: int = Field(description="Routes that share none of the things that count.")
    proved_by: str = Field(
        description="routes: as many routes share nothing as things sever; search: every smaller set was tried."
    )
    countries: list[CountryOnEveryRoute]


class Rule(Shape):
    """The flow under one rule and those before it; low without, high with what nobody can tell."""

    rule: str
    words: str
    low_t: float
    high_t: float
    low_share: float | None
    high_share: float | None
    cut: list[str]


class Fails(Shape):
    """Something that does not pass a rule."""

    name: str
    rule: str
    why: str
    known: bool = Field(description="False where nobody can tell.")


class AlliedShare(Shape):
    """What flows without leaving the alliance."""

    name: str
    members: list[str]
    rules: list[Rule]
    fails: list[Fails]


class LossOf(Shape):
    """What is lost without some things."""

    things: list[str]
    names: list[str]
    lost_t: float
    share: float = Field(description="Of the flow before.")


class Losses(Shape):
    """Every single thing whose loss lowers the flow, largest first, and the worst pair."""

    single: list[LossOf]
    pair: LossOf | None


class Ends(Shape):
    """A figure with the ends of what it is made with."""

    value: float
    low: float
    high: float


class RouteRow(Shape):
    """The shortest route at sea by one way out and one country of refining; null where a closure leaves none."""

    out: str
    out_name: str
    out_port: str | None
    refined_in: str | None
    gate: str | None = Field(description="Port of the region, by UN/LOCODE.")
    land_days: float | None = Field(description="Null where no page gives it.")
    land_cost_usd_per_t: float | None
    open_km: float
    exists: bool
    crosses: list[str]
    km: float | None
    days_at_sea: Ends | None
    cost_at_sea_usd_per_t: Ends | None
    added_km: float | None
    added_days: Ends | None
    added_cost_usd_per_t: Ends | None


class Effective(Shape):
    """Effective number of routes, 1 over the sum of squared shares."""

    by_refiner: float | None
    ways_out: int
    ways_out_low: float
    ways_out_high: float
    why: str


class FigureOf(Shape):
    """One published figure of a corridor."""

    value: float
    low: float
    high: float
    unit: str
    period: str
    basis: str
    grade: str
    source: str


class WayOut(Shape):
    """A named corridor out of the origin."""

    corridor: str
    name: str
    mode: str
    passes: list[str]
    laws: list[str]
    port: str | None
    ends_in: str
    operator: str
    owners: list[str] = Field(description="Empty where no page seen says.")
    status: str
    capacity_t: float | None = Field(description="Of content, if it carried nothing else; null with why.")
    why: str
    figures: dict[str, FigureOf]
    grade: str
    note: str


class Refiner(Shape):
    """Who refines what leaves the origin."""

    country: str
    tonnes: float
    share: float
    to_region_t: float


class LargestCountry(Shape):
    """The region's largest third country at the refined stage."""

    country: str | None
    share: float
    low: float
    high: float
    grade: str


class RefiningPart(Shape):
    """Who refines, and whether a way from the mine moves the test of one third country."""

    refiners: list[Refiner]
    allied_share: float | None
    largest_third_country: LargestCountry | None
    untold: str | None
    limit: float
    sentence: str


class ExposureRow(Shape):
    """Share of all that the region uses whose ore or metal crosses a passage; last leg: the metal alone."""

    passage: str
    name: str
    low: float
    high: float
    last_leg_low: float
    last_leg_high: float


class Ended(Shape):
    """Flows that have no way left."""

    stage: str
    origin: str
    destinations: list[str]


class MarketPart(Shape):
    """What the closure does in an ordinary case of a year; prices are ratios to base."""

    price: Interval
    price_first_quarter: Interval
    unserved_t: Interval
    part_of_shipments: dict[str, float] = Field(description="Part of each stage's shipments that it touches.")
    ended: list[Ended]
    records: list[dict[str, Any]] = Field(description="The records of the case, with the computed days and USD.")
    case: str = Field(description="The case as YAML, for orepact run.")
    hash: str


class FlowCertificate(Shape):
    """That the flow is worth its cut, in whole units."""

    flow_units: int
    cut_units: int
    equal: bool


class CorridorShape(Shape):
    """Which routes lead from a mine to a buyer, what limits them, and what a closure does."""

    question: str
    mineral: str
    stage: str
    base_year: int
    origin: str = Field(alias="from")
    to: Buyer
    flow: Flow
    cut: list[CutElement]
    severs: Severs
    allied: AlliedShare | None
    losses: Losses
    routes: list[RouteRow]
    effective_routes: Effective
    corridors: list[WayOut]
    refining: RefiningPart
    exposure: list[ExposureRow]
    market: MarketPart | None
    certificate: FlowCertificate
    grade: str
    notes: list[str]
    cannot_tell: list[str]
    sources: list[GradedSource]
    facts_version: str
    code_version: str
