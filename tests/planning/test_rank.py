"""Projects ranked per million: slopes against solving again, what may not change an order, and what is never guessed."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from orepact import facts
from orepact.cases.assemble import base_market
from orepact.cli.app import app
from orepact.errors import BadInput
from orepact.market import solve
from orepact.network import network
from orepact.planning.expected_loss import expected_loss
from orepact.planning.project_list import read_projects, shipped_projects
from orepact.planning.projects import Project
from orepact.planning.rank import Plan, Ranking, plan, rank, want
from orepact.planning.rank_market import PILOT, Effect, Ground, Site, effects, ground, resolved, stage_of, with_added
from orepact.planning.stop_list import Row, read_stops
from orepact.policy import NewProject, Recycling
from orepact.report.rank_text import in_words, mostly_anyway

DEMONSTRATION = Path(__file__).with_name("demonstration_projects.csv")
EU = facts.resolve_place("EU27")
DRAWS = 4
SITES = {
    "gallium": (Site("refined", "DEU"), Site("refined", "JPN"), Site("scrap", "KOR")),
    "lithium": (Site("mine", "PRT"), Site("mine", "CHL"), Site("refined", "DEU"), Site("refined", "ARG")),
    "cobalt": (Site("mine", "CAN"), Site("refined", "DEU"), Site("refined", "FIN"), Site("scrap", "FRA")),
}
PLACES = [(mineral, site) for mineral, sites in SITES.items() for site in sites]
NEW_ROUTES = [("gallium", Site("refined", "JPN")), ("cobalt", Site("mine", "CAN"))]
"""Countries that make some already and sell none of it to most buyers: what they add opens routes that nobody uses today."""

PLANT = Project(
    name="Plant", mineral="gallium", stage="refined", countries=("CAN",), capacity=20.0, start=2027, ramp=1.0, on_time=0.7,
    cost=60e6, currency="EUR", cost_from="made up",
)  # fmt: skip


@cache
def grounds(mineral: str) -> Ground:
    return ground(network(mineral), EU, SITES[mineral], rows=None, draws=DRAWS, seed=1)


@cache
def per_tonne(mineral: str, site: Site) -> Effect:
    return next(effects(grounds(mineral), [site]))


def world(mineral: str, site: Site) -> float:
    return grounds(mineral).world[stage_of(site.kind, grounds(mineral).stages)]


def ranked(*projects: Project, top: int = 0, by: str = "loss", rows: tuple[Row, ...] | None = None) -> Ranking:
    return rank(plan(want("EU27", by=by, top=top, rows=rows, draws=DRAWS), projects, ()))


def names(found: Ranking) -> list[str]:
    return [each.candidate.contribution.project.name for each in found.ranked]


def untold(*projects: Project) -> list[str]:
    found: Plan = plan(want("EU27"), projects, ())
    assert not found.candidates
    return list(found.untold[0].missing)


@given(st.sampled_from(PLACES), st.floats(0.2, 0.8))
@settings(max_examples=10, deadline=None)
def test_the_slope_is_that_of_finite_differences(place: tuple[str, Site], part: float) -> None:
    mineral, site = place
    where, tonnes = grounds(mineral), part * PILOT * world(*place)
    numeric = np.zeros(DRAWS)
    for state in where.stopped:
        sides = []
        for step in (tonnes, -tonnes):
            problem = with_added(state.piloted[0], where.labels, site, step * state.months / 12)
            last = solve(problem, tolerance=1e-12).require().stages[-1]
            sides.append(((last.unserved + last.given_up) * state.worth).sum(axis=1))
        numeric -= ((sides[0] - sides[1]) / (2 * tonnes)).reshape(-1, DRAWS).sum(axis=0)
    found = per_tonne(*place).loss
    np.testing.assert_allclose(found, numeric, rtol=0.01, atol=0.01 * abs(found).max())


@pytest.mark.parametrize(("mineral", "site"), [each for each in PLACES if each not in NEW_ROUTES])
@pytest.mark.parametrize("share", [1e-5, 1e-4])
def test_the_slope_is_what_solving_again_with_a_little_gives(mineral: str, site: Site, share: float) -> None:
    tonnes = share * world(mineral, site)
    slope, again = per_tonne(mineral, site).times(tonnes), resolved(grounds(mineral), site, tonnes)
    for one, other in (
        (slope.loss, again.loss),
        (slope.anyway, again.anyway),
        *zip(slope.shares, again.shares, strict=True),
    ):
        if np.isfinite(other).all():
            np.testing.assert_allclose(one, other, rtol=0.03, atol=0.03 * abs(other).max())


def test_where_tonnes_open_routes_nobody_uses_the_slope_may_have_the_wrong_sign_and_it_is_said() -> None:
    mineral, site = "gallium", Site("refined", "JPN")
    tonnes = 1e-2 * world(mineral, site)
    slope, again = per_tonne(mineral, site).times(tonnes), resolved(grounds(mineral), site, tonnes)
    assert slope.loss.mean() < 0 < again.loss.mean()
    assert "wrong sign" in in_words(float(slope.loss.mean()), float(again.loss.mean()))


@pytest.mark.parametrize(("mineral", "site"), PLACES)
def test_a_slope_is_a_number_at_newcomers_and_on_routes_that_nobody_uses(mineral: str, site: Site) -> None:
    found = per_tonne(mineral, site)
    assert np.isfinite(found.loss).all()
    assert np.isfinite(found.anyway).all()


@given(st.sampled_from(PLACES))
@settings(max_examples=6, deadline=None)
def test_no_capacity_has_no_effect(place: tuple[str, Site]) -> None:
    found = resolved(grounds(place[0]), place[1], 0.0)
    assert not found.loss.any()
    assert not found.anyway.any()
    assert not np.nan_to_num(found.shares).any()


def test_what_is_added_for_a_slope_is_what_the_instrument_adds() -> None:
    base = base_market("cobalt", draws=3)
    for site, record in (
        (Site("refined", "FIN"), NewProject(country="FIN", stage="refined", capacity=4000.0)),
        (Site("mine", "CAN"), NewProject(country="CAN", stage="mine", capacity=4000.0)),
        (Site("scrap", "FIN"), Recycling(country="FIN", stage="refined", arising=4000.0, collection=1.0, recovery=1.0)),
    ):
        mine = with_added(base.problem, base.labels, site, 4000.0)
        theirs = record.apply(base.problem, base.labels, np.zeros(1))
        for one, other in zip(mine.stages, theirs.stages, strict=True):
            assert (one.weights_now is None) == (other.weights_now is None)
            if one.weights_now is not None:
                np.testing.assert_allclose(one.weights_now, other.weights_now, rtol=1e-12, atol=1e-15)
            np.testing.assert_array_equal(one.supply.added, other.supply.added)
            assert (one.secondary is None) == (other.secondary is None)


def test_before_anything_is_added_the_loss_is_that_of_expected_loss() -> None:
    found = grounds("cobalt")
    total = 0.0
    for state in found.stopped:
        last = state.bare[1].stages[-1]
        total += float(((last.unserved + last.given_up) * state.worth).sum()) / DRAWS
    theirs = expected_loss("cobalt", region="EU27", draws=DRAWS, monthly=False, workers=1)
    assert total == pytest.approx(theirs.total()["mean"], rel=1e-9)


def test_a_share_worked_out_by_hand() -> None:
    # Gallium has one stage and producers that answer alike, so a newcomer of t tonnes runs at the usual utilisation u and
    # takes u t / W of everybody's purchases from all others in proportion: China's share s falls by s u t / W.
    site = Site("refined", "DEU")
    where = grounds("gallium")
    supply = where.year.bare[0].stages[0].supply
    share = where.share(0, "CHN", where.year.bare[1])
    by_hand = share * supply.utilisation[:, 0] * 0.01 * world("gallium", site) / supply.output.sum(axis=1)
    found = per_tonne("gallium", site).times(0.01 * world("gallium", site)).shares[0]
    np.testing.assert_allclose(found, by_hand, rtol=0.03)


def test_a_mine_does_next_to_nothing_for_the_share_of_the_refined() -> None:
    tonnes = 0.01 * world("lithium", Site("mine", "PRT"))
    mine, plant = (per_tonne("lithium", Site(*each)).times(tonnes) for each in (("mine", "PRT"), ("refined", "DEU")))
    assert abs(mine.shares[1].mean()) < 0.01 * plant.shares[1].mean()


@given(st.lists(st.floats(1e6, 1e9), min_size=2, max_size=5), st.sampled_from(["loss", "stops", "share"]))
@settings(max_examples=10, deadline=None)
def test_a_dearer_project_never_ranks_higher_for_the_same_tonnes(costs: list[float], by: str) -> None:
    found = ranked(*(PLANT.model_copy(update={"name": f"{at}", "cost": cost}) for at, cost in enumerate(costs)), by=by)
    paid = [each.candidate.cost for each in found.ranked]
    assert paid == sorted(costs)


@pytest.mark.parametrize("by", ["loss", "stops", "share"])
def test_half_the_tonnes_at_a_quarter_of_the_cost_rank_first(by: str) -> None:
    half = PLANT.model_copy(update={"name": "Half", "capacity": 10.0, "cost": 15e6})
    found = ranked(PLANT, half, by=by)
    assert names(found) == ["Half", "Plant"]
    first, second = (each.per_million(by) for each in found.ranked)
    assert first is not None
    assert second is not None
    assert first.mean == pytest.approx(2 * second.mean)


@given(st.permutations(read_projects(DEMONSTRATION)[:4]))
@settings(max_examples=5, deadline=None)
def test_the_order_of_the_list_plays_no_part(projects: list[Project]) -> None:
    assert names(ranked(*projects)) == names(first_four())


@cache
def first_four() -> Ranking:
    return ranked(*read_projects(DEMONSTRATION)[:4])


def test_a_fall_is_in_proportion_to_p_and_the_cost_is_not() -> None:
    sure, doubtful = (ranked(PLANT.model_copy(update={"on_time": chance}), top=1).ranked[0] for chance in (0.8, 0.4))
    assert sure.again is not None
    assert doubtful.again is not None
    assert sure.again.loss.mean == pytest.approx(2 * doubtful.again.loss.mean)
    assert sure.slope.loss.mean == pytest.approx(2 * doubtful.slope.loss.mean)
    assert sure.candidate.cost == doubtful.candidate.cost


def test_twice_the_probability_of_every_stop_is_twice_the_fall_in_loss_and_the_same_share(tmp_path: Path) -> None:
    falls = []
    for probability in (0.01, 0.02):
        path = tmp_path / f"{probability}.csv"
        path.write_text(f"country,mineral,probability\nCHN,gallium,{probability}\n", encoding="utf-8")
        falls.append(ranked(PLANT, rows=read_stops(path)).ranked[0].slope)
    assert falls[1].loss.mean == pytest.approx(2 * falls[0].loss.mean)
    assert falls[0].share == falls[1].share


def test_what_has_no_cost_capacity_or_place_is_named_and_not_ranked() -> None:
    for change, word in (
        ({"cost": None}, "its cost, with its currency"),
        ({"currency": None}, "the currency of its cost"),
        ({"currency": "USD"}, "a rate for its cost in USD (--usd-per-eur)"),
        ({"capacity": None}, "its capacity in tonnes of content"),
        ({"countries": ("CAN", "USA")}, "one country for its capacity (it names 2)"),
        ({"on_time": None}, "how far its permit is"),
        ({"stage": "mine"}, "a stage 'mine' in the table of gallium: it has refined"),
        ({"mineral": "boron"}, "a table of the market of boron: there is none"),
    ):  # fmt: skip
        assert word in untold(PLANT.model_copy(update=change)), change


def test_a_rate_makes_costs_in_two_currencies_comparable() -> None:
    dollars = PLANT.model_copy(update={"currency": "USD", "cost": 120e6})
    found = plan(want("EU27", usd_per_eur=1.2), [dollars], ()).candidates[0]
    assert found.millions == pytest.approx(100.0)
    assert plan(want("EU27", currency="USD"), [dollars], ()).candidates[0].millions == pytest.approx(120.0)


def test_none_of_the_shipped_projects_can_be_ranked_and_partners_can() -> None:
    found = plan(want("EU27", draws=DRAWS), shipped_projects(), ["gallium"])
    assert not found.candidates
    assert all(each.missing for each in found.untold)
    answer = rank(found)
    assert {each.country for each in answer.partners} >= {"JPN", "KOR", "CHN"}
    falls = {each.country: each.fall.mean for each in answer.partners}
    assert falls["CHN"] < 0 < falls["JPN"]
    assert answer.shares[0].country == "CHN"


def test_a_step_as_large_as_a_tenth_of_the_world_is_said_to_do_less_than_its_slope() -> None:
    plant = PLANT.model_copy(update={"capacity": 0.1 * world("gallium", Site("refined", "CAN"))})
    found = ranked(plant, top=1).ranked[0]
    assert found.again is not None
    assert found.again.loss.mean < found.slope.loss.mean
    assert "each further tonne does less" in in_words(found.slope.loss.mean, found.again.loss.mean)


def test_a_first_place_that_cheaper_material_makes_is_said_to_be_one() -> None:
    refinery = PLANT.model_copy(update={"mineral": "lithium", "countries": ("DEU",), "capacity": 5000.0})
    assert "--by stops" in mostly_anyway(ranked(refinery))
    assert not mostly_anyway(ranked(refinery, by="stops"))
    assert not mostly_anyway(ranked(PLANT))


def test_differences_in_words() -> None:
    assert in_words(1.0, 0.98) == "the slope holds"
    assert in_words(1.0, 1.5).endswith("each further tonne does more")
    assert "wrong sign" in in_words(1.0, -0.1)
    assert in_words(0.0, 0.0) == "no effect"


def test_a_wrong_question_is_refused_whole() -> None:
    with pytest.raises(BadInput) as refused:
        want("EU27", by="price", currency="GBP", usd_per_eur=-1.0)
    assert [each.place for each in refused.value.problems] == ["--by", "--currency", "--usd-per-eur"]


def test_the_command_gives_every_number_with_its_way_and_what_is_missing() -> None:
    run = CliRunner().invoke(
        app, ["projects", "rank", "--file", str(DEMONSTRATION), "--draws", "4", "--top", "1", "--json"]
    )
    assert run.exit_code == 0
    answer = json.loads(run.stdout)
    assert [each["project"]["name"].startswith("Demonstration") for each in answer["candidates"]] == [True] * 4
    assert answer["candidates"][0]["solved_again"] is not None
    assert answer["candidates"][1]["solved_again"] is None
    assert {each["project"]["name"]: each["missing"] for each in answer["cannot_tell"]} == {
        "Demonstration cobalt plant": ["a rate for its cost in USD (--usd-per-eur)"],
        "Demonstration without a cost": ["its cost, with its currency"],
    }
    assert answer["certificate"]["max_balance"] < 1e-9


def test_the_command_as_text_and_csv_and_an_option_in_the_wrong_place() -> None:
    runner = CliRunner()
    text = runner.invoke(app, ["projects", "rank", "--mineral", "gallium", "--draws", "2"])
    assert "buys 99 % of its refined material from China, above 65 % (grade " in text.stdout
    rows = runner.invoke(app, ["projects", "rank", "--mineral", "gallium", "--draws", "2", "--csv"]).stdout.splitlines()
    assert rows[0].startswith("kind,rank,name")
    assert any(row.startswith("partner,,Japan,gallium,refined,JPN") for row in rows)
    wrong = runner.invoke(app, ["projects", "--json", "rank"])
    assert isinstance(wrong.exception, BadInput)
    assert "write them after projects rank" in str(wrong.exception.problems[0])


def test_the_file_that_the_page_shows_can_be_ranked_and_the_figures_it_quotes_are_those_of_the_command(
    tmp_path: Path,
) -> None:
    page = (Path(__file__).parents[2] / "docs" / "projects.md").read_text(encoding="utf-8")
    lines = page[page.index("    name,mineral,stage") :].split("\n\n")[0]
    own = tmp_path / "mine.csv"
    own.write_text("\n".join(line.strip() for line in lines.splitlines()) + "\n", encoding="utf-8")
    projects = read_projects(own)
    assert all("Demonstration" in each.name and "invented" in str(each.cost_from) for each in projects)
    found = plan(want("EU27"), projects, ["gallium"])
    assert len(found.candidates) == len(projects)
    answer = rank(plan(want("EU27"), (), ["gallium"]))
    assert f"refined gallium {answer.shares[0].percent:.0f} % is China's" in page
    assert f"takes {answer.partners[0].fall.mean:.2f} points off it" in page
    assert {each.country for each in answer.partners[:3]} == {"JPN", "KOR", "RUS"}
