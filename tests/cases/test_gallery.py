"""The cases that are shipped: each says its question, its facts and what it assumes, each instrument its source, and each runs."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import yaml

import orepact
from orepact import facts
from orepact.cases.path_case import PathCase
from orepact.cases.shipped import FOLDER, find_case, from_gallery, text_of
from orepact.errors import BadInput
from orepact.network import calibrated_minerals
from orepact.report.gallery_text import page_with_gallery

GALLERY = orepact.gallery()
NAMES = sorted(GALLERY)
TODAY = date(2026, 11, 24)
PAGE = Path(__file__).parents[2] / "docs" / "cases.md"


def test_there_are_enough_and_they_speak_to_today() -> None:
    assert len(GALLERY) >= 12
    kinds = {each.instrument.kind for shipped in GALLERY.values() for each in shipped.case.instruments}
    assert kinds >= {
        "export_cut", "export_quota", "licence_delay", "tariff", "reserve_release", "reserve_purchase", "new_project",
        "diversity_cap", "reference_duty", "price_floor", "corridor_closure", "recycling", "demand_shift",
    }  # fmt: skip
    for shipped in GALLERY.values():
        assert shipped.case.start <= date(2027, 1, 1)
        assert shipped.case.last_day > TODAY


@pytest.mark.parametrize("name", NAMES)
def test_a_case_says_what_it_asks_what_is_known_and_what_is_assumed(name: str) -> None:
    shipped = GALLERY[name]
    assert shipped.question.endswith("?")
    assert shipped.known.endswith(".")
    assert shipped.assumed.endswith(".")
    assert shipped.case.mineral in calibrated_minerals()
    for each in shipped.case.instruments:
        assert each.source, f"{name}: {each.instrument.name} names no source"
        for table in re.findall(r"table (\w+)", each.source):
            assert len(facts.load(table)), table
    raw = yaml.safe_load(text_of(name))
    assert all(not re.fullmatch(r"[A-Z]{3}", part) or part == "USA" for part in _countries(raw))


def _countries(raw: dict[str, list[dict[str, object]]]) -> list[str]:
    found: list[str] = []
    for row in raw["instruments"]:
        for key in ("origins", "against", "importers", "countries", "country", "destinations", "exempt"):
            value = row.get(key, [])
            found += [value] if isinstance(value, str) else list(value)  # type: ignore[call-overload]
    return found


def test_days_of_suspensions_and_sizes_of_quotas_are_those_of_the_facts() -> None:
    events = facts.load("export_control_events")
    ends = events[events["event"] == "suspension ends"]
    for name, mineral in (("gallium", "gallium"), ("germanium", "germanium"), ("antimony", "antimony")):
        rows = ends[(ends["mineral"] == mineral) & (ends["target"] == "USA")]
        assert set(rows["date"]) == {"2026-11-27"}
        (ban,) = GALLERY[f"{name}-ban-returns"].case.instruments
        assert ban.first == date(2026, 11, 28)
    assert "2026-11-10" in set(ends.loc[ends["mineral"] == "rare_earths", "date"])
    (quota,) = GALLERY["cobalt-quota"].case.instruments
    assert quota.instrument.tonnes == 96_600  # type: ignore[attr-defined]
    basis = " ".join(facts.load("export_controls")["basis"].dropna())
    assert "96,600 t/y in 2026 and 2027" in basis
    actions = facts.load("tariff_actions")
    row = actions[(actions["minerals"] == "graphite") & (actions["instrument"] == "Section 301")].iloc[0]
    (duty,) = GALLERY["graphite-us-tariff"].case.instruments
    assert (duty.instrument.rate, str(duty.first)) == (row["value"] / 100, row["start"])  # type: ignore[attr-defined]
    routes = facts.load("sea_routes")
    way = routes[(routes["origin_port"] == "CNNSA") & (routes["destination_port"] == "NLRTM")].set_index("scenario")
    longer = way.loc["no_suez_babelmandeb", "value"] - way.loc["open", "value"]
    (closed,) = GALLERY["magnesium-red-sea"].case.instruments
    assert closed.instrument.days == round(longer / (14 * 1.852 * 24))  # type: ignore[attr-defined]


def test_tonnes_of_reserves_are_the_days_that_the_facts_name_times_use() -> None:
    stockpiles = facts.load("stockpiles")
    assert 60 in set(stockpiles.loc[stockpiles["scheme"] == "Project Vault", "value"])
    for name, mineral, country, years in (
        ("antimony-vault-in-a-year", "antimony", "USA", 1.0),
        ("antimony-vault-in-a-quarter", "antimony", "USA", 0.25),
        ("gallium-stop-japan-releases", "gallium", "JPN", 0.5),
    ):
        table = orepact.network.network(mineral).stages[-1]
        use = table.flows[:, list(table.buyers).index(country)].sum()
        (reserve,) = (each for each in GALLERY[name].case.instruments if each.instrument.kind.startswith("reserve"))
        assert reserve.instrument.tonnes * years == pytest.approx(use * 60 / 365, rel=0.02)  # type: ignore[attr-defined]


def test_the_page_lists_the_gallery_of_today() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page_with_gallery(page, list(GALLERY.values())) == page


def test_a_name_that_is_not_there_is_answered_with_the_nearest() -> None:
    with pytest.raises(BadInput, match="did you mean cobalt-quota"):
        from_gallery("cobalt-qouta")
    with pytest.raises(BadInput, match="there is no such file"):
        find_case("none.yaml")
    case = find_case("cobalt-quota")
    assert find_case(case) is case
    assert find_case(FOLDER / "cobalt-quota.yaml") == case


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_every_case_runs_and_moves_something(name: str) -> None:
    case = PathCase.model_validate({**dict(GALLERY[name].case), "draws": 10})
    result = orepact.run(case)
    assert result.summary()["certificate"]["failed"] == 0
    assert result.summary()["certificate"]["max_balance"] <= 1e-9
    assert np.abs(result.data["price"].to_numpy() - 1).max() > 1e-3
