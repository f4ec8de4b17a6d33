"""World Mining Data, a user's own workbook: output by country and mineral.

Publisher: Federal Ministry of Finance, Austria (C. Reichl and M. Schatz). Live address:
https://www.world-mining-data.info/?World_Mining_Data___Data_Section. Licence: free to use with the source named; reuse of the
tables needs the publisher's consent, so Orepact ships none of it.

Layout assumed: workbook 6.4, "Production of Mineral Raw Materials of individual Countries by Minerals": one sheet a mineral
(``Iron (Fe)``), a title, then a heading ``Country | unit | <five years> | data source``, one row a country, and ``Total``.
The column ``data source`` is r reported, p provisional, e estimated. The workbook counts mine output, and of by-products what
is recovered in refining: where Orepact's own table has one stage of a mineral, that stage is taken, otherwise mine. Nothing
is converted but units of mass: a sheet in Li2O stays in Li2O, and its basis says so.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orepact.errors import BadInput, Problem
from orepact.facts.loaders.reading import LeftOut, Loaded, content_of, countries, finish, in_our_units, minerals, stages

if TYPE_CHECKING:
    import pandas as pd

WHAT = "workbook 6.4 of World Mining Data"
HEADING_WITHIN = 6
NAMES = {
    "rare earths": "rare_earths",
    "iron": "iron_ore",
    "titanium": "titanium_minerals",
    "boron minerals": "boron",
    "potash": "potash",
}
GRADES = {"r": "A", "e": "B", "p": "C"}


def load(path: Path) -> pd.DataFrame:
    """Output in our schema ``production`` from workbook 6.4; needs the extra ``report``."""
    return read(path).frame


def read(path: Path) -> Loaded:
    """The same as :func:`load`, with what was left out."""
    import pandas as pd

    sheets = sheets_of(path, WHAT)
    tables = [table for name, rows in sheets.items() if (table := _sheet(name, rows)) is not None]
    if not tables:
        found = f"sheets {', '.join(list(sheets)[:5])}, none with Country, unit, years and data source"
        raise BadInput(Problem(f"load, {path.name}", f"the file is not {WHAT}", found, "give the file as released"))
    frame = pd.concat(tables, ignore_index=True)
    left = LeftOut()
    frame = frame.assign(mineral=minerals(frame["sheet"], NAMES))
    frame = left.keep(frame, frame["mineral"].notna(), "of minerals that are not ours", "sheet")
    frame = frame.assign(country=countries(frame["place"]), stage=stages(frame["sheet"], frame["mineral"]))
    frame = frame.assign(stage=frame["stage"].fillna("mine"))
    frame = left.keep(frame, frame["country"].notna(), "of a country that is not known", "place")
    frame = in_our_units(frame, "units", left)
    estimated = (frame["told"] == "e").map({True: "yes", False: "no"})
    grade = frame["told"].map(GRADES).fillna("C").where(frame["country"] != "WLD", "B")
    basis = "World Mining Data, " + frame["sheet"]
    return finish(
        "wmd", "production", frame.assign(basis=basis, estimated=estimated, grade=grade, source="own_wmd"), left, path
    )


def sheets_of(path: Path, what: str) -> dict[str, list[list[Any]]]:
    """The rows of every sheet of a workbook; BadInput where it is none, or the reader of workbooks is not installed."""
    place = f"load, {path.name}"
    content_of(path, place)
    try:
        from python_calamine import CalamineError, CalamineWorkbook
    except ImportError as error:
        found = f"no module {error.name}"
        raise BadInput(Problem(place, "workbooks need the extra 'report'", found, "install orepact[report]")) from error
    try:
        book = CalamineWorkbook.from_path(str(path))
        return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    except (CalamineError, OSError, ValueError) as error:
        found = str(error) or "no workbook"
        raise BadInput(Problem(place, f"the file is not {what}", found, "fetch it again")) from None


def _sheet(name: str, rows: list[list[Any]]) -> pd.DataFrame | None:
    """One sheet as rows of place, unit, period and value; None where it is no table of a mineral."""
    import pandas as pd

    for at, row in enumerate(rows[:HEADING_WITHIN]):
        heading = [_word(cell) for cell in row]
        years = [column for column, cell in enumerate(heading) if re.fullmatch(r"(19|20)\d{2}", cell)]
        if {"country", "unit", "data source"} <= set(heading) and years:
            place, unit, told = (heading.index(each) for each in ("country", "unit", "data source"))
            records = [
                {
                    "sheet": name.strip(), "place": str(line[place]).strip(), "units": str(line[unit]).strip(),
                    "told": _word(line[told]), "period": heading[year], **_value(line[year]),
                }
                for line in rows[at + 1 :]
                if str(line[place]).strip() and str(line[unit]).strip()
                for year in years
            ]  # fmt: skip
            return pd.DataFrame(records) if records else None
    return None


def _word(cell: Any) -> str:
    text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
    return re.sub(r"\s+", " ", text).strip().casefold()


def _value(cell: Any) -> dict[str, Any]:
    if isinstance(cell, int | float):
        return {"value": float(cell), "flag": None}
    text = str(cell).strip()
    return {"value": float("nan"), "flag": f"text: {text}" if text else "blank"}
