"""The register of agreements: every name resolves, every clock is consistent, and the promises of the field are all there."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

import pandas as pd
import pytest

from orepact import facts

UNION = {"EU"}
COORDINATION = {
    "eu_us_mou": "2026-03-06",
    "us_mexico_60_days": "2026-04-05",
    "us_japan_ministerial": "2026-04-26",
    "us_japan_finance": "2026-04-28",
    "us_section_232_talks": "2026-07-13",
    "forge_projects": "2026-08-04",
    "uk_us_ministerial": "2026-08-04",
    "eu_us_roadmap": None,
    "china_suspension_november_10": "2026-11-10",
    "china_suspension_november_27": "2026-11-27",
    "crma_27_waste_studies": "2026-11-24",
    "australia_reserve_operating": "2026-12-31",
    "crma_5_benchmarks": "2030-12-31",
}
"""The promises that every follower of the field knows by heart, and when each is due."""


def _parts(column: pd.Series) -> set[str]:
    return set(column.dropna().str.split("|").explode())


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


@pytest.fixture(scope="module")
def places() -> set[str]:
    return set(facts.load("countries")["country"]) | set(facts.load("regions")["region"]) | UNION


@pytest.fixture(scope="module")
def agreements() -> set[str]:
    return set(facts.load("agreements")["name"]) | set(facts.load("initiatives")["id"])


def test_minerals_stages_and_places_of_initiatives_are_known(places: set[str]) -> None:
    table = facts.load("initiatives")
    assert _parts(table["minerals"]) <= set(facts.load("minerals")["mineral"]) | {"*"}
    assert _parts(table["stages"]) <= {"mine", "intermediate", "refined", "component", "scrap", "*"}
    assert _parts(table["countries"]) <= places | {"*"}
    for column in ("minerals", "stages", "countries", "functions"):
        assert not [cell for cell in table[column] if "*" in cell and cell != "*"], column
        assert not [cell for cell in table[column] if len(set(cell.split("|"))) < len(cell.split("|"))], column


@pytest.mark.parametrize("initiative", ["msp_forum", "eu_drc_partnership", "forge"])
def test_three_initiatives_cover_congolese_cobalt(initiative: str) -> None:
    row = facts.load("initiatives").set_index("id").loc[initiative]
    regions = facts.load("regions")
    inside = set(row["countries"].split("|"))
    inside |= set(regions.loc[regions["region"].isin(inside), "country"])
    assert "COD" in inside
    assert {"cobalt", "*"} & set(row["minerals"].split("|"))
    assert {"mine", "*"} & set(row["stages"].split("|"))


def test_every_partnership_of_the_union_is_an_initiative_too() -> None:
    agreements = facts.load("agreements")
    partners = agreements.loc[agreements["kind"] == "EU strategic partnership", "parties"]
    found = facts.load("initiatives").set_index("id")["countries"].str.split("|").map(set)
    found = [pair for name, pair in found.items() if name.endswith("_partnership")]
    assert len(partners) == 15
    assert not [pair for pair in partners if set(pair.split("|")) not in found]


def test_clauses_name_agreements_and_templates_that_exist(agreements: set[str]) -> None:
    clauses = facts.load("clauses")
    assert set(clauses["agreement"]) <= agreements
    assert set(clauses["clause"]) <= set(facts.load("clause_templates")["clause"])
    assert clauses["value"].isna().equals(clauses["unit"].isna())


def test_there_is_enough_to_lay_agreements_side_by_side() -> None:
    standing = facts.load("clauses").query("stands == 'yes'")
    by_agreement = standing.groupby("agreement")["clause"].nunique()
    assert len(standing) >= 200
    assert (by_agreement >= 7).sum() >= 15
    mexico, kazakhstan = (
        set(standing.loc[standing["agreement"] == name, "clause"])
        for name in (
            "US-Mexico Action Plan on Critical Minerals",
            "EU-Kazakhstan strategic partnership on raw materials",
        )
    )
    assert len(mexico & kazakhstan) >= 5
    assert len(mexico - kazakhstan) >= 5


def test_a_draft_never_counts_as_the_signed_text() -> None:
    clauses = facts.load("clauses")
    drafts = clauses["note"].fillna("").str.contains("draft")
    assert drafts.sum() == 5
    assert set(clauses.loc[drafts, "stands"]) == {"unknown"}
    assert set(clauses.loc[drafts, "grade"]) == {"D"}
    territory = clauses[(clauses["clause"] == "territorial_integrity") & clauses["agreement"].str.startswith("EU-US")]
    assert territory["stands"].tolist() == ["unknown"]


def test_templates_ask_and_every_question_is_one() -> None:
    templates = facts.load("clause_templates")
    assert len(templates) >= 15
    assert all(each.endswith("?") for each in _parts(templates["questions"]))
    assert set(templates["clause"]) >= set(facts.load("clauses")["clause"])
    unused = set(templates["clause"]) - set(facts.load("clauses")["clause"])
    assert unused == {"confidentiality"}, "a kind of clause that no page seen speaks of"


def test_commitments_name_agreements_clauses_and_parties_that_exist(agreements: set[str], places: set[str]) -> None:
    table = facts.load("commitments")
    assert set(table["agreement"].dropna()) <= agreements
    slugs = set(facts.load("clause_templates")["clause"])
    assert not [
        each for each in table["clause"] if each not in slugs and not re.fullmatch(r"CRMA Art\. \d+(-\d+)?", each)
    ]
    assert _parts(table["parties"]) <= places


def test_the_promises_of_the_field_are_all_there_with_their_days() -> None:
    due = facts.load("commitments").set_index("id")["due"]
    assert {name: None if pd.isna(due[name]) else due[name] for name in COORDINATION} == COORDINATION


def test_only_outcomes_that_a_page_states_are_stored() -> None:
    table = facts.load("commitments").set_index("id")
    told = table[table["outcome"].notna()]
    assert told["evidence"].notna().all()
    assert table.loc[table["met_on"].notna(), "outcome"].eq("met").all()
    assert table.loc["eu_us_mou", ["met_on", "outcome"]].tolist() == ["2026-04-24", "met"]
    assert set(told.index) == {
        "eu_us_mou", "eu_kazakhstan_roadmap", "us_drc_first_list", "g7_standards_roadmap",
    }  # fmt: skip
    assert not [column for column in table if column == "status"]


def test_the_day_due_is_the_day_of_the_event_and_what_is_allowed_after_it() -> None:
    table = facts.load("commitments")
    checked = 0
    for row in table[table["due"].notna() & table["event_day"].notna()].itertuples():
        start = date.fromisoformat(row.event_day)
        assert pd.isna(row.days_after) != pd.isna(row.months_after), row.id
        counted = (
            _months_later(start, int(row.months_after))
            if pd.isna(row.days_after)
            else start + timedelta(days=int(row.days_after))
        )
        assert counted.isoformat() == row.due, row.id
        checked += 1
    assert checked >= 15


def test_each_kind_of_due_has_what_it_needs() -> None:
    table = facts.load("commitments").set_index("due_kind")
    assert table.loc["date", "due"].notna().all()
    assert table.loc["date", ["after_event", "event_day", "days_after", "months_after"]].isna().all(axis=None)
    after = table.loc["after_event"]
    assert after["after_event"].notna().all()
    assert (after["days_after"].notna() ^ after["months_after"].notna()).all()
    assert (after["due"].isna() == after["event_day"].isna()).all()
    assert table.loc["recurring", "every_months"].notna().all()
    assert table.loc[["date", "after_event"], "every_months"].isna().all()


@pytest.mark.parametrize(("name", "column"), [
    ("commitments", "due"), ("commitments", "event_day"), ("commitments", "met_on"), ("initiatives", "start"),
    ("initiatives", "end"), ("equity_stakes", "date"), ("agreements", "date"),
])  # fmt: skip
def test_days_are_days_of_the_calendar(name: str, column: str) -> None:
    for cell in facts.load(name)[column].dropna():
        date.fromisoformat((cell + "-01-01")[: max(len(cell), 10)] if len(cell) == 4 else (cell + "-01")[:10])


def test_stakes_are_held_by_known_countries_and_have_a_share_a_sum_or_rights() -> None:
    stakes = facts.load("equity_stakes")
    assert set(stakes["holder_country"]) <= set(facts.load("countries")["country"])
    assert stakes["value"].isna().equals(stakes["unit"].isna())
    assert len(stakes) >= 8
    mp = stakes.set_index("firm").loc["MP Materials"]
    assert (mp["value"], mp["unit"], mp["status"]) == (400.0, "m USD", "agreed")
    assert pd.isna(mp["share"])


def test_agreements_between_members_and_others_stand_beside_those_of_the_union() -> None:
    agreements = facts.load("agreements").set_index("name")
    pairs = {name: set(parties.split("|")) for name, parties in agreements["parties"].items()}
    own = [pair for pair in pairs.values() if pair & {"DEU", "FRA", "ITA"} and len(pair) == 2]
    assert len(own) >= 6
    assert {"DEU", "KAZ"} in own
    assert {"FRA", "KAZ"} in own
