"""What a newer file says against the shipped tables: figures that are new, that moved, and that are the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

EQUAL = 1e-6
"""Relative difference below which two figures are the same: publishers' files and ours are rounded differently."""

MOST_NAMED = 10


@dataclass(frozen=True)
class Changes:
    """A comparison of one table: counts of figures, the largest movements, and the periods of the new figures."""

    table: str
    same: int
    moved: int
    new: int
    gone: int
    new_periods: tuple[str, ...]
    largest: tuple[dict[str, Any], ...]


def compare(table: str, fetched: pd.DataFrame, shipped: pd.DataFrame, key: list[str]) -> Changes:
    """Compare ``value`` of two frames by ``key``; where a key has several figures, the nearest two are held together."""
    mine = fetched.dropna(subset=["value"])[[*key, "value"]]
    theirs = shipped.dropna(subset=["value"])[[*key, "value"]].rename(columns={"value": "shipped"})
    both = mine.merge(theirs, on=key)
    apart = (both["value"] - both["shipped"]).abs()
    scale = both["shipped"].abs().where(both["shipped"].abs() > 0, 1.0)
    both = both.assign(apart=apart / scale).sort_values("apart", kind="stable").drop_duplicates(key)
    moved = both[both["apart"] > EQUAL].sort_values("apart", ascending=False, kind="stable")
    new = _without(mine, theirs, key)
    largest = moved.head(MOST_NAMED)[[*key, "shipped", "value"]].to_dict("records")
    return Changes(
        table=table,
        same=len(both) - len(moved),
        moved=len(moved),
        new=len(new),
        gone=len(_without(theirs, mine, key)),
        new_periods=tuple(sorted(new["period"].unique())) if len(new) else (),
        largest=tuple({str(column): value for column, value in record.items()} for record in largest),
    )


def _without(frame: pd.DataFrame, other: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """Keys of ``frame`` that ``other`` has not."""
    keys = frame[key].drop_duplicates()
    found = keys.merge(other[key].drop_duplicates(), on=key, how="left", indicator=True)
    return found[found["_merge"] == "left_only"]
