"""The products that a mineral goes into, by group: share of use, life, and how much of what leaves is collected and sorted.

Lives, fabrication and collection are those of one study of world use; its five groups mean what that mineral goes into (its
"construction" of tungsten is hard metal). Shares of use are the region's own where the facts give them and say which use
becomes which products; else the world's.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from orepact import facts
from orepact.errors import MissingData, Problem

GROUPS = ("construction", "electrical", "industrial", "transport", "other")
STUDY = "ryter_glombo"
SHARE, EFFICIENCY = "share of demand by sector", "fabrication efficiency"
MEAN, SPREAD = "lifetime of products", "spread of lifetimes"
SORTED = "collection rate x sorting efficiency, "
SPREAD_OUT, APART = "none", "apart"
CARRIED_OVER = "D"
"""Grade of a figure of the world that stands for a region."""


@dataclass(frozen=True)
class ProductGroup:
    """One group of products. share: of the region's use; fabricated: share of that which ends in products; mean, sd: years.

    collected: share of what leaves use that reaches a smelter or refinery, collected and sorted; None where no rate is known.
    """

    name: str
    share: float
    fabricated: float
    mean: float
    sd: float
    collected: float | None


@dataclass(frozen=True)
class Groups:
    """All groups of a mineral. spread_out: share of use that leaves nothing to collect; whose: whose shares of use these are."""

    groups: tuple[ProductGroup, ...]
    spread_out: float
    whose: str
    sources: tuple[str, ...]


def groups_of(mineral: str, members: tuple[str, ...], place: str) -> Groups:
    """The groups of products of a mineral in a region; MissingData with everything that is not known of them."""
    study = _study(mineral)
    own = _own_shares(mineral, members)
    shares = own or _world_shares(study)
    used = [name for name in GROUPS if shares.get(name, 0.0) > 0]
    problems = _lacking(mineral, study, used, place)
    if problems:
        raise MissingData(problems)
    collected = _collected(mineral)
    groups = tuple(
        ProductGroup(
            name,
            shares[name],
            study[EFFICIENCY, name],
            study[MEAN, name],
            study[SPREAD, name],
            collected.get(name),
        )
        for name in used
    )
    whose = "the EU's own of 2016 to 2020" if own else "the world's of 2019"
    sources = (STUDY, "ec_crm_study_2023", "orepact_assumption") if own else (STUDY,)
    return Groups(groups, shares.get(SPREAD_OUT, 0.0), whose, sources)


def _study(mineral: str) -> dict[tuple[str, str], float]:
    table = facts.load("coefficients")
    rows = table[(table["mineral"] == mineral) & (table["source"] == STUDY) & table["scope"].isin(GROUPS)]
    rows = rows.dropna(subset=["value"])
    return {(row["parameter"], row["scope"]): float(row["value"]) for row in rows.to_dict("records")}


def _world_shares(study: dict[tuple[str, str], float]) -> dict[str, float]:
    return _of_one({name: study.get((SHARE, name), 0.0) for name in GROUPS})


def _own_shares(mineral: str, members: tuple[str, ...]) -> dict[str, float]:
    """The Union's shares of use by group of products; nothing for another region, or where uses are not assigned."""
    if set(members) != set(facts.resolve_place("EU27")):
        return {}
    used, assigned = facts.load("end_use"), facts.load("use_groups")
    used = used[(used["mineral"] == mineral) & (used["country"] == "EU27")]
    assigned = assigned[assigned["mineral"] == mineral]
    if used.empty or assigned.empty or not set(used["use"]) <= set(assigned["use"]):
        return {}
    merged = used.merge(assigned[["use", "products"]], on="use")
    by_group = merged[merged["products"] != APART].groupby("products")["value"].sum()
    return _of_one({str(name): float(share) for name, share in by_group.items()})


def _of_one(shares: dict[str, float]) -> dict[str, float]:
    total = sum(shares.values())
    return {name: share / total for name, share in shares.items()} if total > 0 else {}


def _collected(mineral: str) -> dict[str, float]:
    table: pd.DataFrame = facts.load("recycling")
    rows = table[(table["mineral"] == mineral) & table["measure"].str.startswith(SORTED)]
    return dict(zip(rows["measure"].str.removeprefix(SORTED), rows["value"].astype(float), strict=True))


def _lacking(mineral: str, study: dict[tuple[str, str], float], used: list[str], place: str) -> list[Problem]:
    known = "choose a mineral whose products have known lives: " + ", ".join(minerals_with_lives())
    name = facts.mineral_name(mineral)
    if not used:
        wrong, found = "cannot tell the scrap that arises", f"no shares of use and no lives of the products of {name}"
        return [Problem(place, wrong, found, known)]
    return [
        Problem(place, "cannot tell the scrap that arises", f"no '{parameter}' of {group} products of {name}", known)
        for group in used
        for parameter in (EFFICIENCY, MEAN, SPREAD)
        if (parameter, group) not in study
    ]


def minerals_with_lives() -> list[str]:
    """Minerals for which the facts hold how long their products last."""
    table = facts.load("coefficients")
    return sorted(table.loc[table["parameter"] == MEAN, "mineral"].unique())
