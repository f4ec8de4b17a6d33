"""Supply risk and economic importance as the European Commission computes them, in its studies of 2017, 2020 and 2023.

Source: European Commission (2017), *Methodology for establishing the EU list of critical raw materials* (DOI 10.2873/769526);
Regulation (EU) 2024/1252, annex II. Shares, rates and reliance are fractions here, never percent. A material is critical at a
supply risk of at least 1.0 and an economic importance of at least 2.8; its supply risk is the higher of its stages.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from orepact.indicators.checks import Amounts, Checked, named

DIMENSIONS = ("VA", "PV", "GE", "RQ", "RL", "CC")
"""The six Worldwide Governance Indicators."""

LEAST_NAMED = 0.8
"""A share table that names less of its whole than this is poor: what it leaves out could move the index by 4 % of its range."""

RAW = 3.0
"""Largest raw estimate of governance there is; scores that reach below 0 and not above this are not scaled."""

BOTH, WORLD, SOURCING = "world and EU", "world only", "EU only"

ENOUGH_USE = 0.9 - 1e-9


@dataclass(frozen=True)
class SupplyRisk:
    """A supply risk and what it came from; ``float(...)`` gives the value.

    value: SR, 0 upwards, no unit. used: ``world and EU``, ``world only`` or ``EU only``, the share tables that it rests on.
    hhi_gs, hhi_eu: concentration weighted by governance and trade, 0-10 and a little above; None where the table is missing
    or poor. import_reliance: as used, 0-1; None where the value does not depend on it.
    """

    value: float
    used: str
    hhi_gs: float | None
    hhi_eu: float | None
    import_reliance: float | None

    def __float__(self) -> float:
        return self.value


def governance_score(estimates: pd.DataFrame) -> pd.Series:
    """Governance of each country from 0 (good) to 10 (bad): ``WGI_c = 5 - 2 x mean of the six estimates``, no unit.

    estimates: rows by country, columns VA, PV, GE, RQ, RL, CC, each about -2.5 (weak) to 2.5 (strong). A country that
    lacks one of the six has no score (NaN).

    Example: estimates 1.5, 0.5, 1, 1, 1, 1 have mean 1 and score 3.
    """
    checked = Checked("governance")
    if checked.columns("estimates", estimates, DIMENSIONS):
        flat = estimates[list(DIMENSIONS)].to_numpy(dtype=float).ravel()
        checked.amounts("estimates", flat[~np.isnan(flat)], low=-4, high=4)
    checked.stop()
    score: pd.Series = 5 - 2 * estimates[list(DIMENSIONS)].astype("float64").mean(axis=1, skipna=False)
    return score


def weighted_hhi(shares: Amounts, governance: Amounts, trade_parameter: Amounts | None = None) -> float:
    """Concentration weighted by governance and trade: ``HHI_WGI,t = sum_c S_c^2 x WGI_c x t_c``, 0-10 and a little above.

    shares S_c: fractions of supply by country, as printed; they are not scaled up to 1. governance WGI_c: 0 (good) to 10.
    trade_parameter t_c: 1 where a country has none, 0.8 in the EU and its free-trade partners, above 1 under export
    restrictions. A country that supplies something and has no governance score is an error that names it.

    Example: shares A 0.6, B 0.4, governance 6 and 2, t 1.1 and 0.8: 0.36 x 6 x 1.1 + 0.16 x 2 x 0.8 = 2.632.
    """
    checked = Checked("supply risk")
    found = _weighted(checked, "shares", shares, governance, trade_parameter)
    checked.stop()
    return found


def supply_risk(  # noqa: PLR0913  (the seven inputs of the method)
    global_shares: Amounts | None,
    eu_shares: Amounts | None,
    governance: Amounts,
    trade_parameter: Amounts | None = None,
    import_reliance: float | None = None,
    eol_rir: float | None = None,
    si_sr: float | None = None,
    *,
    eu_trade_parameter: Amounts | None = None,
    least_named: float = LEAST_NAMED,
) -> SupplyRisk:
    """Supply risk of a material at one stage: ``SR = (HHI_GS x IR/2 + HHI_EU x (1 - IR/2)) x (1 - EoL_RIR) x SI_SR``.

    global_shares, eu_shares: fractions of world supply and of EU sourcing (EU output and imports by origin), by country.
    governance: 0 (good) to 10, see ``governance_score``. trade_parameter: t by country, and eu_trade_parameter where the
    sourcing table prints others; 1 for a country without one. import_reliance IR: fraction, an exporter counts as 0.
    eol_rir: end-of-life recycling input rate, fraction. si_sr: substitution index, 0-1.

    Fallback: where one share table is missing, or names less than ``least_named`` of its whole, the other is used alone
    (``SR = HHI x (1 - EoL_RIR) x SI_SR``, which needs no IR), and ``used`` says so. With neither it is MissingData.

    Example: HHI_GS 2.632 (above), HHI_EU 1.0, IR 0.5, EoL-RIR 0.2, SI_SR 0.9: (2.632 x 0.25 + 0.75) x 0.8 x 0.9 = 1.014.
    """
    checked = Checked("supply risk")
    sourcing_t = trade_parameter if eu_trade_parameter is None else eu_trade_parameter
    hhi_gs = _good(checked, "global_shares", global_shares, governance, trade_parameter, least_named)
    hhi_eu = _good(checked, "eu_shares", eu_shares, governance, sourcing_t, least_named)
    return _combined(checked, hhi_gs, hhi_eu, import_reliance, eol_rir, si_sr)


def supply_risk_from_terms(
    hhi_gs: float | None,
    hhi_eu: float | None,
    import_reliance: float | None,
    eol_rir: float | None,
    si_sr: float | None,
) -> SupplyRisk:
    """Supply risk from the terms that the studies print: ``(HHI_GS x IR/2 + HHI_EU x (1 - IR/2)) x (1 - EoL_RIR) x SI_SR``.

    hhi_gs, hhi_eu: HHI_WGI,t, 0-10 and a little above; None or NaN where there is none, and then the other is used alone.
    import_reliance, eol_rir, si_sr: fractions (100 % is 1).

    Example: antimony 2017: HHI 7.1 and 5.7, IR 1, EoL-RIR 0.28, SI_SR 0.9: (3.55 + 2.85) x 0.72 x 0.9 = 4.147.
    """
    checked = Checked("supply risk")
    terms = []
    for name, value in (("hhi_gs", hhi_gs), ("hhi_eu", hhi_eu)):
        absent = value is None or np.isnan(value)
        terms.append(None if absent else checked.number(name, value, high=15))
    return _combined(checked, terms[0], terms[1], import_reliance, eol_rir, si_sr)


def economic_importance(use_shares: Amounts, value_added: Amounts, si_ei: float | None) -> float:
    """Economic importance, 0-10, no unit: ``EI = sum_s A_s x Q_s x SI_EI`` with ``Q_s = 10 x VA_s / max VA``.

    use_shares A_s: fraction of use in each sector of manufacturing, by NACE division; a sector that stands twice (two
    applications) is added up. They are not scaled up to 1, as in the studies; under 0.9 too much is unnamed to tell.
    value_added VA_s: of every manufacturing division, in one unit and year; the largest of them scales the rest, so give
    all of them. si_ei: substitution index, 0-1.

    Example: A 0.7 in C25 (VA 50) and 0.2 in C26 (VA 20), the largest VA 100 in C28, SI_EI 0.9:
    (0.7 x 5 + 0.2 x 2) x 0.9 = 3.51.
    """
    checked = Checked("economic importance")
    given = pd.Series(use_shares, dtype="float64")
    blank = given[given.isna()]
    shares = checked.shares("use_shares", given.dropna().groupby(level=0).sum())
    if len(blank):
        checked.is_missing("use_shares", "a figure is missing", named(blank.index), "find it; a gap is not a zero")
    elif not checked.bad and shares.sum() < ENOUGH_USE:
        checked.is_missing(
            "use_shares", "too much use has no sector", f"{shares.sum():.2f} of 1", "name 0.9 of it or more"
        )
    added = checked.amounts("value_added", value_added)
    substitution = checked.number("si_ei", si_ei, high=1)
    unknown = shares.index.difference(added.index)
    if len(unknown):
        checked.is_missing("value_added", "a sector has no value added", named(unknown), "give it")
    checked.stop()
    quality = 10 * added / added.max()
    return float((shares * quality.reindex(shares.index)).sum() * substitution)


def _weighted(
    checked: Checked, name: str, shares: Amounts, governance: Amounts, trade_parameter: Amounts | None
) -> float:
    supply = checked.shares(name, shares)
    supply = supply[supply > 0]
    scores = checked.amounts("governance", pd.Series(governance, dtype="float64").dropna(), low=-1, high=11)
    if len(scores) and scores.min() < 0 and scores.max() < RAW:
        found = f"{scores.min():g} to {scores.max():g}"
        checked.is_bad(
            "governance", "these look like the raw estimates", found, "give governance_score(estimates), 0 to 10"
        )
    unscored = supply.index.difference(scores.index)
    if len(unscored):
        checked.is_missing("governance", "a supplier has no governance score", named(unscored), "give its score")
    weight = pd.Series(1.0, index=supply.index)
    if trade_parameter is not None:
        given = checked.amounts(
            "trade_parameter", pd.Series(trade_parameter, dtype="float64").dropna(), low=0.5, high=2
        )
        weight = given.reindex(supply.index).fillna(1.0)
    if checked.bad or checked.missing:
        return float("nan")
    return float((supply**2 * scores.reindex(supply.index) * weight).sum())


def _good(
    checked: Checked,
    name: str,
    shares: Amounts | None,
    governance: Amounts,
    trade_parameter: Amounts | None,
    least_named: float,
) -> float | None:
    """The weighted concentration of a share table; None where it is missing or names too little of its whole."""
    if shares is None:
        return None
    series = pd.Series(shares, dtype="float64")
    if not series.isna().any() and series.sum() < least_named:
        return None
    return _weighted(checked, name, series, governance, trade_parameter)


def _combined(
    checked: Checked,
    hhi_gs: float | None,
    hhi_eu: float | None,
    import_reliance: float | None,
    eol_rir: float | None,
    si_sr: float | None,
) -> SupplyRisk:
    """The formula, with one concentration alone where the other is None."""
    loss = checked.number("eol_rir", eol_rir, high=1)
    substitution = checked.number("si_sr", si_sr, high=1)
    reliance = None
    if hhi_gs is None and hhi_eu is None:
        checked.is_missing("shares", "no share table can be used", "neither world nor EU", "give one of them")
    elif hhi_gs is not None and hhi_eu is not None:
        lowest = -np.finfo(float).max
        reliance = max(checked.number("import_reliance", import_reliance, low=lowest, high=1), 0.0)
    checked.stop()
    if hhi_gs is not None and hhi_eu is not None and reliance is not None:
        concentration, used = hhi_gs * reliance / 2 + hhi_eu * (1 - reliance / 2), BOTH
    elif hhi_gs is not None:
        concentration, used = hhi_gs, WORLD
    else:
        concentration, used = float(hhi_eu or 0.0), SOURCING
    return SupplyRisk(concentration * (1 - loss) * substitution, used, hhi_gs, hhi_eu, reliance)
