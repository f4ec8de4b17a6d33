"""Flows and use where no bilateral trade is recorded (network.md rule 7): grade E throughout, and said so.

Use by country is what the United States publishes, what published exports leave at home, and for everybody else a share of
what is left of world output by a stand-in: the median of each country's shares in the use of six minerals whose trade is
recorded. Flows start from what stays at home and from published sourcing shares, and are then held to output, use, exports
and the shares together.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from orepact import facts
from orepact.network.balance import ERROR_OF_GRADE, Claim
from orepact.network.evidence import FIRST_PUBLISHED, UNNAMED, Evidence, gather
from orepact.network.exported import kept_at_home
from orepact.network.gravity import pull
from orepact.network.recipe import recipe_of
from orepact.network.tracing import trace

Array = NDArray[np.float64]
Made = TypeVar("Made")

STAND_INS = ("rare_earths", "graphite", "niobium", "bismuth", "selenium", "aluminium")
"""Minerals whose use by country is traced from recorded trade and whose users are makers of things, not of alloys."""

REPORTER_OF = {"eu_sourcing": "EU27", "us_imports": "USA"}
SMALLEST_USER = 0.002
"""Share of the stand-ins' use below which a country is not given an inferred use of its own."""

DOUBTFUL = 0.02
"""Share of use above which a user is named as doubtful when only its trade says so."""

MOST_IMPORTED = 0.95
"""Import reliance above which output tells nothing of use."""

CONTRADICTED = 0.2
"""Difference of a study's import reliance and its sourcing shares above which neither is used for use."""

HOME_FIRST = 0.98
"""Share of its use that a producing country first meets from its own output, before the claims speak."""

MOST_AT_HOME = 0.95
"""Share of its output that a producing country at most keeps for itself, before the claims speak."""


@cache
def stand_in_use() -> pd.Series:
    """Use by country as shares of the world's: the median over the stand-ins, each in its own base year, scaled to one.

    The median leaves out what is peculiar to one mineral: a hub, a gap in its trade, a country that makes one product.
    """
    columns = {}
    for mineral in STAND_INS:
        recipe = recipe_of(mineral)
        use = traced_use(gather(recipe, recipe.base_year), recipe.stages[-1])
        columns[mineral] = use / use.sum()
    shares = pd.DataFrame(columns).fillna(0.0).drop(index=[UNNAMED], errors="ignore").median(axis=1)
    named = shares[shares >= SMALLEST_USER * shares.sum()]
    return named / named.sum()


def note_doubtful_users(evidence: Evidence, users: tuple[str, ...], use: Array) -> None:
    """Write down the large users that their trade alone makes users: nobody else has them use any mineral of this kind."""
    makers = {country for made in evidence.made.values() for country in made.tonnes.index}
    usual = set(stand_in_use().index) | set(evidence.use["country"]) | makers
    doubtful = [
        country
        for country, tonnes in zip(users, use, strict=True)
        if tonnes > DOUBTFUL * use.sum() and country not in usual
    ]
    if doubtful:
        evidence.notes.append(
            f"use of {', '.join(doubtful)} follows from their trade alone: they may use it, or ship on what nobody recorded"
        )


def traced_use(evidence: Evidence, stage: str) -> pd.Series:
    """Apparent use by country, tonnes of content: output plus imports less exports, with re-exports traced."""
    made, shipments = evidence.made[stage], evidence.shipments[stage]
    countries = sorted({*made.tonnes.index, *shipments["exporter"], *shipments["importer"]})
    position = {country: index for index, country in enumerate(countries)}
    recorded = np.zeros((len(countries), len(countries)))
    recorded[shipments["exporter"].map(position), shipments["importer"].map(position)] = shipments["tonnes"]
    use = trace(made.tonnes.reindex(countries).fillna(0.0).to_numpy(), recorded).flows.sum(axis=0)
    return pd.Series(use, index=countries)


def union_use(evidence: Evidence, stage: str) -> float | None:
    """Use of the Union of 27, tonnes of content: its output over ``1 - import reliance`` of the Commission's study.

    None where output is not published for the year but shared out by the same study, where the study has no reliance, where
    nearly all is imported (the ratio would be noise), or where its sourcing shares contradict it.
    """
    output_of = recipe_of(evidence.mineral).refined
    if output_of is None or output_of.source not in FIRST_PUBLISHED:
        return None
    members = facts.resolve_place("EU27")
    table = facts.load("eu_assessments")
    rows = table[
        (table["edition"] == "2023") & (table["measure"] == "import_reliance") & (table["mineral"] == evidence.mineral)
        & (table["stage"] == stage) & table["value"].notna()
    ]  # fmt: skip
    if rows.empty or float(rows["value"].iloc[0]) > MOST_IMPORTED:
        return None
    reliance = float(rows["value"].iloc[0])
    shares = sourcing_shares(evidence, "eu_sourcing", stage)
    domestic = float(shares[shares.index.isin(members)].sum())
    if not shares.empty and abs(domestic - (1.0 - reliance)) > CONTRADICTED:
        return None
    made = evidence.made[stage].tonnes
    output = float(made[made.index.isin(members)].sum())
    evidence.sources.append(str(rows["source"].iloc[0]))
    return output / (1.0 - reliance) if output > 0 else None


def use_table(evidence: Evidence, stage: str, world: float) -> pd.Series:
    """Use by country, tonnes of content: published where it is, the rest of ``world`` (tonnes) by the stand-in.

    Output less published exports is the use of a country that publishes no use, next to the little that producers import.
    The Union's total follows from its output and import reliance where both are known; the stand-in shares it out.
    """
    published = evidence.use.set_index("country")["tonnes"].astype(float)
    published = published[published < 0.9 * world]
    home = kept_at_home(evidence, stage)["tonnes"] / HOME_FIRST
    home = home.drop(index=published.index, errors="ignore")
    known = pd.concat([published, home]) if len(home) else published
    shares = stand_in_use().drop(index=known.index, errors="ignore")
    rest = max(world - float(known.sum()), 0.0)
    members = facts.resolve_place("EU27")
    union = shares.index.isin(members)
    total = union_use(evidence, stage)
    if total is not None:
        total -= float(home[home.index.isin(members)].sum())
    if total is None or not 0 < total < rest or not union.any():
        spread, told = rest * shares / shares.sum(), ""
    else:
        inside, outside = shares[union] / shares[union].sum(), shares[~union] / shares[~union].sum()
        spread = pd.concat([total * inside, (rest - total) * outside])
        told = f"{total:,.0f} t of the EU from its output and import reliance; "
    table = pd.concat([known, spread])
    evidence.notes.append(
        "use by country is inferred (grade E): "
        + (f"published for {', '.join(published.index)}; " if len(published) else "")
        + (f"output less published exports for {', '.join(home.index)}; " if len(home) else "")
        + told
        + f"the rest is world output by the median shares of countries in the traced use of {', '.join(STAND_INS)}"
    )
    used: pd.Series = table[table > 0].sort_index()
    return used


def prior(evidence: Evidence, stage: str, build: Callable[..., Made]) -> Made:
    """First guess of the last stage's flows: producers serve themselves, everybody else sources as published.

    The EU and the United States source by their published shares. Other users are taken to source like these two do on
    average, and where nothing is published, from producers in proportion to output over distance.
    """
    made = evidence.made[stage]
    producers = tuple(str(country) for country in made.tonnes.index)
    output = made.tonnes.to_numpy(dtype=float)
    use = use_table(evidence, stage, float(output.sum()))
    users = tuple(str(country) for country in use.index)
    need = use.to_numpy(dtype=float)
    shares = _first_shares(evidence, stage, producers, users, output)
    flows = shares * need
    for row, country in enumerate(producers):
        if country in users and country not in facts.resolve_place("EU27"):
            column = users.index(country)
            own = min(MOST_AT_HOME * output[row], HOME_FIRST * need[column])
            abroad = np.where(np.arange(len(producers)) == row, 0.0, shares[:, column])
            flows[:, column] = (need[column] - own) * abroad / max(abroad.sum(), 1e-12)
            flows[row, column] = own
    grades = np.full(flows.shape, "E", dtype="<U1")
    return build(producers, users, flows, grades, {})


def _first_shares(
    evidence: Evidence, stage: str, producers: tuple[str, ...], users: tuple[str, ...], output: Array
) -> Array:
    """Shares of producers in each user's sourcing: published for the EU and the US, their average for everybody else."""
    shares = pull(output, producers, users)
    published = {}
    for kind, reporter in REPORTER_OF.items():
        found = sourcing_shares(evidence, kind, stage).reindex(list(producers)).fillna(0.0).to_numpy()
        if found.sum() > 0:
            published[reporter] = found
    for column, user in enumerate(users):
        own = [found for reporter, found in published.items() if user in facts.resolve_place(reporter)]
        known = own or list(published.values())
        if known:
            stated = np.mean([each / max(each.sum(), 1.0) for each in known], axis=0)
            shares[:, column] = stated + (1.0 - stated.sum()) * shares[:, column]
    return shares


def sourcing_claims(
    evidence: Evidence, stage: str, producers: tuple[str, ...], users: tuple[str, ...], flows: Array
) -> list[Claim]:
    """Published sourcing shares as claims on the flows into the EU and the United States, and inferred use as weak ones.

    A use that follows from published exports has the error of output and exports together.
    """
    claims = []
    for kind, reporter in REPORTER_OF.items():
        shares = sourcing_shares(evidence, kind, stage)
        inside = np.isin(users, facts.resolve_place(reporter))
        if shares.empty or not inside.any():
            continue
        abroad_only = kind == "us_imports"
        for origin, share in shares.items():
            if origin not in producers:
                continue
            counted = np.ones(len(producers), dtype=bool)
            if abroad_only:
                counted[[row for row, country in enumerate(producers) if country == reporter]] = False
            coefficients = np.zeros(flows.shape)
            coefficients[np.ix_(counted, inside)] = -share
            coefficients[producers.index(str(origin)), inside] += 1.0
            bought = float(flows[np.ix_(counted, inside)].sum())
            error = ERROR_OF_GRADE["C"] * max(share, 0.02) * max(bought, 1e-12)
            claims.append(Claim(f"{reporter} from {origin}", coefficients, 0.0, error))
    home = kept_at_home(evidence, stage)["error"].to_dict()
    for column, user in enumerate(users):
        if user not in set(evidence.use["country"]):
            coefficients = np.zeros(flows.shape)
            coefficients[:, column] = 1.0
            tonnes = float(flows[:, column].sum())
            error = home.get(user, 0.5 * ERROR_OF_GRADE["E"] * tonnes)
            claims.append(Claim(f"use {user}", coefficients, tonnes, error))
    return claims


def sourcing_shares(evidence: Evidence, kind: str, stage: str) -> pd.Series:
    """Published shares of origins in one reporter's sourcing of a stage, by country; they need not sum to one."""
    rows = evidence.sourcing[(evidence.sourcing["kind"] == kind)]
    at_stage = rows[rows["stage"] == stage]
    if kind == "us_imports" and "main" in rows:
        at_stage = at_stage[at_stage["main"].astype(str).isin(["yes", "True"])]
    shares = at_stage.groupby("country")["value"].sum()
    return shares.drop(index=[UNNAMED], errors="ignore").clip(upper=1.0)
