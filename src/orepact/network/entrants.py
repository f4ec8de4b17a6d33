"""A network with room for producers that the base year did not have: countries in which somebody means to build.

What enters: a network and countries by stage. What leaves: the same network with a row of nothing for each of them (and, for a
refiner, a column of nothing among the buyers of its ore), so that a project has a place to stand. No tonne moves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from orepact.network.model import Network, StageTable


def with_entrants(network: Network, entrants: Mapping[str, tuple[str, ...]]) -> Network:
    """The network with the countries that are not yet producers of a stage; stages that it does not have are left out."""
    stages = list(network.stages)
    recovery = network.recovery
    for at, table in enumerate(stages):
        new = tuple(dict.fromkeys(each for each in entrants.get(table.stage, ()) if each not in table.producers))
        if not new:
            continue
        stages[at] = _with_rows(table, new)
        if at > 0:
            stages[at - 1] = _with_columns(stages[at - 1], new)
            recovery = np.concatenate([recovery, np.full(len(new), np.median(recovery))])
    return replace(network, stages=tuple(stages), recovery=recovery)


def _with_rows(table: StageTable, new: tuple[str, ...]) -> StageTable:
    def longer(values: np.ndarray) -> np.ndarray:
        return np.concatenate([values, np.zeros(len(new))])

    return replace(
        table,
        producers=(*table.producers, *new),
        flows=np.concatenate([table.flows, np.zeros((len(new), len(table.buyers)))]),
        grades=np.concatenate([table.grades, np.full((len(new), len(table.buyers)), "E")]),
        reported=longer(table.reported),
        stock_change=longer(table.stock_change),
        secondary=longer(table.secondary),
        cut=longer(table.cut),
    )


def _with_columns(table: StageTable, new: tuple[str, ...]) -> StageTable:
    """Buyers of ore stand in the order of the next stage's producers, so newcomers come last."""
    shape = (len(table.producers), len(new))
    return replace(
        table,
        buyers=(*table.buyers, *new),
        flows=np.concatenate([table.flows, np.zeros(shape)], axis=1),
        grades=np.concatenate([table.grades, np.full(shape, "E")], axis=1),
    )
