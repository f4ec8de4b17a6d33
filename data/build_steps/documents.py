"""Ids and records of documents that a row names by title and address, or by the address of a web page."""

from __future__ import annotations

import hashlib
from urllib.parse import urlsplit

import pandas as pd

from build_steps.inputs import Inputs

PAGES = (
    "projects/memberships.csv", "projects/agreements.csv", "projects/projects.csv", "projects/stockpiles.csv",
    "policy/export_restrictions.csv", "policy/tariff_actions.csv",
)  # fmt: skip
"""Files whose rows name web pages in ``source_url``."""

OWN_PAGES = (
    "claims", "control_events", "agreements", "initiatives", "clauses", "commitments", "equity_stakes", "corridors",
    "corridor_figures", "passage_terms", "schemes", "scheme_criteria",
)  # fmt: skip
"""Our own tables whose rows name web pages in ``address``."""

TITLED = (
    "byproducts", "byproduct_supply_potential", "conversion", "costs", "lead_times", "lithium_deposit_costs",
    "price_volatility", "storage_costs", "transport_costs", "stage_yields",
)  # fmt: skip
"""Files of parameters whose rows name documents in ``source_title`` and ``address``."""

KNOWN = {
    "Ryter et al": "ryter_glombo", "computed here": "orepact_weights", "critical-materials-atlas": "critical_materials_atlas",
    "Busch et al": "busch_2024_deposits", "MP Materials-US Department of Defense": "mp_materials_2025",
    "Regulation (EU) 2024/1252": "eu_2024_1252",
}  # fmt: skip
"""Beginnings of titles that are described in ``own/sources.csv``."""

OFFICIAL = ("europa.eu", "canada.ca", "gov", "iea.org", "gov.au", "state.gov")
"""Ends of host names whose pages speak for the body that decided."""

FACTS_ONLY = "facts only, no text taken"
READ = "2026-11-22"


def first_address(address: str) -> str:
    """The first of several addresses joined by semicolons."""
    return address.split(" ; ", maxsplit=1)[0].strip()


def page_id(address: str) -> str:
    """Source id of a web page, from its (first) address."""
    return "page_" + hashlib.sha256(first_address(address).encode()).hexdigest()[:8]


def page_grade(address: str) -> str:
    """B for a page of the body that decided, C for any other."""
    host = urlsplit(first_address(address)).netloc
    return "B" if any(host == end or host.endswith("." + end) for end in OFFICIAL) else "C"


def titled(raw: pd.DataFrame) -> pd.DataFrame:
    """``raw`` with "as above" replaced by what stands above, and the id of each row's document as ``source``."""
    raw = raw.assign(source_title=raw["source_title"].mask(raw["source_title"] == "as above").ffill())
    if "address" not in raw:
        raw["address"] = None
    return raw.assign(source=[document_id(title) for title in raw["source_title"]])


def document_id(title: str) -> str:
    """Source id of a document, from its title."""
    for beginning, source in KNOWN.items():
        if title.startswith(beginning):
            return source
    return "doc_" + hashlib.sha256(title.encode()).hexdigest()[:8]


def records(inputs: Inputs) -> pd.DataFrame:
    """A record for every page and every titled document that some file names."""
    addresses = [inputs.read(name)["source_url"] for name in PAGES]
    addresses += [inputs.mine(name)["address"] for name in OWN_PAGES]
    first = pd.concat(addresses).dropna().map(first_address).drop_duplicates()
    pages = pd.DataFrame(
        {
            "source": first.map(page_id), "publisher": first.map(lambda address: urlsplit(address).netloc), "title": "web page, quoted for facts",
            "year": "2026", "licence": FACTS_ONLY, "redistributable": "yes", "grade": first.map(page_grade), "address": first,
        }
    )  # fmt: skip
    found = pd.concat([titled(inputs.read(f"parameters/{name}.csv")) for name in TITLED], ignore_index=True)
    found["address"] = found["address"].mask(found["address"].isin(["as above", ""]))
    found = found[["source", "source_title", "address"]].sort_values(["source", "address"]).drop_duplicates("source")
    documents = pd.DataFrame(
        {
            "source": found["source"], "publisher": found["source_title"].str.split(r"[,:;(]", regex=True).str[0].str.strip(),
            "title": found["source_title"], "year": found["source_title"].str.extract(r".*\b((?:19|20)\d\d)\b")[0], "licence": FACTS_ONLY,
            "redistributable": "yes", "grade": "A", "address": found["address"].fillna("no address given"),
        }
    )  # fmt: skip
    return pd.concat([pages, documents], ignore_index=True).assign(accessed=READ, note=None, supersedes=None)
