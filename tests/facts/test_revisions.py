"""How first figures moved: worked from the table itself, by hand where one figure is enough."""

from __future__ import annotations

import pytest

from orepact import facts
from orepact.errors import MissingData


def test_one_figure_by_hand() -> None:
    found = facts.revisions("rare_earths", "mine").set_index(["country", "period"])
    world = found.loc[("WLD", "2024")]
    assert (world["first_edition"], world["first"]) == ("2025", 390_000)
    assert (world["latest_edition"], world["latest"]) == ("2026", 380_000)
    assert world["revision"] == pytest.approx(380 / 390 - 1)
    assert not world["counted"]


def test_the_shipped_error_of_a_first_estimate_is_the_median_of_the_table() -> None:
    shipped = facts.load("parameters").set_index("parameter").loc["revision_error", "value"]
    assert facts.median_revision() == pytest.approx(shipped, abs=0.0005)
    found = facts.revisions()
    assert found["counted"].sum() > 1_500
    assert not set(found.loc[found["counted"], "country"]) & {"WLD", "OTH"}


def test_a_figure_that_was_withheld_is_no_estimate() -> None:
    found = facts.revisions()
    assert (found["editions"] >= 2).all()
    assert found[["first", "latest"]].notna().all(axis=None)
    assert found.loc[found["first"] == 0, "revision"].isna().all()


def test_editions_hold_the_figures_of_production() -> None:
    keys = ["mineral", "stage", "country", "period", "basis", "source", "unit"]
    published = facts.load("production")
    published = published[published["source"].str.startswith("usgs")].set_index(keys)["value"]
    editions = facts.load("production_editions").set_index(keys)["value"]
    assert editions.reindex(published.index).equals(published)


def test_nothing_to_count_is_missing_data() -> None:
    with pytest.raises(MissingData, match="no figure has two editions"):
        facts.median_revision(facts.revisions("natural_cork"))
