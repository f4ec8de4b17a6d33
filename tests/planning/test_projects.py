"""Projects: what each adds, by hand; what a mine without a plant adds; the odds; and what nobody can tell."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from orepact import facts
from orepact.cli.app import app
from orepact.errors import BadInput
from orepact.planning.on_time import Chance, chance_of, in_time
from orepact.planning.pipeline import Outlook, balance, pipeline
from orepact.planning.project_list import read_projects, shipped_projects
from orepact.planning.projects import Project, contribution, ramp_share
from orepact.policy.attributes import attributes

PLANT = Project(
    name="Plant",
    mineral="lithium",
    stage="refined",
    countries=("DEU",),
    capacity=1000.0,
    start=2028,
    ramp=2.0,
    on_time=0.7,
)
PIT = PLANT.model_copy(
    update={"name": "Pit", "stage": "mine", "countries": ("CZE",), "yield_share": 0.9, "on_time": 0.5}
)


@dataclass(frozen=True)
class Cell:
    """A cell of a made-up scoreboard."""

    mineral: str = "lithium"
    benchmark: str = "processing"
    method: str = "output"
    stage: str = "refined"
    value: float | None = 5.0
    low: float | None = 4.0
    high: float | None = 7.0
    target: float = 40.0
    verdict: str = "below"
    missing: str = ""


def outlook(*projects: Project, cell: Cell | None = None) -> Outlook:
    return pipeline("EU27", projects, [cell or Cell()], draws=4000).outlooks[0]


def test_a_contribution_by_hand() -> None:
    # First output at the middle of 2028, two years to full output: in 2030 it runs at 75 % to 100 % in the first half and at
    # 100 % in the second. Mean: (0.875 + 1) / 2 = 0.9375. 1000 t x 0.9375 x 0.7 = 656.25 t, of a name-plate of 1000 t.
    found = contribution(PLANT)
    assert (found.name_plate, found.ramp_share) == (1000.0, pytest.approx(0.9375))
    assert found.risk_adjusted == pytest.approx((656.25, 656.25))
    # A mine of the same size, of which refining recovers 90 %, on time with one chance in two: 1000 x 0.9375 x 0.9 x 0.5.
    assert contribution(PIT).risk_adjusted == pytest.approx((421.875, 421.875))
    # Started in the middle of the year itself: half a year of a ramp that reaches a quarter, mean 1/8, over half the year.
    assert contribution(PLANT.model_copy(update={"start": 2030})).ramp_share == pytest.approx(0.0625)
    assert contribution(PLANT.model_copy(update={"start": 2031})).ramp_share == 0.0


def test_a_lead_time_stands_for_a_start() -> None:
    led = PLANT.model_copy(update={"start": None, "lead_time": 2.0, "as_of": 2026})
    assert contribution(led).risk_adjusted == contribution(PLANT).risk_adjusted


@given(st.floats(2025, 2035), st.floats(0, 8), st.integers(2026, 2036))
def test_a_ramp_is_a_share_that_never_falls(first: float, ramp: float, year: int) -> None:
    now, later = ramp_share(year, first, ramp), ramp_share(year + 1, first, ramp)
    assert 0 <= now <= later + 1e-12
    assert later <= 1 + 1e-9
    made = sum(ramp_share(each, first, ramp) for each in range(2020, 2060))
    assert made == pytest.approx(2060 - first - ramp / 2, rel=1e-9)


def test_p_on_time_by_hand() -> None:
    # A permitted mine planned for the middle of 2028 has 30 months to the end of 2030. Half late by 16 months on average:
    # 1 - 0.5 exp(-30/16) = 0.92332; 83 % late by 9.64 months: 1 - 0.83 exp(-3.1125) = 0.96308. 45 to 100 % are finished.
    found = chance_of("mine", "permitted", months=30)
    assert isinstance(found, Chance)
    assert (found.low, found.high) == (pytest.approx(0.45 * 0.92332, abs=1e-5), pytest.approx(0.96308, abs=1e-5))
    assert found.grade == "D"


@given(st.floats(0, 120), st.floats(0.1, 60), st.floats(0.01, 1), st.floats(1, 40))
def test_more_slack_is_never_less_likely(months: float, more: float, late: float, delay: float) -> None:
    less, ampler = in_time(months, late, delay), in_time(months + more, late, delay)
    assert -1e-12 <= 1 - late - 1e-12 <= less <= ampler <= 1
    assert in_time(-0.01, late, delay) == 0


def test_a_state_without_a_reference_class_is_not_told() -> None:
    for stage, state in (("refined", "construction"), ("scrap", "permitting"), ("mine", "paused")):
        found = chance_of(stage, state, months=24)
        assert isinstance(found, str), (stage, state)
        assert "a reference class" in found
    assert chance_of("refined", "built", months=24) == Chance(1, 1, "E", ("orepact_assumption",), "the plant stands")


def test_the_reference_classes_are_the_published_lead_times() -> None:
    classes = facts.load("reference_classes").set_index(["stage", "state", "measure"])
    times = facts.load("coefficients").query("parameter == 'lead time'").set_index("scope")["value"]
    late = classes.loc[("*", "*", "share of projects that start late")]
    assert late["high"] == times["all projects; share of mining projects over budget or late"]
    assert (
        classes.loc[("*", "*", "mean delay of all projects"), "value"]
        == times["all projects; construction slippage, mean"]
    )
    finished = classes.xs("share of projects that are finished", level="measure")
    assert (
        finished.loc[("mine", "permitting"), "low"]
        == times["all metals; share of discoveries that became mines (by number)"]
    )


tonnes = st.lists(st.floats(0, 1e4), min_size=1, max_size=5).map(np.array)


@given(tonnes, st.floats(0, 1e4), st.one_of(st.none(), st.floats(0, 1e4)), st.floats(0, 1e4))
def test_processing_gains_no_more_than_plants_and_feed(
    ore: np.ndarray, plants: float, feed: float | None, more: float
) -> None:
    gained = balance(ore, np.full_like(ore, plants), feed)
    assert (gained <= plants).all()
    assert (balance(ore, np.zeros_like(ore), feed) == 0).all()
    assert (balance(ore + more, np.full_like(ore, plants), feed) >= gained).all()
    if feed is not None:
        assert (gained <= ore + feed).all()


def test_a_mine_without_a_plant_adds_nothing_to_processing() -> None:
    alone = outlook(PIT)
    assert (alone.name_plate, alone.risk_adjusted, alone.met) == (0.0, (0.0, 0.0), (0.0, 0.0))
    mined = outlook(PIT, cell=Cell(benchmark="extraction", stage="mine", target=10.0))
    assert mined.name_plate == 900.0
    # With a plant that has no other feed, processing gains what the mine gives, and only where both are on time.
    fed = outlook(PIT, PLANT.model_copy(update={"feed": 0.0}))
    assert fed.name_plate == 900.0
    assert fed.risk_adjusted[0] == pytest.approx(0.9375 * 900 * 0.7 * 0.5, rel=0.05)
    assert outlook(PLANT.model_copy(update={"feed": 0.0})).name_plate == 0.0
    assert outlook(PLANT).risk_adjusted == pytest.approx((656.25, 656.25))


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 5000), st.floats(0, 60))
def test_a_better_chance_or_a_bigger_plant_never_lowers_the_odds(
    one: float, other: float, more: float, target: float
) -> None:
    low, high = sorted((one, other))
    cell = Cell(target=target)
    odds = [
        outlook(PLANT.model_copy(update={"on_time": chance, "capacity": 1000 + extra}), cell=cell).met
        for chance, extra in ((low, 0), (high, 0), (high, more))
    ]
    assert all(each is not None for each in odds)
    assert odds[0] <= odds[1] <= odds[2]  # type: ignore[operator]


@given(st.floats(0, 1))
def test_a_share_of_one_country_only_falls(chance: float) -> None:
    cell = Cell(benchmark="single_country", method="direct", value=79.0, low=71.0, high=85.0, target=65.0)
    without, within = (
        outlook(*projects, cell=cell).met for projects in ((), (PLANT.model_copy(update={"on_time": chance}),))
    )
    assert without is not None
    assert within is not None
    assert within[0] >= without[0]


def test_the_odds_by_hand() -> None:
    # Use is 4 153 t: a plant of 2 000 t in full output adds 48 points, which meets 40 % whenever it is on time, and only then.
    big = PLANT.model_copy(update={"capacity": 2000.0, "start": 2025, "on_time": 0.3})
    found = outlook(big)
    assert found.use == pytest.approx(4153, abs=1)
    assert found.met == pytest.approx((0.3, 0.3), abs=0.03)
    # Today's band alone: the median is the target, so even odds.
    assert outlook(cell=Cell(target=5.0)).met == pytest.approx((0.5, 0.5), abs=0.03)
    assert found.gap == pytest.approx(0.35 * found.use)


def test_the_same_seed_gives_the_same_odds() -> None:
    cell = Cell(target=6.0)
    one, again, other = (pipeline("EU27", [PLANT], [cell], seed=seed).outlooks[0].met for seed in (1, 1, 2))
    assert one == again != other


def test_a_later_start_shows_the_delay_that_breaks_it() -> None:
    planned, *later = outlook(PLANT).late
    assert planned == pytest.approx(937.5)
    assert later == pytest.approx([500.0, 62.5, 0.0])


def test_what_cannot_be_told_stays_untold() -> None:
    untold = PLANT.model_copy(update={"name": "Silent", "capacity": None})
    assert contribution(untold).risk_adjusted is None
    assert outlook(untold).met is None
    assert "figures of 1 project: Silent" in outlook(untold).missing
    # Where today nearly meets it, the odds have a floor and an open end.
    assert outlook(untold, cell=Cell(target=4.5)).met == (pytest.approx(0.74, abs=0.03), 1.0)
    assert outlook(PLANT, cell=Cell(verdict="cannot tell", missing="use of steel")).met is None
    assert "use of steel" in outlook(PLANT, cell=Cell(verdict="cannot tell", missing="use of steel")).missing
    assert outlook(cell=Cell(value=None)).met is None
    assert outlook(PLANT, cell=Cell(mineral="steel")).met is not None  # no project of steel: nothing is added
    steel = PLANT.model_copy(update={"mineral": "steel"})
    assert "what the region buys of steel" in outlook(steel, cell=Cell(mineral="steel")).missing


def test_what_operates_is_not_counted_twice() -> None:
    running = contribution(PLANT.model_copy(update={"state": "operating"}))
    assert not running.counted
    assert running.risk_adjusted is None
    assert outlook(PLANT.model_copy(update={"state": "operating"})).untold == 0


def test_only_projects_that_stand_in_the_region_count() -> None:
    abroad = PLANT.model_copy(update={"countries": ("DEU", "GRL")})
    assert outlook(abroad).told == 0
    assert outlook(PLANT).told == 1


def test_the_shipped_list_is_read_whole_and_says_what_it_lacks() -> None:
    projects = shipped_projects()
    assert {each.name for each in projects} == set(facts.load("projects")["name"])
    assert all(each.capacity is None for each in projects)
    doade = next(each for each in projects if each.name == "Mina Doade")
    assert (doade.mineral, doade.stage, doade.start, doade.state) == ("lithium", "mine", 2027, "permitting")
    assert contribution(doade).missing == ("its capacity in tonnes of content (source: about 500 kt ore/y)",)
    assert contribution(doade).chance is not None
    for each in projects:
        found = contribution(each)
        assert found.missing or not found.counted, each.name


def test_every_attribute_has_a_unit_a_meaning_and_a_source() -> None:
    for each in attributes(Project):
        assert all((each.unit, each.meaning, each.source)), each.name


def test_a_file_is_refused_with_everything_that_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("name,mineral,stage,countries,capacity,on_time\n,unobtainium,mine,CZE,much,2\nA,tin,pit,cz,-1,\n")
    with pytest.raises(BadInput) as refused:
        read_projects(path)
    said = str(refused.value)
    assert all(
        f"project {number}, {field}" in said for number, field in ((1, "mineral"), (1, "capacity"), (2, "stage"))
    )
    assert len(refused.value.problems) >= 7
    path.write_text("name\n")
    with pytest.raises(BadInput, match="the file holds no project"):
        read_projects(path)
    other = tmp_path / "mine.yaml"
    other.write_text("name: one\n")
    with pytest.raises(BadInput, match="no list of projects"):
        read_projects(other)
    with pytest.raises(BadInput, match="cannot be read"):
        read_projects(tmp_path / "absent.csv")


def test_the_command_says_it_in_words_json_and_csv(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(
        "- {name: Plant, mineral: lithium, stage: refined, countries: [DEU], capacity: 1000.0, start: 2028, on_time: 0.7}\n"
    )
    run = CliRunner().invoke
    words = run(app, ["projects", "--mineral", "lithium", "--file", str(path)], catch_exceptions=False).stdout
    assert words.startswith("1 of 1 project of lithium in EU27 has the figures")
    assert "t are missing; output is" in words
    answer = json.loads(run(app, ["projects", "--mineral", "Li", "--json"], catch_exceptions=False).stdout)
    assert {each["mineral"] for each in answer["cells"]} == {"lithium"}
    assert all(each["name_plate"] is None for each in answer["projects"])
    table = run(app, ["projects", "--region", "CAN", "--csv"], catch_exceptions=False).stdout.splitlines()
    assert table[0].startswith("name,mineral,stage")
    assert any(line.startswith("Sorel-Tracy") for line in table)
    assert sum(line.startswith("Matawinie") for line in table) == 1
    empty = run(app, ["projects", "--region", "CHL", "--csv"], catch_exceptions=False).stdout.splitlines()
    assert empty == table[:1]
    none = run(app, ["projects", "--region", "CHL"], catch_exceptions=False).stdout
    assert none.strip() == "No project in CHL is in the list."
