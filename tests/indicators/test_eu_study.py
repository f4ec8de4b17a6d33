"""The EU's supply risk against the Commission's own studies: the printed results of 2017, and the shares of 2023."""

from __future__ import annotations

import json
import math
import sys
from contextlib import redirect_stdout
from dataclasses import replace
from io import StringIO
from unittest.mock import patch

import numpy as np
import pandas as pd
import pytest

from orepact import facts
from orepact.cli.app import main
from orepact.indicators import supply_risk_from_terms


@pytest.fixture(scope="module")
def study() -> pd.DataFrame:
    """The terms and results that the study of 2017 prints, a row for each material and stage."""
    table = facts.load("eu_assessments")
    table = table[table["edition"] == "2017"]
    wide = table.pivot_table(index=["material", "stage"], columns="measure", values="value")
    return wide.assign(used=table.groupby(["material", "stage"])["note"].first())


def test_supply_risk_of_2017_is_the_printed_one(study: pd.DataFrame) -> None:
    gaps = {}
    for material, row in study.iterrows():
        world = None if row["used"].endswith("EUS only") else row["hhi_gs"]
        sourcing = None if row["used"].endswith("GS only") else row["hhi_eu"]
        found = supply_risk_from_terms(world, sourcing, row["import_reliance"], row["eol_rir"], row["si_sr"])
        assert found.used == {None: "EU only"}.get(world, "world only" if sourcing is None else "world and EU")
        gaps[material] = abs(found.value - row["supply_risk"])
    assert len(gaps) == 78
    assert max(gaps.values()) <= 0.3
    assert np.mean(list(gaps.values())) <= 0.06


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    from orepact.indicators.study import supply_risk_table

    return supply_risk_table()


def test_every_material_and_stage_has_a_row_and_says_what_it_rests_on(table: pd.DataFrame) -> None:
    shares = facts.load("shares")
    shares = shares[shares["kind"].isin(["world_supply", "eu_sourcing"])]
    assert set(zip(table["material"], table["stage"], strict=True)) == set(
        zip(shares["mineral"], shares["stage"], strict=True)
    )
    told = table["sr"].notna()
    assert told.equals(table["missing"] == "")
    assert told.sum() >= 0.95 * len(table)
    assert (table.loc[told, "used"] != "").all()
    assert table["grade"].isin(list("ABCDE")).all()
    known = set(facts.load("sources")["source"])
    assert {source for several in table["sources"] for source in several.split("|")} <= known


def test_the_row_follows_from_its_own_inputs(table: pd.DataFrame) -> None:
    for row in table[table["sr"].notna()].itertuples():
        again = supply_risk_from_terms(row.hhi_gs, row.hhi_eu, row.import_reliance, row.eol_rir, row.si_sr)
        assert row.sr == pytest.approx(again.value)
        assert row.used.startswith(again.used)


def test_chromium_sourcing_names_nine_percent_and_is_not_used(table: pd.DataFrame) -> None:
    row = table.set_index(["material", "stage"]).loc[("chromium", "mine")]
    assert row["used"] == "world only (EU shares name 9%)"
    assert math.isnan(row["hhi_eu"])


def test_dropping_inputs_only_ever_leads_to_cannot_tell(table: pd.DataFrame) -> None:
    from orepact.indicators.inputs import study_inputs
    from orepact.indicators.study import supply_risk_table

    whole = study_inputs()
    rng = np.random.default_rng(7)
    fewer = replace(
        whole,
        terms=whole.terms[rng.random(len(whole.terms)) < 0.8].reset_index(drop=True),
        governance=whole.governance[rng.random(len(whole.governance)) < 0.95],
    )
    less = supply_risk_table(fewer)
    told = less["sr"].notna()
    assert 0 < told.sum() < table["sr"].notna().sum()
    np.testing.assert_allclose(less.loc[told, "sr"], table.loc[told, "sr"])
    assert (less.loc[~told, "missing"] != "").all()


def _printed(*options: str) -> str:
    out = StringIO()
    arguments = ["orepact", "indicator", "supply-risk", *options]
    with redirect_stdout(out), patch.object(sys, "argv", arguments), pytest.raises(SystemExit) as stop:
        main()
    assert not stop.value.code
    return out.getvalue()


def test_the_command_prints_the_table(table: pd.DataFrame) -> None:
    printed = pd.read_csv(StringIO(_printed("--region", "EU", "--csv")))
    assert list(printed.columns) == list(table.columns)
    np.testing.assert_allclose(printed["sr"], table["sr"])
    rows = json.loads(_printed("--json"))
    assert sum(row["sr"] is None for row in rows) == table["sr"].isna().sum()
