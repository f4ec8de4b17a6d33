"""The question of routes: facts in, an answer in words out; what cannot be told is said, and no route is an answer."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import numpy as np
import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from orepact import facts
from orepact.cases.path import run as run_case
from orepact.cli.app import app
from orepact.corridors.corridor import CorridorAnswer, corridor
from orepact.corridors.exposure import mode, network_legs
from orepact.corridors.lines import lines, points
from orepact.corridors.market import closing
from orepact.corridors.ways import read_ways, ways
from orepact.errors import BadInput, MissingData, UnknownName
from orepact.network import network
from orepact.report.corridor_chart import corridor_picture
from orepact.report.corridor_headline import headline
from orepact.report.corridor_text import (
    _unserved,
    added_sentence,
    cut_sentence,
    exposure_sentence,
    loss_sentence,
    market_sentence,
)
from orepact.web.app import create_app

EU = facts.resolve_place("EU27")


@pytest.fixture(scope="module")
def congo() -> CorridorAnswer:
    return corridor("cobalt", origin="COD", to="EU27", close="suez", allied_only="MSP")


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(create_app(), base_url="http://127.0.0.1")


def test_lobito_has_the_published_figures_and_no_other() -> None:
    lobito = ways()["lobito"]
    assert lobito.figures["capacity_planned"].value == 4_600_000
    assert lobito.figures["days"].value == 6
    assert lobito.through("COD") == ("COD", "AGO")
    assert "cost" not in lobito.figures
    capacity = lobito.capacity()
    planned = lobito.capacity(planned=True)
    assert capacity is not None
    assert planned is not None
    assert capacity.value < planned.value
    assert ways()["beira_road"].capacity() is None


def test_every_corridor_ends_at_a_known_port_and_begins_in_a_known_country() -> None:
    from orepact.corridors.sea import ports

    known = set(facts.load("countries")["country"])
    for way in ways().values():
        assert {*way.origins, *way.jurisdictions, *way.owners, way.ends_in} <= known, way.slug
        assert not way.port or ports()[way.port].country == way.ends_in, way.slug


def test_the_most_is_bounded_by_supply_use_and_cut(congo: CorridorAnswer) -> None:
    answer = congo.summary()
    assert answer["flow"]["max_t"] <= min(answer["flow"]["supply_t"], answer["flow"]["use_t"]) * (1 + 1e-9)
    assert answer["flow"]["today_t"] <= answer["flow"]["max_t"]
    assert sum(each["capacity_t"] for each in answer["cut"]) == pytest.approx(answer["flow"]["max_t"])


def test_each_rule_on_top_lets_less_through(congo: CorridorAnswer) -> None:
    for end in ("low", "high"):
        amounts = [getattr(each, end) for each in congo.allied]
        assert amounts == sorted(amounts, reverse=True)
    assert all(each.low <= each.high <= congo.flow.tonnes * (1 + 1e-9) for each in congo.allied)
    fails = {(each.name, each.rule) for each in congo.failures}
    assert ("refining in China", "refiners") in fails
    assert ("Suez Canal", "laws") in fails
    assert ("Tanzania-Zambia Railway (TAZARA)", "owners") in fails


def test_what_nobody_can_tell_of_owners_is_a_range(congo: CorridorAnswer) -> None:
    owners = congo.allied[1]
    assert owners.low < owners.high
    assert any(not each.known for each in congo.failures)


def test_that_refining_is_what_is_wanting_is_said_plainly(congo: CorridorAnswer) -> None:
    sentence = congo.summary()["refining"]["sentence"]
    assert "China refines 98 %" in sentence
    assert "not who refines it" in sentence
    assert "for want of allied refining" not in sentence
    assert "already under the limit of 65 %, over the whole range" in sentence
    assert "The two shares count different tonnes" in sentence


def test_a_share_whose_range_has_the_limit_inside_cannot_be_told() -> None:
    sentence = corridor("copper", origin="ZMB", to="EU27").summary()["refining"]["sentence"]
    assert "Whether that is under the limit of 65 % cannot be told" in sentence
    assert "for want of" not in sentence


def test_home_refined_goods_are_another_question() -> None:
    found = corridor("rare_earths", origin="CHN", to="EU27")
    assert found.request.stage == "refined"
    assert "a route moves where they go, not who refined them" in found.summary()["refining"]["sentence"]


def test_no_route_is_an_answer_in_words() -> None:
    found = corridor("aluminium", origin="QAT", to="EU27", close="hormuz", allied_only="MSP")
    assert found.flow.units == 0
    assert headline(found).startswith("No route: with Strait of Hormuz closed")
    assert cut_sentence(found) == "There is no cut to name: nothing flows."
    assert loss_sentence(found) == "There is nothing to lose."
    assert "have no way left" in market_sentence(found)
    assert found.summary()["certificate"]["equal"]
    assert all(not route.exists for route in found.routes)
    assert added_sentence(found) == "Every route ends."
    assert any("road to ports of Saudi Arabia" in note for note in found.summary()["notes"])
    json.dumps(found.summary(), allow_nan=False, default=float)


def test_ports_outside_the_strait_are_left_when_it_closes() -> None:
    found = corridor("aluminium", origin="ARE", to="EU27", close="hormuz")
    assert set(found.severing.names) == {"port of Fujairah", "port of Khor Al Fakkan"}
    assert added_sentence(found) == "1 of 3 routes end; the others become no longer."
    assert exposure_sentence(found).startswith("Before the closure, of all aluminium")


@pytest.mark.parametrize(
    ("low", "median", "high", "said"),
    [
        (0.0, 0.033, 110.0, "almost nothing goes unserved (0 to 110 t)"),
        (0.0, 0.0, 0.736, "next to nothing goes unserved (less than 1 t)"),
        (12.0, 40.0, 110.0, "40.0 t go unserved (12.0 to 110 t)"),
    ],
)
def test_what_goes_unserved_is_said_no_finer_than_its_range(low: float, median: float, high: float, said: str) -> None:
    assert _unserved({"low": low, "median": median, "high": high}) == said


def test_a_buyer_that_uses_none_is_no_closed_route() -> None:
    said = CliRunner().invoke(
        app,
        ["corridor", "-m", "rare_earths", "--from", "IND", "--to", "KOR", "--stage", "refined", "--allied-only", "MSP"],
    )
    assert said.exit_code == 0, said.output
    assert said.output.startswith("South Korea uses no rare earths")
    assert "No route" not in said.output


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"close": "suezz"}, "did you mean suez"),
        ({"origin": "Congoo"}, "--from"),
        ({"origin": "EU27"}, "a route begins in one country"),
        ({"to": "COD"}, "the origin lies inside it"),
        ({"via": "lobbito"}, "did you mean lobito"),
        ({"stage": "component"}, "no such stage"),
        ({"allied_only": "NATOO"}, "--allied-only"),
    ],
)
def test_what_is_wrong_is_said_with_what_to_do(asked: dict[str, Any], words: str) -> None:
    with pytest.raises(BadInput) as caught:
        corridor(**{"mineral": "cobalt", "origin": "COD", **asked})
    assert words in str(caught.value)


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(UnknownName) as caught:
        corridor("cobaltt", origin="Congoo", to="Atlantis", close="atlantis", via="atlantis", allied_only="atlantis")
    assert len(caught.value.problems) == 6


def test_a_country_without_a_way_out_cannot_be_told() -> None:
    with pytest.raises(MissingData, match="no corridor and no port"):
        corridor("copper", origin="LAO")


def test_a_country_without_output_cannot_be_told() -> None:
    with pytest.raises(MissingData, match="no mine output"):
        corridor("cobalt", origin="PRY", stage="mine")


def test_corridors_by_name() -> None:
    assert read_ways("Lobito corridor, tazara") == ("lobito", "tazara")


def test_planned_capacity_never_lowers_the_flow() -> None:
    today, planned = (
        corridor("copper", origin="COD", via="lobito"),
        corridor("copper", origin="COD", via="lobito", planned=True),
    )
    assert planned.flow.tonnes >= today.flow.tonnes
    assert today.summary()["cut"][0]["kind"] in {"corridor", "use", "refined", "refining", "mine"}


def test_exposure_is_a_share_with_the_last_leg_inside(congo: CorridorAnswer) -> None:
    for each in congo.exposures:
        assert 0 <= each.low <= each.high <= 1
        assert each.last_low <= each.low + 1e-12
        assert each.last_high <= each.high + 1e-12
    assert {each.passage for each in congo.exposures} >= {"suez", "malacca"}


def test_exposure_by_hand_of_a_supply_with_one_stage() -> None:
    found = network("magnesium")
    made = network_legs(found, EU, ())
    last = found.stages[-1]
    inside = np.isin(last.buyers, EU)
    total = last.flows[:, inside].sum()
    by_hand = sum(
        leg.tonnes
        for leg in made
        if leg.stage == last.stage and leg.destination in EU and leg.mode == "sea" and leg.crosses & 1 << 7
    )
    from orepact.corridors.exposure import exposures
    from orepact.corridors.sea import passages

    name = list(passages())[7]
    of = next(each for each in exposures(found, EU, made) if each.passage == name)
    assert of.last_low == pytest.approx(by_hand / total)


def test_how_goods_go() -> None:
    assert mode("FIN", "DEU", EU, "cobalt") == "inside"
    assert mode("CHN", "DEU", EU, "cobalt") == "sea"
    assert mode("RUS", "DEU", EU, "cobalt") == "either"
    assert mode("JPN", "CHN", EU, "cobalt") == "sea"
    assert mode("ROW", "DEU", EU, "cobalt") == "unknown"
    assert mode("LAO", "DEU", EU, "cobalt") == "unknown"


def test_the_case_holds_the_numbers_and_replays_without_the_routes(congo: CorridorAnswer) -> None:
    import yaml

    market = congo.summary()["market"]
    again = run_case(yaml.safe_load(market["case"]))
    inside = np.isin(again.data["user"].to_numpy(), EU)
    assert again.case.hash == market["hash"]
    assert float(np.median(again.price(tuple(EU)).mean(axis=1))) == pytest.approx(market["price"]["median"])
    assert inside.any()
    assert market["price"]["median"] > 1
    kinds = {each["kind"] for each in market["records"]}
    assert kinds == {"corridor_closure"}


def test_a_detour_is_added_km_at_the_speed_and_freight_of_the_facts() -> None:
    from orepact.corridors.ways import freight, speed

    found = network("magnesium")
    made = closing(found, network_legs(found, EU, ("suez",)), ("suez",), EU)
    china = next(each for each in made.records if each["origins"] == ["CHN"] and "DEU" in each["destinations"])
    km = china["days"] * speed().value * 1.852 * 24
    assert 4_000 < km < 9_000
    content = china["per_tonne"] / (km * freight().value)
    assert content >= 1 - 1e-3


def test_a_map_has_lines_and_the_closed_passage(congo: CorridorAnswer) -> None:
    kinds = {each.kind for each in lines(congo)}
    assert kinds >= {"land", "sea"}
    assert all(
        abs(a[0] - b[0]) <= 180 for each in lines(congo) for a, b in zip(each.places, each.places[1:], strict=False)
    )
    assert [each.name for each in points(congo) if each.kind == "closed"] == ["Suez Canal"]


@pytest.mark.slow
def test_a_picture_is_drawn(congo: CorridorAnswer) -> None:
    assert b"<svg" in corridor_picture(congo, ".svg")[:200]


def test_the_command_says_the_answer_first() -> None:
    said = CliRunner().invoke(app, ["corridor", "-m", "cobalt", "--from", "COD", "--to", "EU27", "--via", "lobito"])
    assert said.exit_code == 0, said.output
    assert said.output.startswith("Every route for cobalt from DR Congo")
    assert "Losing Lobito corridor alone costs 100" in said.output
    assert "cannot tell" in said.output


def test_the_command_in_json_and_csv(congo: CorridorAnswer) -> None:
    asked = ["corridor", "-m", "cobalt", "--from", "COD", "--close", "suez", "--allied-only", "MSP"]
    told = json.loads(CliRunner().invoke(app, [*asked, "--json"]).output)
    assert told["flow"]["max_t"] == pytest.approx(congo.flow.tonnes)
    rows = list(csv.DictReader(io.StringIO(CliRunner().invoke(app, [*asked, "--csv"]).output)))
    assert len(rows) == len(congo.routes)
    assert "Suez" not in added_sentence(congo)


def test_page_and_api_show_the_same_numbers(client: TestClient, congo: CorridorAnswer) -> None:
    from orepact.api.shapes.corridor import CorridorShape

    where = "?mineral=cobalt&origin=COD&to=EU27&close=suez&allied_only=MSP"
    told = client.get(f"/api/v1/corridor{where}")
    assert told.status_code == 200
    CorridorShape.model_validate_json(told.content)
    assert told.json()["flow"]["max_t"] == pytest.approx(congo.flow.tonnes)
    page = client.get(f"/corridor{where}")
    assert page.status_code == 200
    for words in (headline(congo)[:60], "What does not pass", "orepact corridor --mineral cobalt", "corridor_closure"):
        assert words in page.text


def test_a_page_with_a_wrong_passage_says_so_beside_the_field(client: TestClient) -> None:
    page = client.get("/corridor?close=atlantis&mineral=cobalt&origin=COD")
    assert page.status_code == 422
    assert "there is no passage of that name" in page.text
    assert 'id="fault-close"' in page.text
    told = client.get("/api/v1/corridor?close=atlantis").json()
    assert told["problems"][0]["field"] == "close"
