"""How much of a supply hangs on few: the Herfindahl-Hirschman index, the share of the largest, and the loss of the largest.

All three take amounts by country (tonnes, dollars or shares; the unit cancels) and do not depend on the order of countries.
A table that names only part of its countries gives a range, because nobody can tell how the rest is spread.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from orepact.indicators.checks import Amounts, Checked

NOTHING = "nothing is supplied"


@dataclass(frozen=True)
class Bounds:
    """The lowest and the highest value that the figures allow."""

    low: float
    high: float


@dataclass(frozen=True)
class NMinusOne:
    """What is left when the largest supplier fails.

    largest: who that is (of several equal ones, the first by name). lost: its share of supply, 0-1.
    covered: what the others supply over demand; below 1 there is a gap, of ``1 - covered`` of demand.
    """

    largest: str
    lost: float
    covered: float


def hhi(shares: Amounts) -> float:
    """Herfindahl-Hirschman index of supply, 0-1, no unit: ``HHI = sum_c (x_c / sum_c x_c)^2`` over countries c.

    1 is one country, 1/n is n equal ones. Multiply by 10 000 for the scale of competition authorities. ``shares`` may be
    amounts of any unit or shares; they are taken as all there is. Where a part is "other countries", use ``hhi_bounds``.

    Source: Hirschman (1945), Herfindahl (1950); on world output, as used in the EU's criticality method (2017).

    Example: output of 50, 30 and 20 t gives 0.25 + 0.09 + 0.04 = 0.38.
    """
    checked = Checked("hhi")
    amounts = _some(checked, checked.countries("shares", shares))
    return _hhi(amounts)


def hhi_bounds(shares: Amounts, other: float, *, largest_other: float | None = None) -> Bounds:
    """Range of the Herfindahl-Hirschman index, 0-1, when ``other`` (same unit as ``shares``) belongs to unnamed countries.

    With T the sum of named amounts and other: ``low = sum x_c^2 / T^2``, the other spread over countries without end;
    ``high = low + (other / T)^2``, the other all of one country that is not named. Where nobody among the others can have
    more than ``largest_other`` (a table that names the five largest: the fifth), the high end has as many of that size as
    fit and one with what is left.

    Example: 50 and 30 t named, 20 t other: 0.25 + 0.09 = 0.34 to 0.38; with nobody above 10 t: 0.34 to 0.34 + 2 x 0.01 = 0.36.
    """
    checked = Checked("hhi")
    amounts = checked.countries("shares", shares)
    rest = checked.number("other", other)
    most = rest if largest_other is None else checked.number("largest_other", largest_other)
    if rest > 0 and most <= 0:
        checked.is_bad("largest_other", "the others supply something", f"{most:g}", "give a size above zero")
    _some(checked, pd.concat([amounts, pd.Series([rest])]))
    total = float(amounts.sum()) + rest
    low = float(((amounts / total) ** 2).sum())
    whole = int(rest // most) if rest > 0 else 0
    left = rest - whole * most if rest > 0 else 0.0
    return Bounds(low, low + whole * (most / total) ** 2 + (left / total) ** 2 if rest > 0 else low)


def top_share(shares: Amounts, n: int = 1, *, other: float = 0.0) -> float:
    """Share of supply of the ``n`` largest named countries, 0-1, no unit: ``CR_n = sum of the n largest / total``.

    ``other`` (same unit) is what unnamed countries supply; it belongs to the total and to no country.

    Example: of 50, 30 and 20 t the two largest have 0.8.
    """
    checked = Checked("top share")
    amounts = checked.countries("shares", shares)
    rest = checked.number("other", other)
    if n < 1:
        checked.is_bad("n", "the number of countries is below one", str(n), "give 1 or more")
    _some(checked, pd.concat([amounts, pd.Series([rest])]))
    largest = np.sort(amounts.to_numpy())[::-1][:n]
    return float(largest.sum() / (amounts.sum() + rest))


def n_minus_1(supply: Amounts, demand: float | None = None) -> NMinusOne:
    """What is left without the largest supplier: ``covered = (sum_c x_c - max_c x_c) / demand``, no unit.

    ``demand`` in the unit of ``supply``; left out, it is the whole supply, and ``covered = 1 - lost``. It is arithmetic:
    nobody raises output and nobody goes without because of price; ``orepact shock`` answers that.

    Source: the N-1 rule of Regulation (EU) 2017/1938, annex II, on suppliers instead of pipes.

    Example: 50, 30 and 20 t for a demand of 80 t: lost 0.5, covered 50 / 80 = 0.625.
    """
    checked = Checked("n-1")
    amounts = _some(checked, checked.amounts("supply", supply), stop=False)
    needed = float(amounts.sum()) if demand is None else checked.number("demand", demand)
    if demand is not None and needed == 0:
        checked.is_missing("demand", "there is no demand", "0", "give what is used in a year")
    checked.stop()
    most = float(amounts.max())
    largest = min(str(label) for label in amounts.index[amounts == most])
    total = float(amounts.sum())
    return NMinusOne(largest, most / total, (total - most) / needed)


def _hhi(amounts: pd.Series) -> float:
    return float(((amounts / amounts.sum()) ** 2).sum())


def _some(checked: Checked, amounts: pd.Series, *, stop: bool = True) -> pd.Series:
    """The amounts, with a complaint where they sum to nothing."""
    if not amounts.isna().any() and float(amounts.sum()) == 0:
        checked.is_missing("shares", NOTHING, "a sum of zero", "give who supplies how much")
    if stop:
        checked.stop()
    return amounts
