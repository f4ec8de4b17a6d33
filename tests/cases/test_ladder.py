"""The ladder: arithmetic worked by hand, every rung's tonnes close, and disagreement is said as low confidence."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import orepact
from orepact.cases.ladder import Ladder, ladder
from orepact.cases.ladder_answer import confidence, when
from orepact.cases.ladder_arithmetic import DAYS_A_MONTH, Arithmetic, taken_away
from orepact.cases.ladder_rungs import Rung, first_day
from orepact.errors import BadInput

DRAWS = 20
YEAR = 12 * DAYS_A_MONTH


@cache
def gallium() -> Ladder:
    return ladder("gallium", origin="China", draws=DRAWS)


def test_arithmetic_on_a_market_worked_by_hand() -> None:
    """A sells 60 t to X and 20 t to Y, B sells 20 t to X and 60 t to Y; A halves: X lacks 30 of 80 t, Y 10 of 80 t."""
    flows = (np.array([[[60.0, 20.0], [20.0, 60.0]]]),)
    covered = np.array([[True, True], [False, False]])
    taken = taken_away(flows, np.ones(2), 0, covered, 0.5)
    np.testing.assert_allclose(taken, [[30.0, 10.0]])
    found = Arithmetic(taken, stock=np.array([[10.0, 20.0]]), use=np.array([[80.0, 80.0]]), months=12)
    np.testing.assert_allclose(found.short, [[20.0, 0.0]])
    np.testing.assert_allclose(found.days, [[YEAR / 3, np.inf]])
    # X alone lacks 30 of 160 t a year together, 19 %, from the day its stock is gone.
    np.testing.assert_allclose(found.first_day(np.array([True, True])), [YEAR / 3])
    assert np.isinf(found.first_day(np.array([False, True]))).all()


def test_arithmetic_through_a_plant_worked_by_hand() -> None:
    """A mines 100 t, 80 for plant P (recovery 0.5) that makes 50 t, 10 of them of scrap; P sells 30 t to X and 20 t to Y.

    A stops: P loses 40 of 50 t, so X lacks 24 t and Y 16 t.
    """
    ore, goods = np.array([[[80.0, 20.0]]]), np.array([[[30.0, 20.0], [0.0, 10.0]]])
    taken = taken_away((ore, goods), np.array([0.5, 0.5]), 0, np.array([[True, False]]), 1.0)
    np.testing.assert_allclose(taken, [[24.0, 16.0]])


@given(st.integers(0, 2**32 - 1), st.floats(0.01, 1), st.floats(0.01, 1))
def test_a_bigger_cut_takes_as_much_more(seed: int, one: float, other: float) -> None:
    rng = np.random.default_rng(seed)
    flows, covered = (rng.lognormal(size=(3, 4, 5)),), rng.random((4, 5)) < 0.5
    taken = [taken_away(flows, np.ones(4), 0, covered, cut) for cut in (one, other)]
    np.testing.assert_allclose(other * taken[0], one * taken[1], rtol=1e-12)


def test_the_first_day_is_that_of_the_first_short_month() -> None:
    lost = np.array([[0.0, 4.9, 5.0, 0.0], [0.0, 0.0, 0.0, 0.0]])
    np.testing.assert_allclose(first_day(lost, np.array([100.0, 100.0])), [2 * DAYS_A_MONTH, np.inf])


def test_every_rung_closes_and_takes_the_same_away() -> None:
    rungs = gallium().rungs
    assert [rung.level for rung in rungs] == ["L0", "L1", "L4"]
    for rung in rungs:
        np.testing.assert_allclose(rung.replaced + rung.from_stocks + rung.shortage, rung.taken, rtol=1e-12)
        np.testing.assert_allclose(rung.lost.sum(axis=1), rung.shortage, rtol=1e-9)
        np.testing.assert_array_equal(rung.taken, rungs[0].taken)
    np.testing.assert_allclose(rungs[0].replaced, 0.0, atol=1e-9)


def test_the_middle_rung_is_the_shock_and_the_highest_the_case_in_time() -> None:
    found = gallium()
    alone = orepact.shock("gallium", origin="China", draws=DRAWS).data
    lost = (alone["given_up_hit"] + alone["unserved_hit"]).to_numpy()
    np.testing.assert_allclose(found.rungs[1].shortage, lost, rtol=1e-12)
    np.testing.assert_allclose(found.rungs[1].price, alone["price_abroad"], rtol=1e-12)
    halt = {"kind": "export_cut", "origins": ["CHN"], "stage": "refined"}
    case = {
        "name": "halt",
        "mineral": "gallium",
        "start": "2026-01-01",
        "months": 12,
        "draws": DRAWS,
        "instruments": [halt],
    }
    data = orepact.run(case).data
    abroad = data["user"].to_numpy() != "CHN"
    lost = (data["given_up"] + data["unserved"]).to_numpy()[:, :, abroad].sum(axis=(1, 2))
    np.testing.assert_allclose(found.rungs[2].shortage, lost, rtol=1e-12)


def test_a_release_a_demand_cut_and_recycling_spare_shortage_and_lower_the_price() -> None:
    found = gallium()
    by_name = {each.name: each for each in found.mitigations}
    assert list(by_name) == ["stock", "joint release", "demand cut", "recycling"]
    price = found.rungs[-1].price
    assert price is not None
    for each in by_name.values():
        assert np.all(each.avoided >= -1e-9)
        assert np.all(each.price <= price * (1 + 1e-9))
    assert np.all(by_name["joint release"].avoided >= by_name["stock"].avoided - 1e-9)


def test_rungs_far_apart_are_low_confidence_with_the_reason() -> None:
    told = ladder("cobalt", origin="COD", stage="mine", cut="50%", months=6, draws=10).summary()["confidence"]
    assert not told["agree"]
    assert "low confidence" in told["words"]
    assert "stocks" in told["reason"]


def test_rungs_alike_agree_and_no_shortage_is_agreement_too() -> None:
    rung = gallium().rungs[0]
    use = gallium().asked.use
    assert confidence((rung, replace(rung, level="L1"), replace(rung, level="L4")), use)["agree"]
    none = np.zeros_like(rung.taken)
    quiet = replace(rung, given_up=none, unserved=none)
    assert confidence((quiet, replace(quiet, level="L1")), use)["factor"] == 1.0


@pytest.mark.parametrize(("days", "word"), [(60.0, ""), (np.inf, "never"), (200.0, "day 200")])
def test_disagreement_on_when_is_said(days: float, word: str) -> None:
    base = gallium().rungs[0]
    rungs: tuple[Rung, ...] = (
        replace(base, days=np.full(DRAWS, days)),
        replace(base, level="L4", days=np.full(DRAWS, 60.0)),
    )
    assert word in when(rungs)
    assert bool(when(rungs)) == bool(word)


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(BadInput) as error:
        ladder("unobtainium", origin="Atlantis", months=1.5, cut=2)  # type: ignore[arg-type]
    assert [each.place for each in error.value.problems] == ["mineral", "--from", "--cut", "--months"]
