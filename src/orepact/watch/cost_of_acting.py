"""What it costs to act and what it costs not to, worked out as two cases on one market.

Acting: imports into the region are lifted to a reference price. Not acting: the largest producer outside the region has so much more
capacity, and nobody does anything. Both against the same base, with the same draws.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from orepact import facts
from orepact.errors import OrepactError

if TYPE_CHECKING:
    from numpy.typing import NDArray

DRAWS, SEED = 60, 1
LIFT = 0.10
"""Above the base price, where no reference price is given."""

GROWN = 0.20
"""Capacity that the largest producer outside adds while nobody acts: assumed, to be changed by whoever asks."""


def costs(mineral: str, region: str, reference: float | None = None, grown: float = GROWN) -> dict[str, Any]:
    """Both costs in JSON terms, USD and tonnes of content a year; ``cannot_tell`` with the reason where the market cannot be made.

    reference: USD per tonne of content; ``LIFT`` above the base price when left out.
    """
    try:
        return _costs(mineral, region, reference, grown)
    except OrepactError as error:
        return {
            "cannot_tell": "; ".join(f"{each.wrong}: {each.found}" for each in error.problems),
            "acting": None,
            "not_acting": None,
        }


def _costs(mineral: str, region: str, reference: float | None, grown: float) -> dict[str, Any]:
    from orepact.cases.assemble import assemble
    from orepact.cases.draws import draw
    from orepact.cases.parties import grouped
    from orepact.cases.price_chain import price
    from orepact.cases.summary import interval
    from orepact.network import network

    found = network(mineral)
    level = reference if reference is not None else (1 + LIFT) * found.price.usd_per_t
    acted = price(mineral, reference=level, zone=region, draws=DRAWS, seed=SEED)
    summary = acted.summary()
    base = assemble(found, draw(mineral, number=DRAWS, seed=SEED, producers=len(found.stages[-1].producers)), 12)
    stage = acted.duty.stage
    home = {who: amount for who, amount in grouped(acted.payers, acted.zone).items() if who.endswith("in the zone")}
    paid = -sum(amount for who, amount in home.items() if who.startswith("users"))
    raised = sum(amount for who, amount in home.items() if who.startswith("treasuries"))
    return {
        "cannot_tell": "", "base_year": found.base_year, "base_price": found.price.usd_per_t, "grade": found.grade, "stage": stage,
        "acting": {
            "what": f"imports are lifted to {level:,.0f} USD a tonne of content", "reference": level, "given": reference is not None,
            "binds": acted.binds, "price_ratio": summary["prices"].get("zone"), "output_t": acted.output()[f"{stage}_zone_t"],
            "use_t": acted.output()["use_zone_t"],
            "region_usd": interval(np.asarray(sum(home.values()))),
            "transfer_usd": interval(np.maximum(np.minimum(paid, raised), 0.0)),
            "payers": [each for each in summary["groups"] if each["amount"]["median"] != 0.0],
        },
        "not_acting": _grown(base, acted.zone, str(stage), grown),
    }  # fmt: skip


def _grown(base: Any, zone: tuple[str, ...], stage: Any, grown: float) -> dict[str, Any]:
    """What happens where the largest producer outside has so much more capacity."""
    from orepact.cases.partners import PARTNERS
    from orepact.cases.summary import interval
    from orepact.market import gains, solve
    from orepact.policy.shocks import CapacityGrowth

    labels = base.labels
    at = labels.stage(stage)
    allies = (*zone, *facts.resolve_place(PARTNERS))
    output = base.flows[at].sum(axis=2)[0]
    outside = [
        row
        for row in np.argsort(-output)
        if labels.producers[at][row] not in allies and labels.producers[at][row] not in {"ROW", "OTH"}
    ]
    rival = labels.producers[at][outside[0]]
    change = CapacityGrowth(stage=stage, grown=grown, countries=(rival,))
    market = change.apply(base.problem, labels, base.flows[at])
    before, after = solve(base.problem).require(), solve(market).require()
    more: NDArray[np.float64] = after.stages[at].output - before.stages[at].output
    home, allied = labels.rows(at, zone), labels.rows(at, allies)
    users = labels.buyers[-1][-gains(market, after).users[-1].shape[1] :]
    inside = np.array([country in zone for country in users])
    made = np.where(home, before.stages[at].output, 0.0).sum(axis=1)
    return {
        "what": f"{facts.country_name(rival)} has {grown:.0%} more capacity and nobody acts", "rival": rival, "grown": grown,
        "local_output_t": float(np.median(made)), "local_lost_t": interval(-np.where(home, more, 0.0).sum(axis=1)),
        "allied_lost_t": interval(-np.where(allied, more, 0.0).sum(axis=1)),
        "users_gain_usd": interval(gains(market, after).users[-1][:, inside].sum(axis=1)),
        "producers_gain_usd": interval(gains(market, after).producers[at][:, home].sum(axis=1)),
    }  # fmt: skip
