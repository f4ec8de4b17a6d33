"""The figures that a recipe asks for, gathered from the facts: nothing is judged or moved here.

What enters: the facts tables. What leaves: output by country and stage, shipments by stage, published use and sourcing
shares, all in tonnes of content with a grade, and a list of what was noticed on the way.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from orepact import facts
from orepact.errors import MissingData, Problem
from orepact.facts import trade
from orepact.network.recipe import Output, Recipe

UNNAMED = "OTH"
"""Code of the producers that a publisher does not name."""

LARGEST_UNNAMED = 0.05
"""Share of world output above which an unnamed group of producers is spread over named countries."""

ROUNDED = 0.02
"""What printed shares of world supply may fall short of one by rounding; more than that belongs to nobody by name."""

WORLD = "WLD"
FIRST_PUBLISHED = {"usgs": "usgs_mcs", "iea": "iea_cmd"}
WORST_FIRST = "EDCBA"


@dataclass(frozen=True)
class Made:
    """Output of one stage by country: tonnes of content, and the grade of each figure (both indexed by country).

    unnamed: tonnes that the publisher gives to no country by name, whether they stay unnamed or are spread by a rule; NaN
    where it withholds figures and no world total says how much they are. withheld: countries without a figure. spread:
    countries that were given some of the unnamed tonnes by a rule.
    """

    stage: str
    tonnes: pd.Series
    grades: pd.Series
    unnamed: float = 0.0
    withheld: tuple[str, ...] = ()
    spread: tuple[str, ...] = ()


@dataclass
class Evidence:
    """Everything one table is made from.

    made: output by stage. shipments: by stage, a frame exporter, importer, tonnes (content), grade. use: frame country,
    tonnes (missing where a figure is withheld), grade, basis. exports: of the last stage, frame country, tonnes, low, high,
    grade; empty where bilateral trade is recorded or nobody publishes them for the year.
    sourcing: frame reporter, stage, country, share, grade, basis. sources: ids of all rows used.
    """

    mineral: str
    year: int
    made: dict[str, Made]
    shipments: dict[str, pd.DataFrame]
    use: pd.DataFrame
    exports: pd.DataFrame
    sourcing: pd.DataFrame
    sources: list[str]
    notes: list[str] = field(default_factory=list)


def worst(*grades: str) -> str:
    """The worst of some grades, ``A`` being the best and ``E`` the worst."""
    return min(grades, key=WORST_FIRST.index)


def gather(recipe: Recipe, year: int) -> Evidence:
    """All figures that ``recipe`` asks for in ``year``; raises MissingData naming what a year lacks."""
    sources: list[str] = []
    notes: list[str] = []
    made: dict[str, Made] = {}
    if recipe.mine is not None:
        made["mine"] = _published_output(recipe, recipe.mine, "mine", year, sources, notes)
    if recipe.refined is not None:
        made["refined"] = _refined_output(recipe, recipe.refined, year, made.get("mine"), sources, notes)
    shipments = _shipments(recipe, year, made, sources)
    use = _published_use(recipe, year, sources)
    if recipe.product is not None:
        use = _with_product(recipe, recipe.product, year, made[recipe.stages[-1]], use, sources, notes)
    exports = _published_exports(recipe, year, sources)
    sourcing = _sourcing(recipe, sources)
    return Evidence(recipe.mineral, year, made, shipments, use, exports, sourcing, sorted(set(sources)), notes)


def years_of(recipe: Recipe) -> list[str]:
    """Years for which the facts hold output, trade and a price, so that a table can be made."""
    table = facts.load("production").dropna(subset=["value"])
    years: set[str] | None = set(trade.years(recipe.codes)) if recipe.codes else None
    for output in (recipe.mine, recipe.refined, recipe.product):
        if output is not None and output.source != "eu_shares":
            of = (table["mineral"] == (output.mineral or recipe.mineral)) & (table["stage"] == output.stage)
            if output.source in FIRST_PUBLISHED:
                of &= table["source"].str.startswith(FIRST_PUBLISHED[output.source])
            else:
                of &= table["country"] == WORLD
            found = set(table.loc[of, "period"])
            years = found if years is None else years & found
    if recipe.price.series != "trade":
        prices = facts.load("prices").dropna(subset=["usd_per_t"])
        named = prices["form"].str.contains(recipe.price.series, case=False, regex=False)
        of = prices["mineral"] == (recipe.price.mineral or recipe.mineral)
        found = set(prices.loc[of & named & (prices["frequency"] == "annual"), "period"])
        years = found if years is None else years & found
    return sorted(years or ())


def _published_output(
    recipe: Recipe, output: Output, stage: str, year: int, sources: list[str], notes: list[str]
) -> Made:
    mineral = output.mineral or recipe.mineral
    table = facts.load("production")
    rows = table[
        (table["mineral"] == mineral)
        & (table["stage"] == output.stage)
        & table["source"].str.startswith(FIRST_PUBLISHED[output.source])
    ]
    chosen = rows[rows["period"] == str(year)]
    if chosen["value"].notna().sum() == 0:
        raise MissingData(
            Problem(
                f"network, {recipe.mineral}, {stage}",
                f"there is no output by country for {year}",
                f"a table for {', '.join(years_of(recipe)) or 'no year'}",
                "choose one of these with --base-year",
            )
        )
    sources += sorted(chosen["source"].unique())
    known = chosen[chosen["value"].notna() & ~chosen["country"].isin([WORLD])]
    tonnes = known.groupby("country")["value"].sum()
    grades = known.groupby("country")["grade"].max()
    withheld = sorted(set(chosen.loc[chosen["value"].isna(), "country"]) - set(tonnes.index) - {WORLD, UNNAMED})
    world = chosen.loc[chosen["country"] == WORLD, "value"].sum(min_count=1)
    rest = float(np.nan_to_num(float(world) - float(tonnes.sum())))
    if rest > 0.01 * float(tonnes.sum()):
        tonnes[UNNAMED] = tonnes.get(UNNAMED, 0.0) + rest
        grades[UNNAMED] = "D"
        notes.append(
            f"{stage}: {rest:,.0f} t of the publisher's world total belong to no named country and stay with {UNNAMED}"
        )
    if withheld:
        notes.append(f"{stage}: no figure is published for {', '.join(withheld)}; they are not counted as zero")
    unnamed = float("nan") if withheld and np.isnan(float(world)) else float(tonnes.get(UNNAMED, 0.0))
    named = tonnes[tonnes > 0].astype(float)
    tonnes = _named(recipe, output, year, named, sources, notes)
    spread = tuple(sorted(set(tonnes.index) - set(named.index)))
    return Made(stage, tonnes, grades.reindex(tonnes.index).fillna("D"), unnamed, tuple(withheld), spread)


def _named(
    recipe: Recipe, output: Output, year: int, tonnes: pd.Series, sources: list[str], notes: list[str]
) -> pd.Series:
    """``tonnes`` with a large unnamed group spread over countries that others name and this publisher does not.

    Figures of another publisher for the same year come first; where there are none, the shares of the Commission's study.
    """
    rest, stage = float(tonnes.get(UNNAMED, 0.0)), output.stage
    if rest < LARGEST_UNNAMED * float(tonnes.sum()):
        return tonnes
    others = _other_publishers(recipe, output, year, tonnes)
    if others is not None:
        weights, ids = others
        notes.append(
            f"{stage}: {rest:,.0f} t of producers that the publisher does not name are spread over {', '.join(weights.index)} "
            f"by the figures of {', '.join(ids)} (grade D)"
        )
        sources += ids
        named: pd.Series = pd.concat([tonnes.drop(index=UNNAMED), rest * weights / weights.sum()])
        return named
    table = facts.load("shares")
    rows = table[
        (table["kind"] == "world_supply")
        & (table["mineral"] == recipe.mineral)
        & (table["stage"] == stage)
        & table["value"].notna()
        & ~table["country"].isin(tonnes.index)
    ]
    if rows.empty:
        return tonnes
    shares = rows.groupby("country")["value"].sum()
    notes.append(
        f"{stage}: {rest:,.0f} t of producers that the publisher does not name are spread over {', '.join(shares.index)} "
        "by their shares in the Commission's study (grade D)"
    )
    sources += sorted(rows["source"].unique())
    spread: pd.Series = pd.concat([tonnes.drop(index=UNNAMED), rest * shares / shares.sum()])
    return spread


def _other_publishers(
    recipe: Recipe, output: Output, year: int, tonnes: pd.Series
) -> tuple[pd.Series, list[str]] | None:
    """Output by country, of those that ``tonnes`` lacks, as another publisher has it for the same year, and its sources."""
    table = facts.load("production")
    rows = table[
        (table["mineral"] == (output.mineral or recipe.mineral))
        & (table["stage"] == output.stage)
        & (table["period"] == str(year))
        & (table["value"] > 0)
        & ~table["source"].str.startswith(FIRST_PUBLISHED[output.source])
        & ~table["country"].isin([*tonnes.index, WORLD, UNNAMED])
    ]
    if rows.empty:
        return None
    return rows.groupby("country")["value"].sum(), sorted(rows["source"].unique())


def _refined_output(
    recipe: Recipe, output: Output, year: int, mined: Made | None, sources: list[str], notes: list[str]
) -> Made:
    if output.source in FIRST_PUBLISHED:
        return _published_output(recipe, output, "refined", year, sources, notes)
    mineral = output.mineral or recipe.mineral
    table = facts.load("shares")
    rows = table[(table["kind"] == "world_supply") & (table["mineral"] == mineral) & (table["stage"] == output.stage)]
    withheld = tuple(sorted(set(rows.loc[rows["value"].isna(), "country"])))
    rows = rows[rows["value"].notna()]
    if rows.empty:
        raise MissingData(
            Problem(
                f"network, {recipe.mineral}, refined",
                "there are no world supply shares to spread output with",
                f"no row for {mineral}, {output.stage}",
                "add the shares to the table 'shares'",
            )
        )
    shares = rows.groupby("country")["value"].sum()
    open_share = max(0.0, 1.0 - float(shares.sum()))
    if open_share > ROUNDED:
        shares[UNNAMED] = shares.get(UNNAMED, 0.0) + open_share
    shares = shares / shares.sum()
    world, grade = _world_refined(recipe, output, year, mined, sources)
    sources += sorted(rows["source"].unique())
    notes.append(
        f"refined: output by country is the shares of {', '.join(sorted(rows['period'].unique()))} times {world:,.0f} t"
    )
    tonnes = shares * world
    return Made("refined", tonnes, pd.Series(worst(grade, "D"), index=tonnes.index), open_share * world, withheld)


def _world_refined(
    recipe: Recipe, output: Output, year: int, mined: Made | None, sources: list[str]
) -> tuple[float, str]:
    """World output of the refined stage, tonnes of content: from mine output and recovery, or as published."""
    if output.source == "eu_shares":
        if mined is None or recipe.recovery is None:
            raise ValueError(f"the recipe of {recipe.mineral} spreads mine output without a mine stage or a recovery")
        return float(mined.tonnes.sum()) * recipe.recovery.value, worst(recipe.recovery.grade, *mined.grades)
    table = facts.load("production")
    rows = table[
        (table["mineral"] == (output.mineral or recipe.mineral))
        & (table["stage"] == output.stage)
        & (table["country"] == WORLD)
        & table["value"].notna()
    ]
    found = rows[rows["period"] == str(year)]
    if found.empty:
        raise MissingData(
            Problem(
                f"network, {recipe.mineral}, refined",
                f"there is no world output for {year}",
                f"figures for {', '.join(sorted(rows['period'].unique())) or 'no year'}",
                "choose one of these with --base-year",
            )
        )
    sources += sorted(found["source"].unique())
    return float(found["value"].iloc[-1]), str(found["grade"].iloc[-1])


def _shipments(recipe: Recipe, year: int, made: dict[str, Made], sources: list[str]) -> dict[str, pd.DataFrame]:
    """Recorded shipments in tonnes of content, each at the stage that its exporter can have shipped."""
    empty = pd.DataFrame({"exporter": [], "importer": [], "tonnes": [], "grade": []})
    if not recipe.codes:
        return {}
    flows = trade.flows(recipe.codes, str(year))
    flows = flows[flows["exporter"] != flows["importer"]]
    if flows.empty:
        raise MissingData(
            Problem(
                f"network, {recipe.mineral}, trade",
                f"there are no flows for {year}",
                f"a table for {', '.join(years_of(recipe)) or 'no year'}",
                "choose one of these with --base-year",
            )
        )
    sources += sorted(flows["source"].unique())
    earlier = _ships_earlier_stage(recipe, flows, made)
    flows = flows.assign(tonnes=_content(recipe, flows, earlier), at=np.where(earlier, "mine", recipe.stages[-1]))
    result = {}
    for stage in recipe.stages:
        part = flows[(flows["at"] == stage) & (flows["tonnes"] > 0)]
        # Grades are letters from A, so the worst of a group is the last in the alphabet; numbers are grouped faster.
        ranked = part.assign(rank=part["grade"].map(ord))
        grouped = ranked.groupby(["exporter", "importer"], as_index=False)[["tonnes", "rank"]]
        found = grouped.agg({"tonnes": "sum", "rank": "max"})
        result[stage] = found.assign(grade=found["rank"].map(chr)).drop(columns="rank") if len(part) else empty
    return result


def _ships_earlier_stage(recipe: Recipe, flows: pd.DataFrame, made: dict[str, Made]) -> pd.Series:
    """network.md rule 3: a country that mines and does not refine ships ore, if the buyer is one that refines."""
    if len(recipe.stages) < 2:
        return pd.Series(data=False, index=flows.index)
    mined, refined = made["mine"].tonnes, made["refined"].tonnes
    hardly_refines = mined[mined > 0].index[(refined.reindex(mined.index).fillna(0.0) < 0.1 * mined).to_numpy()]
    refines = refined.index[(refined > 0.005 * refined.sum()).to_numpy()]
    return flows["exporter"].isin(hardly_refines) & flows["importer"].isin(refines)


def _content(recipe: Recipe, flows: pd.DataFrame, earlier: pd.Series) -> pd.Series:
    """Tonnes of content of each flow; a suspect tonnage is replaced by value over the world's unit value."""
    world = facts.load("trade_world")
    unit_value = world[world["period"] == flows["period"].iloc[0]].set_index("hs6")["unit_value"]
    per_tonne = flows["hs6"].map(unit_value)
    from_value = flows["value_usd_k"] * 1000.0 / per_tonne
    doubtful = flows["suspect"] | flows["value"].isna()
    gross = flows["value"].where(~doubtful, from_value)
    codes = facts.load("trade_codes")
    content = codes[codes["mineral"] == recipe.mineral].drop_duplicates("hs6").set_index("hs6")["content"]
    factor = flows["hs6"].map(content)
    factor = factor.where(~earlier, flows["hs6"].map(recipe.ore_content).fillna(factor))
    if factor.isna().any():
        raise MissingData(
            Problem(
                f"network, {recipe.mineral}, trade",
                "the content of a code is not known",
                ", ".join(sorted(flows.loc[factor.isna(), "hs6"].unique())),
                "add it to the table 'trade_codes'",
            )
        )
    return gross.astype(float) * factor


def _published_use(recipe: Recipe, year: int, sources: list[str]) -> pd.DataFrame:
    """Published consumption by country in ``year``, one figure a country: the one that the table marks as its main one."""
    table = facts.load("use")
    rows = table[
        (table["mineral"] == recipe.mineral)
        & (table["period"] == str(year))
        & table["value"].notna()
        & (table["main"] == "yes")
    ]
    sources += sorted(rows["source"].unique())
    return rows[["country", "value", "grade", "basis", "measure"]].rename(columns={"value": "tonnes"})


def _published_exports(recipe: Recipe, year: int, sources: list[str]) -> pd.DataFrame:
    """Published exports of the last stage by country in ``year``, where no bilateral trade of it is recorded."""
    table = facts.load("exports")
    rows = table[
        (table["mineral"] == recipe.mineral) & (table["stage"] == recipe.stages[-1]) & (table["period"] == str(year))
    ]
    rows = rows[recipe.inferred_use & rows["value"].notna()].sort_values("grade").drop_duplicates("country")
    sources += sorted(rows["source"].unique())
    return rows[["country", "value", "low", "high", "grade"]].rename(columns={"value": "tonnes"})


def _with_product(
    recipe: Recipe, product: Output, year: int, made: Made, use: pd.DataFrame, sources: list[str], notes: list[str]
) -> pd.DataFrame:
    """``use`` with that of the countries it does not name: the rest of output, shared out by what they make of it."""
    published = _published_output(recipe, product, product.stage, year, sources, [])
    output = published.tonnes.drop(index=UNNAMED, errors="ignore")
    known = use["country"].isin(output.index)
    rest = float(made.tonnes.sum()) - float(use.loc[known, "tonnes"].sum())
    output = output[~output.index.isin(use["country"])]
    notes.append(f"use by country: shared out by output of {product.mineral or recipe.mineral} (grade D)")
    inferred = pd.DataFrame(
        {
            "country": output.index, "tonnes": rest * output.to_numpy() / output.sum(), "grade": "D",
            "basis": f"output of {product.mineral}", "measure": "use by product",
        }
    )  # fmt: skip
    untold = pd.DataFrame({"country": [*published.withheld], "tonnes": np.nan, "grade": "E"})
    return pd.concat([use, inferred, untold.astype({"country": "object"})], ignore_index=True)


def _sourcing(recipe: Recipe, sources: list[str]) -> pd.DataFrame:
    """Sourcing shares of the EU and the United States for this mineral (of the stand-in mineral where one is named)."""
    table = facts.load("shares")
    names = {recipe.mineral, *(output.mineral for output in (recipe.mine, recipe.refined) if output and output.mineral)}
    rows = table[
        table["mineral"].isin(names) & table["kind"].isin(["eu_sourcing", "us_imports"]) & table["value"].notna()
    ]
    sources += sorted(rows["source"].unique())
    return rows
