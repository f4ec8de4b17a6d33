"""A figure leads to its source, to what others say, and to what was changed."""

from __future__ import annotations

import json
import time
from typing import Any

import pandas as pd
import pytest

from orepact import facts
from orepact.errors import BadInput, MissingData, OrepactError, UnknownName
from orepact.facts import trail as trails
from orepact.facts.address import address_columns, follow
from orepact.facts.schemas import SCHEMAS, Schema
from orepact.network.uses import used_in_network


def test_a_figure_with_its_whole_trail() -> None:
    (thing,) = facts.why("production/cobalt/mine/COD/2024", used_in_network).things
    iea, usgs = thing.claims
    assert (iea.row["value"], usgs.row["value"]) == (181_796.3, 226_000)
    assert iea.used == "mine output of cobalt, base year 2024"
    assert usgs.used is None
    assert usgs.difference == pytest.approx(226_000 / 181_796.3 - 1)
    assert usgs.source["publisher"] == "U.S. Geological Survey"
    assert usgs.source["licence"] == "public domain"
    assert usgs.grade_means == "official or audited, estimated or converted once"
    assert {"unit", "basis", "period", "flag", "estimated", "grade", "note", "source"} <= usgs.row.keys()


def test_one_source_is_asked_and_the_others_stand_beside_it() -> None:
    (thing,) = facts.why("production/cobalt/mine/D.R. Congo/2024/usgs_mcs2026").things
    assert [(claim.row["source"], claim.asked) for claim in thing.claims] == [
        ("usgs_mcs2026", True), ("iea_cmd_2025", False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("address", "column", "value"),
    [
        ("prices/cobalt/London Metal/2024", "form", None),
        ("production/Rare earths/China/2023", "country", "CHN"),
        ("production/*/refined/CHN/2024/usgs", "stage", "refined"),
        ("production/country=CHN/mineral=cobalt/2024", "mineral", "cobalt"),
        ("shares/neodymium/refined/China/2016/2020", "period", "2016/2020"),
        ("trade/cobalt/COD/CHN/2023", "importer", "CHN"),
        ("elasticities/cobalt/demand/short", "horizon", "short"),
        ("export_controls/gallium/China/USA", "target", "USA"),
        ("sources/baci", "source", "baci"),
    ],
)
def test_obvious_parts_may_be_left_out(address: str, column: str, value: str | None) -> None:
    rows = follow(address).rows
    assert len(rows) > 0
    if value is not None:
        assert set(rows[column]) == {value}


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_every_row_has_an_address(name: str) -> None:
    table = facts.load(name)
    for record in table.iloc[:: max(len(table) // 5, 1)].head(5).to_dict("records"):
        key = [f"{column}={record[column]}" for column in SCHEMAS[name].key if record[column] == record[column]]
        if all("/" not in part for part in key):
            assert len(follow("/".join([name, *key])).rows) >= 1
    assert set(SCHEMAS[name].key) <= set(address_columns(name))


@pytest.mark.parametrize(
    ("address", "error", "words"),
    [
        ("prodction/cobalt", UnknownName, "did you mean production"),
        ("production/cobolt", BadInput, "did you mean cobalt"),
        ("production/cobalt/mine/COD/2031", MissingData, "2020, 2021, 2022, 2023, 2024, 2025"),
        ("production/cobalt/mine/France/2024", MissingData, "COD"),
        ("production/cobalt/mine/Astralia", BadInput, "Australia"),
        ("production/scandium", MissingData, "mineral"),
        ("production/cobalt/mine/COD/2024/usgs_mcs2062", BadInput, "usgs_mcs2026"),
        ("trade/cobalt", BadInput, "add a part: hs6"),
    ],
)
def test_an_address_that_leads_nowhere_says_what_leads_on(address: str, error: type[OrepactError], words: str) -> None:
    with pytest.raises(error, match=words):
        facts.why(address)


def test_missing_figures_have_a_trail_too() -> None:
    missing = facts.load("production").query("flag == 'withheld'").iloc[0]
    parts = [f"{column}={missing[column]}" for column in ("mineral", "stage", "country", "period", "source")]
    trail = facts.why("/".join(["production", *parts]))
    asked = [claim for thing in trail.things for claim in thing.claims if claim.asked]
    assert {claim.row["value"] for claim in asked} == {None}
    assert all(claim.difference is None for claim in asked)
    json.dumps(trail.record())


def test_a_different_unit_is_never_compared() -> None:
    record = {"value": 5.0, "unit": "kt"}
    assert trails._difference(record, {"value": 5.0, "unit": "t"}) is None
    assert trails._difference(record, {"value": 0.0, "unit": "kt"}) is None


@pytest.fixture
def later_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables of editions and of corrections as they may come, beside the shipped ones."""
    editions = facts.load("production").query("mineral == 'cobalt' and country == 'COD' and period == '2024'")
    editions = editions[editions["source"] == "usgs_mcs2026"]
    first = editions.assign(source="usgs_mcs2025", value=220_000.0)
    corrections = pd.DataFrame(
        [
            {"table": "production", "where": "mineral=cobalt;country=COD;source=usgs_mcs2026", "reason": "unit"},
            {"table": "production_editions", "where": "mineral=cobalt;period=2024", "reason": "all"},
            {"table": "production", "where": "mineral=nickel", "reason": "other"},
            {"table": "reserves", "where": "mineral=cobalt", "reason": "reserves"},
            {"table": "production", "where": "", "reason": "nothing"},
        ]
    )
    found = {"production_editions": pd.concat([first, editions]), "corrections": corrections}
    for name, frame in found.items():
        monkeypatch.setitem(SCHEMAS, name, Schema(name, tuple(frame.columns), ("source",)))
    monkeypatch.setattr(trails, "load", lambda name: found[name] if name in found else facts.load(name))


@pytest.mark.usefixtures("later_tables")
def test_editions_and_corrections_are_told_where_tables_of_them_exist() -> None:
    (thing,) = facts.why("production/cobalt/mine/COD/2024").things
    by_source: dict[str, Any] = {claim.row["source"]: claim for claim in thing.claims}
    (edition,) = by_source["usgs_mcs2026"].editions
    assert (edition["source"], edition["value"]) == ("usgs_mcs2025", 220_000)
    assert edition["difference"] == pytest.approx(220 / 226 - 1)
    assert by_source["iea_cmd_2025"].editions == ()
    assert [each["reason"] for each in by_source["usgs_mcs2026"].corrections] == ["unit", "all"]
    assert [each["reason"] for each in by_source["iea_cmd_2025"].corrections] == ["all"]


def test_what_the_network_uses_is_what_it_gathers() -> None:
    from orepact.network.evidence import gather
    from orepact.network.recipe import recipe_of

    recipe = recipe_of("cobalt")
    evidence = gather(recipe, recipe.base_year)
    rows = facts.select("production", mineral="cobalt", period="2024", where=["stage=mine"])
    told = {
        row["country"]: row["value"]
        for row in rows.to_dict("records")
        if used_in_network("production", row) and row["country"] not in ("WLD", "OTH")
    }
    gathered = evidence.made["mine"].tonnes
    assert {country: gathered[country] for country in told} == told


def test_a_trail_through_the_largest_table_is_quick() -> None:
    facts.load("trade")
    begin = time.perf_counter()
    facts.why("trade/cobalt/282200/COD")
    assert time.perf_counter() - begin < 5


def test_a_claim_in_conflict_says_what_the_rule_makes_of_it() -> None:
    (thing,) = facts.why("claims/Project Vault/total size").things
    verdicts = {claim.row["source"]: claim.row["verdict"] for claim in thing.claims}
    assert set(verdicts.values()) == {"preferred", "not preferred"}
    assert thing.claims[0].row["verdict"] == "preferred"
    assert thing.claims[0].row["value"] == 12
