"""One record for every source that a row names: publisher, title, year, licence, address."""

from __future__ import annotations

from urllib.parse import urlsplit

import pandas as pd

from build_steps.inputs import Inputs
from build_steps.places import first_address, page_id

COLUMNS = ["source", "publisher", "title", "year", "licence", "redistributable", "address", "accessed", "note"]


def tables(inputs: Inputs, built: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """``sources``, only those that some row names."""
    own = inputs.mine("sources").assign(accessed="2026-11-22")
    published = inputs.read("minerals/sources.csv")
    year = published["source"].str.extract(r"(20\d\d)")[0]
    listed = pd.DataFrame(
        {
            "source": published["source"], "publisher": published["publisher"], "title": published["title"], "year": year,
            "licence": published["licence"], "redistributable": published["class"].map({"green": "yes"}).fillna("no"),
            "address": published["url"], "accessed": "2026-11-22", "note": None,
        }
    )  # fmt: skip
    pages = pd.concat(
        [
            inputs.read("projects/memberships.csv")["source_url"],
            inputs.read("policy/export_restrictions.csv")["source_url"],
        ]
    )
    table = pd.concat([own, listed, _pages(pages)], ignore_index=True).drop_duplicates("source")
    named = {source for frame in built.values() if "source" in frame for source in frame["source"]}
    return {"sources": table[table["source"].isin(named)].sort_values("source", ignore_index=True)[COLUMNS]}


def _pages(addresses: pd.Series) -> pd.DataFrame:
    first = addresses.dropna().map(first_address).drop_duplicates()
    return pd.DataFrame(
        {
            "source": first.map(page_id), "publisher": first.map(lambda address: urlsplit(address).netloc), "title": "web page, quoted for facts",
            "year": "2026", "licence": "facts only, no text taken", "redistributable": "yes", "address": first, "accessed": "2026-11-22", "note": None,
        }
    )  # fmt: skip
