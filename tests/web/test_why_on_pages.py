"""Why on the pages of prices, instruments, reserves and projects: each finding and first table leads to the tree of its figure."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from starlette.testclient import TestClient

from orepact import facts
from orepact.network import network

IN_PLACE = {"hx-request": "true"}
STATES = {
    "price": "mineral=gallium&reference=456000&zone=EU27,USA,JPN&draws=20",
    "compare": "mineral=tungsten&tonnes=300&draws=20",
    "reserve": "region=EU27&minerals=gallium&draws=20",
    "projects": "mineral=lithium",
}


def link_in_finding(page: str) -> tuple[str, str]:
    """Address and words of the tree in a page's finding."""
    finding = re.search(r'<h2 class="finding">(.*?)</h2>', page, re.DOTALL)
    assert finding is not None
    found = re.search(r'<a class="why" href="([^"]+)" title="Why\?">(.*?)</a>', finding[1])
    assert found is not None, finding[1]
    return html.unescape(found[1]), html.unescape(found[2])


def walk(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for child in node["children"]:
        yield from walk(child)


def leaves(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if not node["children"]:
        yield node
    for child in node["children"]:
        yield from leaves(child)


def is_sourced(leaf: dict[str, Any]) -> bool:
    """Whether a leaf has a source, says that it is assumed, or says what cannot be told."""
    said = f"{leaf['value']} {dict(map(tuple, leaf['lines']))}"
    return (
        bool(leaf["source"])
        or "assum" in said
        or "cannot tell" in said
        or "none recorded" in said
        or bool(leaf["address"])
    )


@pytest.mark.parametrize("name", STATES)
def test_the_finding_leads_to_a_tree_with_sources(client: TestClient, name: str) -> None:
    page = client.get(f"/{name}?{STATES[name]}")
    assert page.status_code == 200
    address, words = link_in_finding(page.text)
    assert address.startswith(f"/{name}/why?figure=")
    whole, part, data = (
        client.get(address),
        client.get(address, headers=IN_PLACE),
        client.get(address.replace("/why?", "/why.json?")),
    )
    assert whole.status_code == part.status_code == data.status_code == 200
    assert "<html" in whole.text
    assert "<html" not in part.text
    tree = data.json()
    assert tree["formula"]
    assert any(each["source"] and each["accessed"] and each["grade"] for each in walk(tree))
    bare = [leaf["what"] for leaf in leaves(tree) if not is_sourced(leaf)]
    assert bare == []
    assert tree["value"].split(" ")[0] in words or name == "projects"


@pytest.mark.parametrize("name", STATES)
def test_every_tree_that_a_page_links_answers(client: TestClient, name: str) -> None:
    page = client.get(f"/{name}?{STATES[name]}").text
    found = [html.unescape(each) for each in re.findall(rf'href="(/{name}/why\?[^"]+)"', page)]
    assert len(found) > 3
    for address in dict.fromkeys(found):
        answer = client.get(address.replace("/why?", "/why.json?"))
        assert answer.status_code == 200, address
        assert [leaf["what"] for leaf in leaves(answer.json()) if not is_sourced(leaf)] == [], address


def test_values_are_those_of_the_answers(client: TestClient) -> None:
    def tree(name: str, figure: str) -> dict[str, Any]:
        found: dict[str, Any] = client.get(f"/{name}/why.json?figure={figure}&{STATES[name]}").json()
        return found

    price = client.get(f"/price.json?{STATES['price']}").json()
    price = price.get("answer", price)
    duty = price["duties"][0]
    assert tree("price", f"duty:{duty['origin']}")["number"] == duty["duty"]["median"]
    assert tree("price", "total")["number"] == price["total"]["median"]
    for row in price["groups"]:
        assert tree("price", f"party:{row['who']}")["number"] == row["amount"]["median"]
    compare = client.get(f"/compare.json?{STATES['compare']}").json()
    compare = compare.get("answer", compare)
    first = compare["instruments"][0]
    assert tree("compare", "level:duty")["number"] == first["level"]
    assert tree("compare", "cost:duty")["number"] == first["cost"]["median"]
    reserve = client.get(f"/reserve.json?{STATES['reserve']}").json()
    reserve = reserve.get("answer", reserve)
    row = reserve["holdings"][0]
    for key in ("tonnes", "days", "cost", "carry_usd_a_year"):
        assert tree("reserve", f"{key}:gallium")["number"] == row[key]
    assert tree("reserve", "worth_usd_a_year")["number"] == reserve["money"]["worth_usd_a_year"]
    assert tree("reserve", "worth:gallium")["number"] == pytest.approx(reserve["money"]["worth_usd_a_year"])


def test_a_region_is_its_members(client: TestClient) -> None:
    data = client.get(f"/reserve/why.json?figure=tonnes:gallium&{STATES['reserve']}").json()
    use = data["children"][0]
    found = network("gallium")
    table = found.stages[-1]
    inside = np.isin(table.buyers, facts.resolve_place("EU27"))
    assert use["number"] == pytest.approx(float(table.flows[:, inside].sum()))
    assert sum(each["number"] for each in use["children"]) == pytest.approx(use["number"])
    assert "network/gallium/2023/refined/*/DEU" in {each["address"] for each in use["children"]}


@pytest.mark.parametrize("name", STATES)
def test_a_figure_that_is_not_there_is_an_error(client: TestClient, name: str) -> None:
    for headers in ({}, IN_PLACE):
        assert client.get(f"/{name}/why?figure=colour&{STATES[name]}", headers=headers).status_code == 422


def test_a_class_of_projects_states_its_two_ends(client: TestClient) -> None:
    data = client.get(f"/projects/why.json?figure=odds:Mina Doade|lithium|mine&{STATES['projects']}").json()
    values = [each["value"] for each in data["children"]]
    assert values == ["45\u2009% to 100\u2009%", "50\u2009% to 83\u2009%", "8"]
    assert all(each["source"] and each["grade"] and each["accessed"] for each in data["children"])


def test_own_projects_have_no_links_that_would_lead_to_other_answers(client: TestClient) -> None:
    own = "name,mineral,stage,countries,capacity,state,start\nPlant,lithium,mine,PRT,1000,permitted,2028\n"
    answer = client.post("/projects", data={"mineral": "lithium", "list": own}, files={"file": ("", b"")})
    assert answer.status_code == 200
    assert "Plant" in answer.text
    assert "/projects/why" not in answer.text
