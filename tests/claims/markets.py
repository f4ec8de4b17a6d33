"""Random markets for the claims: any network whose base balances, of one to three stages."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from orepact.market import Problem, Refining, Stage, Stocks, Supply, Users

Array = NDArray[np.float64]


def random_market(seed: int, *, stages: int = 1, producers: int = 4, users: int = 5, draws: int = 1) -> Problem:
    """A market that balances at its base prices: flows are drawn, everything else is summed from them."""
    rng = np.random.default_rng(seed)
    flows = rng.lognormal(2.0, 1.5, (producers, users)) * (rng.random((producers, users)) < 0.7) + 0.05
    price = np.full(producers, rng.uniform(500.0, 50_000.0))
    built = [_stage(rng, flows, price, None, np.zeros(producers), draws)]
    for _ in range(stages - 1):
        last = built[0]
        output = flows.sum(axis=1)
        recovery = rng.uniform(0.7, 1.0, producers)
        secondary = output * rng.uniform(0.0, 0.4, producers) * (rng.random(producers) < 0.5)
        throughput = (output - secondary) / recovery
        built[0] = replace(
            last,
            supply=replace(last.supply, output=secondary),
            refining=Refining(
                throughput,
                recovery,
                rng.uniform(0.5, 2.0, (draws, 1)),
                rng.uniform(0.65, 0.9, (draws, 1)),
                np.ones(producers),
            ),
        )
        shares = rng.lognormal(0.0, 1.5, (producers, producers)) + 0.02
        flows = shares / shares.sum(axis=0) * throughput
        price = price * rng.uniform(0.4, 0.8)
        built.insert(0, _stage(rng, flows, price, 0, np.zeros(producers), draws))
    return Problem(tuple(built))


def _stage(
    rng: np.random.Generator, flows: Array, price: Array, users: int | None, secondary: Array, draws: int
) -> Stage:
    del secondary
    producers, buyers = flows.shape
    bought = flows.sum(axis=0)
    zero = np.zeros((producers, buyers))
    count = buyers if users is None else 0
    use = bought[buyers - count :]
    days = rng.uniform(45, 150, (draws, 1)) / 365

    def spread(low: float, high: float) -> Array:
        return rng.uniform(low, high, (draws, 1))

    return Stage(
        price=price,
        supply=Supply(flows.sum(axis=1), spread(0.05, 0.6), spread(0.7, 0.97), np.ones(producers)),
        refining=None,
        stocks=Stocks(days * flows.sum(axis=1), spread(1.5, 4.5)),
        weights=flows / bought,
        sourcing=rng.uniform(2.0, 8.0, draws),
        users=Users(use, spread(0.03, 0.6), spread(3.0, 30.0), spread(0.7, 1.3), Stocks(days * use, spread(0.5, 2.0))),
        freight=zero,
        base_tariff=zero,
        tariff=zero,
        levy=zero,
    )
