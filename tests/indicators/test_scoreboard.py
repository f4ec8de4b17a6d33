"""The scoreboard: verdicts that hold for all that is unknown, gaps that stay gaps, and every cell traced to its inputs."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orepact import facts
from orepact.errors import BadInput, UnknownName
from orepact.indicators import board_study
from orepact.indicators import scoreboard as board_room
from orepact.indicators.board_network import NetworkEvidence
from orepact.indicators.capacity import capacity
from orepact.indicators.figures import Figure, Gap, better, between, exact, over
from orepact.indicators.members import region_of
from orepact.indicators.scoreboard import COLUMNS, Scoreboard, scoreboard, verdict_of
from orepact.network import inferred, network


def figure(value: float, grade: str = "A", *, share: bool = False, year: str = "2023") -> Figure:
    return exact(value, grade=grade, year=year, sources=("x",), trail="t", is_share=share)


def test_a_ratio_by_hand() -> None:
    # 30 t, or up to 50 t with what nobody names, over 100 t: 30 %, at most 50 %; grades A and B err by 2 % and 5 %.
    made = between(figure(30.0), 30.0, 50.0, "20 t unnamed")
    found = over(made, figure(100.0, "B"))
    assert isinstance(found, Figure)
    assert (found.value, found.floor, found.ceiling, found.grade) == (0.3, 0.3, 0.5, "B")
    low, high = found.band()
    spread = math.exp(1.2815515655 * math.hypot(0.02, 0.05))
    assert (low, high) == (pytest.approx(0.3 / spread), pytest.approx(0.5 * spread))


def test_the_band_of_a_share_moves_its_odds() -> None:
    # Grade D errs by 30 %: odds of 0.8 are 4, times exp(1.2816 x 0.3) = 1.4688 is 5.875, a share of 0.8545.
    low, high = figure(0.8, "D", share=True).band()
    assert high == pytest.approx(5.875 / 6.875, abs=1e-3)
    assert low == pytest.approx((4 / 1.4688) / (1 + 4 / 1.4688), abs=1e-3)
    assert figure(1.0, "E", share=True).band()[1] == 1.0


def test_a_gap_stays_a_gap_and_all_gaps_are_named() -> None:
    assert over(Gap("output"), Gap("use")) == Gap("output; use")
    assert over(figure(1.0), Gap("use")) == Gap("use")
    assert isinstance(over(figure(1.0), figure(0.0)), Gap)


def test_what_does_not_arise_is_no_gap() -> None:
    beside = Gap("no scrap gives it back", applies=False)
    assert over(Gap("output"), beside) == beside
    assert better([beside, Gap("x")]) == beside
    assert better([beside, figure(1.0)]).value == 1.0  # type: ignore[union-attr]
    cell = board_room._cell(("alumina", "recycling", "output", "scrap"), beside, "at least", 0.25)
    assert (cell.verdict, cell.value, cell.missing) == ("not applicable", None, "no scrap gives it back")


def test_recycling_of_ores_is_not_applicable_anywhere_and_in_no_count() -> None:
    from orepact.report.scoreboard_text import asked_of, headline, verdicts

    for region in ("EU27", "JPN"):
        board = scoreboard(region, materials="alumina,bauxite,cobalt")
        beside = [cell.address for cell in board.cells if cell.verdict == "not applicable"]
        assert beside == [
            f"{name}/recycling/{how}/scrap" for name in ("alumina", "bauxite") for how in ("output", "capacity")
        ]
        told = verdicts(board)
        assert told["not applicable"] == 2
        assert asked_of(told) == told["meets"] + told["below"] + told["cannot tell"] == told.total() - 2
        assert f"of {asked_of(told)} benchmarks" in headline(board)
        assert "2 are not applicable" in headline(board)


def test_a_table_without_use_of_the_members_is_a_gap_and_no_none() -> None:
    board = scoreboard("LUX", materials="cobalt")
    cell = board.why("cobalt/processing/output")[0]
    assert cell.verdict == "cannot tell"
    assert "the table has none, which nobody publishes as none" in cell.missing


def test_the_better_grade_counts_then_the_later_period() -> None:
    old, new, good = figure(1.0, "D", year="2016/2020"), figure(2.0, "D"), figure(3.0, "C", year="2016/2020")
    chosen = better([old, new, Gap("x")])
    assert isinstance(chosen, Figure)
    assert (chosen.value, chosen.trail) == (2.0, ("t", "not used: 100%, grade D, 2016/2020 (t)"))
    best = better([old, new, good])
    assert isinstance(best, Figure)
    assert best.value == 3.0
    assert better([Gap("x"), Gap("y")]) == Gap("x; y")


@pytest.mark.parametrize(
    ("floor", "ceiling", "bound", "verdict"),
    [
        (0.10, 0.12, "at least", "meets"),
        (0.02, 0.09, "at least", "below"),
        (0.09, 0.11, "at least", "cannot tell"),
        (0.60, 0.65, "at most", "meets"),
        (0.66, 0.90, "at most", "below"),
        (0.60, 0.70, "at most", "cannot tell"),
    ],
)
def test_verdicts(floor: float, ceiling: float, bound: str, verdict: str) -> None:
    assert verdict_of(floor, ceiling, bound, 0.1 if bound == "at least" else 0.65) == verdict


@given(st.floats(0.01, 0.99), st.floats(0.0, 0.5), st.sampled_from("ABCDE"), st.sampled_from(["at least", "at most"]))
def test_more_that_is_unknown_never_turns_a_verdict_into_the_other(
    share: float, unknown: float, grade: str, bound: str
) -> None:
    known = figure(share, grade, share=True)
    opened = between(known, share, min(1.0, share + unknown), "unknown")
    before, after = (verdict_of(*each.band(), bound, 0.4) for each in (known, opened))
    assert after in {before, "cannot tell"}


@pytest.fixture(scope="module")
def board() -> Scoreboard:
    return scoreboard("EU27")


def test_every_combination_has_one_row_with_all_columns(board: Scoreboard) -> None:
    frame = board.frame()
    assert list(frame.columns) == COLUMNS
    assert not frame.duplicated(["mineral", "benchmark", "method", "stage"]).any()
    assert set(frame["verdict"]) <= {"meets", "below", "cannot tell", "not applicable"}
    told = frame[frame["verdict"].isin(["meets", "below"])]
    assert told[["value", "low", "high", "grade", "year"]].notna().all().all()
    assert (told["sources"] != "").all()
    assert (told["missing"] == "").all()
    untold = frame[frame["verdict"] == "cannot tell"]
    assert (untold["missing"].str.len() > 5).all()
    assert frame["value"].dropna().ge(0).all()
    known = frame.dropna(subset=["value"])
    assert (known["low"] <= known["value"] + 1e-9).all()
    assert (known["high"] >= known["value"] - 1e-9).all()


def test_all_seventeen_strategic_materials_are_there(board: Scoreboard) -> None:
    minerals = {cell.mineral for cell in board.cells}
    assert minerals >= {
        "bauxite", "bismuth", "boron", "cobalt", "copper", "gallium", "germanium", "lithium", "magnesium", "manganese",
        "graphite", "nickel", "platinum", "neodymium", "dysprosium", "silicon", "titanium_metal", "tungsten",
    }  # fmt: skip
    assert "erbium" not in minerals


def cell(found: Scoreboard, address: str) -> pd.Series:
    frame = found.frame().set_index(["mineral", "benchmark", "method", "stage"])
    return frame.loc[tuple(address.split("/"))]


def test_published_figures_come_through(board: Scoreboard) -> None:
    # The Commission's study of 2023: EoL-RIR of tungsten 42 %, 97 % of magnesium from China, no domestic magnesium.
    assert cell(board, "tungsten/recycling/output/scrap")["value"] == pytest.approx(42.0)
    magnesium = cell(board, "magnesium/single_country/direct/refined")
    assert (magnesium["value"], magnesium["verdict"]) == (pytest.approx(97.0), "below")
    assert cell(board, "magnesium/processing/output/refined")["value"] == pytest.approx(0.0)


def test_a_cell_from_a_table_is_what_the_table_says(board: Scoreboard) -> None:
    found = network("cobalt")
    refined = found.stage("refined")
    members = facts.resolve_place("EU27")
    inside, makes = np.isin(refined.buyers, members), np.isin(refined.producers, members)
    made = (refined.output - refined.secondary)[makes].sum()
    used = refined.flows[:, inside].sum()
    assert cell(board, "cobalt/processing/output/refined")["value"] == pytest.approx(100 * made / used)
    third = pd.Series(refined.flows[:, inside].sum(axis=1) / used, refined.producers)[~makes].drop(
        "OTH", errors="ignore"
    )
    assert cell(board, "cobalt/single_country/direct/refined")["value"] == pytest.approx(100 * third.max())


def test_contradictions_inside_a_study_are_kept_and_told(board: Scoreboard) -> None:
    germanium = cell(board, "germanium/processing/output/refined")
    assert germanium["verdict"] == "cannot tell"
    assert "import reliance says 58% domestic, its sourcing shares 7%" in germanium["missing"]


def test_why_gives_the_inputs_and_refuses_what_is_not_there(board: Scoreboard) -> None:
    (found,) = board.why("Cobalt/processing/output")
    assert any("25," in line and "output of refined cobalt" in line for line in found.trail)
    assert len(board.why("cobalt")) == 9
    with pytest.raises(BadInput, match="single_country/look_through/refined"):
        board.why("cobalt/smelting")
    with pytest.raises(UnknownName):
        board.why("unobtainium")


@pytest.mark.parametrize("region", ["USA", "JPN", "MSP", "G7", "KOR"])
def test_any_region_has_a_board_and_nothing_of_the_eus_studies(region: str) -> None:
    found = scoreboard(region, materials="cobalt,lithium,gallium")
    frame = found.frame()
    assert (frame.loc[frame["benchmark"] == "recycling", "verdict"] == "cannot tell").all()
    assert not frame["sources"].str.fullmatch("ec_crm_study_2023").any()
    assert (frame["verdict"] != "cannot tell").any()


def test_members_follow_the_day() -> None:
    assert "GBR" in region_of("EU", 2018).members
    assert "GBR" not in region_of("EU", 2021).members
    assert region_of("EU27").studied
    assert not region_of("EU", 2018).studied
    assert region_of("EU", 2018).day == dt.date(2018, 12, 31)


def test_a_region_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "my.yaml"
    path.write_text(
        "name: Nordic\nmembers: [Sweden, FIN, {country: NOR, since: 2020-01-01}, {country: DNK, until: 2019-12-31}]\n"
    )
    assert region_of(str(path), 2023).members == ("FIN", "NOR", "SWE")
    assert region_of(str(path), 2018).members == ("DNK", "FIN", "SWE")
    assert scoreboard(str(path), materials="cobalt").region.name == "Nordic"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name: x\nmembers: [Atlantis]\n", "Atlantis"),
        ("name: x\n", "members"),
        ("name: x\nmembers: [SWE]\ncolour: red\n", "colour"),
        ("name: x\nmembers: []\n", "no members"),
        ("name: [unclosed\n", "not YAML"),
        ("", "holds no region"),
    ],
)
def test_a_region_file_that_is_none(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "my.yaml"
    path.write_text(text)
    with pytest.raises(BadInput, match=words):
        region_of(str(path))
    with pytest.raises(BadInput, match="cannot be read"):
        region_of(str(tmp_path / "none.yaml"))


def test_extraction_by_the_study_is_the_share_of_ore_times_that_of_refined_output(board: Scoreboard) -> None:
    # Copper: 52 % of ore and 83 % of refined output are domestic, so 0.52 x 0.83 = 43 % of refined use is dug at home.
    assert cell(board, "copper/extraction/output/mine")["value"] == pytest.approx(100 * 0.52 * 0.83)
    # Lithium: 19 % of ore, but nothing is refined: what is dug is not what is used.
    lithium = cell(board, "lithium/extraction/output/mine")
    assert (lithium["value"], lithium["verdict"]) == (pytest.approx(0.0), "below")


def test_a_share_printed_in_whole_percent_may_be_half_a_percent_more(board: Scoreboard) -> None:
    magnesium = cell(board, "magnesium/processing/output/refined")
    assert (magnesium["low"], magnesium["value"]) == (0.0, 0.0)
    assert 0.5 < magnesium["high"] < 1.0


def test_nothing_named_is_no_figure(board: Scoreboard) -> None:
    platinum = cell(board, "platinum/extraction/output/mine")
    assert np.isnan(platinum["value"])
    assert platinum["high"] > 10
    assert platinum["verdict"] == "cannot tell"


def test_a_withheld_member_is_not_counted_as_having_none() -> None:
    magnesium = cell(scoreboard("USA", materials="magnesium"), "magnesium/processing/output/refined")
    assert magnesium["verdict"] == "cannot tell"
    assert "USA, for which no figure is published" in magnesium["missing"]


def test_no_figure_of_a_year_to_come_gives_a_verdict_and_the_study_speaks_for_no_year_before_it() -> None:
    for year in (2015, 2090):
        frame = scoreboard("EU", year=year, materials="cobalt,lithium").frame()
        assert (frame["verdict"] == "cannot tell").all(), year
    with pytest.raises(BadInput, match="take EU"):
        scoreboard("EU27", year=2018)


def test_what_was_not_used_is_in_the_trail(board: Scoreboard) -> None:
    (bismuth,) = board.why("bismuth/single_country/direct/refined")
    assert any(line.startswith("not used: 9") and "grade E, 2023" in line for line in bismuth.trail)


CAPACITY = pd.DataFrame(
    {
        "mineral": "tin", "stage": "refined", "unit": "t", "period": "2024", "source": "usgs_mcs2026", "grade": "B",
        "country": ["DEU", "CHN", "OTH", "WLD"], "value": [10.0, 80.0, 10.0, 100.0],
    }
)  # fmt: skip


def _capacity(monkeypatch: pytest.MonkeyPatch, values: dict[str, float | None], region: str = "EU27") -> Figure | Gap:
    table = CAPACITY.assign(value=CAPACITY["country"].map(values))
    table = table[table["country"].isin(values)]
    whole = facts.load
    monkeypatch.setattr(facts, "load", lambda name: table if name == "capacity" else whole(name))
    return capacity(region_of(region), "tin", "refined", None)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"DEU": 10.0, "CHN": 80.0, "OTH": 10.0, "WLD": 100.0}, (10.0, 20.0)),
        ({"DEU": 10.0, "CHN": 90.0, "WLD": 100.0}, (10.0, 10.0)),
        ({"DEU": None, "CHN": 90.0, "WLD": 100.0}, None),
        ({"DEU": 10.0, "CHN": 80.0, "OTH": None, "WLD": 100.0}, None),
        ({"CHN": 100.0, "WLD": 100.0}, (0.0, 0.0)),
        ({"CHN": 80.0, "WLD": 100.0}, None),
        ({"CHN": None, "WLD": None}, None),
    ],
)
def test_capacity_is_a_gap_where_a_figure_is_missing_and_none_only_where_the_list_is_complete(
    monkeypatch: pytest.MonkeyPatch, values: dict[str, float | None], expected: tuple[float, float] | None
) -> None:
    monkeypatch.setattr("orepact.indicators.capacity._producers", lambda *_: set())
    found = _capacity(monkeypatch, values)
    if expected is None:
        assert isinstance(found, Gap)
    else:
        assert isinstance(found, Figure)
        assert (found.floor, found.ceiling) == expected


def test_sourcing_that_is_given_to_no_country_may_be_anybodys(monkeypatch: pytest.MonkeyPatch) -> None:
    shares = pd.Series({"CHN": 0.6, "NOR": 0.1, "DEU": 0.1})
    monkeypatch.setattr(board_study, "_sourcing", lambda: {("tin", "refined"): shares})
    found = board_study.StudyEvidence(region_of("EU27"), "tin").single_country("refined")
    assert isinstance(found, Figure)
    assert found.value == pytest.approx(0.6)
    assert found.ceiling == pytest.approx(0.6 + 0.2)
    assert "20% of sourcing is given to no country" in found.why_open


def test_unnamed_ore_opens_what_is_looked_through() -> None:
    found = network("cobalt")
    region = region_of("EU27")
    sure = NetworkEvidence(region, found).look_through()
    ore = found.stages[0]
    named = replace(found, stages=(replace(ore, doubt=replace(ore.doubt, unnamed=0.0)), found.stages[1]))
    fewer = NetworkEvidence(region, named).look_through()
    assert isinstance(sure, Figure)
    assert isinstance(fewer, Figure)
    assert ore.doubt.unnamed > 0
    assert sure.ceiling > fewer.ceiling
    assert sure.floor < fewer.floor


DAMAGED = ("production", "shares", "eu_assessments", "recycling", "capacity")
CACHES: tuple[Callable[..., object], ...] = (
    board_room._balanced, inferred.stand_in_use, board_study._reliances, board_study._sourcing, board_study._recycled,
)  # fmt: skip


def _forget() -> None:
    for cached in CACHES:
        cached.cache_clear()  # type: ignore[attr-defined]


@pytest.fixture
def nothing_remembered() -> Iterator[None]:
    _forget()
    yield
    _forget()


@cache
def _whole(region: str) -> pd.DataFrame:
    return scoreboard(region).frame()


@pytest.mark.slow
@pytest.mark.usefixtures("nothing_remembered")
@pytest.mark.parametrize("region", ["EU27", "USA", "MSP", "JPN", "DEU"])
@pytest.mark.parametrize("seed", range(4))
def test_missing_figures_turn_verdicts_to_cannot_tell_and_never_to_another(
    seed: int, region: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Random figures are blanked; every verdict stays what it was, or becomes "cannot tell"."""
    before = _whole(region)
    whole = facts.load
    share = (0.02, 0.1, 0.4, 0.7)[seed]

    def damaged(name: str) -> pd.DataFrame:
        table = whole(name)
        if name not in DAMAGED:
            return table
        gone = np.random.default_rng([seed, len(name)]).random(len(table)) < share
        return table.assign(value=table["value"].mask(gone & (table.get("country") != "WLD")))

    monkeypatch.setattr(facts, "load", damaged)
    _forget()
    after = scoreboard(region).frame()
    both = before.merge(after, on=["mineral", "benchmark", "method", "stage"], suffixes=("", "_after"))
    assert len(both) == len(before)
    turned = both[(both["verdict_after"] != "cannot tell") & (both["verdict_after"] != both["verdict"])]
    # Out of "cannot tell" only another source may lead, or the side that the whole figure was on already.
    met = np.where(
        both["benchmark"] == "single_country", both["value"] <= both["target"], both["value"] >= both["target"]
    )
    same_side = (both["verdict_after"] == np.where(met, "meets", "below")) & both["value"].notna()
    new_source = both["sources_after"] != both["sources"]
    bad = turned[(turned["verdict"] != "cannot tell") | ~(new_source | same_side)[turned.index]]
    columns = [
        "mineral",
        "benchmark",
        "method",
        "stage",
        "value",
        "verdict",
        "value_after",
        "verdict_after",
        "year_after",
    ]
    assert bad.empty, bad[columns].to_string()
