"""What published studies say of a region: import reliance, sourcing shares and recycled input, and what they leave open.

They are the fallback where no balanced table of the year is better: the European Commission's study of 2023 is of 2016 to 2020,
so its figures count as grade D for a later year, and carry their own years.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pandas as pd

from orepact import facts
from orepact.indicators.figures import Gap, Known, between, exact
from orepact.indicators.members import Region

STUDIED_AS = {("bauxite", "mine"): "aluminium"}
"""Where the study keeps the import reliance of a mineral under another name, by mineral and stage."""

SOURCED_AS = {(heavy, "mine"): "heavy_rare_earths" for heavy in ("dysprosium", "terbium", "gadolinium")}
"""Where it keeps sourcing shares for a group only."""

STUDY, STUDY_PERIOD, FALLBACK = "ec_crm_study_2023", "2016/2020", "D"
"""The study that is fallen back on, its years, and the grade of its figures as an answer about a later year."""

PRINTED = 0.02
"""What printed shares may fall short of one by rounding alone."""


class StudyEvidence:
    """What studies of the European Union say of one mineral; everything is a gap for any other region."""

    def __init__(self, region: Region, mineral: str) -> None:
        self.region, self.mineral = region, mineral

    def own_share(self, stage: str) -> Known:
        """Domestic output over consumption at a stage, by ``1 - import reliance``, held against the study's sourcing shares.

        The two contradict each other in places (germanium: 58 % and 7 % domestic). Both are then kept as the ends of what is
        known, and a verdict is only given where they agree on it.
        """
        if not self.region.studied:
            return self._not_of_this_region("an import reliance")
        name = STUDIED_AS.get((self.mineral, stage), self.mineral)
        found = _reliances().get((name, stage))
        if found is None:
            return Gap(f"import reliance of {self.mineral} at {stage}")
        reliance, period, source = found
        own = max(0.0, 1.0 - reliance)
        figure = exact(
            own,
            grade=FALLBACK,
            year=period,
            sources=(source,),
            is_share=True,
            trail=f"1 - import reliance {reliance:.0%} of {name} at {stage} ({source}, {period}), grade {FALLBACK}",
        )
        shares = _sourcing().get((SOURCED_AS.get((self.mineral, stage), self.mineral), stage))
        if shares is None:
            return figure
        domestic = float(shares[shares.index.isin(self.region.members)].sum())
        if abs(domestic - own) <= PRINTED:
            return figure
        figure = replace(figure, trail=(*figure.trail, f"domestic share of its sourcing: {domestic:.0%} (same study)"))
        why = f"the study's import reliance says {own:.0%} domestic, its sourcing shares {domestic:.0%}"
        return between(figure, min(own, domestic), max(own, domestic), why)

    def single_country(self, stage: str) -> Known:
        """Largest third country's share in the Union's sourcing (its own output included) at a stage."""
        if not self.region.studied:
            return self._not_of_this_region("sourcing shares")
        shares = _sourcing().get((self.mineral, stage))
        if shares is None:
            return Gap(f"sourcing shares of {self.mineral} at {stage}")
        if shares.isna().any():
            return Gap(f"sourcing shares of {self.mineral} at {stage} from {', '.join(shares.index[shares.isna()])}")
        return self._largest(shares, stage)

    def _largest(self, shares: pd.Series, stage: str) -> Known:
        total = float(shares.sum())
        third = shares[~shares.index.isin([*self.region.members, "EU27", "OTH"])] / max(total, 1.0)
        third = third[third > 0]
        largest, who = 0.0, "of any third country"
        if len(third):
            largest, who = float(third.max()), f"of {facts.country_name(str(third.idxmax()))}"
        found = exact(
            largest,
            grade=FALLBACK,
            year=STUDY_PERIOD,
            sources=(STUDY,),
            is_share=True,
            trail=f"sourcing share {who} in {self.mineral} at {stage}: {largest:.1%} ({STUDY}, {STUDY_PERIOD}), grade {FALLBACK}",
        )
        unnamed = float(shares.get("OTH", 0.0)) + max(0.0, 1.0 - total)
        if unnamed <= PRINTED:
            return found
        return between(found, largest, min(1.0, largest + unnamed), f"{unnamed:.0%} of sourcing is given to no country")

    def recycling(self) -> Known:
        """Old scrap recycled over total input: the end-of-life recycling input rate, of the latest edition that has one."""
        if not self.region.studied:
            return Gap(f"recycled old scrap of {self.mineral} in {self.region.name}: no publisher gives it by country")
        found = _recycled().get(self.mineral)
        if found is None:
            return Gap(f"end-of-life recycling input rate of {self.mineral}")
        rate, period, source, grade = found
        return exact(
            rate,
            grade=grade,
            year=period,
            sources=(source,),
            is_share=True,
            trail=f"end-of-life recycling input rate of {self.mineral}: {rate:.0%} ({source}, {period}), grade {grade}",
        )

    def _not_of_this_region(self, what: str) -> Gap:
        return Gap(f"{what} of {self.mineral} for {self.region.name}")


@cache
def _reliances() -> dict[tuple[str, str], tuple[float, str, str]]:
    """Import reliance of the study of 2023 with its period and source, by mineral and stage."""
    table = facts.load("eu_assessments")
    rows = table[(table["edition"] == "2023") & (table["measure"] == "import_reliance") & table["value"].notna()]
    return {
        (row["mineral"], row["stage"]): (float(row["value"]), row["period"], row["source"])
        for row in rows.to_dict("records")
    }


@cache
def _sourcing() -> dict[tuple[str, str], pd.Series]:
    """The Union's sourcing shares by country, by mineral and stage; a share that is missing stays missing."""
    table = facts.load("shares")
    rows = table[(table["kind"] == "eu_sourcing") & (table["main"] == "yes")]
    grouped = rows.groupby(["mineral", "stage", "country"])["value"].sum(min_count=1)
    parts: dict[tuple[str, str], pd.Series] = {}
    for mineral, stage in dict.fromkeys(zip(*map(grouped.index.get_level_values, (0, 1)), strict=True)):
        parts[str(mineral), str(stage)] = grouped.loc[mineral, stage]
    return parts


@cache
def _recycled() -> dict[str, tuple[float, str, str, str]]:
    """End-of-life recycling input rate of the Union with period, source and grade, by mineral."""
    table = facts.load("recycling")
    rows = table[(table["country"] == "EU27") & table["measure"].str.contains("EoL-RIR") & table["value"].notna()]
    latest = rows.sort_values("period").drop_duplicates("mineral", keep="last")
    return {
        row["mineral"]: (float(row["value"]), row["period"], row["source"], row["grade"])
        for row in latest.to_dict("records")
    }
