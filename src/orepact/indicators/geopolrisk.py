"""GeoPolRisk: how exposed a country's supply of a raw material is to unstable partners on a concentrated world market.

The method: Gemechu et al. (2015), Santillán-Saldivar et al. (2022), Koyamparambath et al. (2024). Two functions: one country
and mineral (:func:`geopolrisk`), and every importer and mineral of a year at once (:func:`geopolrisk_all`); the second equals
the first in every cell, and where the first would raise for a missing figure, the second leaves the cell empty and says why.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from orepact.indicators.checks import Amounts, Checked, named

Array = NDArray[np.float64]


@dataclass(frozen=True)
class GeoPolRisk:
    """hhi: concentration of world production, 0-1. import_risk: risk of what is used, 0-1. score: their product, 0-1."""

    hhi: float
    import_risk: float
    score: float


def geopolrisk(
    production: Amounts, imports: Amounts, domestic: float, risk: Amounts, *, default_risk: float | None = None
) -> GeoPolRisk:
    """GeoPolRisk of one importer and mineral, no unit, never rounded.

    ``hhi = sum_c p_c^2 / (sum_c p_c)^2``, ``import risk = sum_i g_i f_i / (F + p)``, ``score = hhi x import risk``, with

    production p_c: world output by country, any unit. imports f_i: by partner, and domestic p: the importer's own output,
    both in one unit (tonnes a year); F is the sum of f_i. risk g_i: instability of the partner, 0 (safe) to 1; usually
    political stability of the Worldwide Governance Indicators as ``(2.5 - PV) / 5``.

    A partner that ships something and has no risk is an error that names it, unless ``default_risk`` says what to take.
    A country that uses nothing has no score: that is MissingData, not 0.

    Example: world output A 80, B 20: hhi 0.68. Imports A 60, B 30, domestic 10, risk A 0.6, B 0.2: import risk
    (36 + 6) / 100 = 0.42, score 0.2856.
    """
    checked = Checked("GeoPolRisk")
    output = checked.amounts("production", production)
    bought = checked.amounts("imports", imports)
    own = checked.number("domestic", domestic)
    given = _risks(checked, risk, default_risk)
    shipped = bought[bought > 0]
    rated = shipped.index.to_series().map(given).fillna(np.nan if default_risk is None else default_risk)
    if rated.isna().any():
        checked.is_missing(
            "risk", "a partner has no risk", named(rated.index[rated.isna()]), "give its risk, or name a default"
        )
    if not checked.missing and output.sum() == 0:
        checked.is_missing("production", "there is no world output", "a sum of zero", "give who makes how much")
    if not checked.missing and own + bought.sum() == 0:
        checked.is_missing("imports", "nothing is imported or made", "0", "there is nothing that could be at risk")
    checked.stop()
    hhi = float(((output / output.sum()) ** 2).sum())
    import_risk = float((rated * shipped).sum() / (own + bought.sum()))
    return GeoPolRisk(hhi, import_risk, hhi * import_risk)


def geopolrisk_all(
    production: pd.DataFrame,
    trade: pd.DataFrame,
    risk: Amounts,
    *,
    importers: list[str] | None = None,
    default_risk: float | None = None,
    domestic: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """GeoPolRisk of every importer and mineral of one year; equal to :func:`geopolrisk` cell by cell.

    production: columns mineral, country, value; it names all producers of each mineral that it holds, so a country
        without a row makes none. trade: columns mineral, exporter, importer, value, in the unit of production; complete for
        each mineral that it holds, so a pair without a row trades none, while a mineral without any row is one that nobody
        can tell. risk: by country, 0-1. importers: all countries of either table when left out. domestic: own output of
        importers that are no countries of ``production`` (regions), with its columns; by default it is read from there.

    Returns one row per mineral and importer: mineral, importer, hhi, import_risk, score, missing. Where an input is
    missing the figures are empty and ``missing`` says which; nothing is set to zero.
    """
    checked = Checked("GeoPolRisk")
    own = production if domestic is None else domestic
    by_country = ["mineral", "country"]
    pairs = ["mineral", "exporter", "importer"]
    for name, frame, keys in (
        ("production", production, by_country),
        ("domestic", own, by_country),
        ("trade", trade, pairs),
    ):
        if checked.columns(name, frame, [*keys, "value"]):
            if frame.duplicated(keys).any():
                twice = " ".join(map(str, frame.loc[frame.duplicated(keys), keys].iloc[0]))
                checked.is_bad(name, "a figure is there twice", twice, "add the rows up first")
            checked.amounts(name, frame["value"].dropna().to_numpy())
    given = _risks(checked, risk, default_risk)
    checked.stop()
    who = pd.Index(importers if importers is not None else _countries(production, trade), name="importer")
    what = pd.Index(pd.unique(pd.concat([production["mineral"], trade["mineral"]])), name="mineral").sort_values()
    cells = _Cells(what, who, production, trade, given, default_risk)
    cells.read_own(own)
    return cells.frame()


class _Cells:
    """Sums over the two tables as arrays ``(minerals, importers)``; made once, read once."""

    def __init__(
        self,
        what: pd.Index,
        who: pd.Index,
        production: pd.DataFrame,
        trade: pd.DataFrame,
        risk: pd.Series,
        default: float | None,
    ) -> None:
        self.what, self.who = what, who
        self.rows = what.get_indexer(pd.Index(production["mineral"]))
        self.made = production["value"].to_numpy(dtype=float)
        self.maker = production["country"].to_numpy()
        self.own = np.zeros((len(what), len(who)))
        column = who.get_indexer(pd.Index(trade["importer"]))
        kept = column >= 0
        self.cell = what.get_indexer(pd.Index(trade["mineral"]))[kept] * len(who) + column[kept]
        self.bought = trade["value"].to_numpy(dtype=float)[kept]
        self.seller = trade["exporter"].to_numpy()[kept]
        self.traded = what.isin(trade["mineral"])
        at = risk.index.get_indexer(pd.Index(self.seller))
        self.risk = np.where(at >= 0, np.append(risk.to_numpy(dtype=float), np.nan)[at], np.nan)
        if default is not None:
            self.risk = np.where(np.isnan(self.risk), default, self.risk)

    def read_own(self, output: pd.DataFrame) -> None:
        """Output of each importer itself, NaN where its figure is missing."""
        row = self.what.get_indexer(pd.Index(output["mineral"]))
        column = self.who.get_indexer(pd.Index(output["country"]))
        here = (row >= 0) & (column >= 0)
        self.own[row[here], column[here]] = output["value"].to_numpy(dtype=float)[here]

    def _sum(self, weights: Array) -> Array:
        shape = (len(self.what), len(self.who))
        total: Array = np.bincount(self.cell, weights=weights, minlength=shape[0] * shape[1]).astype(float)
        return total.reshape(shape)

    def hhi(self) -> Array:
        """Concentration of output of each mineral; NaN where a figure is missing or there is none."""
        size = len(self.what)
        total = np.bincount(self.rows, weights=self.made, minlength=size)
        squares = np.bincount(self.rows, weights=self.made**2, minlength=size)
        index: Array = np.divide(squares, total**2, where=total > 0, out=np.full(size, np.nan))
        return index

    def frame(self) -> pd.DataFrame:
        """One row per mineral and importer."""
        bought = self._sum(self.bought)
        known = np.where(self.bought > 0, self.risk, 0.0)
        used = bought + self.own
        at_risk = self._sum(np.where(self.bought == 0, 0.0, known * self.bought))
        import_risk = np.divide(at_risk, used, where=used > 0, out=np.full(used.shape, np.nan))
        import_risk[~self.traded] = np.nan
        hhi = np.broadcast_to(self.hhi()[:, None], used.shape)
        score = hhi * import_risk
        missing = self._missing(used, np.isnan(score))
        hhi, import_risk = np.where(np.isnan(score), np.nan, hhi), np.where(np.isnan(score), np.nan, import_risk)
        return pd.DataFrame(
            {
                "mineral": np.repeat(self.what.to_numpy(), len(self.who)), "importer": np.tile(self.who.to_numpy(), len(self.what)),
                "hhi": hhi.ravel(), "import_risk": import_risk.ravel(), "score": score.ravel(), "missing": missing,
            }
        )  # fmt: skip

    def _missing(self, used: Array, untold: NDArray[np.bool_]) -> NDArray[np.object_]:
        """Why a cell cannot be told: every reason, by mineral first."""
        width = len(self.who)
        by_mineral, gaps = self._by_mineral(), self._gaps()
        idle = used.ravel() == 0
        said = np.full(untold.size, "", dtype=object)
        for cell in np.flatnonzero(untold.ravel()):
            reasons = [*by_mineral[cell // width], *gaps.get(int(cell), [])]
            said[cell] = "; ".join(reasons or (["nothing is imported or made"] if idle[cell] else []))
        return said

    def _by_mineral(self) -> list[list[str]]:
        reasons: list[list[str]] = [[] for _ in self.what]
        for row in range(len(self.what)):
            here = self.rows == row
            blank = here & np.isnan(self.made)
            if blank.any():
                reasons[row].append(f"production of {named(self.maker[blank])}")
            elif not np.nansum(self.made[here]) > 0:
                reasons[row].append("no production figures")
            if not self.traded[row]:
                reasons[row].append("no trade figures")
        return reasons

    def _gaps(self) -> dict[int, list[str]]:
        """Partners without a quantity or without a risk, by cell."""
        found: dict[int, list[str]] = {}
        blank, unrated = np.isnan(self.bought), (self.bought > 0) & np.isnan(self.risk)
        for rows, words in ((blank, "imports from"), (unrated, "risk of")):
            table = pd.DataFrame({"cell": self.cell[rows], "seller": self.seller[rows]})
            for cell, sellers in table.groupby("cell")["seller"]:
                found.setdefault(int(str(cell)), []).append(f"{words} {named(sorted(sellers))}")
        return found


def _risks(checked: Checked, risk: Amounts, default: float | None) -> pd.Series:
    """Risk by country, without the countries that have none."""
    series = pd.Series(risk, dtype="float64")
    given = checked.amounts("risk", series[series.notna()], high=1)
    if default is not None:
        checked.number("default_risk", default, high=1)
    return given


def _countries(production: pd.DataFrame, trade: pd.DataFrame) -> list[str]:
    return sorted(set(production["country"]) | set(trade["importer"]) | set(trade["exporter"]))
