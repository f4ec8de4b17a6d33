"""Names that people type lead to the words of the house, or to the nearest valid ones."""

from __future__ import annotations

import datetime as dt

import pytest

from orepact import facts
from orepact.errors import BadInput, UnknownName

AWKWARD = {
    "DRC": "COD", "D.R. Congo": "COD", "Congo (Kinshasa)": "COD", "Congo, Democratic Republic of the": "COD",
    "Congo (Brazzaville)": "COG", "Burma": "MMR", "Myanmar": "MMR", "South Korea": "KOR", "Korea, Republic of": "KOR",
    "Korea, North": "PRK", "Türkiye": "TUR", "turkey": "TUR", "Ivory Coast": "CIV", "Côte d’Ivoire": "CIV",
    "COTE D'IVOIRE": "CIV", "Swaziland": "SWZ", "Macedonia": "MKD", "Czechia": "CZE", "Czech Republic": "CZE", "UK": "GBR",
    "U.S.": "USA", "United States of America": "USA", "Taiwan": "TWN", "Hong Kong": "HKG", "Macau": "MAC", "Laos": "LAO",
    "Viet Nam": "VNM", "Russia": "RUS", "Russian Federation": "RUS", "Cape Verde": "CPV", "East Timor": "TLS",
    "Palestine": "PSE", "Micronesia": "FSM", "The Netherlands": "NLD", "Deutschland": "DEU", "中国": "CHN", "chn": "CHN",
    "cn": "CHN", "Niger": "NER", "Nigeria": "NGA", "Guinea": "GIN", "Georgia": "GEO", "Chine": "CHN",
}  # fmt: skip


@pytest.mark.parametrize(("typed", "country"), AWKWARD.items())
def test_awkward_names_of_countries(typed: str, country: str) -> None:
    assert facts.resolve_country(typed) == country


def test_a_name_that_is_two_countries_is_not_guessed() -> None:
    with pytest.raises(UnknownName, match="DR Congo"):
        facts.resolve_country("Congo")


@pytest.mark.parametrize(("typed", "offered"), [("Chyna", "China"), ("Germny", "Germany"), ("Austrlia", "Australia")])
def test_a_slip_is_offered_the_nearest_names(typed: str, offered: str) -> None:
    with pytest.raises(UnknownName, match=offered):
        facts.resolve_place(typed)


@pytest.mark.parametrize("country", ["ROW", "OTH"])
def test_groups_of_the_tables_are_no_places_to_type(country: str) -> None:
    with pytest.raises(UnknownName):
        facts.resolve_country(country)


@pytest.mark.parametrize(
    ("typed", "mineral"),
    [
        ("rare_earths", "rare_earths"), ("Rare Earths", "rare_earths"), ("rare-earths", "rare_earths"), ("REE", "rare_earths"),
        ("Natural Graphite", "graphite"), ("graphite_natural", "graphite"), ("Ga", "gallium"), ("aluminum", "aluminium"),
        ("niobium (columbium)", "niobium"), ("wolfram", "tungsten"),
    ],
)  # fmt: skip
def test_minerals_by_any_usual_name(typed: str, mineral: str) -> None:
    assert facts.resolve_mineral(typed) == mineral


def test_an_unknown_mineral_is_offered_the_nearest() -> None:
    with pytest.raises(UnknownName, match="gallium"):
        facts.resolve_mineral("galium")


@pytest.mark.parametrize(("typed", "stage"), [("Refining", "refined"), ("ore", "mine"), ("scrap", "scrap")])
def test_stages(typed: str, stage: str) -> None:
    assert facts.resolve_stage(typed) == stage


def test_every_spelling_in_the_table_leads_to_its_country() -> None:
    table = facts.load("country_names")
    for alias, country in table[["alias", "country"]].to_numpy():
        assert facts.resolve_country(alias) == country
    for code, name in facts.load("countries")[["country", "name"]].to_numpy():
        assert facts.resolve_country(code) == code
        assert facts.resolve_country(name) == code


def test_regions_are_what_they_were_on_a_day() -> None:
    assert len(facts.resolve_place("EU27")) == len(facts.resolve_place("eu-27")) == 27
    assert "GBR" not in facts.resolve_place("EU27")
    with pytest.raises(BadInput, match="no members on that day"):
        facts.resolve_place("FORGE", on=dt.date(2025, 1, 1))
    assert facts.resolve_place("China") == ("CHN",)
