"""Flows and use where no bilateral trade is recorded (network.md rule 7): grade E throughout, and said so.

Use by country is what the United States publishes, and for everybody else a share of what is left of world output in
proportion to a stand-in: the apparent use of primary aluminium, the one broadly used metal whose output and trade are
both recorded for every country. Flows start from what stays at home and are then held to the sourcing shares of the EU
and the United States.
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
from orepact.network.evidence import UNNAMED, Evidence, gather
from orepact.network.gravity import distance_km
from orepact.network.recipe import recipe_of
from orepact.network.tracing import trace

Array = NDArray[np.float64]
Made = TypeVar("Made")

STAND_IN = "aluminium"
REPORTER_OF = {"eu_sourcing": "EU27", "us_imports": "USA"}
SMALLEST_USER = 0.002
"""Share of the stand-in's use below which a country is not given an inferred use of its own."""

HOME_FIRST = 0.98
"""Share of its use that a producing country first meets from its own output, before the claims speak."""


@cache
def stand_in_use(year: int) -> pd.Series:
    """Apparent use of primary aluminium by country, as shares of the world's (output and traced trade of that year)."""
    evidence = gather(recipe_of(STAND_IN), year)
    made, shipments = evidence.made["refined"], evidence.shipments["refined"]
    countries = sorted({*made.tonnes.index, *shipments["exporter"], *shipments["importer"]} - {UNNAMED})
    position = {country: index for index, country in enumerate(countries)}
    recorded = np.zeros((len(countries), len(countries)))
    recorded[shipments["exporter"].map(position), shipments["importer"].map(position)] = shipments["tonnes"]
    use = trace(made.tonnes.reindex(countries).fillna(0.0).to_numpy(), recorded).flows.sum(axis=0)
    shares = pd.Series(use, index=countries)
    named = shares[shares >= SMALLEST_USER * shares.sum()]
    return named / named.sum()


def use_table(evidence: Evidence, world: float) -> pd.Series:
    """Use by country, tonnes of content: published where it is, the rest of ``world`` (tonnes) by the stand-in."""
    published = evidence.use.set_index("country")["tonnes"].astype(float)
    published = published[published < 0.9 * world]
    shares = stand_in_use(evidence.year).drop(index=published.index, errors="ignore")
    rest = max(world - float(published.sum()), 0.0)
    table = pd.concat([published, rest * shares / shares.sum()])
    evidence.notes.append(
        "use by country is inferred (grade E): "
        + (f"published for {', '.join(published.index)}; " if len(published) else "")
        + f"the rest is world output in proportion to the apparent use of {STAND_IN}"
    )
    return table[table > 0].sort_index()


def prior(evidence: Evidence, stage: str, build: Callable[..., Made]) -> Made:
    """First guess of the last stage's flows: home first, the surplus of producers to the needs of users over distance."""
    made = evidence.made[stage]
    producers = tuple(str(country) for country in made.tonnes.index)
    output = made.tonnes.to_numpy(dtype=float)
    use = use_table(evidence, float(output.sum()))
    users = tuple(str(country) for country in use.index)
    need = use.to_numpy(dtype=float)
    home = np.zeros((len(producers), len(users)))
    for row, country in enumerate(producers):
        if country in users:
            column = users.index(country)
            home[row, column] = min(output[row], HOME_FIRST * need[column])
    surplus, lack = output - home.sum(axis=1), need - home.sum(axis=0)
    abroad = surplus[:, None] * lack[None, :] / distance_km(producers, users)
    abroad = _fitted(abroad, surplus, lack)
    grades = np.full(home.shape, "E", dtype="<U1")
    return build(producers, users, home + abroad, grades, {})


def _fitted(table: Array, rows: Array, columns: Array, rounds: int = 50) -> Array:
    """``table`` scaled by rows and columns in turn towards two margins with the same sum (a starting guess only)."""
    for _ in range(rounds):
        table = table * np.divide(rows, table.sum(axis=1), where=table.sum(axis=1) > 0, out=np.zeros_like(rows))[:, None]
        table = table * np.divide(columns, table.sum(axis=0), where=table.sum(axis=0) > 0, out=np.zeros_like(columns))
    return table


def sourcing_claims(
    evidence: Evidence, stage: str, producers: tuple[str, ...], users: tuple[str, ...], flows: Array
) -> list[Claim]:
    """Published sourcing shares as claims on the flows into the EU and the United States, and inferred use as weak ones."""
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
    for column, user in enumerate(users):
        if user not in set(evidence.use["country"]):
            coefficients = np.zeros(flows.shape)
            coefficients[:, column] = 1.0
            tonnes = float(flows[:, column].sum())
            claims.append(Claim(f"use {user}", coefficients, tonnes, 0.5 * ERROR_OF_GRADE["E"] * tonnes))
    return claims


def sourcing_shares(evidence: Evidence, kind: str, stage: str) -> pd.Series:
    """Published shares of origins in one reporter's sourcing of a stage, by country; they need not sum to one."""
    rows = evidence.sourcing[(evidence.sourcing["kind"] == kind)]
    at_stage = rows[rows["stage"] == stage]
    if kind == "us_imports" and "main" in rows:
        at_stage = at_stage[at_stage["main"].astype(str).isin(["yes", "True"])]
    shares = at_stage.groupby("country")["value"].sum()
    return shares.drop(index=[UNNAMED], errors="ignore").clip(upper=1.0)
