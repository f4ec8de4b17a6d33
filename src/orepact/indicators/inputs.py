"""What the European criticality method needs, read from the facts: shares, governance, trade parameters, rates and indices.

The only module of the room that loads tables; what leaves it are series and frames that any other figures could replace.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from orepact import facts
from orepact.errors import MissingData, Problem
from orepact.indicators.eu_criticality import DIMENSIONS, governance_score

EDITION = "2023"
GOVERNANCE_YEAR = "2020"
"""The study of 2023 weighs with the governance indicators of 2020."""

KINDS = ("world_supply", "eu_sourcing")
TERMS = ("import_reliance", "eol_rir", "si_sr")


@dataclass(frozen=True)
class StudyInputs:
    """Inputs of one edition of the study.

    shares: kind, mineral, stage, country, value (fraction), trade_parameter, basis, period, source, grade.
    governance: score by country, 0 good to 10 bad. governance_source, governance_grade: where it is from.
    terms: material, mineral, stage (``*`` for both), measure, value, source, grade.
    """

    shares: pd.DataFrame
    governance: pd.Series
    governance_source: str
    governance_grade: str
    terms: pd.DataFrame

    def term(self, measure: str, names: set[str], mineral: str, stage: str) -> pd.Series | None:
        """The row of a term for a material by the study's own ``names`` for it, else by mineral; None where there is none."""
        rows = self.terms[(self.terms["measure"] == measure) & self.terms["stage"].isin([stage, "*"])]
        by_name = rows[rows["material"].str.casefold().isin(names)]
        found = by_name if len(by_name) else rows[rows["mineral"] == mineral]
        return None if found.empty else found.iloc[0]


def study_inputs() -> StudyInputs:
    """The inputs of the study of 2023."""
    shares = facts.load("shares")
    shares = shares[shares["kind"].isin(KINDS)]
    terms = facts.load("eu_assessments")
    terms = terms[(terms["edition"] == EDITION) & terms["measure"].isin(TERMS)].dropna(subset=["value"])
    governance = facts.load("governance")
    governance = governance[governance["period"] == GOVERNANCE_YEAR]
    source = _whole_release(governance)
    chosen = governance[governance["source"] == source]
    estimates = chosen.pivot_table(index="country", columns="dimension", values="value")
    return StudyInputs(
        shares=shares.reset_index(drop=True),
        governance=governance_score(estimates).dropna(),
        governance_source=source,
        governance_grade=str(chosen["grade"].max()),
        terms=terms.reset_index(drop=True),
    )


def _whole_release(governance: pd.DataFrame) -> str:
    """The latest release that has all six indicators of the year; releases are never mixed."""
    counts = governance.groupby("source")["dimension"].nunique()
    whole = sorted(counts.index[counts == len(DIMENSIONS)])
    if not whole:
        found = ", ".join(f"{source}: {count}" for source, count in counts.items()) or "none"
        raise MissingData(
            Problem(
                f"facts, governance, {GOVERNANCE_YEAR}",
                "no release has all six indicators",
                found,
                "build the tables again",
            )
        )
    return str(whole[-1])
