"""Solve a market of a user's own, and certify what comes out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from orepact.errors import BadInput, NotSolved
from orepact.errors import Problem as Wrong
from orepact.market.own.alive import Alive, alive_of, stranded
from orepact.market.own.build import Places, classical_system, scale_of, scaled
from orepact.market.own.certificate import certify
from orepact.market.own.dispersed import DispersedSystem, dispersed_system
from orepact.market.own.feasible import unmet
from orepact.market.own.finish import Sets, finish, state_at
from orepact.market.own.interior import Ended, begin, follow
from orepact.market.own.problem import Hill, Isoelastic, OwnMarket, Producer
from orepact.market.own.solution import OwnCertificate, OwnSolution, OwnStatus, Values
from orepact.market.own.system import Point, System
from orepact.market.own.unique import lowest, other_flows, other_prices
from orepact.market.own.values import unscaled, values_of

GAPS = (1.0, 100.0, 0.01)
"""Complementarity products to begin from, one after the other where the one before fails."""

GENTLE = 4.0
"""Largest theta, in one over a usual price, that is solved without an easier market before it."""

WARM = 1e-3
"""Largest complementarity product from which a market that is warm from an easier one begins."""

EASED = 1e-2
"""How far an easier market is followed, relative to the product that the next one begins from."""

GOOD = 1e-11
"""Certified miss at which no other beginning is tried."""

WORTHLESS = 1e-3
"""Scaled price next to nothing."""

LOOSEST = 1e-6
"""Largest tolerance that may be asked of a solution."""


def solve_own(market: OwnMarket, *, tolerance: float = 1e-9) -> OwnSolution:
    """The equilibrium of a market that has been checked, with its certificate.

    tolerance: largest relative miss of a node and of a complementary condition. Raises NotSolved that names a user or producer
    whose fixed quantity cannot be met, or else the node or instrument that missed the tolerance.
    """
    if not 0 < tolerance <= LOOSEST:
        todo = "use 1e-9"
        raise BadInput(Wrong("tolerance", f"it must be above 0 and at most {LOOSEST:g}", f"{tolerance:g}", todo))
    scale = scale_of(market)
    small = scaled(market, scale)
    alive = alive_of(small)
    wrong = stranded(market, alive) or unmet(small, alive)
    if wrong:
        raise NotSolved(wrong)
    with threadpool_limits(limits=1, user_api="blas"), np.errstate(all="ignore"):
        status, values, iterations = _settle(small, alive)
        values = unscaled(values, scale)
        balance, breach, worst = certify(market, values)
    if not max(balance, breach) <= tolerance:
        raise NotSolved(
            Wrong(
                f"market, {worst}",
                "the market was not solved within its tolerance",
                f"a relative imbalance of {balance:.1e}, a breach of a condition of {breach:.1e} after {iterations} iterations",
                "check the figures there: a supply without limit, or one that no price can end, has no solution",
            )
        )
    return OwnSolution(market, values, OwnCertificate(balance, breach, worst, status, iterations, tolerance))


def _settle(market: OwnMarket, alive: Alive) -> tuple[OwnStatus, Values, int]:
    """The best of what several beginnings lead to, with whether it is the only solution.

    Where the price of a curve through the origin went to nothing, the market is tried without it too: it then sells nothing.
    """
    tried, used = [], 0
    for gap in GAPS:
        found = _attempt(market, alive, gap)
        tried.append(found)
        if found.miss > GOOD:
            worthless = _worthless(market, found.values)
            if worthless.any() and not stranded(market, fewer := alive_of(market, worthless)):
                tried.append(_attempt(market, fewer, gap))
        used = sum(each.iterations for each in tried)
        if min(each.miss for each in tried) <= GOOD:
            break
    best = min(tried, key=lambda each: each.miss)
    return best.status, best.values, used


@dataclass(frozen=True)
class _Attempt:
    status: OwnStatus
    values: Values
    miss: float
    iterations: int


def _attempt(market: OwnMarket, alive: Alive, gap: float) -> _Attempt:
    system: System
    places: Places
    system, places = dispersed_system(market, alive) if market.sigma is not None else classical_system(market, alive)
    ended = _eased(system, gap) if isinstance(system, DispersedSystem) else follow(system, begin(system, gap=gap))
    point, sets = finish(system, ended.state)
    status, point = _alone(system, point, sets)
    values = values_of(market, alive, system, places, point)
    return _Attempt(status, values, max(certify(market, values)[:2]), ended.iterations)


def _worthless(market: OwnMarket, values: Values) -> NDArray[np.bool_]:
    """Origins whose supply starts at a price of nothing, and whose price is next to that."""
    curves = [
        isinstance(origin, Producer) and isinstance(origin.supply, Isoelastic | Hill) for origin in market.origins
    ]
    return np.array(curves, dtype=bool) & (values.price < WORTHLESS)


def _eased(system: DispersedSystem, gap: float) -> Ended:
    """Follow a dispersed market from a gentle elasticity of sourcing to its own, doubling it."""
    steepest = float(system.choice.theta.max(initial=0.0))
    share = min(1.0, GENTLE / steepest) if steepest > 0 else 1.0
    at: Point | None = None
    used = 0
    while share < 1.0:
        easy, product = system.with_theta(share), _warm(share * steepest)
        ended = follow(easy, begin(easy, at, gap if at is None else product), close=EASED * product)
        at, used, share = ended.state.point, used + ended.iterations, min(1.0, 2 * share)
    ended = follow(system, begin(system, at, gap if at is None else _warm(steepest)))
    return Ended(ended.state, ended.miss, used + ended.iterations)


def _warm(theta: float) -> float:
    """Complementarity product to begin from after an easier market: small enough that its rents move shares little."""
    return float(min(WARM, (0.3 / theta) ** 2))


def _alone(system: System, point: Point, sets: Sets) -> tuple[OwnStatus, Point]:
    """Whether other flows or prices solve the market too; of several prices the lowest are taken."""
    flows, prices = other_flows(system, point, sets), other_prices(system, point, sets)
    if prices and not isinstance(system, DispersedSystem):
        point, _ = finish(system, state_at(system, lowest(system, point, sets)))
    words = {
        (False, False): OwnStatus.SOLVED,
        (True, False): OwnStatus.OTHER_FLOWS,
        (False, True): OwnStatus.OTHER_PRICES,
        (True, True): OwnStatus.OTHER_BOTH,
    }
    return words[flows, prices], point
