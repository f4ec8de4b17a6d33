"""The open sources that can be fetched: where each is, what its files must be, and how they compare with our tables.

A publisher's page leads to its file where the file's address changes with every release. What was fetched is read before
it is kept, so that a page of regrets never takes the place of a table.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from orepact.errors import NotFetched, OrepactError, Problem
from orepact.facts.loaders import baci as baci_files
from orepact.facts.loaders import usgs as usgs_files
from orepact.facts.loaders.wmd import sheets_of
from orepact.facts.refresh.changes import Changes, compare
from orepact.facts.refresh.fetch import AGAIN, Fetched, Limits, Progress, fetch
from orepact.facts.schemas import SCHEMAS
from orepact.facts.tables import load

if TYPE_CHECKING:
    import pandas as pd

MB = 1 << 20
BINARY = "application/octet-stream"
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PAGE = ("text/html", "application/xhtml+xml")
DIMENSIONS = ("VA", "PV", "GE", "RQ", "RL", "CC")
SERIES = {
    "Aluminum": ("aluminium", "LME cash"), "Copper": ("copper", "LME cash, grade A"), "Lead": ("lead", "LME cash"),
    "Tin": ("tin", "LME cash"), "Nickel": ("nickel", "LME cash"), "Zinc": ("zinc", "LME cash, special high grade"),
}  # fmt: skip
"""Columns of the World Bank's monthly prices that are compared, with the mineral and form of our table."""


@dataclass(frozen=True)
class Job:
    """One fetching: which source, to which folder, from which address, within which bounds."""

    source: str
    folder: Path
    address: str
    seconds: float
    size: int
    progress: Progress | None

    def get(self, address: str, name: str, types: tuple[str, ...], size: int | None = None) -> Fetched:
        """One file of the job, kept in the folder under ``name``."""
        limits = Limits(min(self.size, size or self.size), self.seconds, types)
        return fetch(self.source, address, self.folder / name, limits, self.progress)

    def page(self, address: str, types: tuple[str, ...] = PAGE) -> str:
        """The text of a page that leads to a file; the page itself is not kept."""
        fetched = self.get(address, "page", types, 8 * MB)
        text = fetched.path.read_text(encoding="utf-8", errors="replace")
        fetched.path.unlink()
        return text

    def refuse(self, wrong: str, found: str) -> NotFetched:
        """The error for what came and is not what it should be."""
        return NotFetched(Problem(f"refresh, {self.source}", wrong, found, AGAIN))


@dataclass(frozen=True)
class Publisher:
    """An open source: what it is, where it starts, its licence, most bytes, and how it is got and compared."""

    name: str
    title: str
    address: str
    licence: str
    size: int
    get: Callable[[Job], list[Fetched]]
    compared: Callable[[Mapping[str, Path]], Changes | None]
    unasked: bool = True


def _usgs(job: Job) -> list[Fetched]:
    """The table of the data release, through the record of its catalogue, which tells the file's address and MD5."""
    try:
        record: Any = json.loads(job.page(job.address, ("application/json",)))
        files = {str(each["name"]): each for each in record["files"]}
    except (ValueError, KeyError, TypeError) as error:
        raise job.refuse("the record of the release cannot be read", type(error).__name__) from None
    name = next((name for name in files if re.fullmatch(r"MCS\d{4}_(Commodities|World)_Data\.csv", name)), None)
    if name is None:
        raise job.refuse("the release has no table of world production", f"{', '.join(files) or 'no file'}")
    fetched = job.get(_link(job, str(files[name].get("url", ""))), name, ("text/csv", "text/plain", BINARY))
    told = files[name].get("checksum") or {}
    if str(told.get("type", "")).upper() == "MD5":
        found = hashlib.md5(fetched.path.read_bytes(), usedforsecurity=False).hexdigest()
        if found != told.get("value"):
            raise job.refuse("the file is not the one that the release tells of", f"MD5 {found}")
    return [fetched]


def _usgs_changes(files: Mapping[str, Path]) -> Changes:
    (path,) = files.values()
    shipped = load("production")
    shipped = shipped[shipped["source"].str.startswith("usgs_mcs")]
    fetched = usgs_files.load(path)
    shipped = shipped[shipped["period"].isin(fetched["period"].unique())]
    return compare("production", fetched, shipped, ["mineral", "stage", "country", "period"])


def _prices(job: Job) -> list[Fetched]:
    links = _links(job, r"CMO-Historical-Data-Monthly[^\"'?]*\.xlsx")
    return [job.get(links, "CMO-Historical-Data-Monthly.xlsx", (WORKBOOK, BINARY))]


def _price_changes(files: Mapping[str, Path]) -> Changes:
    (path,) = files.values()
    fetched = monthly_prices(path)
    shipped = load("prices")
    shipped = shipped[shipped["source"].str.startswith("worldbank") & (shipped["frequency"] == "monthly")]
    key = ["mineral", "form", "period"]
    shipped = shipped.merge(fetched[["mineral", "form"]].drop_duplicates(), on=["mineral", "form"])
    return compare("prices", fetched[fetched["period"] >= shipped["period"].min()], shipped, key)


def monthly_prices(path: Path) -> pd.DataFrame:
    """Mineral, form, period and value of the base metals in the World Bank's workbook of monthly prices."""
    import pandas as pd

    rows = sheets_of(path, "the World Bank's workbook of monthly prices").get("Monthly Prices", [])
    heading = next((row for row in rows[:10] if "Copper" in row), None)
    if heading is None:
        raise NotFetched(
            Problem("refresh, worldbank_prices", "the workbook has no monthly prices", "no column 'Copper'", AGAIN)
        )
    columns = {column: SERIES[str(name)] for column, name in enumerate(heading) if str(name) in SERIES}
    records = [
        {"mineral": mineral, "form": form, "period": str(row[0]).replace("M", "-"), "value": float(row[column])}
        for row in rows
        if re.fullmatch(r"\d{4}M\d{2}", str(row[0]))
        for column, (mineral, form) in columns.items()
        if isinstance(row[column], int | float)
    ]
    return pd.DataFrame(records, columns=["mineral", "form", "period", "value"])


def _governance(job: Job) -> list[Fetched]:
    """One file a dimension from the World Bank's API, each with every country and year."""
    found = []
    for dimension in DIMENSIONS:
        address = f"{job.address}/GOV_WGI_{dimension}.EST?source=3&format=json&per_page=20000"
        found.append(job.get(address, f"wgi_{dimension}.json", ("application/json",)))
    return found


def _governance_changes(files: Mapping[str, Path]) -> Changes | None:
    fetched = estimates(files)
    if "governance" not in SCHEMAS:
        return None
    shipped = load("governance")
    shipped = shipped[shipped["source"] == shipped["source"].max()]
    return compare("governance", fetched, shipped, ["country", "period", "dimension"])


def estimates(files: Mapping[str, Path]) -> pd.DataFrame:
    """Country, period, dimension and value of the governance indicators in the API's answers."""
    import pandas as pd

    records = []
    for name, path in files.items():
        try:
            meta, rows = json.loads(path.read_bytes())
            records += [
                {
                    "country": row["countryiso3code"],
                    "period": row["date"],
                    "dimension": name.removeprefix("wgi_").removesuffix(".json"),
                    "value": row["value"],
                }
                for row in rows
                if row["countryiso3code"]
            ]
            complete = int(meta["pages"]) == 1
        except (ValueError, KeyError, TypeError) as error:
            found = f"{type(error).__name__} in {name}"
            what = "the answer holds no indicators"
            raise NotFetched(Problem("refresh, worldbank_wgi", what, found, AGAIN)) from None
        if not complete or not rows:
            found = f"{len(rows)} rows of {meta.get('total')} in {name}"
            raise NotFetched(Problem("refresh, worldbank_wgi", "the answer is not whole", found, AGAIN))
    return pd.DataFrame(records).astype({"value": "float64", "period": "str"})


def _baci(job: Job) -> list[Fetched]:
    link = _links(job, r"BACI_HS92_V\d{6}[a-z]?\.zip")
    return [job.get(link, Path(urlsplit(link).path).name, ("application/zip", "application/x-zip-compressed", BINARY))]


def _baci_changes(files: Mapping[str, Path]) -> Changes:
    (path,) = files.values()
    fetched = baci_files.load(path)
    shipped = load("trade")
    shipped = shipped[shipped["period"].isin(fetched["period"].unique())]
    return compare("trade", fetched, shipped, ["hs6", "exporter", "importer", "period"])


def _links(job: Job, name: str) -> str:
    """The last address on the job's page whose file has that name: pages list releases from old to new or have one only."""
    found = re.findall(rf"[\"'(=]([^\"'()<>\s]*{name})", job.page(job.address))
    if not found:
        raise job.refuse("the publisher's page leads to no such file", "no link to one")
    return _link(job, max(found, key=lambda each: Path(each).name))


def _link(job: Job, link: str) -> str:
    """A link of a page as an address; one that leaves the web is refused."""
    address = urljoin(job.address, link)
    if not link or urlsplit(address).scheme not in ("http", "https"):
        raise job.refuse("the publisher's page leads to no address of the web", f"'{link}'")
    return address


_ALL = (
    Publisher(
        "worldbank_prices", "World Bank Commodity Price Data (The Pink Sheet), monthly",
        "https://www.worldbank.org/en/research/commodity-markets", "CC BY 4.0", 20 * MB, _prices, _price_changes,
    ),
    Publisher(
        "worldbank_wgi", "Worldwide Governance Indicators", "https://api.worldbank.org/v2/country/all/indicator", "CC BY 4.0",
        20 * MB, _governance, _governance_changes,
    ),
    Publisher(
        "usgs_mcs", "USGS Mineral Commodity Summaries, data release",
        "https://www.sciencebase.gov/catalog/item/696a75d5d4be0228872d3bf8?format=json", "public domain", 50 * MB, _usgs,
        _usgs_changes,
    ),
    Publisher(
        "baci", "CEPII BACI, HS92, a release of several gigabytes: fetched only when named",
        "https://www.cepii.fr/DATA_DOWNLOAD/baci/doc/baci_webpage.html", "Etalab Open Licence 2.0", 6144 * MB, _baci,
        _baci_changes, unasked=False,
    ),
)  # fmt: skip
PUBLISHERS: dict[str, Publisher] = {publisher.name: publisher for publisher in _ALL}


def changes_of(publisher: Publisher, files: list[Fetched]) -> Changes | None:
    """Read what was fetched and compare it; NotFetched where it is not what it should be."""
    try:
        return publisher.compared({fetched.path.name: fetched.path for fetched in files})
    except NotFetched:
        raise
    except OrepactError as error:
        problems = [Problem(f"refresh, {publisher.name}", each.wrong, each.found, AGAIN) for each in error.problems]
        raise NotFetched(problems) from error
