"""CEPII's BACI, a user's own copy: bilateral trade by product of the Harmonized System 1992.

Publisher: CEPII (G. Gaulier and S. Zignago 2010), built from UN Comtrade. Live address:
https://www.cepii.fr/CEPII/en/bdd_modele/bdd_modele_item.asp?id=37. Licence: Etalab Open Licence 2.0.

Layout assumed: one CSV a year, ``BACI_HS92_Y<year>_V<release>.csv``, with the columns ``t`` year, ``i`` exporter, ``j``
importer (numeric codes), ``k`` product (six digits), ``v`` value in thousand current USD, ``q`` quantity in tonnes or ``NA``;
beside it ``country_codes_V<release>.csv`` with ``country_code`` and ``country_iso3`` (``iso_3digit_alpha`` in older
releases); or the release's zip, which holds all of them. Only the codes of the table ``trade_codes`` are read.
"""

from __future__ import annotations

import re
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from orepact.errors import BadInput, Problem
from orepact.facts.loaders.reading import (
    MARKED_CODES,
    LeftOut,
    Loaded,
    check_columns,
    content_of,
    finish,
    is_country,
    read_csv,
)
from orepact.facts.tables import load as shipped

if TYPE_CHECKING:
    import pandas as pd

WHAT = "a yearly file of BACI (columns t, i, j, k, v, q)"
COLUMNS = ("t", "i", "j", "k", "v", "q")
ISO3_NAMES = ("country_iso3", "iso_3digit_alpha")
REVISION = "HS92"
SUSPECT = 20.0
"""A unit value this many times the world's, or that small a part of it, makes a quantity suspect."""

SMALLEST_USD_K, SMALLEST_T = 1.0, 0.01


def load(path: Path, codes: Path | None = None, year: int | None = None) -> pd.DataFrame:
    """Trade in our schema from a yearly CSV or a release's zip (``year`` picks one year of it, the last when left out)."""
    return read(path, codes, year).frame


def read(path: Path, codes: Path | None = None, year: int | None = None) -> Loaded:
    """The same as :func:`load`, with what was left out; ``codes`` is the file of country codes when it lies elsewhere."""
    _check_revision(path)
    if path.suffix.lower() == ".zip":
        with tempfile.TemporaryDirectory() as folder:
            yearly, listed = _unzipped(path, Path(folder), year)
            frame, left = _trade(yearly, codes or listed)
    else:
        frame, left = _trade(path, codes)
    remarks = [] if REVISION in path.name else [f"the name does not tell the revision: codes are read as {REVISION}"]
    return finish("baci", "trade", frame, left, path, remarks)


def _check_revision(path: Path) -> None:
    found = re.search(r"HS(\d{2})", path.name)
    if found is not None and found.group(0) != REVISION:
        raise BadInput(
            Problem(
                f"load, {path.name}", "the file is in another revision of the codes", found.group(0), f"give {REVISION}"
            )
        )


def _beside(path: Path) -> Path:
    listed = sorted(path.parent.glob("country_codes*.csv"))
    if not listed:
        todo = "put country_codes_V….csv of the same release there, or name it with --codes"
        raise BadInput(Problem(f"load, {path.name}", "the country codes are missing", f"none in '{path.parent}'", todo))
    return listed[-1]


def _unzipped(path: Path, folder: Path, year: int | None) -> tuple[Path, Path]:
    """The year's file and the country codes of a release's zip, unpacked to ``folder``."""
    place = f"load, {path.name}"
    content_place = Problem(place, "the file is not a zip of BACI", "no zip", "fetch the release again")
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            years = {found.group(1): name for name in names if (found := re.search(r"_Y(\d{4})_[^/]*\.csv$", name))}
            listed = [name for name in names if re.search(r"country_codes[^/]*\.csv$", name)]
            wanted = str(year) if year is not None else max(years, default="")
            if wanted not in years or not listed:
                held = f"years {min(years)} to {max(years)}" if years else f"{', '.join(names[:4])} \u2026"
                missing = "year of that number" if listed else "file of country codes"
                raise BadInput(Problem(place, f"the release has no {missing}", held, "choose another with --year"))
            return Path(archive.extract(years[wanted], folder)), Path(archive.extract(listed[0], folder))
    except FileNotFoundError:
        content_of(path, place)
        raise
    except (zipfile.BadZipFile, OSError) as error:
        raise BadInput(Problem(place, content_place.wrong, str(error), content_place.todo)) from None


def _trade(path: Path, codes: Path | None) -> tuple[pd.DataFrame, LeftOut]:
    flows, all_rows = _flows(path)
    left = LeftOut()
    left.rows["of products that are in no table of ours"] = all_rows - len(flows)
    iso = _iso3(codes or _beside(path))
    flows = flows.assign(exporter=flows["i"].map(iso), importer=flows["j"].map(iso))
    for side, code in (("exporter", "i"), ("importer", "j")):
        flows = left.keep(flows, flows[side].notna(), f"with an {side} that is no country of ours, by code", code)
    flows = left.keep(flows, flows["exporter"] != flows["importer"], "from a country to itself")
    big = (flows["v"] >= SMALLEST_USD_K) | (flows["q"] >= SMALLEST_T)
    flows = left.keep(flows, big, "of less than 1,000 USD and 10 kg")
    return _ours(flows), left


def _flows(path: Path) -> tuple[pd.DataFrame, int]:
    """Flows of our codes, and the number of all rows of the file; read by DuckDB because a year has ten million rows."""
    import duckdb

    place = f"load, {path.name}"
    try:
        with path.open("rb") as file:
            heading = file.readline(200).decode("utf-8-sig", "replace")
    except OSError as error:
        found = error.strerror or str(error)
        raise BadInput(
            Problem(place, "the file cannot be read", f"'{path}': {found}", "give a file that exists")
        ) from None
    check_columns([name.strip().strip('"') for name in heading.split(",")], COLUMNS, place, WHAT)
    ours = shipped("trade_codes")[["hs6", "mineral", "stage", "purity"]]
    source = "read_csv(?, header = true, delim = ',', all_varchar = true, strict_mode = true)"
    sql = f"""
        SELECT trim(t) AS t, trim(i) AS i, trim(j) AS j, ours.*, CAST(trim(v) AS DOUBLE) AS v,
               CAST(nullif(nullif(trim(q), 'NA'), '') AS DOUBLE) AS q
        FROM {source} AS file JOIN ours ON lpad(trim(file.k), 6, '0') = ours.hs6"""  # noqa: S608  (no text of a user)
    try:
        with duckdb.connect() as connection:
            connection.register("ours", ours)
            flows: pd.DataFrame = connection.execute(sql, [str(path)]).df()
            counted = connection.execute(f"SELECT count(*) FROM {source}", [str(path)]).fetchone()  # noqa: S608
    except duckdb.Error as error:
        found = str(error).splitlines()[0]
        raise BadInput(Problem(place, f"the file is not {WHAT}, or is damaged", found, "fetch it again")) from None
    return flows, int(counted[0]) if counted else 0


def _iso3(codes: Path) -> dict[str, str]:
    """ISO 3166-1 alpha-3 of BACI's numeric codes, countries of ours only."""
    listed = read_csv(codes, ("country_code",), "BACI's file of country codes")
    column = next((name for name in ISO3_NAMES if name in listed), None)
    if column is None:
        check_columns(listed.columns, ISO3_NAMES[:1], f"load, {codes.name}", "BACI's file of country codes")
    named = listed[str(column)].replace(MARKED_CODES)
    return {code: iso for code, iso in zip(listed["country_code"], named, strict=True) if is_country(iso)}


def _ours(flows: pd.DataFrame) -> pd.DataFrame:
    """Flows in the columns of ``trade``: doubtful unit values marked, and graded as the shipped table is."""
    total = flows[flows["q"] > 0].groupby(["hs6", "t"])[["v", "q"]].sum()
    world = flows.join((total["v"] / total["q"]).rename("world"), on=["hs6", "t"])["world"]
    ratio = flows["v"] / flows["q"] / world
    suspect = ((ratio > SUSPECT) | (ratio < 1 / SUSPECT)) & (flows["q"] > 0)
    sure = (flows["purity"] == "exclusive") & ~suspect
    frame = flows.rename(columns={"t": "period", "v": "value_usd_k", "q": "value"})
    return frame.assign(
        unit="t", basis="gross weight", suspect=suspect, source="own_baci", grade=sure.map({True: "B", False: "C"})
    )
