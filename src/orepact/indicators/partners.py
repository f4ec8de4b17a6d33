"""Did imports from a partner rise after the partnership was signed? The test that the European Court of Auditors applied.

Source: ECA, Special Report 04/2026 on critical raw materials: whether imports from partner countries rose after signature.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from orepact.indicators.checks import Amounts, Checked

ROSE, FELL, LEVEL, UNTOLD = "rose", "fell", "did not change", "cannot tell"


@dataclass(frozen=True)
class PartnerTest:
    """Imports from a partner before and after a signature; NaN and ``cannot tell`` where a year has no figure.

    verdict: ``rose``, ``fell``, ``did not change`` or ``cannot tell``. before, after: mean imports a year in the windows, in
    the unit given. change: after over before, less 1 (NaN from nothing). share_verdict, share_before, share_after: the same
    on the partner's share of all imports, 0-1 (imports of the window over all imports of the window). windows: first and last
    year of each. missing: the years without a figure, in words.
    """

    verdict: str
    before: float
    after: float
    change: float
    share_verdict: str
    share_before: float
    share_after: float
    windows: tuple[tuple[int, int], tuple[int, int]]
    missing: str


def partner_test(
    imports: Amounts, signed: int, total: Amounts | None = None, *, before: int = 3, after: int = 3
) -> PartnerTest:
    """Mean imports from a partner in the ``before`` years before the signature and the ``after`` years after it.

    imports: from the partner, by year, any unit; total: from everybody, in the same unit, for the share. signed: year of
    the signature, which is in neither window. A year that is absent or NaN is a year without a figure, never one of zero
    imports: then the window cannot be judged and the verdict is ``cannot tell``, with the years in ``missing``.

    A rise is not yet an effect: prices, other buyers and the world's output move as well, which the share shows in part.

    Example: signed 2021; imports 2018-20 of 10, 20, 30 t, 2022-24 of 30, 40, 50 t: 20 to 40 t, rose, change 1.0. With all
    imports at 100 t before and 200 t after, the share is 0.2 in both: did not change.
    """
    checked = Checked("partner test")
    ours = _by_year(checked, "imports", imports)
    everybody = None if total is None else _by_year(checked, "total", total)
    for name, years in (("before", before), ("after", after)):
        if years < 1:
            checked.is_bad(name, "the window is empty", f"{years} years", "give 1 or more")
    checked.stop()
    first = range(signed - before, signed)
    second = range(signed + 1, signed + after + 1)
    means = [_mean(ours, years) for years in (first, second)]
    shares = [_share(ours, everybody, years) for years in (first, second)]
    gaps = [_gaps("imports", ours, [*first, *second])]
    gaps += [_gaps("all imports", everybody, [*first, *second])] if everybody is not None else ["all imports"]
    return PartnerTest(
        verdict=_verdict(*means),
        before=means[0],
        after=means[1],
        change=means[1] / means[0] - 1 if means[0] > 0 else float("nan"),
        share_verdict=_verdict(*shares),
        share_before=shares[0],
        share_after=shares[1],
        windows=((first[0], first[-1]), (second[0], second[-1])),
        missing="; ".join(gap for gap in gaps if gap),
    )


def _by_year(checked: Checked, name: str, values: Amounts) -> pd.Series:
    """Figures by year as whole numbers, without the years that have none."""
    series = pd.Series(values, dtype="float64").dropna()
    try:
        series.index = pd.Index([int(str(year)) for year in series.index], dtype="int64")
    except ValueError as error:
        checked.is_bad(name, "a year is not one", str(error), "index the figures by year")
        return series
    return checked.amounts(name, series)


def _window(series: pd.Series, years: range) -> pd.Series:
    return series.reindex(pd.Index(list(years), dtype="int64"))


def _mean(series: pd.Series, years: range) -> float:
    return float(_window(series, years).mean(skipna=False))


def _share(ours: pd.Series, everybody: pd.Series | None, years: range) -> float:
    if everybody is None:
        return float("nan")
    whole = float(_window(everybody, years).sum(skipna=False))
    return float(_window(ours, years).sum(skipna=False)) / whole if whole > 0 else float("nan")


def _verdict(before: float, after: float) -> str:
    if np.isnan(before) or np.isnan(after):
        return UNTOLD
    if np.isclose(before, after, rtol=1e-9, atol=0):
        return LEVEL
    return ROSE if after > before else FELL


def _gaps(name: str, series: pd.Series, years: list[int]) -> str:
    absent = [str(year) for year in years if year not in series.index]
    return f"{name} of {', '.join(absent)}" if absent else ""
