"""Figures of the wider tables: as published, in shares that add up, and never a zero where nothing is known."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from orepact import facts
from orepact.errors import UnknownName

ROUNDING = 0.045
"""Shares are printed in whole percent: a group may exceed one by this much."""


def _row(name: str, **wanted: str) -> pd.DataFrame:
    table = facts.load(name)
    for column, value in wanted.items():
        table = table[table[column] == value]
    return table


@pytest.mark.parametrize(
    ("name", "group"),
    [
        ("end_use", ["mineral", "country", "source", "period"]),
        ("shares", ["kind", "mineral", "stage", "reporter", "basis"]),
    ],
)
def test_shares_add_up_to_at_most_one(name: str, group: list[str]) -> None:
    sums = facts.load(name).groupby(group)["value"].sum()
    assert sums.max() <= 1 + ROUNDING


def test_shares_of_demand_by_sector_add_up_to_one() -> None:
    sectors = _row("coefficients", parameter="share of demand by sector").groupby("mineral")["value"].sum()
    assert sectors.to_numpy() == pytest.approx(1, abs=2e-4)


def test_hosts_of_a_by_product_add_up_to_at_most_one() -> None:
    hosts = _row("coefficients", parameter="share of output by host")
    assert hosts.groupby(["mineral", "source", "basis"])["value"].sum().max() <= 1 + 1e-9


@pytest.mark.parametrize(
    ("name", "wanted", "value"),
    [
        ("reserves", {"mineral": "zinc", "country": "AUS", "source": "usgs_mcs2026"}, 64e6),
        ("benchmarks", {"benchmark": "extraction"}, 0.10),
        ("benchmarks", {"benchmark": "processing"}, 0.40),
        ("benchmarks", {"benchmark": "recycling"}, 0.25),
        ("benchmarks", {"benchmark": "single_country"}, 0.65),
        ("stockpiles", {"scheme": "Project Vault", "measure": "private capital"}, 1.67),
        ("sea_routes", {"origin_port": "AUPHE", "destination_port": "USHOU", "scenario": "open"}, 21_585),
        ("us_tariffs", {"hts8": "25041010"}, 0.0),
        ("coefficients", {"mineral": "lithium", "parameter": "content", "scope": "lithium carbonate (LCE)"}, 0.18785),
        ("episodes", {"episode": "ree_2010", "measure": "China export quota", "period": "2010"}, 30_258),
        ("end_use", {"mineral": "lithium", "source": "usgs_mcs2026", "use": "batteries"}, 0.88),
    ],
)
def test_figures_are_as_published(name: str, wanted: dict[str, str], value: float) -> None:
    assert _row(name, **wanted)["value"].tolist() == [pytest.approx(value)]


def test_both_releases_of_governance_are_kept_apart() -> None:
    table = facts.load("governance")
    old = table[table["source"] == "wgi_2024"]
    assert set(old["dimension"]) == {"VA", "PV", "GE", "RQ", "RL", "CC"}
    assert set(table.loc[table["source"] == "wgi_2025", "dimension"]) == {"PV"}
    both = table[(table["country"] == "CHN") & (table["dimension"] == "PV") & (table["period"] == "2023")]
    assert both["value"].nunique() == len(both) == 2


def test_every_material_of_the_2017_study_is_there_with_the_terms_of_its_supply_risk() -> None:
    study = facts.assessments("2017")
    assert len(study) == 78
    lacking = study[["supply_risk", "hhi_gs", "hhi_eu", "import_reliance", "eol_rir", "si_sr"]].isna().sum()
    # The study prints no EU sourcing term and no reliance for one material each, and no guess is put there.
    assert lacking.to_dict() == {
        "supply_risk": 0,
        "hhi_gs": 0,
        "hhi_eu": 1,
        "import_reliance": 1,
        "eol_rir": 0,
        "si_sr": 0,
    }
    antimony = study[study["material"] == "Antimony"].iloc[0]
    assert (antimony["supply_risk"], antimony["hhi_gs"], antimony["import_reliance"]) == (4.3, 7.1, 1.0)


def test_the_2023_study_gives_reliance_by_stage() -> None:
    study = facts.assessments("2023").set_index(["material", "stage"])
    assert study.loc[("Aluminium", "mine"), "import_reliance"] == pytest.approx(0.89)
    assert study.loc[("Aluminium", "refined"), "import_reliance"] == pytest.approx(0.58)
    with pytest.raises(UnknownName, match="2023"):
        facts.assessments("2022")


def test_shares_of_the_2023_study_carry_the_trade_parameter() -> None:
    shares = facts.load("shares")
    european = shares[shares["kind"].isin(["world_supply", "eu_sourcing"])]
    assert european["trade_parameter"].between(0.8, 1.5).all()
    assert shares.loc[shares["kind"] == "us_imports", "trade_parameter"].isna().all()
    members = european[european["country"].isin(facts.resolve_place("EU27"))]
    assert members["trade_parameter"].median() == 0.8


def test_a_suspension_is_an_event_and_the_control_stays() -> None:
    events = _row("export_control_events", mineral="gallium", measure="export prohibition").set_index("event")
    assert events.loc["in force", "date"] == "2024-12-03"
    assert events.loc["suspended", "date"] == "2025-11-09"
    assert events.loc["suspension ends", "date"] == "2026-11-27"
    assert events.loc["suspension ends", "status"].startswith("scheduled")
    licensing = _row("export_control_events", mineral="gallium", measure="export licensing")
    assert licensing["event"].tolist() == ["in force"]


def test_a_control_suspended_before_its_day_was_never_in_force() -> None:
    events = _row("export_control_events", notice="Announcement 61 of 2025").set_index("event")
    assert events.loc["in force", "status"] == "did not happen on that day"
    assert events.loc["announced", "date"] == "2025-10-09"


def test_the_european_union_is_what_it_was_on_a_day() -> None:
    assert "GBR" in facts.resolve_place("EU", on=dt.date(2018, 6, 30))
    assert len(facts.resolve_place("EU", on=dt.date(2018, 6, 30))) == 28
    assert "GBR" not in facts.resolve_place("EU", on=dt.date(2020, 2, 1))
    assert facts.resolve_place("European Union") == facts.resolve_place("EU27")
    assert len(facts.resolve_place("EU", on=dt.date(2004, 4, 30))) == 15


def test_costs_that_authors_drew_at_random_are_not_shipped() -> None:
    lithium = _row("coefficients", parameter="cost", source="busch_2024_deposits")
    assert len(lithium) == 54
    assert (lithium["grade"] == "B").all()
    assert lithium["value"].median() == pytest.approx(4_203, rel=0.01)


def test_a_conversion_printed_as_a_range_has_no_middle() -> None:
    iron = _row("coefficients", scope="ferronickel").iloc[0]
    assert pd.isna(iron["value"])
    assert (iron["low"], iron["high"]) == (0.20, 0.40)


def test_distances_without_a_checked_licence_are_not_shipped() -> None:
    assert not facts.load("sources")["title"].str.contains("GeoDist").any()


def test_the_shipped_tables_stay_small() -> None:
    assert sum(path.stat().st_size for path in (facts.folder() / "tables").iterdir()) < 12e6
