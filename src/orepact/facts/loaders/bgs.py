"""World Mineral Statistics of the British Geological Survey, a user's own download: output by country and stage.

Publisher: British Geological Survey (UKRI). Live address:
https://ogcapi.bgs.ac.uk/collections/world-mineral-statistics/items?f=csv (page:
https://www.bgs.ac.uk/mineralsuk/statistics/world-mineral-statistics/). Licence: for personal, non-commercial research, by
permission of the British Geological Survey; it may not be passed on, so Orepact ships none of it.

Layout assumed: the CSV of that collection, one row a figure, with ``bgs_statistic_type_trans`` (Production, Imports,
Exports), ``bgs_commodity_trans`` (``cobalt, refined``), ``bgs_sub_commodity_trans``, ``country_trans``,
``country_iso3_code``, ``year`` (``2022-01-01 00:00:00``), ``quantity``, ``units`` and, where given,
``yearbook_table_trans``, ``data_precision_description`` and ``concat_figure_notes_text``. Imports and exports are totals
without a partner and are left out.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from orepact.facts.loaders.reading import (
    LeftOut,
    Loaded,
    countries,
    figure,
    finish,
    in_our_units,
    minerals,
    read_csv,
    stages,
)

if TYPE_CHECKING:
    import pandas as pd

WHAT = "a CSV of BGS World Mineral Statistics"
COLUMNS = (
    "bgs_statistic_type_trans", "bgs_commodity_trans", "country_trans", "country_iso3_code", "year", "quantity", "units",
)  # fmt: skip
NAMES = {
    "primary aluminium": "aluminium", "rare earth minerals": "rare_earths", "rare earth oxides": "rare_earths",
    "rare earths": "rare_earths",
    "lithium minerals": "lithium", "borates": "boron", "barytes": "barite", "iron ore": "iron_ore", "graphite": "graphite",
    "titanium minerals": "titanium_minerals", "zirconium minerals": "zirconium",
}  # fmt: skip
MISSING = "Figures not available"


def load(path: Path) -> pd.DataFrame:
    """Output in our schema ``production`` from a CSV of the collection."""
    return read(path).frame


def read(path: Path) -> Loaded:
    """The same as :func:`load`, with what was left out."""
    raw = read_csv(path, COLUMNS, WHAT)
    left = LeftOut()
    frame = left.keep(
        raw, raw["bgs_statistic_type_trans"] == "Production", "that are no production", "bgs_statistic_type_trans"
    )
    frame = frame.assign(mineral=minerals(frame["bgs_commodity_trans"], NAMES))
    frame = left.keep(frame, frame["mineral"].notna(), "of minerals that are not ours", "bgs_commodity_trans")
    code = frame["country_iso3_code"].where(frame["country_iso3_code"] != "", frame["country_trans"])
    wording = frame["bgs_commodity_trans"] + " " + _optional(frame, "yearbook_table_trans")
    frame = frame.assign(country=countries(code), stage=stages(wording, frame["mineral"]), period=frame["year"].str[:4])
    frame = left.keep(frame, frame["country"].notna(), "of a country that is not known", "country_trans")
    frame = left.keep(frame, frame["stage"].notna(), "of a stage that is not told", "bgs_commodity_trans")
    frame = left.keep(frame, frame["period"].str.fullmatch(r"\d{4}"), "of a period that is no year", "year")
    cells = frame["quantity"].map(figure)
    frame = frame.assign(value=cells.str[0].astype(float), flag=cells.str[1])
    told = _optional(frame, "data_precision_description") == MISSING
    frame = frame.assign(flag=frame["flag"].where(~told, "not available"))
    return finish("bgs", "production", _ours(in_our_units(frame, "units", left)), left, path)


def _optional(frame: pd.DataFrame, column: str) -> pd.Series:
    found: pd.Series = frame.get(column, frame["year"].str[:0])
    return found


def _ours(frame: pd.DataFrame) -> pd.DataFrame:
    notes = _optional(frame, "concat_figure_notes_text")
    estimated = notes.str.contains("estimate", case=False).map({True: "yes", False: "no"})
    sub = _optional(frame, "bgs_sub_commodity_trans")
    basis = (frame["bgs_commodity_trans"] + ": " + sub).str.removesuffix(": ")
    grade = estimated.map({"yes": "B", "no": "A"})
    return frame.assign(
        basis=basis, estimated=estimated, note=notes.where(notes != ""), source="own_bgs_wms", grade=grade
    )
