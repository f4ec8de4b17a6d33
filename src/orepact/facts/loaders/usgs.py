"""The data releases of the Mineral Commodity Summaries, a user's own copy: output by country and stage.

Publisher: U.S. Geological Survey, National Minerals Information Center. Live address:
https://www.sciencebase.gov/catalog/item/696a75d5d4be0228872d3bf8 (2026). Licence: public domain; credit is asked for.

Layouts assumed: from 2026 ``MCS<year>_Commodities_Data.csv`` (Windows-1252), one row a figure, with ``Section``,
``Commodity``, ``Country``, ``Statistics``, ``Statistics_detail``, ``Unit``, ``Year``, ``Value``, ``Notes`` and ``Other
notes``; for 2025 ``MCS2025_World_Data.csv``, one row a country, with ``COMMODITY``, ``COUNTRY``, ``TYPE``, ``UNIT_MEAS``,
``PROD_<year>``, ``PROD_EST_ <year>`` and ``PROD_NOTES``. Older releases are one file a commodity and are refused.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from orepact.errors import BadInput, Problem
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

WHAT = "a data release of the Mineral Commodity Summaries of 2025 or later"
LONG = (
    "Section", "Commodity", "Country", "Statistics", "Statistics_detail", "Unit", "Year", "Value", "Notes", "Other notes",
)  # fmt: skip
WIDE = ("COMMODITY", "COUNTRY", "TYPE", "UNIT_MEAS", "PROD_NOTES")
OLDER = ("Prod_", "Type", "Country")
NAMES = {
    "titanium sponge metal": "titanium_metal", "titanium mineral concentrates": "titanium_minerals", "magnesium compounds": "magnesite",
    "rare earths": "rare_earths", "iron ore": "iron_ore",
    "zirconium and hafnium": "zirconium",
}  # fmt: skip
BY_DETAIL = {
    "ilmen": "ilmenite", "rutile": "rutile", "bauxite": "bauxite", "alumina": "alumina", "ferrosilicon": "ferrosilicon",
    "ferosilicon": "ferrosilicon",
    "silicon metal": "silicon", "palladium": "palladium", "platinum": "platinum", "sponge": "titanium_metal",
}  # fmt: skip
"""Words of the detail that name a mineral of their own in a chapter that has several."""

WRONG_UNITS = {(2025, "titanium mineral concentrates", "metric tons"): "thousand metric tons"}
"""Units that a release prints wrongly: edition, commodity and printed unit, to the unit that the chapter in print has."""

SHARED = re.compile(r"titanium|silicon|bauxite|alumina|platinum|tio2", re.IGNORECASE)


def load(path: Path) -> pd.DataFrame:
    """Output in our schema ``production`` from a data release."""
    return read(path).frame


def read(path: Path) -> Loaded:
    """The same as :func:`load`, with what was left out."""
    raw = read_csv(path, (), WHAT)
    left = LeftOut()
    if set(LONG) <= set(raw.columns):
        frame, edition = _long(raw, left), _edition(path, raw["Year"])
    elif set(WIDE) <= set(raw.columns):
        frame, edition = _wide(raw, left), _edition(path, raw.get("SOURCE", raw["COUNTRY"]))
    else:
        older = any(str(column).startswith(OLDER[0]) for column in raw.columns)
        found = (
            "a file of one commodity, as of 2024 or before"
            if older
            else f"the columns {', '.join(raw.columns[:6])} \u2026"
        )
        raise BadInput(Problem(f"load, {path.name}", f"the file is not {WHAT}", found, "give the file as released"))
    frame, remarks = _corrected(frame, edition)
    return finish("usgs", "production", _ours(frame, left, edition), left, path, remarks)


def _corrected(frame: pd.DataFrame, edition: int) -> tuple[pd.DataFrame, list[str]]:
    """The frame with the units that the release prints wrongly put right, and a remark for each; others are as printed."""
    remarks = []
    for (year, commodity, printed), right in WRONG_UNITS.items():
        wrong = (frame["commodity"].str.casefold() == commodity) & (frame["units"] == printed)
        if year == edition and wrong.any():
            frame = frame.assign(units=frame["units"].mask(wrong, right))
            remarks.append(f"{commodity}: read in {right}, because the release prints {printed} by mistake")
    return frame, remarks


def _edition(path: Path, years: pd.Series) -> int:
    """Year of the release: of the file's name, or one more than the last year it tells of."""
    named = re.search(r"MCS(\d{4})", f"{path.name} {' '.join(years.unique()[:3])}", flags=re.IGNORECASE)
    if named is not None:
        return int(named.group(1))
    return int(years.str.extract(r"(\d{4})")[0].dropna().max()) + 1


def _long(raw: pd.DataFrame, left: LeftOut) -> pd.DataFrame:
    world = left.keep(raw, raw["Section"].str.startswith("World"), "outside the tables of world production")
    output = left.keep(world, world["Statistics"] == "Production", "that are no production", "Statistics")
    stated = output["Other notes"].str.extract(r"\(Data in [^,)]*,? ?(.*?),? unless otherwise")[0].fillna("")
    detail = output["Statistics_detail"].str.replace(r":? rounded$", "", regex=True)
    return output.assign(
        commodity=output["Commodity"], place=output["Country"], detail=detail, units=output["Unit"], period=output["Year"],
        cell=output["Value"], note=output["Notes"], basis=_basis(detail, stated),
        marked=output["Notes"].str.contains("estimated", case=False),
    )  # fmt: skip


def _wide(raw: pd.DataFrame, left: LeftOut) -> pd.DataFrame:
    import pandas as pd

    columns = {
        column: found for column in raw.columns if (found := re.fullmatch(r"PROD_(EST_ ?)?(\d{4})", str(column)))
    }
    if not columns:
        raise BadInput(Problem("load", f"the file is not {WHAT}", "no column PROD_<year>", "give the file as released"))
    raw = left.keep(raw, ~raw["TYPE"].str.contains("capacity", case=False), "that are no production")
    detail = raw["TYPE"].str.replace(r",? ?estimated$", "", regex=True)
    parts = [
        raw.assign(
            commodity=raw["COMMODITY"], place=raw["COUNTRY"], detail=detail, units=raw["UNIT_MEAS"], period=found.group(2),
            cell=raw[column], note=raw["PROD_NOTES"], basis=detail,
            marked=raw["TYPE"].str.contains("estimated", case=False) | bool(found.group(1)),
        )
        for column, found in columns.items()
    ]  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def _basis(detail: pd.Series, stated: pd.Series) -> pd.Series:
    return (detail + "; " + stated).str.removesuffix("; ")


def _ours(frame: pd.DataFrame, left: LeftOut, edition: int) -> pd.DataFrame:
    detail = frame["detail"].str.casefold()
    own = detail.map(lambda words: next((slug for word, slug in BY_DETAIL.items() if word in words), None))
    shared = frame["commodity"].str.contains(SHARED) & own.notna()
    frame = frame.assign(mineral=own.where(shared, minerals(frame["commodity"], NAMES)))
    frame = left.keep(frame, frame["mineral"].notna(), "of minerals that are not ours", "commodity")
    frame = frame.assign(country=countries(frame["place"]), stage=stages(frame["detail"], frame["mineral"]))
    frame = left.keep(frame, frame["country"].notna(), "of a country that is not known", "place")
    frame = left.keep(frame, frame["stage"].notna(), "of a stage that is not told", "detail")
    frame = left.keep(frame, frame["period"].str.fullmatch(r"\d{4}"), "of a period that is no year", "period")
    cells = frame["cell"].map(figure)
    marked = frame["marked"] | cells.str[2].astype(bool)
    frame = frame.assign(
        value=cells.str[0].astype(float), flag=cells.str[1], estimated=marked.map({True: "yes", False: "no"})
    )
    frame = in_our_units(frame, "units", left)
    first = (frame["period"] == str(edition - 1)) | (frame["country"] == "OTH")
    grade = frame["estimated"].map({"yes": "B", "no": "A"}).where(~first, "C")
    note = frame["note"].where(frame["note"] != "")
    return frame.assign(grade=grade, source=f"own_usgs_mcs{edition}", note=note)
