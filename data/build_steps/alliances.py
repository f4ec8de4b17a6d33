"""Agreements, projects with public backing, and stockpiles."""

from __future__ import annotations

import pandas as pd

from build_steps.documents import page_grade, page_id
from build_steps.inputs import Inputs

TONNES = {"t": 1.0, "kt": 1e3, "Mt": 1e6}
PLACES = {"Japan": "JPN", "Korea": "KOR", "EU": "EU27", "United States": "USA", "China": "CHN"}


def tables(inputs: Inputs) -> dict[str, pd.DataFrame]:
    """``agreements``, ``projects`` and ``stockpiles``."""
    return {"agreements": _agreements(inputs), "projects": _projects(inputs), "stockpiles": _stockpiles(inputs)}


def _agreements(inputs: Inputs) -> pd.DataFrame:
    """Those of the folder, then those of our own list."""
    raw = inputs.read("projects/agreements.csv")
    listed = pd.DataFrame(
        {
            "name": raw["name"], "kind": raw["type"], "parties": raw["parties"], "date": raw["date"].astype("string"), "status": raw["status"],
            "source": raw["source_url"].map(page_id), "grade": raw["source_url"].map(page_grade), "note": raw["details"],
        }
    )  # fmt: skip
    own = inputs.mine("agreements")
    own = own.assign(source=own["address"].map(page_id), grade=own["address"].map(page_grade))
    return pd.concat([listed, own[listed.columns]], ignore_index=True)


def _projects(inputs: Inputs) -> pd.DataFrame:
    """Capacity is a figure only where the page gives tonnes a year; otherwise its words stand in ``basis``."""
    raw = inputs.read("projects/projects.csv")
    found = raw["capacity"].str.extract(r"^(?:about )?([\d,.]+)\s*(kt|Mt|t)(?: ore)?/y")
    tonnes = found[0].str.replace(",", "").astype(float) * found[1].map(TONNES)
    minerals = [_all_slugs(inputs, name) for name in raw["minerals"]]
    return pd.DataFrame(
        {
            "name": raw["name"], "parties": raw["country"], "minerals": minerals, "stages": raw["stages"], "designation": raw["designation"],
            "sponsor": raw["sponsor"], "status": raw["status"], "start": raw["expected_start"].astype("string").str[:4], "value": tonnes,
            "unit": "t a year", "period": raw["designation"].str.extract(r"(20\d\d)-")[0].fillna("2026"), "basis": raw["capacity"],
            "support": raw["capex_or_support"], "source": raw["source_url"].map(page_id), "grade": raw["source_url"].map(page_grade),
        }
    )  # fmt: skip


def _all_slugs(inputs: Inputs, names: object) -> str | None:
    if not isinstance(names, str):
        return None
    return "|".join(inputs.slug(pd.Series(names.split("|"))).dropna()) or None


def _stockpiles(inputs: Inputs) -> pd.DataFrame:
    return pd.concat([_vault(inputs), _practice(inputs)], ignore_index=True)


def _vault(inputs: Inputs) -> pd.DataFrame:
    """The parts of Project Vault's money and its target, each a figure of its own."""
    raw = inputs.read("projects/stockpiles.csv")
    rows = []
    for row in raw.itertuples():
        money = pd.Series(row.size).str.extractall(r"USD ([\d.]+) bn ([A-Za-z ]+)")
        rows += [
            (row, found[1].strip(), float(found[0]), "bn USD", row.size) for found in money.itertuples(index=False)
        ]
        days = pd.Series(row.details).str.extract(r"(\d+)-day")[0].dropna()
        rows += [(row, "emergency supply aimed at", float(found), "days of supply", row.details) for found in days]
    return pd.DataFrame(
        [
            ("USA", "Project Vault", measure, value, unit, row.start[:4], basis, page_id(row.source_url), page_grade(row.source_url), row.details)
            for row, measure, value, unit, basis in rows
        ],
        columns=["country", "scheme", "measure", "value", "unit", "period", "basis", "source", "grade", "note"],
    )  # fmt: skip


def _practice(inputs: Inputs) -> pd.DataFrame:
    raw = inputs.read("parameters/stockpile_practice.csv")
    year = raw["scheme"].str.extract(r"(20\d\d)")[0].fillna(raw["measure"].str.extract(r"(20\d\d)")[0]).fillna("2025")
    return pd.DataFrame(
        {
            "country": raw["jurisdiction"].map(PLACES), "scheme": raw["scheme"].str.replace(r" \(.*\)", "", regex=True), "measure": raw["measure"],
            "value": raw["value"], "unit": raw["unit"], "period": year, "basis": raw["source"].mask(raw["source"] == "as above").ffill(), "source": "stockpile_reports",
            "grade": raw["grade"], "note": raw["detail"],
        }
    )  # fmt: skip
