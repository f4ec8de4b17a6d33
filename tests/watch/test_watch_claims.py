"""Claims that hold for every series: constant ones, other units, what comes later, and the correction for many looks."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orepact.watch.fdr import adjusted
from orepact.watch.judge import independent, standing
from orepact.watch.no_change import NO_CHANGE, frequencies, series
from orepact.watch.nulls import steady, wandering
from orepact.watch.screen import LEAD, MOST_CHANCE, QUIET, RARE, UNTOLD, Finding, look
from orepact.watch.screens import BY_NAME, SCREENS
from orepact.watch.series import Control, Evidence, Frequency, Level, Series

NAMES = [each.name for each in SCREENS]
SEEDS = st.integers(0, 2**31)
CHANGES = ("cumulative-fall", "change-point", "variance-collapse", "import-surge", "export-spike", "squeeze")
"""Screens of change; those of levels fire on a constant price below the level, and should."""

MOVES = ("cumulative-fall", "change-point", "variance-collapse")
"""Those that hold a price against how it moved before: where it did not move, they cannot tell."""


def scaled(evidence: Evidence, factor: float) -> Evidence:
    """The same in another unit: every tonne and every dollar is so many of it."""
    changed: dict[str, object] = {}
    for name in ("price", "held_price", "imports", "import_price", "exports", "stocks", "capacity", "demand"):
        held = getattr(evidence, name)
        if isinstance(held, Series):
            changed[name] = replace(held, values=tuple(factor * each for each in held.values))
    for name in ("reference", "cost90"):
        held = getattr(evidence, name)
        if isinstance(held, Level):
            changed[name] = replace(held, value=factor * held.value)
    if evidence.arrivals is not None:
        changed["arrivals"] = tuple(
            (country, replace(each, values=tuple(factor * value for value in each.values)))
            for country, each in evidence.arrivals
        )
    return replace(evidence, **changed)  # type: ignore[arg-type]


@given(level=st.floats(1e-3, 1e9))
@settings(max_examples=25, deadline=None)
def test_no_screen_of_change_fires_on_a_constant_series(level: float) -> None:
    flat = np.full(61, level)
    held = Evidence(
        "gallium", "gallium", "EU27", price=series(flat, "monthly"), imports=series(flat, "monthly", "trade", "t"),
        import_price=series(flat, "monthly", "trade"), exports=series(flat, "monthly", "routes", "t"),
        control=Control("CHN", "2015-01-01", "licensing"), stocks=series(flat, "monthly", "stocks", "t"),
        spread=series(np.full(61, 0.01), "monthly", "stocks", "1"),
    )  # fmt: skip
    found = {name: look(BY_NAME[name], held) for name in CHANGES}
    assert {name: each.state for name, each in found.items()} == dict.fromkeys(CHANGES, QUIET) | dict.fromkeys(
        MOVES, UNTOLD
    )
    assert all("changed alike" in found[name].missing[0] for name in MOVES)


@pytest.mark.parametrize("name", NAMES)
def test_no_finding_is_quiet_that_is_less_likely_than_a_lead(name: str) -> None:
    """On 300 series without change, and on 300 that drift downwards or upwards."""
    for frequency in frequencies(name):
        rng = np.random.default_rng(5)
        found = [look(BY_NAME[name], NO_CHANGE[name](rng, frequency)) for _ in range(300)]
        if name in MOVES:
            found += [look(BY_NAME[name], drifting(rng, frequency)) for _ in range(300)]
        leads = [each.p for each in found if each.state == LEAD and each.p is not None]
        quiet = [each.p for each in found if each.state == QUIET and each.p is not None]
        assert max(leads, default=0.0) <= min(*quiet, MOST_CHANCE)
        assert min(quiet) > RARE


def drifting(rng: np.random.Generator, frequency: Frequency) -> Evidence:
    """A price that wanders, with a break somewhere in its last periods."""
    held = NO_CHANGE["change-point"](rng, frequency).price
    assert held is not None
    logs = np.log(held.array)
    logs[-int(rng.integers(1, 12)) :] += rng.normal(0, 0.5)
    return Evidence("x", "x", "EU27", price=series(np.exp(logs), frequency))


@given(seed=SEEDS, back=st.integers(1, 11), size=st.floats(0.3, 2.0))
@settings(max_examples=40, deadline=None)
def test_a_step_down_is_a_lead_and_a_step_up_never_less_likely(seed: int, back: int, size: float) -> None:
    logs = 0.02 * wandering(np.random.default_rng(seed), 1, 61)[0]
    down, up = logs.copy(), logs.copy()
    down[-back:] -= size
    up[-back:] += size
    said = [
        look(BY_NAME["change-point"], Evidence("x", "x", "EU27", price=series(np.exp(each), "monthly")))
        for each in (down, logs, up)
    ]
    assert said[0].state == LEAD
    assert said[0].p is not None
    assert said[1].p is not None
    assert said[0].p <= said[1].p
    assert "it went down by" in said[0].words


@pytest.mark.parametrize("name", NAMES)
@given(seed=SEEDS, factor=st.sampled_from([1e-3, 0.453, 31.1, 2204.6]))
@settings(max_examples=15, deadline=None)
def test_another_unit_changes_nothing(name: str, seed: int, factor: float) -> None:
    for frequency in frequencies(name):
        held = NO_CHANGE[name](np.random.default_rng(seed), frequency)
        here, there = look(BY_NAME[name], held), look(BY_NAME[name], scaled(held, factor))
        assert there.state == here.state
        assert there.p == pytest.approx(here.p, abs=2e-4)  # a tie among drawn series may fall to either side


@given(chances=st.lists(st.floats(0, 1), min_size=1, max_size=60))
@settings(deadline=None)
def test_the_correction_keeps_the_order_and_never_helps(chances: list[float]) -> None:
    found = adjusted(chances)
    assert all(q >= p or q == pytest.approx(p) for p, q in zip(chances, found, strict=True))
    assert all(0 <= q <= 1 for q in found)
    order = sorted(range(len(chances)), key=lambda index: chances[index])
    assert all(found[a] <= found[b] for a, b in pairwise(order))


def test_the_correction_by_hand() -> None:
    assert adjusted([0.01, 0.04, 0.03, 0.5]) == pytest.approx([0.04, 0.04 * 4 / 3, 0.04 * 4 / 3, 0.5])


@given(seed=SEEDS, times=st.floats(2.5, 5.0))
@settings(max_examples=40, deadline=None)
def test_a_planted_surge_is_found(seed: int, times: float) -> None:
    rng = np.random.default_rng(seed)
    tonnes = 1000 * np.exp(0.1 * steady(rng, 1, 37)[0])
    tonnes[-1] = times * tonnes[:-1].max()
    paid = np.concatenate([np.full(34, 100.0), np.full(3, 80.0)])
    held = Evidence(
        "gallium", "gallium", "EU27", imports=series(tonnes, "monthly", "trade", "t"), import_price=series(paid, "monthly", "trade")
    )  # fmt: skip
    assert look(BY_NAME["import-surge"], held).state == LEAD


@given(seed=SEEDS)
@settings(max_examples=25, deadline=None)
def test_what_comes_later_changes_nothing_that_was_said(seed: int) -> None:
    rng = np.random.default_rng(seed)
    logs = 0.05 * wandering(rng, 1, 80)[0]
    other = logs.copy()
    other[70:] += rng.standard_normal(10)
    for name in ("cumulative-fall", "change-point", "variance-collapse"):
        said = []
        for each in (logs, other):
            price = series(1000 * np.exp(each), "monthly")
            said.append(
                look(BY_NAME[name], Evidence("gallium", "gallium", "EU27", price=price).until(price.periods[69]))
            )
        assert said[0] == said[1]


def finding(screen: str, state: str, *families: str) -> Finding:
    return Finding("gallium", screen, state, "2024", p=0.01, families=frozenset(families))  # type: ignore[arg-type]


def test_two_leads_that_read_the_same_data_are_no_signal() -> None:
    twice = (finding("a", LEAD, "price"), finding("b", LEAD, "price", "costs"))
    assert standing(twice) == "watch"
    apart = (*twice, finding("c", LEAD, "trade"))
    assert standing(apart) == "signal"
    assert [each.screen for each in independent(apart)] == ["a", "c"]


def test_where_nothing_can_be_told_nobody_can_tell() -> None:
    assert standing((finding("a", UNTOLD), finding("b", UNTOLD))) == "cannot tell"
    assert standing((finding("a", UNTOLD), finding("b", QUIET, "price"))) == "quiet"


@pytest.mark.parametrize("name", NAMES)
def test_a_screen_without_its_data_says_what_is_missing(name: str) -> None:
    found = look(BY_NAME[name], Evidence("gallium", "gallium", "EU27"))
    assert found.state == UNTOLD
    assert found.p is None
    assert found.missing
    assert all(found.missing)
