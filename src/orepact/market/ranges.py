"""Shapes and ranges of a problem's arrays: one fault, in words, for each that is out of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from orepact.errors import Problem as Wrong

Array = NDArray[np.float64]
Named = tuple[str, ArrayLike, tuple[int, ...]]
"""A place, an array, and the shape that it must broadcast to after its draw axis."""


def shape_fault(place: str, values: ArrayLike, shape: tuple[int, ...], draws: int) -> list[Wrong]:
    """A fault where an array cannot be that of a shape, with or without draws."""
    full = (draws, *shape)
    try:
        fits = np.broadcast_shapes(np.shape(values), full) == full
    except ValueError:
        fits = False
    # A table of weights says how many producers and buyers there are: it may not be stretched.
    fits = fits and (not place.endswith("weights") or np.shape(values)[-2:] == shape)
    words = f"{shape[0]} producers by {shape[1]} buyers" if len(shape) > 1 else f"{shape[0]}"
    return [] if fits else [Wrong(place, f"the array must be of {words}", str(np.shape(values)), "reshape it")]


def by_draw(place: str, values: ArrayLike, draws: int) -> list[Wrong]:
    """A fault where there is not one value, or one a draw."""
    if np.shape(values) in {(), (1,), (draws,)}:
        return []
    return [Wrong(place, "one value a draw is needed", str(np.shape(values)), "reshape it")]


def fault(place: str, wrong: str, values: ArrayLike, good: np.ndarray, todo: str = "correct that value") -> list[Wrong]:
    """One fault naming the first bad value, or none."""
    if np.all(good):
        return []
    where = tuple(int(index) for index in np.argwhere(~np.atleast_1d(good))[0])
    found = np.atleast_1d(np.broadcast_to(values, np.shape(good)))[where]
    return [Wrong(place, wrong, f"{found} at {where}", todo)]


def between(place: str, values: ArrayLike, low: float, high: float, *, open_low: bool = False) -> list[Wrong]:
    """A fault naming the first value that is not finite and within two bounds; the lower one may be left out."""
    array = np.asarray(values, dtype=float)
    good = np.isfinite(array) & ((array > low) if open_low else (array >= low)) & (array <= high)
    bound = "finite" if np.isinf(low) else f"{'above' if open_low else 'at least'} {low:g}"
    top = "" if np.isinf(high) else f" and at most {high:g}"
    return fault(place, f"a value must be {bound}{top}", array, good)
