"""Many screens on many minerals: which leads stand when the number of looks is counted (Benjamini and Hochberg 1995)."""

from __future__ import annotations

from collections.abc import Sequence


def adjusted(chances: Sequence[float]) -> list[float]:
    """The q of each p: the least false discovery rate at which it stands, ``min over j >= i of p_(j) m / j``, in the order given."""
    order = sorted(range(len(chances)), key=lambda index: chances[index], reverse=True)
    found, least = [1.0] * len(chances), 1.0
    for place, index in enumerate(order):
        least = min(least, chances[index] * len(chances) / (len(chances) - place))
        found[index] = least
    return found
