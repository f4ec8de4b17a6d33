"""Ore to refiners: what each country mined, what its plants took, and what they can therefore have made.

What enters: published mine output, recorded shipments of ore, and figures for refined output, good or bad. What leaves:
flows of ore that explain refined output, and refined output that follows from the ore. Both are settled in one
reconciliation (rules 1 and 6 of network.md): a published refined figure holds the ore to it, and a share of another
period gives way to the ore that was there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from orepact.network.balance import ERROR_OF_GRADE, column_claims, reconcile, regraded, row_claims
from orepact.network.evidence import Evidence, worst
from orepact.network.gravity import pull, seeded
from orepact.network.model import Doubt, StageTable
from orepact.network.recipe import Recipe, Recovery

Array = NDArray[np.float64]
Grades = NDArray[np.str_]

ROUNDING = 1.01
"""Refined output up to this multiple of what ore explains belongs to the ore: the fit meets margins to a fraction of a per cent."""

NEARLY_ALL = 0.995
"""Share of one stage that the next explains, below which the difference is written down as a note."""


LEAST_RECORD = 0.05
"""Recorded shipments below this share of a miner's output say nothing about where the rest of it went."""


@dataclass(frozen=True)
class Feed:
    """Ore settled with refined output, tonnes of content.

    table: the mine stage. published: refined output as the facts have it, by country. refined: as settled, by country;
    the part of it that no ore explains is included.
    """

    table: StageTable
    published: pd.Series
    refined: pd.Series


def feed(evidence: Evidence, recipe: Recipe) -> Feed:
    """The mine stage of a recipe with two stages, settled with the refined stage that it feeds."""
    mined, refined = evidence.made["mine"], evidence.made[recipe.stages[-1]]
    recovery = _recovery_of(recipe)
    miners = tuple(str(country) for country in mined.tonnes.index)
    refiners = tuple(str(country) for country in refined.tonnes.index)
    reported, published = mined.tonnes.to_numpy(dtype=float), refined.tonnes.to_numpy(dtype=float)
    wanted = published / recovery.value
    share_fed = min(1.0, reported.sum() / wanted.sum())
    share_used = min(1.0, wanted.sum() / reported.sum())
    _note_gaps(evidence, reported.sum(), published.sum(), share_fed, share_used)
    ore, plants = reported * share_used, wanted * share_fed
    prior, grades = _first_guess(evidence, miners, ore, refiners, plants)
    claims = row_claims("output", miners, ore, ore * _errors(mined.grades))
    claims += column_claims("throughput", refiners, plants, plants * _errors(refined.grades))
    fit = reconcile(prior, np.vectorize(ERROR_OF_GRADE.__getitem__, otypes=[float])(grades), claims)
    table = StageTable(
        stage="mine",
        producers=miners,
        buyers=refiners,
        flows=fit.flows,
        grades=regraded(prior, fit.flows, grades),
        reported=reported,
        stock_change=reported - fit.flows.sum(axis=1),
        secondary=np.zeros(len(miners)),
        cut=np.zeros(len(miners)),
        moved=fit.moved,
        doubt=Doubt(mined.unnamed, mined.withheld, mined.spread, _without_output(evidence, miners), dict(mined.grades)),
    )
    explained = recovery.value * fit.flows.sum(axis=0)
    settled = pd.Series(explained + (1.0 - share_fed) * published, index=refined.tonnes.index)
    return Feed(table, refined.tonnes, settled)


def joined(fed: Feed | None, recipe: Recipe, final: StageTable) -> tuple[tuple[StageTable, ...], Array]:
    """The stages of a network, and the recovery of each producer of the last one (1 where it is fed by no ore).

    A refiner's recovery takes up the rounding of the last stage's fit; what is more than rounding is kept as secondary.
    """
    if fed is None:
        return (final,), np.ones(len(final.producers))
    usual = _recovery_of(recipe).value
    ore = _for_refiners(fed.table, final.producers)
    primary, throughput = final.output - final.secondary, ore.purchases
    exact = np.divide(primary, throughput, where=throughput > 0, out=np.full_like(primary, usual))
    recovery = np.where(exact <= ROUNDING * usual, exact, usual)
    unexplained = np.maximum(primary - recovery * throughput, 0.0)
    published = fed.published.reindex(list(final.producers)).fillna(0.0).to_numpy(dtype=float)
    return (ore, replace(final, secondary=final.secondary + unexplained, reported=published)), recovery


def _recovery_of(recipe: Recipe) -> Recovery:
    if recipe.recovery is None:
        raise ValueError(f"the recipe of {recipe.mineral} has two stages and no recovery")
    return recipe.recovery


def _errors(grades: pd.Series) -> Array:
    return np.array([ERROR_OF_GRADE[str(grade)] for grade in grades])


def _note_gaps(evidence: Evidence, mined: float, refined: float, share_fed: float, share_used: float) -> None:
    """Write down what one stage leaves unexplained of the other."""
    if share_fed < NEARLY_ALL:
        evidence.notes.append(
            f"refined: {(1 - share_fed) * refined:,.0f} t refined are not explained by mine output; "
            "they are kept as secondary or unrecorded feed of the refiners"
        )
    if share_used < NEARLY_ALL:
        evidence.notes.append(
            f"mine: {(1 - share_used) * mined:,.0f} t mined are used by no recorded refiner; "
            "they are kept as stock change or loss of the miners"
        )


def _for_refiners(table: StageTable, refiners: tuple[str, ...]) -> StageTable:
    """The mine stage with a column for every producer of the next, in its order; new ones buy no ore."""
    place = {country: column for column, country in enumerate(table.buyers)}
    flows = np.zeros((len(table.producers), len(refiners)))
    grades = np.full(flows.shape, "E", dtype="<U1")
    for column, country in enumerate(refiners):
        if country in place:
            flows[:, column] = table.flows[:, place[country]]
            grades[:, column] = table.grades[:, place[country]]
    return replace(table, buyers=refiners, flows=flows, grades=grades)


def _first_guess(
    evidence: Evidence, miners: tuple[str, ...], mined: Array, refiners: tuple[str, ...], plants: Array
) -> tuple[Array, Grades]:
    """Ore flows before the fit: recorded shipments, what stays at home, and a guess at what nobody recorded.

    A country that mines all that its plants need feeds them first, so that recorded exports never starve them. Ore that
    was not recorded goes where its miner's recorded ore goes; that of a miner without records, where plants still need it.
    """
    recorded, grades = _recorded(evidence, miners, refiners)
    home = np.array(miners)[:, None] == np.array(refiners)[None, :]
    needed_at_home = np.where(home, plants[None, :], 0.0).sum(axis=1)
    kept = np.where(mined >= needed_at_home, needed_at_home, 0.0)
    out = recorded.sum(axis=1)
    recorded *= np.minimum(1.0, np.divide(mined - kept, out, where=out > 0, out=np.ones_like(mined)))[:, None]
    at_home = np.minimum(mined - recorded.sum(axis=1), needed_at_home)
    flows = _unrecorded_alike(recorded + np.where(home, at_home[:, None], 0.0), recorded, mined)
    left = np.maximum(mined - flows.sum(axis=1), 0.0)
    need = np.maximum(plants - flows.sum(axis=0), 0.0)
    if need.sum() > 0:
        flows = flows + left[:, None] * pull(need, refiners, miners).T
    active = plants > 0
    start = np.where(active[None, :], seeded(flows, mined, miners, refiners), 0.0)
    floor = 0.01 * plants[None, :] * pull(mined, miners, refiners)
    start = np.maximum(start, np.where(active[None, :], floor, 0.0))
    known = np.where(home, "D", regraded(recorded, start, grades))
    return start, np.vectorize(worst, otypes=["<U1"])(known, evidence.made["mine"].grades.to_numpy()[:, None])


def _unrecorded_alike(flows: Array, recorded: Array, mined: Array) -> Array:
    """``flows`` with the unrecorded output of every miner that has records sent where these go."""
    total = recorded.sum(axis=1)
    left = np.maximum(mined - flows.sum(axis=1), 0.0)
    tells = (total > 0) & (total >= LEAST_RECORD * mined)
    grown: Array = flows + np.divide(left, total, out=np.zeros_like(left), where=tells)[:, None] * recorded
    return grown


def _without_output(evidence: Evidence, miners: tuple[str, ...]) -> dict[str, float]:
    """Recorded shipments of ore, by importer, from countries that have no figure of mine output; tonnes of content."""
    shipped = evidence.shipments.get("mine")
    if shipped is None or shipped.empty:
        return {}
    strange = shipped[~shipped["exporter"].isin(miners)]
    return {str(country): float(tonnes) for country, tonnes in strange.groupby("importer")["tonnes"].sum().items()}


def _recorded(evidence: Evidence, miners: tuple[str, ...], refiners: tuple[str, ...]) -> tuple[Array, Grades]:
    """Recorded shipments of ore between miners and refiners, tonnes of content, and their grades (E where there is none)."""
    flows = np.zeros((len(miners), len(refiners)))
    grades = np.full(flows.shape, "E", dtype="<U1")
    shipped = evidence.shipments.get("mine")
    if shipped is None:
        return flows, grades
    for exporter, importer, tonnes, grade in shipped[["exporter", "importer", "tonnes", "grade"]].to_numpy():
        if exporter in miners and importer in refiners:
            cell = miners.index(exporter), refiners.index(importer)
            flows[cell] = tonnes
            grades[cell] = grade
    return flows, grades
