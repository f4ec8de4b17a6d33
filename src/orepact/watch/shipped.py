"""What the facts hold for the screens, mineral by mineral, and why the rest is missing."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from orepact import facts
from orepact.watch.series import Control, Evidence, Level, Series
from orepact.watch.shipped_supply import (
    CARBONATE,
    NDPR,
    annual_price,
    capacity,
    cost90,
    floor_price,
    local_share,
    monthly,
    monthly_price,
    ndpr_content,
    world_output,
)
from orepact.watch.shipped_trade import (
    arrivals,
    codes,
    controls,
    exports,
    flows,
    imports,
    traded_stages,
    world_price,
)

FREIGHT = 0.09
"""Mean CIF-FOB margin of 6 % and 3 points between continents: facts, coefficients, transport (OECD ITIC)."""

FIRST_TRADE_YEAR_AFTER = 2024


@cache
def minerals() -> tuple[str, ...]:
    """Every mineral with a monthly price, trade under a code of its own, capacity of the world, or a dated export control."""
    held = facts.load("minerals")
    known = set(held["mineral"])
    found = (
        set(monthly())
        | set(codes())
        | set(facts.load("capacity")["mineral"])
        | set(facts.load("export_controls")["mineral"])
    )
    return tuple(sorted(found & known))


@cache
def evidence(mineral: str, region: str = "EU27") -> Evidence:
    """Everything that the facts hold for the screens on a mineral (slug) and a region's imports and producers."""
    members, where = facts.resolve_place(region), facts.region_name(region)
    tonnes, paid = imports(mineral, members, where)
    held, reference, dear = _held(mineral)
    made, stage = _stage(mineral)
    control = _control(mineral)
    found = Evidence(
        mineral, facts.mineral_name(mineral), region, price=monthly_price(mineral) or world_price(mineral), held_price=held,
        reference=reference, cost90=dear, imports=tonnes, import_price=paid, flows=flows(mineral, members),
        local_share=local_share(mineral, members, where), capacity=made,
        demand=None if stage is None else world_output(mineral, stage), control=control,
        arrivals=None if control is None else arrivals(mineral),
        exports=None if control is None else exports(mineral, control.country),
    )  # fmt: skip
    return replace(found, missing=_missing(mineral, found))


def _held(mineral: str) -> tuple[Series | None, Level | None, Level | None]:
    """The price that stands beside a shipped floor or cost, with them; else any price, for a level that the user gives."""
    floor, dear = floor_price(mineral), cost90(mineral)
    if floor is not None:
        oxide, content = annual_price(mineral, NDPR), ndpr_content()
        if oxide is not None and content is not None:
            values = tuple(value / content for value in oxide.values)
            return (
                replace(oxide, what=f"{oxide.what}, per tonne of content", unit="USD/t NdPr", values=values),
                floor,
                None,
            )
    if dear is not None:
        return annual_price(mineral, CARBONATE), None, dear
    return monthly_price(mineral) or annual_price(mineral), None, None


def _stage(mineral: str) -> tuple[Series | None, str | None]:
    for stage in ("refined", "mine"):
        found = capacity(mineral, stage)
        if found is not None:
            return found, stage
    return None, None


def _control(mineral: str) -> Control | None:
    """The latest control; one that began in time for trade to show what followed goes first."""
    found = controls(mineral)
    seen = [each for each in found if int(each.since[:4]) <= FIRST_TRADE_YEAR_AFTER]
    return seen[-1] if seen else found[-1] if found else None


def with_control(base: Evidence, control: Control, stage: str) -> Evidence:
    """The same evidence about another control, on goods of a stage."""
    mineral = base.mineral
    stages = traded_stages(mineral)
    if stage not in stages:
        where = " and ".join(sorted(stages)) or "under no code that holds it alone"
        missing = {
            **base.missing,
            "control": f"trade at the stage of the control ({stage}); the mineral is traded {where}",
        }
        return replace(base, control=None, arrivals=None, exports=None, missing=missing)
    return replace(base, control=control, arrivals=arrivals(mineral), exports=exports(mineral, control.country))


def _missing(mineral: str, found: Evidence) -> dict[str, str]:
    """Why a field is missing where it is not for the common reason."""
    said: dict[str, str] = {}
    if found.price is None:
        said["price"] = "a monthly price, or trade under a code of its own to take a unit value from (give --prices)"
    if found.local_share is None and found.imports is not None:
        stages = " and ".join(sorted(traded_stages(mineral)))
        said["local_share"] = f"output of the region's members at the stage that is traded ({stages})"
    if found.control is None:
        said["control"] = _no_control(mineral)
    return said


def _no_control(mineral: str) -> str:
    rows = facts.load("export_controls")
    rows = rows[(rows["mineral"] == mineral) & rows["start"].notna()]
    stages = traded_stages(mineral)
    if rows.empty:
        return "a dated export control on the mineral: the register holds none"
    dated = ", ".join(f"{row['country']} {row['stage']} {row['start']}" for row in rows.to_dict("records")[:3])
    if not stages:
        return f"trade under a code that holds the mineral alone (controls: {dated})"
    return f"a control on all destinations at the stage that is traded ({' and '.join(sorted(stages))}); the register holds {dated}"
