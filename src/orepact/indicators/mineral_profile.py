"""One mineral: who makes it, who sells and buys it, at what price, under which controls, and how concentrated it is."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np

from orepact import facts
from orepact.facts import trade
from orepact.indicators.concentration import top_share
from orepact.indicators.profiles import agreements, control_events, controls, projects, table_of
from orepact.indicators.sides import bought, sold
from orepact.indicators.study import risks_of_the_study
from orepact.indicators.world_output import WORLD, WorldOutput, world_outputs
from orepact.network import Network

if TYPE_CHECKING:
    import pandas as pd

STAGES = ("mine", "refined")
LISTS = ("us_critical_2025", "eu_critical_2024", "eu_strategic_2024")
MOST_LINES = 6
MOST_SERIES = 4
LEAST_POINTS = 3
TRADE_YEARS = 15
MOST_PARTNERS = 10


def mineral_profile(mineral: str, day: dt.date | None = None) -> dict[str, Any]:
    """Everything that the facts and the balanced table say of a mineral, in JSON terms; ``missing`` says what they do not.

    mineral: any usual name. day: of the controls; today when left out. Tonnes as each publisher counts them, or of content in the
    balanced table; shares from 0 to 1; every figure with its period, grade and address for ``orepact facts why`` or ``/why``.
    """
    slug = facts.resolve_mineral(mineral)
    day = day or dt.datetime.now(tz=dt.UTC).date()
    record = facts.load("minerals").set_index("mineral").loc[slug]
    outputs = [found for stage in STAGES if (found := _output(slug, stage)) is not None]
    table = table_of(slug)
    makers = tuple(dict.fromkeys(row["country"] for each in outputs for row in each["rows"][:MOST_LINES]))
    return {
        "mineral": slug, "name": facts.mineral_name(slug), "symbol": record["symbol"] if isinstance(record["symbol"], str) else None,
        "group": record["group"], "lists": {each: record[each] for each in LISTS}, "address": f"minerals/{slug}",
        "facts_version": facts.version(), "day": day.isoformat(),
        "output": outputs, "world_shares": [found for stage in STAGES if (found := _world_shares(slug, stage)) is not None],
        "indices": _indices(slug, outputs), "trade": _trade(slug), "prices": _prices(slug), "reserves": _reserves(slug),
        "network": _network(table) if isinstance(table, Network) else {"missing": table},
        "controls": [each for each in controls(day) if each["mineral"] == slug], "events": control_events(slug),
        "agreements": [each for each in agreements(makers) if len(each["others"]) > 0], "projects": projects(slug),
        "missing": _missing(outputs),
    }  # fmt: skip


def _missing(outputs: list[dict[str, Any]]) -> list[str]:
    """What nobody publishes, stage by stage."""
    held = {each["stage"] for each in outputs}
    words = {"mine": "mine output by country", "refined": "refined output by country"}
    found = [f"{words[stage]}: no open source gives it" for stage in STAGES if stage not in held]
    return found + [
        f"{words[each['stage']]}, {each['period']}: {each['missing']}" for each in outputs if each["missing"]
    ]


def _output(slug: str, stage: str) -> dict[str, Any] | None:
    """Output by country in the latest year and over all years."""
    years = world_outputs(slug, stage)
    if not years:
        return None
    last = years[-1]
    return {
        "stage": stage, "period": last.period, "unit": last.unit, "basis": last.basis, "source": last.source, "grade": last.grade,
        "total": last.total, "total_is_sum": last.total_is_sum,
        "total_address": None if last.total_is_sum else last.address(WORLD), "unnamed": last.unnamed, "withheld": list(last.withheld),
        "missing": last.missing, "rows": _rows(last), "series": _series(years),
    }  # fmt: skip


def _rows(output: WorldOutput) -> list[dict[str, Any]]:
    return [
        {
            "country": country, "value": None if np.isnan(value) else float(value), "share": output.share(country), "grade": grade,
            "address": output.address(country),
            "share_address": f"output-share/{output.mineral}/{output.stage}/{country}/{output.period}",
        }
        for country, value, grade in output.rows[["country", "value", "grade"]].itertuples(index=False)
    ]  # fmt: skip


def _series(years: tuple[WorldOutput, ...]) -> dict[str, Any]:
    """Output over time of the largest makers of the latest year; None where a year has no figure for them."""
    names = list(years[-1].rows["country"].head(MOST_LINES))
    return {
        "periods": [each.period for each in years],
        "countries": {name: [each.value(name) for each in years] for name in names},
        "sources": sorted({each.source for each in years}),
    }


def _world_shares(slug: str, stage: str) -> dict[str, Any] | None:
    """Shares of world supply from the Commission's study, where it prints them."""
    table = facts.load("shares")
    rows = table[
        (table["kind"] == "world_supply")
        & (table["mineral"] == slug)
        & (table["stage"] == stage)
        & (table["main"] == "yes")
    ]
    rows = rows.dropna(subset=["value"]).sort_values("value", ascending=False)
    if rows.empty:
        return None
    return {
        "stage": stage, "period": "; ".join(sorted(set(rows["period"]))), "grade": str(rows["grade"].max()),
        "source": "; ".join(sorted(set(rows["source"]))),
        "rows": [{"country": row["country"], "share": float(row["value"]), "address": facts.address_of("shares", row)}
                 for row in rows.head(MOST_PARTNERS).to_dict("records")],
    }  # fmt: skip


def _indices(slug: str, outputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Concentration by stage, and the EU's supply risk and economic importance."""
    found = []
    for each in outputs:
        last = world_outputs(slug, each["stage"])[-1]
        ends = last.concentration
        found.append(
            {"index": "concentration", "stage": each["stage"], "low": None if ends is None else ends.low,
             "high": None if ends is None else ends.high, "unit": "HHI, 0 to 1", "period": last.period, "grade": last.grade,
             "top_3": None if ends is None else top_share(last.rows.dropna(subset=["value"]).set_index("country")["value"], 3,
             other=last.unnamed),
             "missing": last.missing, "address": f"concentration/{slug}/{each['stage']}/{last.period}"}
        )  # fmt: skip
    risks = risks_of_the_study()
    for row in risks[risks["material"] == slug].to_dict("records"):
        known = row["sr"] is not None and row["sr"] == row["sr"]
        value = float(row["sr"]) if known else None
        found.append(
            {"index": "supply risk of the EU", "stage": row["stage"], "low": value, "high": value, "unit": "1 and above is high",
             "period": row["period"], "grade": row["grade"], "missing": row["missing"], "address": f"supply-risk/{slug}/{row['stage']}"}
        )  # fmt: skip
    return found + _assessed(slug)


def _assessed(slug: str) -> list[dict[str, Any]]:
    """What the Commission printed itself."""
    words = {"economic_importance": "economic importance for the EU", "import_reliance": "import reliance of the EU",
             "eol_rir": "recycling input rate of the EU"}  # fmt: skip
    table = facts.load("eu_assessments")
    rows = table[(table["mineral"] == slug) & table["measure"].isin(list(words))].dropna(subset=["value"])
    rows = rows.sort_values("edition").drop_duplicates(["measure", "stage", "material"], keep="last")
    rows = rows[rows["edition"] == rows.groupby("measure")["edition"].transform("max")]
    return [
        {"index": f"{words[row['measure']]} ({row['material']})", "stage": row["stage"], "low": float(row["value"]),
         "high": float(row["value"]), "unit": row["unit"], "period": row["period"], "grade": row["grade"], "missing": "",
         "address": facts.address_of("eu_assessments", row)}
        for row in rows.to_dict("records")
    ]  # fmt: skip


def _trade(slug: str) -> dict[str, Any] | None:
    """Recorded trade of the mineral's codes: value over time, and the largest sellers and buyers of the latest year."""
    codes = facts.load("trade_codes")
    codes = codes[codes["mineral"] == slug]
    if codes.empty:
        return None
    names = tuple(sorted(codes["hs6"].unique()))
    world = facts.load("trade_world")
    world = world[world["hs6"].isin(names)]
    last = str(world["period"].max())
    flows = trade.flows(names, last)
    flows = flows[flows["exporter"] != flows["importer"]]
    return {
        "codes": [{"hs6": row["hs6"], "stage": row["stage"], "form": row["form"]} for row in codes.to_dict("records")],
        "period": last, "unit": "thousand USD, f.o.b.", "grade": str(flows["grade"].max()), "source": str(flows["source"].iloc[0]),
        "value": float(flows["value_usd_k"].sum()), "exporters": _partners(flows, "exporter"), "importers": _partners(flows, "importer"),
        "series": _by_code(world, names),
    }  # fmt: skip


def _by_code(world: pd.DataFrame, names: tuple[str, ...]) -> dict[str, Any]:
    periods = sorted(world["period"].unique())[-TRADE_YEARS:]
    wide = world.pivot_table(index="period", columns="hs6", values="unit_value").reindex(periods)
    return {
        "periods": periods, "unit": "USD per t, gross weight",
        "unit_values": {code: [None if np.isnan(each) else float(each) for each in wide[code]] for code in names if code in wide},
        "addresses": {code: f"trade_world/{code}/{periods[-1]}" for code in names},
    }  # fmt: skip


def _partners(flows: pd.DataFrame, side: str) -> list[dict[str, Any]]:
    sums = flows.groupby(side)["value_usd_k"].sum().sort_values(ascending=False)
    total = float(sums.sum())
    return [
        {"country": country, "value": float(value), "share": float(value) / total if total else None}
        for country, value in sums.head(MOST_PARTNERS).items()
    ]


def _prices(slug: str) -> list[dict[str, Any]]:
    """Price series in USD per tonne, the longest first; annual where a series has both."""
    table = facts.load("prices")
    rows = table[(table["mineral"] == slug) & table["usd_per_t"].notna()]
    found = []
    for (form, frequency), given in rows.groupby(["form", "frequency"]):
        part = given.sort_values(["period", "source"]).drop_duplicates("period", keep="last")
        last = part.iloc[-1]
        found.append(
            {"form": form, "frequency": frequency, "periods": list(part["period"]),
            "usd_per_t": [float(each) for each in part["usd_per_t"]],
             "basis": last["basis"], "grade": last["grade"], "source": last["source"], "address": facts.address_of("prices",
             last.to_dict())}
        )  # fmt: skip
    annual = {each["form"] for each in found if each["frequency"] == "annual" and len(each["periods"]) >= LEAST_POINTS}
    kept = [each for each in found if each["frequency"] == "annual" or each["form"] not in annual]
    return sorted(kept, key=lambda each: (-len(each["periods"]), each["form"]))


def _reserves(slug: str) -> dict[str, Any] | None:
    table = facts.load("reserves")
    rows = table[table["mineral"] == slug]
    if rows["value"].notna().sum() == 0:
        return None
    rows = rows[rows["source"] == rows.loc[rows["value"].notna(), "source"].max()]
    rows = rows[rows["period"] == rows["period"].max()]
    countries = rows[~rows["country"].isin([WORLD, "OTH"])].sort_values("value", ascending=False, na_position="last")
    return {
        "period": str(rows["period"].iloc[0]), "unit": str(rows["unit"].iloc[0]), "basis": str(rows["basis"].iloc[0]),
        "grade": str(rows["grade"].max()), "source": str(rows["source"].iloc[0]),
        "withheld": sorted(countries.loc[countries["value"].isna(), "country"]),
        "rows": [{"country": row["country"], "value": float(row["value"]), "address": facts.address_of("reserves", row)}
                 for row in countries.dropna(subset=["value"]).head(MOST_PARTNERS).to_dict("records")],
    }  # fmt: skip


def _network(found: Network) -> dict[str, Any]:
    """The balanced table from both sides: what each maker delivers and where, what each buyer takes and from whom."""
    makers = [
        row
        for table in found.stages
        for each in table.producers
        if (row := sold(found, table, (each,), each)) is not None
    ]
    buyers = [
        row
        for table in found.stages
        for each in table.buyers
        if (row := bought(found, table, (each,), each)) is not None
    ]
    return {
        "base_year": found.base_year, "grade": found.grade, "inferred_use": found.inferred_use, "unit": "t of content",
        "why": found.recipe.why.strip(), "price": {"usd_per_t": found.price.usd_per_t, "basis": found.price.basis,
        "grade": found.price.grade},
        "makers": sorted(makers, key=lambda row: (_at(found, row), -row["tonnes"])),
        "buyers": sorted(buyers, key=lambda row: (_at(found, row), -row["tonnes"])),
        "sources": list(found.sources), "missing": "",
    }  # fmt: skip


def _at(found: Network, row: dict[str, Any]) -> int:
    """Position of a row's stage in the chain."""
    return [table.stage for table in found.stages].index(row["stage"])
