"""Products in use and the scrap that leaves them: a dynamic stock model by cohort, for all products and materials at once.

What enters: inflow of material with products by year, ``(T, ...)``, and how long products last. What leaves: stock at the end
of each year and outflow during it, in the same unit and shape. Equations, with age counted in years:

    scrap(t) = sum over cohorts c <= t of inflow(c) * (S(t - c - 1) - S(t - c))
    stock(t) = sum over cohorts c <= t of inflow(c) * S(t - c)

``S(a)`` is the share of a year's products in use at the end of the year ``a`` years later; ``S(-1) = 1``. Products of a year
enter at one point of it (``enters``: 0 its start, 0.5 its middle, 1 its end). Both sums are taken by themselves, so that
``inflow = change of stock + scrap`` is a check and not a definition.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaln

from orepact.errors import BadInput, Problem
from orepact.policy.record import raise_all

Array = NDArray[np.float64]

MIDDLE = 0.5
NARROWEST, WIDEST = 1e-4, 10.0
"""Spreads, as shares of the mean, between which a Weibull shape is sought; a spread of 0 is a fixed lifetime."""

HALVINGS = 80


@dataclass(frozen=True)
class Lifetime:
    """How long products last: Weibull ``shape`` (1) and ``scale`` (years), broadcastable to the series.

    An infinite shape is a fixed lifetime of ``scale`` years.
    """

    shape: Array
    scale: Array

    def survival(self, age: ArrayLike) -> Array:
        """Share still in use at ``age`` years (one or many), shape ``age.shape + series``."""
        ages = np.asarray(age, dtype=float)
        ages = ages.reshape(ages.shape + (1,) * np.ndim(self.scale))
        fixed = np.isinf(self.shape)
        shape = np.where(fixed, 1.0, self.shape)
        survived: Array = np.exp(-((ages / self.scale) ** shape))
        return np.where(fixed, (ages < self.scale).astype(float), survived) if fixed.any() else survived


@dataclass(frozen=True)
class Cohorts:
    """Stock at the end of each year and scrap during it, both ``(T, ...)``, in the unit of the inflow."""

    inflow: Array
    stock: Array
    scrap: Array

    def imbalance(self) -> float:
        """Largest ``inflow - change of stock - scrap`` of any year, as a share of the largest inflow."""
        change = np.diff(self.stock, axis=0, prepend=0.0)
        largest = float(np.abs(self.inflow).max(initial=0.0))
        return float(np.abs(self.inflow - change - self.scrap).max(initial=0.0)) / largest if largest else 0.0


def weibull(mean: ArrayLike, sd: ArrayLike) -> Lifetime:
    """Lifetimes of that mean and standard deviation, years; BadInput where there can be none. A deviation of 0 is a fixed life."""
    means, spreads = (np.asarray(each, dtype=float) for each in np.broadcast_arrays(mean, sd))
    raise_all(_moment_problems(means, spreads))
    narrow = spreads / means
    distinct, where = np.unique(narrow, return_inverse=True)
    shapes = np.full(distinct.shape, np.inf)
    shapes[distinct > 0] = _shape_of(distinct[distinct > 0])
    shape = shapes[where].reshape(means.shape)
    return Lifetime(shape, means / np.exp(gammaln(1.0 + 1.0 / shape)))


def fixed(years: ArrayLike) -> Lifetime:
    """Products that all last exactly so many years."""
    return weibull(years, 0.0)


def _shape_of(narrow: Array) -> Array:
    """Weibull shape whose standard deviation is ``narrow`` means: halving in ``log k``, for the spread falls with k."""
    low, high = np.full(narrow.shape, np.log(0.1)), np.full(narrow.shape, np.log(1e6))
    wanted = np.log1p(narrow**2)
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        inverse = np.exp(-middle)
        too_wide = gammaln(1.0 + 2.0 * inverse) - 2.0 * gammaln(1.0 + inverse) > wanted
        low, high = np.where(too_wide, middle, low), np.where(too_wide, high, middle)
    found: Array = np.exp(0.5 * (low + high))
    return found


def _moment_problems(means: Array, spreads: Array) -> list[Problem]:
    problems = []
    if not (np.isfinite(means).all() and (means > 0).all()):
        found = f"{means.ravel()[~(np.isfinite(means) & (means > 0)).ravel()][0]:g}"
        problems.append(Problem("lifetime, mean", "products last some time", found, "give years above 0"))
        return problems
    narrow = spreads / means
    bad = ~((spreads == 0) | ((narrow >= NARROWEST) & (narrow <= WIDEST)))
    if bad.any():
        todo = f"give 0 for a fixed lifetime, or {NARROWEST:g} to {WIDEST:g} means"
        wrong = "no Weibull lifetime has that spread"
        problems.append(Problem("lifetime, standard deviation", wrong, f"{spreads[bad].ravel()[0]:g} years", todo))
    return problems


def products_in_use(inflow: ArrayLike, lifetime: Lifetime, *, enters: float = MIDDLE) -> Cohorts:
    """Stock and scrap of an inflow by year ``(T, ...)``; series differ in lifetime or share one."""
    flow = np.asarray(inflow, dtype=float)
    raise_all(_flow_problems(flow, enters))
    return _cohorts(flow, *_by_age(flow, lifetime, enters))


def _cohorts(flow: Array, survives: Array, leaves: Array) -> Cohorts:
    series = flow.reshape(flow.shape[0], -1)
    stock, scrap = _over_cohorts(series, survives), _over_cohorts(series, leaves)
    return Cohorts(flow, stock.reshape(flow.shape), scrap.reshape(flow.shape))


def inflow_for(stock: ArrayLike, lifetime: Lifetime, *, enters: float = MIDDLE) -> Cohorts:
    """The inverse: the inflow that keeps a stock, ``(T, ...)``. It is below 0 where a stock falls faster than products leave."""
    wanted = np.asarray(stock, dtype=float)
    raise_all(_stock_problems(wanted, enters))
    survives, leaves = _by_age(wanted, lifetime, enters)
    if (survives[0] <= 0).any():
        wrong, todo = "no inflow keeps a stock of products that leave in the year they enter", "give longer lives"
        raise BadInput(Problem("lifetime", wrong, "a survival of 0 at the end of the first year", todo))
    series = wanted.reshape(wanted.shape[0], -1)
    inflow, left = np.zeros_like(series), series.copy()
    for year in range(series.shape[0]):
        inflow[year] = left[year] / survives[0]
        left[year:] -= inflow[year] * survives[: series.shape[0] - year]
    return _cohorts(inflow.reshape(wanted.shape), survives, leaves)


def _by_age(flow: Array, lifetime: Lifetime, enters: float) -> tuple[Array, Array]:
    """Share in use at the end of each year of age, and share that leaves during it, ``(T, series)`` both."""
    survives = lifetime.survival(np.arange(flow.shape[0]) + 1.0 - enters)
    try:
        absent = (1,) * (flow.ndim - survives.ndim)
        survives = np.broadcast_to(survives.reshape(len(flow), *absent, *survives.shape[1:]), flow.shape)
    except ValueError:
        found = f"{np.shape(lifetime.scale)} for an inflow of {flow.shape[1:]} a year"
        todo = "give one lifetime, or one for each series"
        raise BadInput(Problem("lifetime", "lifetimes and inflow differ in shape", found, todo)) from None
    survives = np.ascontiguousarray(survives.reshape(flow.shape[0], -1))
    return survives, -np.diff(survives, axis=0, prepend=1.0)


def _over_cohorts(inflow: Array, share: Array) -> Array:
    """The sum over cohorts of ``inflow(c) * share(t - c)``: one product and one sum for each age, of all cohorts and series."""
    years = inflow.shape[0]
    total, scratch = np.zeros_like(inflow), np.empty_like(inflow)
    for age in range(years):
        np.multiply(inflow[: years - age], share[age], out=scratch[: years - age])
        total[age:] += scratch[: years - age]
    return total


def _flow_problems(flow: Array, enters: float) -> list[Problem]:
    problems = _stock_problems(flow, enters)
    if not problems and (flow < 0).any():
        found = f"{flow[flow < 0].ravel()[0]:g}"
        problems.append(
            Problem("inflow", "an inflow cannot be below 0", found, "give what enters use, not what is left")
        )
    return problems


def _stock_problems(flow: Array, enters: float) -> list[Problem]:
    problems = []
    if flow.ndim == 0 or not flow.size or not np.isfinite(flow).all():
        found = "no year" if not flow.size or flow.ndim == 0 else "a figure that is missing or endless"
        problems.append(Problem("inflow", "every year needs a figure", found, "give years along the first axis"))
    if not 0.0 <= enters <= 1.0:
        problems.append(Problem("enters", "it is a point of the year", f"{enters:g}", "give 0 (start) to 1 (end)"))
    return problems
