"""Where a supply comes from in the end: the origin looked through traders and stages, with bounds where part is unknown.

A sourcing table says of each place which share of its supply comes from which other place, and which share begins there. The
ultimate origin solves ``O = diag(b) + O A``, so ``O = diag(b) (I - A)^-1``: the Leontief inverse of the sourcing shares. What a
table leaves unexplained travels along in the same way, and may be anybody's: it widens every origin's share upwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
import pandas as pd

from orepact.indicators.checks import Amounts, Checked, named

ROUNDING = 1e-6


@dataclass(frozen=True)
class Origin:
    """Shares of supply by ultimate origin (rows) and place (columns), 0-1, no unit.

    low: what is known to come from there. high: that and all whose origin is unknown. unknown: that part, by place; each
    column of ``low`` and its ``unknown`` sum to 1.
    """

    low: pd.DataFrame
    high: pd.DataFrame
    unknown: pd.Series


def sourcing_shares(flows: pd.DataFrame, unknown: Amounts | None = None) -> pd.DataFrame:
    """Flows (tonnes, origin in rows and destination in columns) as shares of what each destination gets, 0-1.

    unknown: tonnes by destination whose origin no figure gives (scrap without a country, "other countries"); they stay in
    the total, so that the column sums to less than 1 by that part. A destination that gets nothing has NaN throughout.

    Example: 30 t from A, 50 t from B and 20 t unknown give 0.3 and 0.5.
    """
    checked = Checked("look-through origin")
    checked.amounts("flows", flows.to_numpy(dtype=float).ravel())
    rest = pd.Series(0.0, index=flows.columns) if unknown is None else checked.amounts("unknown", unknown)
    absent = flows.columns.difference(rest.index)
    if len(absent):
        checked.is_missing("unknown", "a destination has no figure", named(absent), "give 0 where nothing is unknown")
    checked.stop()
    total = flows.sum() + rest.reindex(flows.columns)
    return flows / total.where(total > 0)


def look_through(sourcing: pd.DataFrame, begins: Amounts) -> Origin:
    """Ultimate origin of the supply of each place: ``O = diag(b) (I - A)^-1``, shares 0-1.

    sourcing A: share of the column's supply that it gets from the row, the same places in rows and columns. begins b:
    share of a place's supply that begins there (its own mines), by place. A column of A and its b sum to at most 1; what
    is left has an unknown origin. Places may be anything that has a name, also pairs of stage and country.

    Example: A's supply begins there. B gets 0.6 from A, 0.3 from C, begins 0.1 itself. C gets 0.5 from A, the rest is
    unknown. Then B's supply is 0.6 + 0.3 x 0.5 = 0.75 from A, 0.1 from B and 0.15 unknown: A between 0.75 and 0.9.
    """
    checked = Checked("look-through origin")
    own = checked.amounts("begins", begins, high=1 + ROUNDING)
    places = sourcing.columns
    if set(places) != set(sourcing.index) or set(places) != set(own.index):
        odd = (set(places) ^ set(sourcing.index)) | (set(places) ^ set(own.index))
        checked.is_bad("sourcing", "the places differ", named(sorted(map(str, odd))), "give the same places everywhere")
    checked.amounts("sourcing", sourcing.to_numpy(dtype=float).ravel(), high=1 + ROUNDING)
    checked.stop()
    table = sourcing.reindex(index=places, columns=places).to_numpy(dtype=float)
    begin = own.reindex(places).to_numpy(dtype=float)
    unknown = _left(checked, table.sum(axis=0) + begin, places)
    matrix = np.eye(len(places)) - table
    if np.linalg.matrix_rank(matrix) < len(places):
        checked.is_bad("sourcing", "supply goes round without a beginning", "a closed circle", "say where it begins")
        checked.stop()
    reach = np.linalg.inv(matrix)
    return _origin(pd.DataFrame(np.diag(begin) @ reach, places, places), pd.Series(unknown @ reach, places))


def through_stages(stages: Sequence[pd.DataFrame]) -> Origin:
    """Origin of the last stage's supply at the first stage: the product of the stages' sourcing shares, 0-1.

    stages: sourcing shares from the first stage to the last, origins in rows and destinations in columns; the rows of a
    stage are the columns of the one before. What a column leaves open to 1 is unknown, and so is all that a maker ships
    who has no column, or an empty one, in the stage before. It is ``look_through`` for a chain, where the inverse is the product.

    Example: refiner R gets 0.8 of its ore from A and the rest is unknown, S all from B. A user gets 0.5 from R and 0.5
    from S: A 0.4 to 0.5, B 0.5 to 0.6, unknown 0.1.
    """
    checked = Checked("look-through origin")
    if not stages:
        checked.is_missing("stages", "there is no stage", "none", "give at least one table of sourcing shares")
    for number, stage in enumerate(stages, start=1):
        given = stage.loc[:, stage.notna().any(axis=0)]
        checked.amounts(f"stage {number}", given.to_numpy(dtype=float).ravel(), high=1 + ROUNDING)
    checked.stop()
    known = reduce(_next, stages[1:], stages[0].fillna(0.0))
    empty = stages[-1].isna().all(axis=0)
    unknown = pd.Series(_left(checked, known.sum(axis=0).to_numpy(), known.columns), known.columns)
    found = _origin(known, unknown)
    return Origin(
        found.low.mask(_like(empty, found.low)), found.high.mask(_like(empty, found.high)), unknown.mask(empty)
    )


def _next(known: pd.DataFrame, stage: pd.DataFrame) -> pd.DataFrame:
    return known.reindex(columns=stage.index).fillna(0.0) @ stage.fillna(0.0)


def _like(empty: pd.Series, frame: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(np.broadcast_to(empty.to_numpy(), frame.shape), frame.index, frame.columns)


def _left(checked: Checked, explained: np.ndarray, places: pd.Index) -> np.ndarray:
    """What the shares of each column leave open; an error where they explain more than all."""
    over = explained > 1 + ROUNDING
    if over.any():
        checked.is_bad(
            "sourcing", "shares sum to more than 1", named(places[over]), "give fractions of each place's supply"
        )
        checked.stop()
    return np.clip(1.0 - explained, 0.0, 1.0)


def _origin(low: pd.DataFrame, unknown: pd.Series) -> Origin:
    return Origin(low, low.add(unknown, axis="columns").clip(upper=1.0), unknown)
