"""Technical and economic coefficients in one long table: by-products, contents, costs, times, lifetimes, volatility."""

from __future__ import annotations

import re

import pandas as pd

from build_steps.documents import titled
from build_steps.inputs import Inputs

NAMES = {
    "titanium": "titanium_minerals", "bauxite-and-alumina": "bauxite", "aluminium (bauxite)": "aluminium", "phosphate": "phosphate_rock",
    "cokingcoal": "coking_coal", "magnesium-metal": "magnesium", "titanium-metal": "titanium_metal", "lithium (LCE)": "lithium",
    "tantalum (model basis)": "tantalum", "tungsten (per t WO3 content basis of the model)": "tungsten", "refining (general)": "*",
    "specialty minerals": "*", "iron-ore": "iron_ore", "rare-earths": "rare_earths", "phosphate-rock": "phosphate_rock",
}  # fmt: skip
"""Names in the files of parameters that are none of the usual ones."""

COLUMNS = [
    "mineral",
    "parameter",
    "scope",
    "value",
    "low",
    "high",
    "unit",
    "period",
    "basis",
    "source",
    "grade",
    "note",
]
IMPUTED = "D"
COMPILED = "2026"


def tables(inputs: Inputs) -> dict[str, pd.DataFrame]:
    """``coefficients``."""
    parts = [
        _byproducts,
        _potentials,
        _conversions,
        _costs,
        _lithium,
        _lead_times,
        _lifetimes,
        _storage,
        _transport,
        _volatility,
    ]
    frames = [part(inputs).reindex(columns=COLUMNS) for part in parts]
    table = pd.concat(
        [frame.astype({"value": float, "low": float, "high": float}) for frame in frames], ignore_index=True
    )
    return {"coefficients": table.sort_values(["parameter", "mineral", "scope", "period"], ignore_index=True)}


def slugs(inputs: Inputs, names: pd.Series) -> pd.Series:
    """Slugs of the names that these files use; ``*`` where the row is of all minerals."""
    return inputs.slug(names.replace(NAMES)).mask(names.replace(NAMES) == "*", "*")


def _read(inputs: Inputs, name: str) -> pd.DataFrame:
    return titled(inputs.read(f"parameters/{name}.csv"))


def _byproducts(inputs: Inputs) -> pd.DataFrame:
    """Shares by host, total shares over several hosts, and recovery rates are three parameters, never one."""
    raw = _read(inputs, "byproducts")
    recovery = raw["note"].str.contains("RECOVERY RATE", na=False)
    together = raw["note"].str.startswith("companionality", na=False)
    parameter = pd.Series("share of output by host", index=raw.index).mask(
        together, "share of output as by-product or co-product"
    )
    return raw.assign(
        mineral=slugs(inputs, raw["mineral"]), parameter=parameter.mask(recovery, "recovery from the host's stream"), scope=raw["host"],
        value=raw["share"], low=raw["share_low"], high=raw["share_high"], unit="share",
        period=raw["year"].astype(str).str[:4], basis=raw["note"].fillna("share"), note=raw["source_title"],
    )  # fmt: skip


def _potentials(inputs: Inputs) -> pd.DataFrame:
    raw = _read(inputs, "byproduct_supply_potential")
    ratio = raw["note"].str.contains("ratio")
    return raw.assign(
        parameter="supply potential as by-product", scope=raw["host"], value=raw["supply_potential"], unit=ratio.map({True: "ratio to output", False: "t a year"}),
        period=raw["year"].astype(str), basis="potential " + raw["relation"] + " value; output then " + raw["production_then"].astype(str),
    )  # fmt: skip


def _conversions(inputs: Inputs) -> pd.DataFrame:
    """Contents and conversion factors; a range printed in words becomes low and high, and its middle is not invented."""
    raw = _read(inputs, "conversion")
    ends = raw["meaning"].str.extract(r"^(\d+)-(\d+)%").astype(float) / 100
    element = raw["meaning"].str.startswith("element content")
    return raw.assign(
        mineral=slugs(inputs, raw["mineral"]), parameter=element.map({True: "content", False: "conversion"}), scope=raw["product"], value=raw["factor"],
        low=ends[0].where(raw["factor"].isna()), high=ends[1].where(raw["factor"].isna()),
        unit=raw["element_or_unit"] + " per unit of product", period=COMPILED, basis=raw["meaning"],
    )  # fmt: skip


def _costs(inputs: Inputs) -> pd.DataFrame:
    """Published costs; the 2019 prices in that file are left to the table of prices."""
    raw = _read(inputs, "costs")
    raw = raw[raw["item"] != "price"]
    return raw.assign(
        mineral=slugs(inputs, raw["mineral"]), parameter=raw["item"].str.startswith("spread").map({True: "scrap discount", False: "cost"}),
        scope=raw["stage"] + "; " + raw["country"], period=raw["year"].astype(str), basis=raw["item"] + "; " + raw["mineral"],
    )  # fmt: skip


def _lithium(inputs: Inputs) -> pd.DataFrame:
    """Costs of lithium deposits that a company or technical report gives; drawn and regressed ones are not figures."""
    raw = _read(inputs, "lithium_deposit_costs")
    raw = raw[(raw["cost_source"] == "Report") & (raw["cost_grade"] != IMPUTED)]
    return raw.assign(
        mineral="lithium", parameter="cost", scope="mine; " + raw["country"] + "; " + raw["deposit"], value=raw["cost_reserve_usd_per_t_LCE"],
        unit="USD/t LCE", period="2022", basis="cost of reserves before royalty and tax; " + raw["resource_type"].str.lower(), grade=raw["cost_grade"],
    )  # fmt: skip


def _lead_times(inputs: Inputs) -> pd.DataFrame:
    raw = _read(inputs, "lead_times")
    first = raw["scope"].str.split(" ").str[0]
    mineral = inputs.slug(first).fillna("*")
    year = raw["source_title"].str.extract(r"(20\d\d)")[0].fillna(COMPILED)
    note = raw["note"].fillna(raw["detail"])
    return raw.assign(
        mineral=mineral,
        parameter="lead time",
        scope=raw["scope"] + "; " + raw["measure"],
        period=year,
        basis=raw["measure"],
        note=note,
    )


def _lifetimes(inputs: Inputs) -> pd.DataFrame:
    raw = inputs.read("parameters/end_use_lifetimes.csv")
    parts = {
        "demand_share": ("share of demand by sector", "share"), "fabrication_efficiency": ("fabrication efficiency", "share"),
        "lifetime_mean_years": ("lifetime of products", "years"), "lifetime_sd_years": ("spread of lifetimes", "years"),
    }  # fmt: skip
    frames = [
        raw.assign(
            mineral=inputs.slug(raw["material"]), parameter=parameter, scope=raw["sector"], value=raw[column], unit=unit, period="2019",
            basis="case-study data, by sector", source="ryter_glombo",
        )
        for column, (parameter, unit) in parts.items()
    ]  # fmt: skip
    return pd.concat(frames, ignore_index=True)


def _storage(inputs: Inputs) -> pd.DataFrame:
    raw = _read(inputs, "storage_costs")
    yearly = raw["usd_per_t_year"].map(lambda value: None if pd.isna(value) else f"{value:g} USD per t and year")
    return raw.assign(
        mineral=slugs(inputs, raw["mineral"]), parameter="storage cost", scope=raw["item"], period=_year_in(raw["item"]), basis=yearly.fillna(raw["item"]),
    )  # fmt: skip


def _transport(inputs: Inputs) -> pd.DataFrame:
    raw = _read(inputs, "transport_costs")
    return raw.assign(
        mineral="*", parameter="transport", scope=raw["item"], period=_year_in(raw["source_title"]), basis=raw["scope"]
    )


def _volatility(inputs: Inputs) -> pd.DataFrame:
    raw = _read(inputs, "price_volatility")
    return raw.assign(
        mineral=slugs(inputs, raw["mineral"]), parameter="price volatility", scope=raw["mineral"], value=raw["annual_volatility"],
        unit="standard deviation of log change", period=raw["window"].str.replace("-", "/"), basis=raw["definition"],
        note=raw["n_years"].astype(str) + " years",
    )  # fmt: skip


def _year_in(text: pd.Series) -> pd.Series:
    years = [re.findall(r"(?:19|20)\d\d", str(words)) for words in text]
    return pd.Series([found[0] if found else COMPILED for found in years], index=text.index)
