"""Every edition of every figure of output, and reserves by edition, so that revisions can be seen."""

from __future__ import annotations

import pandas as pd

from build_steps.inputs import Inputs
from build_steps.quantities import LATEST_ESTIMATE, STAGES

NOT_ADDITIVE = {"boron": "each country reports another form", "magnesite": "the basis changes between editions"}


def tables(inputs: Inputs) -> dict[str, pd.DataFrame]:
    """``production_editions`` and ``reserves``."""
    return {"production_editions": _editions(inputs), "reserves": _reserves(inputs)}


def _editions(inputs: Inputs) -> pd.DataFrame:
    raw = inputs.read("minerals/production_vintages.csv")
    raw = raw.assign(mineral=inputs.slug(raw["mineral"]), stage=raw["stage"].map(STAGES))
    raw = raw.dropna(subset=["mineral", "stage"])
    keys = ["mineral", "stage", "country_iso3", "year", "source", "product", "unit"]
    table = _together(raw, keys, estimated=("estimated", "max"))
    latest = table["source"].map(LATEST_ESTIMATE) == table["year"]
    first = table["source"].str[-4:].astype(int) - 1 == table["year"]
    table["grade"] = table["estimated"].map({1: "B", 0: "A"})
    table.loc[(first & (table["estimated"] == 1)) | latest | (table["country_iso3"] == "OTH"), "grade"] = "C"
    table["estimated"] = table["estimated"].map({1: "yes", 0: "no"})
    table["edition"] = table["source"].str[-4:]
    return _named(table)


def _together(raw: pd.DataFrame, keys: list[str], **more: tuple[str, str]) -> pd.DataFrame:
    """Rows that print one figure in parts (helium of the United States) are added; missing parts stay missing."""
    return raw.groupby(keys, as_index=False, dropna=False).agg(
        value=("quantity", lambda found: found.sum(min_count=1)),
        flag=("flag", "first"),
        note=("note", "first"),
        **more,
    )


def _named(table: pd.DataFrame) -> pd.DataFrame:
    table = table.rename(columns={"country_iso3": "country", "year": "period", "product": "basis"})
    return table.assign(period=table["period"].astype(str))


def _reserves(inputs: Inputs) -> pd.DataFrame:
    raw = inputs.read("minerals/reserves.csv")
    raw = raw.assign(mineral=inputs.slug(raw["mineral"])).dropna(subset=["mineral"])
    table = _together(raw, ["mineral", "product", "country_iso3", "year", "unit", "source"])
    table.loc[table["value"].isna() & table["flag"].isna(), "flag"] = "blank"
    table["grade"] = table["country_iso3"].map({"OTH": "C", "WLD": "B"}).fillna("B")
    return _named(table)
