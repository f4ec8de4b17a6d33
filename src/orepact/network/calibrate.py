"""From evidence to a balanced network: ore to refiners first, then what refiners make to its users.

Ore comes first (see ``ore``), because what a country can have refined is known best from what it mined and bought, and
badly from shares of another period. What users receive is then traced to its origin (rule 4), pinned to published
consumption (rule 5), and reconciled with output by the trust that each grade deserves (rule 6 of network.md).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache, partial

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from orepact import facts
from orepact.network import inferred
from orepact.network.balance import ERROR_OF_GRADE, SETTLED, Claim, reconcile, regraded, row_claims
from orepact.network.compare import compare_sourcing
from orepact.network.evidence import UNNAMED, WORST_FIRST, Evidence, gather, worst
from orepact.network.exported import export_claims, note_exports
from orepact.network.gravity import seeded
from orepact.network.model import Doubt, Network, StageTable
from orepact.network.ore import feed, joined
from orepact.network.prices import base_price
from orepact.network.recipe import Recipe, recipe_of
from orepact.network.tracing import trace

Array = NDArray[np.float64]

REST = "ROW"
"""The many users too small to be named: together at most a few per cent of use."""

SMALLEST_CUT = 1e-9
"""Tonnes of cut exports that are rounding, not a cut."""

SMALLEST_USER = 0.0005
"""Share of the world's use below which a user joins ``ROW``."""


@dataclass(frozen=True)
class _Prior:
    """First guess of the last stage: flows from primary producers to users, and a grade for each cell.

    cut: recorded exports that nobody can have made, by exporter. unknown: those of them by countries without any output
    figure, by importer. Tonnes of content.
    """

    producers: tuple[str, ...]
    users: tuple[str, ...]
    flows: Array
    grades: NDArray[np.str_]
    cut: dict[str, float]
    unknown: dict[str, float] = field(default_factory=dict)


def network(mineral: str, base_year: int | None = None) -> Network:
    """The balanced network of a mineral in a base year (the recipe's own year when none is given).

    ``mineral`` may be any name that the facts know. Raises UnknownName, or MissingData with what is missing.
    """
    with _threads().limit(limits=1, user_api="blas"):
        return _network(mineral, base_year)


@cache
def _threads() -> ThreadpoolController:
    """What holds the arithmetic to one thread: more gain nothing on systems this small, and lose much on a busy machine."""
    return ThreadpoolController()


def _network(mineral: str, base_year: int | None) -> Network:
    recipe = recipe_of(facts.resolve_mineral(mineral))
    year = recipe.base_year if base_year is None else base_year
    evidence = gather(recipe, year)
    last = recipe.stages[-1]
    fed = feed(evidence, recipe) if len(recipe.stages) > 1 else None
    if fed is not None:
        evidence.made[last] = replace(evidence.made[last], tonnes=fed.refined)
    prior = inferred.prior(evidence, last, _Prior) if recipe.inferred_use else _traced_prior(evidence, last)
    rate, rate_source = _secondary_rate(recipe)
    final = _reconciled(evidence, last, prior, rate, known=fed is not None)
    stages, recovery = joined(fed, recipe, _with_secondary(final, rate))
    if not recipe.inferred_use:
        inferred.note_doubtful_users(evidence, stages[-1].buyers, stages[-1].purchases)
    return Network(
        mineral=recipe.mineral,
        base_year=year,
        recipe=recipe,
        stages=stages,
        recovery=recovery,
        price=base_price(recipe, year),
        compare=partial(compare_sourcing, evidence, stages, used={last} if recipe.inferred_use else set()),
        sources=tuple(sorted({*evidence.sources, *rate_source, "orepact_assumption"})),
        notes=tuple(evidence.notes),
        grade=_grade_of(final),
        inferred_use=recipe.inferred_use,
    )


def _traced_prior(evidence: Evidence, stage: str) -> _Prior:
    """Recorded shipments of the last stage, traced from who made it to who uses it."""
    made, shipments = evidence.made[stage], evidence.shipments[stage]
    countries = tuple(sorted({*made.tonnes.index, *shipments["exporter"], *shipments["importer"]}))
    position = {country: index for index, country in enumerate(countries)}
    output = made.tonnes.reindex(countries).fillna(0.0).to_numpy()
    recorded = np.zeros((len(countries), len(countries)))
    graded = np.full(recorded.shape, "E", dtype="<U1")
    rows = shipments["exporter"].map(position).to_numpy(dtype=int)
    columns = shipments["importer"].map(position).to_numpy(dtype=int)
    recorded[rows, columns] = shipments["tonnes"].to_numpy()
    graded[rows, columns] = shipments["grade"].to_numpy()
    traced = trace(output, recorded)
    flows = _unnamed_sold(traced.flows, countries)
    makes = np.flatnonzero(output > 0)
    np.fill_diagonal(graded, "D")
    producers = tuple(countries[index] for index in makes)
    flows, users = _named_users(flows[makes], countries)
    columns_kept = [position.get(user, -1) for user in users]
    cells = np.where(np.array(columns_kept) >= 0, graded[makes][:, columns_kept], "D")
    output_grades = made.grades.reindex(producers).to_numpy()
    grades = np.array([[worst(cell, own) for cell in row] for row, own in zip(cells, output_grades, strict=True)])
    cut = {countries[index]: float(traced.cut[index]) for index in np.flatnonzero(traced.cut > SMALLEST_CUT)}
    left_out = np.where((output > 0)[:, None], 0.0, recorded - traced.shipped).sum(axis=0)
    unknown = {countries[index]: float(left_out[index]) for index in np.flatnonzero(left_out > SMALLEST_CUT)}
    return _Prior(producers, users, flows, grades, cut, unknown)


def _unnamed_sold(flows: Array, countries: tuple[str, ...]) -> Array:
    """Flows in which unnamed producers, who have no trade on record, sell to every user in proportion to its purchases."""
    if UNNAMED not in countries:
        return flows
    row = countries.index(UNNAMED)
    elsewhere = np.delete(flows, row, axis=0).sum(axis=0)
    elsewhere[row] = 0.0
    if elsewhere.sum() <= 0:
        return flows
    sold = flows.copy()
    sold[row] = flows[row].sum() * elsewhere / elsewhere.sum()
    return sold


def _named_users(flows: Array, countries: tuple[str, ...]) -> tuple[Array, tuple[str, ...]]:
    """Users that matter by name, and the rest in one column ``ROW`` (tonnes are kept)."""
    use = flows.sum(axis=0)
    named = np.flatnonzero(use >= SMALLEST_USER * use.sum())
    small = np.setdiff1d(np.flatnonzero(use > 0), named)
    users = tuple(countries[index] for index in named)
    if len(small) == 0:
        return flows[:, named], users
    return np.column_stack([flows[:, named], flows[:, small].sum(axis=1)]), (*users, REST)


def _reconciled(evidence: Evidence, stage: str, prior: _Prior, secondary: float, *, known: bool) -> StageTable:
    """The last stage's primary flows, reconciled with output and with published or inferred use.

    ``known``: output was settled with the ore that feeds it, and is no longer moved.
    """
    made = evidence.made[stage]
    output = made.tonnes.reindex(list(prior.producers)).to_numpy(dtype=float)
    start = seeded(prior.flows, output, prior.producers, prior.users)
    error_of_output = SETTLED if known else made.grades.reindex(list(prior.producers)).map(ERROR_OF_GRADE).to_numpy()
    claims = row_claims("output", prior.producers, output, error_of_output * output)
    pinned = _use_claims(evidence, prior.users, start.shape, 1 - secondary)
    claims += pinned
    if evidence.shipments.get(stage) is None:
        claims += inferred.sourcing_claims(evidence, stage, prior.producers, prior.users, start)
        claims += export_claims(evidence, stage, prior.producers, prior.users)
    scaled = _scaled_to(start, pinned)
    grades = regraded(prior.flows, scaled, prior.grades)
    fit = reconcile(scaled, np.vectorize(ERROR_OF_GRADE.__getitem__, otypes=[float])(grades), claims)
    note_exports(evidence, stage, prior.producers, prior.users, fit.flows)
    return StageTable(
        stage=stage,
        producers=prior.producers,
        buyers=prior.users,
        flows=fit.flows,
        grades=regraded(scaled, fit.flows, grades),
        reported=output,
        stock_change=np.zeros(len(output)),
        secondary=np.zeros(len(output)),
        cut=np.array([prior.cut.get(country, 0.0) for country in prior.producers]),
        moved=float(np.abs(fit.flows - start).sum() / 2),
        doubt=Doubt(
            unnamed=made.unnamed,
            withheld=made.withheld,
            spread=made.spread,
            unknown=prior.unknown,
            output_grades=dict(made.grades),
            use_grades=dict(evidence.use.dropna(subset=["tonnes"])[["country", "grade"]].to_numpy().tolist()),
            use_withheld=tuple(evidence.use.loc[evidence.use["tonnes"].isna(), "country"]),
        ),
    )


def _scaled_to(flows: Array, pinned: list[Claim]) -> Array:
    """``flows`` with every pinned user's purchases scaled to its published use: trade alone is never left to tell it."""
    scaled = flows.copy()
    for claim in pinned:
        bought = float((claim.coefficients * flows).sum())
        if bought > 0:
            scaled *= np.where(claim.coefficients > 0, claim.value / bought, 1.0)
    return scaled


def _use_claims(evidence: Evidence, users: tuple[str, ...], shape: tuple[int, int], primary: float) -> list[Claim]:
    """Published consumption as claims on columns; ``primary`` is the share of use that is not secondary."""
    claims = []
    for country, used, grade in evidence.use[["country", "tonnes", "grade"]].to_numpy():
        if country not in users or np.isnan(float(used)):
            continue
        coefficients = np.zeros(shape)
        coefficients[:, users.index(country)] = 1.0
        tonnes = float(used) * primary
        claims.append(Claim(f"use {country}", coefficients, tonnes, ERROR_OF_GRADE[grade] * tonnes))
    return claims


def _secondary_rate(recipe: Recipe) -> tuple[float, list[str]]:
    """Share of use met from old scrap, and its source; 0 where the recipe says that output includes it or none is known."""
    if recipe.secondary != "added":
        return 0.0, []
    table = facts.load("recycling")
    rows = table[
        (table["mineral"] == recipe.mineral) & table["measure"].str.contains("EoL-RIR") & table["value"].notna()
    ]
    if rows.empty:
        return 0.0, []
    latest = rows.sort_values("period").iloc[-1]
    return float(latest["value"]), [str(latest["source"])]


def _with_secondary(table: StageTable, rate: float) -> StageTable:
    """Old scrap recovered where it arises: every user country makes ``rate`` of its own use, and uses it at home."""
    if rate <= 0:
        return table
    scrap = table.purchases * rate / (1 - rate)
    made_by = tuple(dict.fromkeys((*table.producers, *table.buyers)))
    extra = len(made_by) - len(table.producers)

    def grown(values: Array) -> Array:
        return np.concatenate([values, np.zeros((extra, *values.shape[1:]))])

    flows = grown(table.flows)
    grades = np.concatenate([table.grades, np.full((extra, len(table.buyers)), "E")])
    secondary = grown(table.secondary)
    for column, user in enumerate(table.buyers):
        row = made_by.index(user)
        flows[row, column] += scrap[column]
        secondary[row] += scrap[column]
        grades[row, column] = worst(str(grades[row, column]), "D")
    return replace(
        table,
        producers=made_by,
        flows=flows,
        grades=grades,
        reported=grown(table.reported),
        stock_change=grown(table.stock_change),
        secondary=secondary,
        cut=grown(table.cut),
    )


def _grade_of(table: StageTable) -> str:
    """The worst grade that carries at least a tenth of the tonnes of a table."""
    share = {grade: float(table.flows[table.grades == grade].sum()) for grade in WORST_FIRST}
    total, carried = sum(share.values()), 0.0
    for grade in WORST_FIRST:
        carried += share[grade]
        if carried >= 0.1 * total:
            return grade
    return "E"
