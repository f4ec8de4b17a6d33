"""One solution, whatever the start: the equilibrium is the minimum of a convex function (market-model, section 2)."""

from __future__ import annotations

import numpy as np
from claims.markets import depths, names_of, random_market, seeds
from claims.test_conservation import shocked
from hypothesis import given

from orepact.market import solve


@given(seeds, depths)
def test_any_start_leads_to_the_same_prices(seed: int, depth: int) -> None:
    problem = random_market(seed, stages=depth, draws=2, wedges=True)
    changed, _ = shocked(problem, names_of(problem), seed)
    found = solve(changed, tolerance=1e-11)
    rng = np.random.default_rng(seed)
    for _ in range(2):
        start = tuple(stage.price * rng.lognormal(0.0, 0.8, (2, np.size(stage.price))) for stage in problem.stages)
        again = solve(changed, start=start, tolerance=1e-11)
        assert again.failed == 0
        for one, other in zip(found.stages, again.stages, strict=True):
            np.testing.assert_allclose(other.price, one.price, rtol=1e-7)
        for one, other in zip(found.rent_per_tonne, again.rent_per_tonne, strict=True):
            np.testing.assert_allclose(other, one, rtol=1e-6, atol=1e-6 * float(np.mean(problem.stages[0].price)))
