"""Why, on a page, in place and as data: facts, cells of balanced tables, what follows from output, and figures of a shock."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from starlette.testclient import TestClient

from orepact import facts
from orepact.api.why import DERIVED, tree
from orepact.cases import shock
from orepact.errors import BadInput, MissingData, OrepactError
from orepact.indicators.concentration import hhi_bounds
from orepact.indicators.study import supply_risk_table
from orepact.indicators.world_output import world_output
from orepact.network import network
from orepact.web.app import create_app

IN_PLACE = {"hx-request": "true"}


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(create_app(), base_url="http://127.0.0.1") as made:
        yield made


def test_a_fact_has_a_page_a_fragment_and_data(client: TestClient) -> None:
    address = "/why?address=production/cobalt/mine/COD/2024"
    page, part = client.get(address), client.get(address, headers=IN_PLACE)
    data = client.get(address.replace("?", ".json?")).json()
    assert page.status_code == part.status_code == 200
    assert "<html" in page.text
    assert "<html" not in part.text
    for text in (page.text, part.text):
        assert "181\u2009796.3" in text
        assert "226\u2009000" in text
        assert "International Energy Agency" in text
        assert "then the better grade" in text
    assert data["number"] == 181796.3


def test_claims_that_conflict_stand_with_their_rule(client: TestClient) -> None:
    row = facts.conflicts().iloc[0].to_dict()
    text = client.get("/why", params={"address": facts.address_of("claims", row)}).text
    assert str(row["verdict"]) in text
    assert "decided, measured or published first" in text


def test_what_leads_nowhere_is_a_sentence_in_place_too(client: TestClient) -> None:
    for headers in ({}, IN_PLACE):
        answer = client.get("/why?address=production/cobalt/mine/FRA/2024", headers=headers)
        assert answer.status_code == 404
        assert "there is no figure for this country" in answer.text
    assert client.get("/why").status_code == 422
    assert client.get("/why", params={"address": "x" * 800}).status_code == 422


def test_addresses_are_escaped(client: TestClient) -> None:
    answer = client.get("/why", params={"address": "<script>alert(1)</script>"})
    assert "<script>alert" not in answer.text


def test_a_cell_of_a_table_is_what_the_network_holds() -> None:
    found = network("cobalt")
    table = found.stage("refined")
    row, column = table.producers.index("CHN"), table.buyers.index("JPN")
    node = tree("network/cobalt/2024/refined/CHN/JPN")
    assert node.number == pytest.approx(float(table.flows[row, column]))
    assert node.grade == str(table.grades[row, column])
    assert any("trade/cobalt/refined/810510/CHN/JPN/2024" in child.address for child in node.children)


def test_a_region_buys_what_its_members_buy() -> None:
    table = network("cobalt").stage("refined")
    members = np.isin(table.buyers, facts.resolve_place("EU27"))
    node = tree("network/cobalt/2024/refined/*/EU27")
    assert node.number == pytest.approx(float(table.flows[:, members].sum()))
    assert node.formula.startswith("sum of")


@pytest.mark.parametrize("address", ["network/cobalt", "network/cobalt/2024/smelted/*/*", "network/cobalt/2024/mine/FRA/*",
                                     "network/nothing/2024/mine/*/*", "output-share/cobalt/mine/COD", "concentration/boron/refined/2024",
                                     "supply-risk/krypton/mine", "network/cobalt/1800/mine/*/*"])  # fmt: skip
def test_derived_addresses_that_lead_nowhere_are_errors(address: str) -> None:
    with pytest.raises(OrepactError) as caught:
        tree(address)
    assert caught.value.problems[0].todo


def test_shares_and_concentration_are_those_of_the_functions() -> None:
    output = world_output("cobalt", "mine", "2024")
    node = tree("output-share/cobalt/mine/COD/2024")
    assert node.number == output.share("COD") == pytest.approx(226000 / 302000)
    named = output.rows.dropna(subset=["value"])
    ends = hhi_bounds(named[named["value"] > 0].set_index("country")["value"], output.unnamed)
    assert tree("concentration/cobalt/mine/2024").number == ends.low
    table = supply_risk_table()
    row = table[(table["material"] == "gallium") & (table["stage"] == "refined")].iloc[0]
    risk = tree("supply-risk/gallium/refined")
    assert risk.number == row["sr"]
    assert not any(child.value.startswith("cannot tell") for child in risk.children)


def test_output_that_does_not_add_up_has_no_share() -> None:
    node = tree("output-share/boron/mine/TUR/2024")
    assert node.value == "cannot tell"
    assert node.number is None
    assert any("do not add up" in text for _, text in node.lines)


def test_every_kind_of_derived_figure_has_a_tree() -> None:
    examples = ["network/gallium/2023/refined/CHN/*", "output-share/gallium/refined/CHN/2023", "concentration/gallium/refined/2023",
                "supply-risk/gallium/refined"]  # fmt: skip
    assert {each.partition("/")[0] for each in examples} == set(DERIVED)
    for each in examples:
        node = tree(each)
        assert node.address == each
        assert node.grade in set("ABCDE")
        assert node.formula
        for child in node.walk():
            if child.address:
                assert tree(child.address).what


@pytest.fixture(scope="module")
def answer() -> Any:
    return shock(mineral="gallium", origin="CHN", draws=40)


def test_the_tree_of_a_shock_is_its_answer(client: TestClient, answer: Any) -> None:
    data = client.get("/shock/why.json?figure=price_abroad&draws=40").json()
    assert data["number"] == answer.summary()["price_abroad"]["median"]
    whats = [child["what"] for child in data["children"]]
    assert whats == [
        "gallium, refined: delivered by China",
        "Base price of gallium",
        "Ranges that draws are taken from",
    ]
    ranges = data["children"][-1]["children"]
    assert len(ranges) == len(answer.data["parameter"])
    first = answer.summary()["drivers"][0]["parameter"]
    assert ranges[0]["what"] == first
    assert all(each["source"] and each["grade"] and each["address"] for each in ranges)


def test_losses_by_country_are_those_of_the_answer(client: TestClient, answer: Any) -> None:
    rows = {row["country"]: row for row in answer.summary()["losses"]}
    data = client.get("/shock/why.json?figure=lost:USA&draws=40").json()
    assert data["number"] == rows["USA"]["lost_t"]["median"]
    use = client.get("/shock/why.json?figure=use:USA&draws=40").json()
    assert use["number"] == rows["USA"]["use_t"]
    assert use["children"][0]["address"] == "network/gallium/2023/refined/*/USA"


def test_the_page_of_a_shock_leads_to_its_trees(client: TestClient, answer: Any) -> None:
    page = client.get("/shock?draws=40").text
    said = f"{answer.summary()['price_abroad']['median']:#.3g}"
    assert f'href="/shock/why?figure=price_abroad&amp;draws=40" title="Why?">{said}</a>' in page
    assert 'href="/shock/why?figure=lost%3AJPN&amp;draws=40"' in page
    part = client.get("/shock/why?figure=lost:JPN&draws=40", headers=IN_PLACE)
    assert part.status_code == 200
    assert "<html" not in part.text


@pytest.mark.parametrize("figure", ["colour", "lost:ATA", "lost:"])
def test_figures_that_an_answer_lacks_are_errors(client: TestClient, figure: str) -> None:
    assert client.get(f"/shock/why?figure={figure}&draws=40").status_code == 422
    assert client.get(f"/shock/why?figure={figure}&draws=40", headers=IN_PLACE).status_code == 422


@pytest.mark.slow
def test_cells_of_the_scoreboard_lead_to_their_sources(client: TestClient) -> None:
    page = client.get("/scoreboard?materials=cobalt").text
    assert 'href="/why?address=sources/' in page
    assert "/why?address=network/cobalt/2024/" in page


def test_errors_of_trees_are_of_the_house() -> None:
    assert issubclass(MissingData, OrepactError)
    with pytest.raises(BadInput):
        tree("x" * 800)


def test_the_letters_of_the_markets_formula_are_explained_beside_it(client: TestClient) -> None:
    text = client.get("/shock/why?figure=price_abroad&draws=20").text
    assert "What the letters mean" in text
    for letters in ("θ", "Z_j", "π, f, t, d", "D, D⁰, r, ε, P⁰"):
        assert f"<dt>{letters}</dt>" in text
    assert "What the letters mean" not in client.get("/why?address=prices/gallium/2024").text
