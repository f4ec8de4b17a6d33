"""What published studies say of a region: import reliance, sourcing shares and recycled input, and what they leave open.

They are the fallback where no balanced table of the year is better: the European Commission's study of 2023 is of 2016 to 2020,
so its figures count as grade D for a later year, and carry their own years.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import cache

import pandas as pd

from orepact import facts
from orepact.indicators.figures import Figure, Gap, Known, between, exact, times
from orepact.indicators.members import Region
from orepact.network.recipe import calibrated_minerals, recipe_of

STUDIED_AS = {("bauxite", "mine"): "aluminium"}
"""Where the study keeps the import reliance of a mineral under another name, by mineral and stage."""

SOURCED_AS = {(heavy, "mine"): "heavy_rare_earths" for heavy in ("dysprosium", "terbium", "gadolinium")}
"""Where it keeps sourcing shares for a group only."""

FIRST_STUDIED = 2016
STUDY, STUDY_PERIOD, FALLBACK = "ec_crm_study_2023", "2016/2020", "D"
"""The study that is fallen back on, its years, and the grade of its figures as an answer about a later year."""

RECYCLED_AS = {"bauxite": "aluminium", "alumina": "aluminium"}
"""Ores and oxides that no scrap gives back."""

PRINTED = 0.02
"""What printed shares may fall short of one by rounding alone."""


class StudyEvidence:
    """What studies of the European Union say of one mineral; everything is a gap for any other region."""

    def __init__(self, region: Region, mineral: str, year: int | None = None) -> None:
        self.region, self.mineral = region, mineral
        now = dt.datetime.now(tz=dt.UTC).year
        self.applies = region.studied and (year is None or FIRST_STUDIED <= year <= now)

    def own_share(self, stage: str) -> Known:
        """Domestic output over consumption at a stage, by ``1 - import reliance``, held against the study's sourcing shares.

        The two contradict each other in places (germanium: 58 % and 7 % domestic). Both are then kept as the ends of what is
        known, and a verdict is only given where they agree on it.
        """
        if not self.applies:
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
        figure = _printed(figure)
        shares = _sourcing().get((SOURCED_AS.get((self.mineral, stage), self.mineral), stage))
        if shares is None:
            return figure
        domestic = float(shares[shares.index.isin(self.region.members)].sum())
        if abs(domestic - own) <= PRINTED:
            return figure
        figure = replace(figure, trail=(*figure.trail, f"domestic share of its sourcing: {domestic:.0%} (same study)"))
        why = f"the study's import reliance says {own:.0%} domestic, its sourcing shares {domestic:.0%}"
        return between(figure, min(own, domestic), max(own, domestic), why)

    def extraction(self) -> Known:
        """Domestic mine output over consumption of the last stage.

        The import reliance at the mine is of ore, and ore is only what domestic plants use, so the share of ore is taken
        times the share of refined output: ``own(mine) x own(refined)``, which is the ratio that the law asks for when no ore
        is exported. Minerals whose table ends at the mine are used as ore.
        """
        ore = self.own_share("mine")
        if self.mineral in _used_as_ore():
            return ore
        return times(ore, self.own_share("refined"))

    def single_country(self, stage: str) -> Known:
        """Largest third country's share in the Union's sourcing (its own output included) at a stage."""
        if not self.applies:
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
        found = _printed(found)
        unnamed = float(shares.get("OTH", 0.0)) + max(0.0, 1.0 - total)
        if unnamed <= PRINTED:
            return found
        return between(found, largest, min(1.0, largest + unnamed), f"{unnamed:.0%} of sourcing is given to no country")

    def recycling(self) -> Known:
        """Old scrap recycled over total input: the end-of-life recycling input rate, of the latest edition that has one."""
        if self.mineral in RECYCLED_AS:
            return Gap(f"what is recycled is {RECYCLED_AS[self.mineral]}", applies=False)
        if not self.applies:
            return Gap(f"recycled old scrap of {self.mineral} in {self.region.name}: no publisher gives it by country")
        found = _recycled().get(self.mineral)
        if found is None:
            return Gap(f"end-of-life recycling input rate of {self.mineral}")
        rate, period, source, grade = found
        figure = exact(
            rate,
            grade=grade,
            year=period,
            sources=(source,),
            is_share=True,
            trail=f"end-of-life recycling input rate of {self.mineral}: {rate:.0%} ({source}, {period}), grade {grade}",
        )
        return _printed(figure)

    def _not_of_this_region(self, what: str) -> Gap:
        return Gap(f"{what} of {self.mineral} for {self.region.name} in that year")


def _printed(figure: Figure) -> Figure:
    """A share printed in whole percent, which may be half a percent more or less, but not below none or above all."""
    half = 0.005
    return between(figure, max(0.0, figure.value - half), min(1.0, figure.value + half), figure.why_open)


@cache
def _used_as_ore() -> frozenset[str]:
    """Minerals whose balanced table has the mine for its only stage."""
    return frozenset(mineral for mineral in calibrated_minerals() if recipe_of(mineral).stages == ("mine",))


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
    """End-of-life recycling input rate of the Union in the study's latest edition, with period, source and grade, by mineral.

    An older edition does not stand in for a gap of the latest one.
    """
    table = facts.load("recycling")
    rows = table[(table["country"] == "EU27") & table["measure"].str.contains("EoL-RIR")]
    latest = rows[(rows["period"] == rows["period"].max()) & rows["value"].notna()]
    return {
        row["mineral"]: (float(row["value"]), row["period"], row["source"], row["grade"])
        for row in latest.to_dict("records")
    }
