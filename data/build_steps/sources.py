"""One record for every source that a row names: publisher, title, year, licence, grade, address, and what it replaces."""

from __future__ import annotations

import pandas as pd

from build_steps import documents
from build_steps.inputs import Inputs

COLUMNS = [
    "source", "publisher", "title", "year", "licence", "redistributable", "grade", "supersedes", "address", "accessed", "note",
]  # fmt: skip
GRADES = {"iea_cmd_2025": "B", "ec_crm_study_2023": "B", "au_req_2025_06": "B"}
"""Best grade of a publisher's figures, where it is not A."""


def tables(inputs: Inputs, built: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """``sources``, only those that some row names."""
    own = inputs.mine("sources").assign(accessed=documents.READ)
    published = inputs.read("minerals/sources.csv")
    listed = pd.DataFrame(
        {
            "source": published["source"], "publisher": published["publisher"], "title": published["title"],
            "year": published["source"].str.extract(r"(20\d\d)")[0], "licence": published["licence"],
            "redistributable": published["class"].map({"green": "yes"}).fillna("no"), "grade": published["source"].map(GRADES).fillna("A"),
            "supersedes": None, "address": published["url"], "accessed": documents.READ, "note": None,
        }
    )  # fmt: skip
    table = pd.concat([own, listed, documents.records(inputs)], ignore_index=True).drop_duplicates("source")
    named = {source for frame in built.values() if "source" in frame for source in frame["source"]}
    table = table[table["source"].isin(named)].sort_values("source", ignore_index=True)
    table["supersedes"] = table["supersedes"].fillna(earlier_editions(table["source"]))
    return {"sources": _graded(table, built)[COLUMNS]}


def earlier_editions(sources: pd.Series) -> pd.Series:
    """For an id that ends in a year, the id of the edition before it, if that is a source too."""
    parts = sources[~sources.str.startswith(("page_", "doc_"))].str.extract(r"^(.+?)((?:19|20)\d\d)$").dropna()
    parts = parts.assign(source=sources).sort_values([0, 1])
    return parts.groupby(0)["source"].shift().reindex(sources.index)


def _graded(table: pd.DataFrame, built: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """A titled document is graded as the best of its rows; pages and described sources keep the grade that they have."""
    rows = pd.concat([frame[["source", "grade"]] for frame in built.values() if {"source", "grade"} <= set(frame)])
    best = table["source"].map(rows.groupby("source")["grade"].min())
    titled = table["source"].str.startswith("doc_")
    return table.assign(grade=table["grade"].where(~titled, best))
