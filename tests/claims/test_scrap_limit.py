"""Laws of a limit on exports of scrap: nothing kept changes no byte, what is kept moves supply and makes none, and more moves more."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orepact.cases.case_file import read_case
from orepact.cases.path import run
from orepact.cases.path_result import PathResult
from orepact.errors import BadInput, MissingData
from orepact.market import Problem, accounts, solve
from orepact.policy import ScrapExportLimit, ledger
from orepact.policy.instrument import Period

from markets import base_flows, names_of, random_market, seeds  # isort: skip

shares = st.floats(0.0, 1.0)


def limit(problem: Problem, part: float, *, exports: float = 0.5, abroad: float = 0.8) -> ScrapExportLimit:
    """The first producer keeps scrap from the second; exports as a share of what the second makes."""
    home, buyer = names_of(problem).producers[0][:2]
    return ScrapExportLimit(
        country=home, buyer=buyer, stage="refined", exports=exports * float(problem.stages[0].supply.output[1]),
        share=part, recovery=0.8, recovery_abroad=abroad, evidence="drawn",
    )  # fmt: skip


def put_on(problem: Problem, each: ScrapExportLimit) -> Problem:
    return each.apply(problem, names_of(problem), base_flows(problem, 0))


@given(seeds)
def test_nothing_kept_changes_no_byte(seed: int) -> None:
    problem = random_market(seed, draws=3)
    plain, kept = (solve(each).require().stages[0] for each in (problem, put_on(problem, limit(problem, 0.0))))
    assert plain.flows.tobytes() == kept.flows.tobytes()


@given(seeds, shares)
def test_with_equal_recoveries_it_moves_supply_and_makes_none(seed: int, part: float) -> None:
    """At base prices, where plants make their usual share of capacity, the world makes as much as before."""
    problem = random_market(seed, draws=3)
    before, after = problem.stages[0].supply, put_on(problem, limit(problem, part)).stages[0].supply
    made = [(each.capacity * each.utilisation).sum(axis=-1) for each in (before, after)]
    np.testing.assert_allclose(made[1], made[0], rtol=1e-12)


@given(seeds, shares, shares)
def test_more_that_is_kept_never_makes_less_at_home_nor_more_at_the_buyers(seed: int, one: float, other: float) -> None:
    problem = random_market(seed)
    less, more = (
        solve(put_on(problem, limit(problem, part)), tolerance=1e-12).require().stages[0].output[0]
        for part in sorted((one, other))
    )
    assert more[0] >= less[0] * (1 - 1e-8)
    assert more[1] <= less[1] * (1 + 1e-8)


@given(seeds, shares)
def test_it_pays_nobody_and_what_is_paid_is_received(seed: int, part: float) -> None:
    problem = random_market(seed)
    market = put_on(problem, limit(problem, part))
    solution = solve(market).require()
    assert ledger(market, solution, names_of(problem), [limit(problem, part)]) == ()
    assert np.abs(accounts(market, solution).stages[0].gap).max() < 1e-9


@given(seeds)
def test_a_buyer_cannot_lose_what_it_does_not_make(seed: int) -> None:
    problem = random_market(seed)
    with pytest.raises(MissingData, match="too little second supply"):
        put_on(problem, limit(problem, 1.0, exports=1.0, abroad=1.0))
    nobody = limit(problem, 1.0).model_copy(update={"buyer": "ZZZ"})
    with pytest.raises(MissingData, match="there is no producer"):
        put_on(problem, nobody)


def test_it_acts_with_its_part_of_a_period_and_two_in_one_period_add_up() -> None:
    whole = ScrapExportLimit(
        country="DEU", buyer="CHN", stage="refined", exports=120.0, share=0.5, recovery=0.9, recovery_abroad=0.8, evidence="x",
    )  # fmt: skip
    half = whole.in_period(Period(1 / 12, 0.5, 0.0))
    assert half is not None
    assert half.kept == pytest.approx(120.0 / 12 * 0.5 * 0.5)
    both = half.then(replace_share(half, 0.5))
    assert isinstance(both, ScrapExportLimit)
    assert both.kept == pytest.approx(half.kept + 5.0)


def replace_share(each: ScrapExportLimit, share: float) -> ScrapExportLimit:
    return each.model_copy(update={"share": share})


KEEP = {
    "kind": "scrap_export_limit", "country": "Germany", "buyer": "China", "stage": "refined", "exports": 100_000.0,
    "recovery": 0.9, "recovery_abroad": 0.9, "evidence": "assumed", "from": "2027-07-01",
}  # fmt: skip


def answer(*instruments: dict[str, Any], mineral: str = "copper") -> PathResult:
    case = {"name": "Scrap", "mineral": mineral, "start": date(2027, 1, 1), "months": 9, "step": 3, "draws": 10}
    return run({**case, "instruments": list(instruments)})


def test_in_a_case_home_makes_more_and_the_buyer_less_from_its_first_day() -> None:
    kept, plain = answer(KEEP), answer()
    made = kept.data["refined_output"] - plain.data["refined_output"]
    home, buyer = (made.sel(refined_producer=country).to_numpy() for country in ("DEU", "CHN"))
    assert not made.to_numpy()[:, :2].any()
    # 100,000 t a year recovered at 0.9 are 22,500 t a quarter at base prices; the buyer's own price rises and makes up for a part.
    np.testing.assert_allclose(home[:, 2], 22_500, rtol=0.05)
    np.testing.assert_allclose(buyer[:, 2], -22_500, rtol=0.2)


def test_a_table_without_scrap_and_a_case_without_a_source_are_refused() -> None:
    with pytest.raises(MissingData, match="too little second supply in China"):
        answer({**KEEP, "exports": 10.0}, mineral="gallium")
    with pytest.raises(MissingData, match="too little second supply in China"):
        answer({**KEEP, "exports": 1e8})
    given = {"name": "Scrap", "mineral": "copper", "start": "2027-01-01", "months": 3}
    for word in ("evidence", "recovery", "recovery_abroad", "exports"):
        without = {key: value for key, value in KEEP.items() if key != word}
        with pytest.raises(BadInput, match=word):
            read_case({**given, "instruments": [without]})
