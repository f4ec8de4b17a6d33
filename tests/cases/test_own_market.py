"""A market in a file of one's own: what is read, what is refused and in which words, what comes out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

import orepact
from orepact.cases.own_market import read_market, solve
from orepact.errors import BadInput, NotSolved

PAGE = Path(__file__).parent.parent.parent / "docs" / "own-market.md"

TEXT = """
sourcing: {classical: true}
stages: [good]
producers:
  - {name: A, stage: good, supply: {kind: linear, intercept: 9, slope: 1}}
  - {name: B, stage: good, supply: {kind: step, cost: 30, capacity: 350}}
refiners: []
users:
  - {name: A, stage: good, demand: {kind: linear, intercept: 42, slope: 2}}
routes:
  - {from: A, to: A, freight: 3, tariff: 0, wedge: 0, cap: null, share: null}
  - {from: B, to: A, freight: 3}
caps: []
floors: []
"""


def market(**changes: Any) -> dict[str, Any]:
    return {**yaml.safe_load(TEXT), **changes}


def refused(given: Any) -> list[str]:
    with pytest.raises(BadInput) as error:
        read_market(given)
    return [str(problem) for problem in error.value.problems]


def test_a_file_and_a_dictionary_give_the_same_answer(tmp_path: Path) -> None:
    path = tmp_path / "market.yaml"
    path.write_text(TEXT, encoding="utf-8")
    answer = orepact.solve(path).summary()
    assert answer == orepact.solve(str(path)).summary() == orepact.solve(market()).summary()
    assert answer["prices"] == {"producers": {"A": 19.0, "B": 30.0}, "users": {"A": 22.0}}
    assert answer["quantities"] == {"producers": {"A": 10.0, "B": 0.0}, "users": {"A": 10.0}}
    assert answer["flows"] == [{"from": "A", "to": "A", "quantity": 10.0}, {"from": "B", "to": "A", "quantity": 0.0}]
    assert set(answer) == {"prices", "quantities", "flows", "rents", "revenue", "certificate"}
    assert set(answer["certificate"]) == {"balance", "complementarity", "status", "iterations", "tolerance"}


def test_rents_and_revenue_are_money() -> None:
    routes = [{"from": "A", "to": "A", "freight": 3, "tariff": 0.5, "wedge": 1, "cap": 4}]
    answer = solve(market(routes=routes, floors=[{"producer": "A", "price": 14}])).summary()
    rent = answer["rents"][0]
    assert (rent["name"], rent["routes"], rent["limit"]) == ("A to A", [["A", "A"]], 4.0)
    assert [rent["shipped"], rent["per_unit"], rent["total"]] == pytest.approx([4.0, 7.5, 30.0])
    revenue = answer["revenue"]
    assert [revenue["tariffs"], revenue["wedges"]] == pytest.approx([0.5 * 17 * 4, 4.0])
    resort = revenue["last_resort"][0]
    assert [resort["producer"], resort["bought"], resort["spent"]] == ["A", pytest.approx(1), pytest.approx(14)]


def test_everything_that_is_wrong_is_said_at_once_with_the_nearest_key() -> None:
    producers = [
        {"name": "A", "stage": "good", "suply": {}},
        {"name": "B", "stage": "good", "supply": {"kind": "stepp"}},
        {"name": "C", "stage": "good", "supply": {"kind": "linear", "intercept": "much", "slope": -1}},
    ]
    routes = [{"from": "A", "to": "A", "frieght": 3}]
    found = refused(market(producers=producers, routes=routes, sourcing={"elasticity": 5}, capps=[]))
    for words in (
        "base_price) the elasticity of sourcing needs a base price of stage good",
        "(market, producers, A, supply) it is needed and not given",
        "found 'suply'; did you mean supply?",
        "found 'stepp'; did you mean step?",
        "(market, producers, C, supply, intercept) it should be a valid number",
        "(market, producers, C, supply, slope) it should be greater than or equal to 0; found -1",
        "(market, routes, A to A) there is no key of that name; found 'frieght'; did you mean freight?",
        "found 'capps'; did you mean caps?",
    ):
        assert any(words in line for line in found), (words, found)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"sourcing": {"classical": True, "elasticity": 5}}, "one of classical: true and elasticity is needed"),
        ({"sourcing": {}}, "one of classical: true and elasticity is needed"),
        ({"base_price": {"goods": 5}}, "did you mean good?"),
        ({"stages": ["good", "good"]}, "a name stands twice"),
        ({"routes": [{"from": "A", "to": "Z"}]}, "there is no user of that name; found 'Z'"),
        ({"routes": [{"from": "A", "to": "A"}] * 2}, "a name stands twice; found 'A to A'"),
        ({"caps": [{"routes": [["A", "B"]], "quantity": 1}]}, "there is no route of that name; found 'A to B'"),
        ({"caps": [{"routes": [["A", "A"]], "quantity": -1}]}, "greater than or equal to 0"),
        ({"floors": [{"producer": "Z", "price": 1}]}, "there is no producer of that name"),
        ({"users": []}, "at least 1 item"),
        (
            {"producers": [{"name": "A", "stage": "god", "supply": {"kind": "fixed", "quantity": 1}}]},
            "did you mean good?",
        ),
        (
            {"users": [{"name": "A", "stage": "good", "demand": {"kind": "step", "cost": 1, "capacity": 1}}]},
            "there is no kind of curve of that name; found 'step'",
        ),
        (
            {
                "sourcing": {"elasticity": 4},
                "base_price": {"good": 9},
                "routes": [{"from": "A", "to": "A", "share": 0.4}],
            },
            "base shares must be given for all and sum to 1",
        ),
    ],
)
def test_what_is_no_market_is_refused(changes: dict[str, Any], words: str) -> None:
    assert any(words in line for line in refused(market(**changes))), refused(market(**changes))


def test_refiners_join_an_earlier_stage_to_a_later_one() -> None:
    plant = {"name": "R", "from_stage": "metal", "to_stage": "good", "yield": 0.5, "cost": 1, "elasticity": 2}
    found = refused(market(stages=["good", "metal"], refiners=[plant], base_price={"good": 5}))
    assert any("it must make a later stage than it buys" in line for line in found)
    assert any("an elasticity needs a capacity" in line for line in found)
    other = {"name": "A", "stage": "metal", "demand": {"kind": "fixed", "quantity": 1}}
    assert any("it joins two stages" in line for line in refused(market(stages=["good", "metal"], users=[other])))


def test_files_that_are_none(tmp_path: Path) -> None:
    assert "cannot be read" in refused(tmp_path / "nothing.yaml")[0]
    for text, words in (
        ("a: [", "line 1) the file is not YAML"),
        ("- 1", "holds no market"),
        ("", "holds no market"),
        ("a: 1\na: 2", "stands twice"),
        ("\x00", "not YAML"),
    ):
        path = tmp_path / "market.yaml"
        path.write_text(text, encoding="utf-8")
        assert words in refused(path)[0], text
    path.write_bytes(b"\xff\xfe\x00")
    assert "cannot be read" in refused(path)[0]


def test_what_cannot_be_met_names_the_user() -> None:
    users = [{"name": "Much", "stage": "good", "demand": {"kind": "fixed", "quantity": 1}}]
    with pytest.raises(NotSolved, match="user Much"):
        solve(market(users=users, routes=[]))


def test_the_page_shows_what_is_printed() -> None:
    if not PAGE.is_file():  # pragma: no cover
        pytest.skip("only in a checkout")
    text = PAGE.read_text(encoding="utf-8")
    example = text.split("```yaml\n")[1].split("```")[0]
    answer = solve(yaml.safe_load(example)).summary()
    shown = text.split("```text\n")[1].split("```")[0].replace("\u2009", " ")
    for side in ("producers", "users"):
        for name, price in answer["prices"][side].items():
            quantity = answer["quantities"][side][name]
            assert [name, f"{price:.6g}", f"{quantity:.6g}"] in [line.split() for line in shown.splitlines()]
