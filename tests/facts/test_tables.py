"""The shipped tables: complete, valid, sourced, and as published where a reader would look first."""

from __future__ import annotations

import hashlib
import json

import pandas as pd
import pytest

from orepact import facts
from orepact.facts.schemas import COLUMNS, SCHEMAS

NO_FIGURES = {
    "sources", "minerals", "aliases", "countries", "country_names", "regions", "eu_materials", "export_controls",
    "export_control_events", "agreements", "ports", "chokepoints", "corrections", "use_groups",
    "initiatives", "clause_templates", "clauses", "commitments", "equity_stakes", "corridors", "passage_terms", "schemes",
    "scheme_criteria",
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_every_table_is_valid_and_described(name: str) -> None:
    table = facts.load(name)
    assert len(table) > 0
    assert list(table.columns) == list(SCHEMAS[name].columns)
    if name not in NO_FIGURES:
        assert {"value", "unit", "basis", "source", "grade"} <= set(table.columns) or name == "trade_codes"


@pytest.mark.parametrize("name", sorted(set(SCHEMAS) - {"sources"}))
def test_every_row_names_a_source_that_may_be_passed_on(name: str) -> None:
    sources = facts.load("sources").set_index("source")
    used = set(facts.load(name)["source"])
    assert used <= set(sources.index)
    assert set(sources.loc[sorted(used), "redistributable"]) == {"yes"}


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_no_row_lacks_source_unit_or_grade(name: str) -> None:
    table = facts.load(name)
    for column in {"source", "unit", "basis", "grade", "period"} & set(SCHEMAS[name].columns):
        if column not in SCHEMAS[name].empty:
            assert table[column].notna().all(), column
            assert table[column].str.strip().ne("").all(), column
    if name not in NO_FIGURES and "flag" in table:
        missing = table[table["value"].isna()]
        assert missing["flag"].notna().all() or name in {"prices", "shares"}


@pytest.mark.parametrize("name", sorted(set(SCHEMAS) - {"sources"}))
def test_no_row_is_graded_better_than_its_source(name: str) -> None:
    table = facts.load(name)
    if "grade" in table:
        best = facts.load("sources").set_index("source")["grade"]
        assert (table["grade"] >= table["source"].map(best)).all()


def test_sources_name_the_edition_that_they_replace() -> None:
    sources = facts.load("sources").set_index("source")
    replaced = sources["supersedes"].dropna()
    assert set(replaced) <= set(sources.index)
    assert replaced["usgs_mcs2026"] == "usgs_mcs2025"
    assert replaced["ec_crm_study_2023"] == "ec_crm_study_2017"
    assert replaced["wgi_2025"] == "wgi_2024"


def test_at_least_35_minerals_have_output() -> None:
    production = facts.load("production").dropna(subset=["value"])
    assert production.loc[production["stage"].isin(["mine", "refined"]), "mineral"].nunique() >= 35


def test_the_eus_34_materials_are_all_there_if_only_to_say_cannot_tell() -> None:
    materials = facts.load("eu_materials")
    assert len(materials) == 34
    # Annex I has 17 entries; its rare earths for magnets are part of two of the entries of Annex II.
    assert (materials["strategic"] == "yes").sum() == 17 + 1
    known = set(facts.load("minerals")["mineral"])
    for entry, minerals, status in materials[["entry", "minerals", "status"]].to_numpy():
        assert set(minerals.split("|")) <= known, entry
        assert status.startswith(("held:", "cannot tell output, because")), entry


@pytest.mark.parametrize(
    ("mineral", "stage", "country", "period", "source", "tonnes"),
    [
        ("rare_earths", "mine", "CHN", "2023", "usgs_mcs2025", 255_000),
        ("rare_earths", "mine", "WLD", "2023", "usgs_mcs2025", 376_000),
        ("cobalt", "mine", "COD", "2024", "usgs_mcs2026", 226_000),
    ],
)
def test_figures_are_as_published(
    mineral: str, stage: str, country: str, period: str, source: str, tonnes: float
) -> None:
    table = facts.load("production")
    row = table[
        (table["mineral"] == mineral)
        & (table["stage"] == stage)
        & (table["country"] == country)
        & (table["period"] == period)
        & (table["source"] == source)
    ]
    assert row["value"].tolist() == [tonnes]


def test_missing_is_missing_and_says_why() -> None:
    production = facts.load("production")
    missing = production[production["value"].isna()]
    assert len(missing) > 0
    assert set(missing["flag"]) >= {"withheld", "not available"}
    assert missing["flag"].notna().all()


def test_total_rare_earths_and_the_magnet_elements_are_two_minerals() -> None:
    bases = facts.load("production").groupby("mineral")["basis"].agg(set)
    assert bases["rare_earths"] == {"rare-earth-oxide equivalent"}
    assert not bases.get("rare_earths_magnet", set()) & bases["rare_earths"]


@pytest.mark.parametrize(("region", "members"), [("EU27", 27), ("G7", 7)])
def test_regions_are_dated_sets_of_known_countries(region: str, members: int) -> None:
    table = facts.load("regions")
    inside = table[table["region"] == region]
    assert len(inside) == members
    assert inside["since"].notna().all()
    assert set(table["country"]) <= set(facts.load("countries")["country"])


def test_the_data_package_describes_the_files_that_are_there() -> None:
    package = json.loads((facts.folder() / "datapackage.json").read_text(encoding="utf-8"))
    resources = {resource["path"]: resource for resource in package["resources"]}
    files = {f"tables/{path.name}": path for path in (facts.folder() / "tables").iterdir()}
    assert resources.keys() == files.keys()
    for name, path in files.items():
        content = path.read_bytes()
        assert resources[name]["bytes"] == len(content)
        assert resources[name]["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        described = [field["name"] for field in resources[name]["schema"]["fields"]]
        assert described == list(SCHEMAS[path.stem].columns)
        assert all(field["description"] for field in resources[name]["schema"]["fields"])


def test_every_column_means_one_thing() -> None:
    used = {column for schema in SCHEMAS.values() for column in schema.columns}
    assert used == set(COLUMNS)
    for schema in SCHEMAS.values():
        assert set(schema.key) | set(schema.empty) <= set(schema.columns)


def test_a_loaded_table_is_the_readers_own() -> None:
    table = facts.load("minerals")
    table.loc[0, "name"] = "changed"
    table["extra"] = 1
    assert "extra" not in facts.load("minerals")
    assert facts.load("minerals").loc[0, "name"] != "changed"


def test_trade_holds_positive_flows_between_two_countries() -> None:
    trade = facts.load("trade")
    assert (trade["exporter"] != trade["importer"]).mean() > 0.999
    assert trade["value"].dropna().ge(0).all()
    assert isinstance(trade, pd.DataFrame)
