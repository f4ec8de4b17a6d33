"""Routes that carried nothing in the base year, opened a crack: the seed that keeps a stopped buyer from having no price.

What enters: output by producer, countries' places. What leaves: shares of each buyer's purchases, by capacity over
distance (market-model section 1; gravity in the sense of Tinbergen 1962).
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from orepact import facts

Array = NDArray[np.float64]

SEED = 0.01
"""Share of each buyer's purchases that the seed spreads over all producers."""

EARTH_RADIUS_KM = 6371.0
NEAREST_KM = 500.0
UNKNOWN_KM = 8000.0


@cache
def _places() -> dict[str, tuple[float, float]]:
    table = facts.load("countries").dropna(subset=["latitude", "longitude"])
    return dict(zip(table["country"], zip(table["latitude"], table["longitude"], strict=True), strict=True))


def distance_km(origins: tuple[str, ...], destinations: tuple[str, ...]) -> Array:
    """Great-circle distances between countries' label points, km, at least 500; 8,000 where a place is not known."""
    places = _places()

    def radians(countries: tuple[str, ...]) -> Array:
        degrees = [places.get(country, (np.nan, np.nan)) for country in countries]
        return np.asarray(np.radians(np.array(degrees, dtype=float)))

    start, end = radians(origins)[:, None, :], radians(destinations)[None, :, :]
    half = np.sin((end - start) / 2) ** 2
    chord = half[..., 0] + np.cos(start[..., 0]) * np.cos(end[..., 0]) * half[..., 1]
    km = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(chord, 0.0, 1.0)))
    apart: Array = np.where(np.isnan(km), UNKNOWN_KM, np.maximum(km, NEAREST_KM))
    return apart


def pull(output: Array, origins: tuple[str, ...], destinations: tuple[str, ...]) -> Array:
    """Shares of producers in each buyer's purchases if only output over distance counted; columns sum to 1."""
    weight = output[:, None] / distance_km(origins, destinations)
    shares: Array = weight / weight.sum(axis=0)
    return shares


def seeded(flows: Array, output: Array, origins: tuple[str, ...], destinations: tuple[str, ...]) -> Array:
    """``flows`` (tonnes, origins by destinations) with 1 % of every buyer's purchases spread by :func:`pull`."""
    opened: Array = (1 - SEED) * flows + SEED * flows.sum(axis=0) * pull(output, origins, destinations)
    return opened
