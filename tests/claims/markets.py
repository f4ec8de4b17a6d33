"""Random markets for the claims: any network whose base balances, of one to three stages, with names for its rows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from orepact.market import Problem, Refining, Stage, Stocks, Supply, Users
from orepact.policy import Labels

Array = NDArray[np.float64]

STAGES = ("mine", "intermediate", "refined")
COUNTRIES = tuple(f"{first}{second}X" for first in "ABCD" for second in "ABCDEF")

seeds = st.integers(0, 2**32 - 1)
depths = st.integers(1, 3)
sizes = st.integers(2, 6)


def random_market(
    seed: int, *, stages: int = 1, producers: int = 4, users: int = 5, draws: int = 1, wedges: bool = False
) -> Problem:
    """A market that balances at its base prices: flows are drawn, everything else is summed from them.

    wedges: with freight and duties of the base year, so that delivered prices differ between routes.
    """
    rng = np.random.default_rng(seed)
    flows = rng.lognormal(2.0, 1.5, (producers, users)) * (rng.random((producers, users)) < 0.7) + 0.05
    price = np.full(producers, rng.uniform(500.0, 50_000.0))
    built = [_stage(rng, flows, price, has_users=True, draws=draws, wedges=wedges)]
    for _ in range(stages - 1):
        output = flows.sum(axis=1)
        recovery = rng.uniform(0.7, 1.0, producers)
        scrap = output * rng.uniform(0.0, 0.4, producers) * (rng.random(producers) < 0.5)
        plants = Refining(
            throughput=(output - scrap) / recovery,
            recovery=recovery,
            elasticity=rng.uniform(0.5, 2.0, (draws, 1)),
            utilisation=rng.uniform(0.65, 0.9, (draws, 1)),
            remaining=np.ones(producers),
        )
        built[0] = replace(built[0], supply=replace(built[0].supply, output=scrap), refining=plants)
        shares = rng.lognormal(0.0, 1.5, (producers, producers)) + 0.02
        flows = shares / shares.sum(axis=0) * plants.throughput
        price = price * rng.uniform(0.4, 0.8)
        built.insert(0, _stage(rng, flows, price, has_users=False, draws=draws, wedges=wedges))
    return Problem(tuple(built))


def _stage(rng: np.random.Generator, flows: Array, price: Array, *, has_users: bool, draws: int, wedges: bool) -> Stage:
    bought = flows.sum(axis=0)
    use = bought if has_users else bought[:0]
    days = rng.uniform(45, 150, (draws, 1)) / 365
    zero = np.zeros(flows.shape)
    freight = rng.uniform(0.0, 0.2, flows.shape) * price[0] if wedges else zero
    duty = rng.uniform(0.0, 0.3, flows.shape) if wedges else zero

    def spread(low: float, high: float) -> Array:
        return rng.uniform(low, high, (draws, 1))

    return Stage(
        price=price,
        supply=Supply(flows.sum(axis=1), spread(0.05, 0.6), spread(0.7, 0.97), np.ones(len(flows))),
        refining=None,
        stocks=Stocks(days * flows.sum(axis=1), spread(1.5, 4.5)),
        weights=flows / bought,
        sourcing=rng.uniform(2.0, 8.0, draws),
        users=Users(use, spread(0.03, 0.6), spread(3.0, 30.0), spread(0.7, 1.3), Stocks(days * use, spread(0.5, 2.0))),
        freight=freight,
        base_tariff=duty,
        tariff=duty,
        levy=zero,
    )


def names_of(problem: Problem) -> Labels:
    """Countries for the rows and columns of a random market: producer and user number ``k`` are one country."""
    sizes = [int(np.shape(stage.price)[-1]) for stage in problem.stages]
    users = int(np.shape(problem.stages[-1].users.use)[-1])
    producers = tuple(COUNTRIES[:size] for size in sizes)
    buyers = (*producers[1:], COUNTRIES[:users])
    return Labels(STAGES[-len(sizes) :] if len(sizes) > 1 else ("refined",), producers, buyers)


def base_flows(problem: Problem, at: int) -> Array:
    """Base flows of a stage, ``(n, m + J)``: weights times what each buyer buys at base."""
    stage = problem.stages[at]
    bought = np.asarray(stage.users.use, dtype=float)
    if at + 1 < len(problem.stages):
        plants = problem.stages[at + 1].refining
        assert plants is not None
        bought = np.concatenate([plants.throughput, bought])
    return np.asarray(stage.weights) * bought
