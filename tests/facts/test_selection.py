"""Filters find the rows that they say, in every table alike, and never others."""

from __future__ import annotations

import pytest

from orepact import facts
from orepact.errors import BadInput, MissingData, UnknownName
from orepact.facts.schemas import SCHEMAS
from orepact.facts.selection import check_found, select


def test_names_are_resolved_as_everywhere() -> None:
    found = select("production", mineral="Rare Earths", country="China", period="2023", source="usgs_mcs2025")
    assert found["value"].tolist() == [255_000]


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_without_a_filter_a_table_is_whole(name: str) -> None:
    assert len(select(name)) == len(facts.load(name))


def test_a_region_is_its_members_and_its_own_rows() -> None:
    found = select("recycling", country="EU27")
    assert set(found["country"]) <= {"EU27", *facts.resolve_place("EU27")}
    assert len(found) > 0


def test_a_place_is_looked_for_in_every_column_of_places() -> None:
    found = select("trade", mineral="cobalt", country="JPN", period="2023")
    assert ((found["exporter"] == "JPN") | (found["importer"] == "JPN")).all()
    assert {"JPN"} < set(found["exporter"])
    assert {"JPN"} < set(found["importer"])


@pytest.mark.parametrize(
    ("period", "found"),
    [("2024", {"2024", "2024-Q4"}), ("2024-Q4", {"2024-Q4"}), ("2023..2024", {"2023", "2024", "2024-Q4"})],
)
def test_periods(period: str, found: set[str]) -> None:
    assert set(select("prices", mineral="lithium", period=period)["period"]) == found


def test_conditions() -> None:
    found = select(
        "production", mineral="cobalt", where=["value>=100000", "country=D.R. Congo", "grade<C", "note~estim"], columns=["value", "grade"]
    )  # fmt: skip
    assert list(found.columns) == ["value", "grade"]
    assert (found["value"] >= 100_000).all()
    assert set(found["grade"]) == {"B"}
    assert len(select("trade", where=["suspect=yes", "period=2023"])) > 0
    assert select("production", where=["value="])["value"].isna().all()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"mineral": "cobolt"}, "cobalt"),
        ({"country": "Chyna"}, "China"),
        ({"period": "last year"}, "2020..2024"),
        ({"period": "2020..x"}, "2020..2024"),
        ({"source": "usg_mcs2026"}, "usgs_mcs2026"),
        ({"where": ["stag=mine"]}, "stage"),
        ({"where": ["stage"]}, "column=value"),
        ({"where": ["value=much"]}, "number"),
        ({"where": ["value~1"]}, "not numbers"),
        ({"columns": ["valeu"]}, "value"),
    ],
)
def test_a_filter_that_cannot_be_is_refused(options: dict[str, object], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        select("production", **options)  # type: ignore[arg-type]


def test_all_problems_come_at_once() -> None:
    with pytest.raises(BadInput) as caught:
        select("production", mineral="cobolt", country="Chyna", where=["stag=mine"], columns=["x"])
    assert len(caught.value.problems) == 4


def test_a_filter_on_what_a_table_has_not_names_what_it_has() -> None:
    with pytest.raises(BadInput, match="has no column 'country'; found mineral"):
        select("minerals", country="China")
    with pytest.raises(UnknownName, match="production"):
        select("prodction")


def test_nothing_found_is_missing_and_not_another_row() -> None:
    found = select("production", mineral="scandium", period="1999")
    assert found.empty
    with pytest.raises(MissingData, match=r"on [0-9]+ minerals of 2020 to"):
        check_found("production", found)


def test_the_overview_counts_rows_years_sources_and_licences() -> None:
    records = {record["table"]: record for record in facts.overview()}
    assert records.keys() == SCHEMAS.keys()
    production = records["production"]
    assert production["rows"] == sum(production["licences"].values()) == len(facts.load("production"))
    assert (production["first"], records["shares"]["last"]) == ("2020", "2024")
    assert records["minerals"]["first"] is None
