"""Reference prices by small examples: the three methods, their recomputation, and a chain that must leave its refiner alive."""

from __future__ import annotations

from typing import Any

import pytest

from orepact.errors import BadInput, MissingData
from orepact.policy.record import read
from orepact.policy.reference_price import ReferencePrice, capital_recovery, difference
from orepact.policy.stage_coherence import StageStep, check_coherence

PROJECT = {
    "name": "A", "output": 5000.0, "cash_cost": 40_000.0, "byproduct_credit": 5000.0, "sustaining_capex": 3000.0,
    "capex": 6e8, "years": 20, "compliance_premium": 1000.0,
}  # fmt: skip
HEAD = {
    "material": "rare earths", "stage": "refined", "form": "NdPr oxide", "basis": "cif", "place": "Rotterdam", "currency": "USD",
    "first": "2026-01-01",
}  # fmt: skip


def price(**method: Any) -> ReferencePrice:
    return read(ReferencePrice, {**HEAD, "method": method}, "reference price")


def assessed(*rows: tuple[str, float, str], excluded: tuple[str, ...] = ("CHN",)) -> ReferencePrice:
    rows_ = [{"submitter": who, "price": value, "origin": origin} for who, value, origin in rows]
    return price(kind="market", assessments=rows_, excluded_origins=excluded)


def test_the_capital_recovery_factor_by_hand() -> None:
    assert capital_recovery(0.15, 20) == pytest.approx(0.159761, abs=1e-6)
    assert capital_recovery(0.0, 20) == 0.05


def test_the_price_that_a_project_needs_by_hand() -> None:
    found = price(kind="cost", projects=[PROJECT], target=5000.0, accuracy=0.2).prices()
    mid = 40_000 - 5000 + 3000 + 0.159761 * 6e8 / 5000 + 1000
    assert found.mid == pytest.approx(mid, rel=1e-6)
    assert (found.low, found.high) == (pytest.approx(0.8 * mid, rel=1e-6), pytest.approx(1.2 * mid, rel=1e-6))


def test_without_an_accuracy_the_ends_cannot_be_told() -> None:
    found = price(kind="cost", projects=[PROJECT], target=5000.0).prices()
    assert (found.low, found.high) == (None, None)


def test_the_marginal_project_sets_the_price() -> None:
    dear = {**PROJECT, "name": "B", "cash_cost": 60_000.0}
    dearest = {**PROJECT, "name": "C", "cash_cost": 90_000.0}
    one, two = (price(kind="cost", projects=[dearest, dear, PROJECT], target=target) for target in (5000.0, 9000.0))
    assert two.prices().mid - one.prices().mid == pytest.approx(20_000)
    with pytest.raises(MissingData, match="do not reach it; found 15000 a year of 20000"):
        price(kind="cost", projects=[dearest, dear, PROJECT], target=20_000.0).prices()


def test_a_higher_return_needs_a_higher_price() -> None:
    low, high = (price(kind="cost", projects=[PROJECT], target=1.0, rate=rate).prices().mid for rate in (0.1, 0.15))
    assert low < high


def test_the_median_leaves_excluded_origins_out_and_needs_three_submitters() -> None:
    rows = (("P", 70.0, "AUS"), ("Q", 80.0, "USA"), ("R", 95.0, "EST"), ("S", 40.0, "CHN"))
    found = assessed(*rows).prices()
    assert (found.low, found.mid, found.high) == (70, 80, 95)
    with pytest.raises(MissingData, match="3 submitters or more"):
        assessed(*rows[1:]).prices()
    with pytest.raises(MissingData, match="one assessment each"):
        assessed(*rows, ("p", 75.0, "AUS")).prices()


def test_a_treaty_names_its_number() -> None:
    found = price(kind="treaty", price=2408.0, text="Regulation (EU) 2025/2351, Annex II").prices()
    assert (found.low, found.mid, found.high) == (2408, 2408, 2408)


def test_the_same_inputs_give_the_same_hash_and_parties_see_where_they_differ() -> None:
    ours, again = (price(kind="cost", projects=[PROJECT], target=5000.0) for _ in range(2))
    theirs = price(kind="cost", projects=[{**PROJECT, "capex": 7e8}], target=5000.0)
    assert ours.hash == again.hash != theirs.hash
    assert ReferencePrice.model_validate_json(ours.model_dump_json()).hash == ours.hash
    apart = difference(ours, theirs)
    assert apart.inputs == {"method.projects.1.capex": (6e8, 7e8)}
    assert apart.price == pytest.approx(0.159761 * 1e8 / 5000, rel=1e-5)
    assert not apart.same_hash
    assert difference(ours, again).inputs == {}


def test_all_that_is_wrong_is_told_at_once() -> None:
    wrong = {**PROJECT, "cash_cost": -1.0, "years": 0, "capex": float("nan"), "output": "5"}
    del wrong["compliance_premium"]
    with pytest.raises(BadInput) as refused:
        read(
            ReferencePrice,
            {
                **HEAD,
                "first": "2026-02-30",
                "unit": "ton",
                "method": {"kind": "cost", "projects": [wrong], "target": 1.0},
            },
            "price",
        )
    assert len(refused.value.problems) == 7


def step(bought: str, sold: str, *, at: float, to: float) -> StageStep:
    return StageStep(bought=bought, sold=sold, bought_at=at, sold_at=to, recovery=0.8, conversion_cost=10_000.0)


def test_a_coherent_chain_leaves_its_margin() -> None:
    (found,) = check_coherence((step("mine", "refined", at=40_000.0, to=62_000.0),))
    assert (found.needed, found.left) == (60_000, 2000)
    check_coherence((step("mine", "refined", at=40_000.0, to=60_000.0),))


def test_a_floor_for_ore_that_the_metal_cannot_pay_kills_the_refiner() -> None:
    chain = (step("mine", "refined", at=40_000.0, to=55_000.0), step("refined", "component", at=55_000.0, to=70_000.0))
    with pytest.raises(BadInput) as refused:
        check_coherence(chain)
    first, second = map(str, refused.value.problems)
    assert (
        "(reference price, mine to refined) the refiner that makes refined dies: it loses 5,000.00 on every tonne"
        in first
    )
    assert "raise the price of refined to 60,000.00" in first
    assert "makes component dies: it loses 8,750.00" in second
