"""Everything that may be put on a market, drawn at random: instruments of every kind in any number together."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from claims.markets import Array, base_flows, names_of, random_market
from numpy.typing import NDArray

from orepact.market import Cap, Levy, Problem, Purchase, Reserve, Stage, Supply, Support
from orepact.policy import ScrapExportLimit, TriggeredDuty


def burdened_market(seed: int, *, draws: int = 1) -> Problem:
    """A random market of one to three stages with a random choice of everything that section 3 of the model knows."""
    rng = np.random.default_rng(seed)
    size = int(rng.integers(2, 6))
    problem = random_market(
        seed,
        stages=int(rng.integers(1, 4)),
        producers=size,
        users=int(rng.integers(2, 7)),
        draws=draws,
        wedges=bool(rng.random() < 0.5),
    )
    stages = tuple(_changed(rng, stage) for stage in problem.stages)
    problem = replace(problem, stages=stages)
    for add in (_caps, _shares, _levies, _supports, _purchases, _triggered, _scrap_kept):
        if rng.random() < 0.4:
            problem = add(rng, problem)
    return problem


def cover(rng: np.random.Generator, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Some flows of a producer or two."""
    covered = np.zeros(shape, dtype=bool)
    covered[int(rng.integers(shape[0]))] = rng.random(shape[1]) < 0.7
    covered[int(rng.integers(shape[0])), int(rng.integers(shape[1]))] = True
    return covered


def _changed(rng: np.random.Generator, stage: Stage) -> Stage:
    """Losses, projects, duties, detours, closed routes, shifts of demand, stocks that were drawn down, a reserve."""
    shape = np.shape(stage.weights)
    count, price = shape[0], float(stage.price[0])

    def some(chance: float, low: float, high: float, size: tuple[int, ...], otherwise: float) -> Array:
        return np.where(rng.random(size) < chance, rng.uniform(low, high, size), otherwise)

    supply = replace(stage.supply, remaining=some(0.3, 0.3, 1.0, (count,), 1.0))
    if rng.random() < 0.3:
        supply = replace(supply, added=some(0.3, 0.0, 0.5, (count,), 0.0) * supply.output.mean())
    refining = stage.refining
    if refining is not None and rng.random() < 0.5:
        refining = replace(refining, remaining=some(0.3, 0.4, 1.0, (count,), 1.0))
        refining = replace(refining, added=some(0.2, 0.0, 0.5, (count,), 0.0) * refining.throughput.mean())
    stopped = np.zeros(shape, dtype=bool)
    if rng.random() < 0.3:
        stopped[int(rng.integers(count)), :] = rng.random(shape[1]) < 0.7
    now = None
    if rng.random() < 0.3:
        seeded = stage.weights + some(0.4, 0.0, 0.2, (count, 1), 0.0)
        now = seeded / seeded.sum(axis=0)
    secondary = None
    if rng.random() < 0.3:
        secondary = Supply(np.zeros(count), np.full(1, 0.4), np.full(1, 0.8), np.ones(count), supply.output * 0.2)
    return replace(
        stage,
        supply=supply,
        refining=refining,
        stopped=stopped,
        weights_now=now,
        secondary=secondary,
        users=_users(rng, stage),
        tariff=stage.tariff + some(0.2, 0.0, 0.5, shape, 0.0),
        levy=some(0.2, -0.1, 0.5, shape, 0.0) * price,
        detour=some(0.2, 0.0, 0.3, shape, 0.0) * price,
    )


def _users(rng: np.random.Generator, stage: Stage):  # type: ignore[no-untyped-def]
    users, count = stage.users, np.shape(stage.users.use)[-1]
    if rng.random() < 0.4:
        level = users.stocks.held * rng.uniform(0.2, 1.5)
        users = replace(users, stocks=replace(users.stocks, level=level, rebuild=np.full(1, rng.uniform(0.05, 1.0))))
    if rng.random() < 0.3:
        users = replace(users, wanted=rng.uniform(0.6, 1.4, count), filling=users.use * rng.uniform(0.0, 0.2))
    if rng.random() < 0.3:
        reserve = Reserve(
            buy=users.use * rng.uniform(0.0, 0.3),
            buy_below=np.full(1, rng.uniform(0.6, 1.1)),
            release=users.use * rng.uniform(0.0, 1.5),
            release_above=np.full(1, rng.uniform(1.1, 3.0)),
            width=np.full(1, rng.uniform(0.05, 0.5)),
        )
        users = replace(users, reserve=reserve)
    return users


def _caps(rng: np.random.Generator, problem: Problem) -> Problem:
    caps = []
    for number in range(int(rng.integers(1, 4))):
        at = int(rng.integers(len(problem.stages)))
        flows = base_flows(problem, at)
        covered = cover(rng, flows.shape)
        caps.append(Cap(at, covered, np.asarray(rng.uniform(0.05, 1.3) * flows[covered].sum()), f"cap {number}"))
    return replace(problem, caps=(*problem.caps, *caps))


def _shares(rng: np.random.Generator, problem: Problem) -> Problem:
    at = int(rng.integers(len(problem.stages)))
    shape = np.shape(problem.stages[at].weights)
    buyers = np.zeros(shape, dtype=bool)
    buyers[:, rng.permutation(shape[1])[: int(rng.integers(1, shape[1] + 1))]] = True
    covered = buyers & (np.arange(shape[0]) == rng.integers(shape[0]))[:, None]
    open_to_others = buyers & ~covered & ~np.asarray(problem.stages[at].stopped)
    if not open_to_others.any(axis=0)[buyers.any(axis=0)].all():
        return problem
    share = float(rng.uniform(0.3, 0.8))
    return replace(problem, caps=(*problem.caps, Cap(at, covered, np.zeros(()), "share", share, buyers)))


def _levies(rng: np.random.Generator, problem: Problem) -> Problem:
    levies = []
    for number in range(int(rng.integers(1, 3))):
        at = int(rng.integers(len(problem.stages)))
        stage, flows = problem.stages[at], base_flows(problem, at)
        price = float(stage.price[0])
        covered = cover(rng, flows.shape)
        covered[:, 0] = (
            False  # a subsidised producer all of whose buyers pay a levy finds no price at which it sells out
        )
        for other in levies:
            if other.stage == at:
                covered &= ~other.covered
        if not covered.any():
            continue
        quota = np.asarray(rng.uniform(0.2, 1.2) * flows[covered].sum()) if rng.random() < 0.5 else None
        bound = float(rng.uniform(0.05, 0.5)) if rng.random() < 0.4 else np.inf
        reference = np.asarray(price * rng.uniform(0.8, 1.8))
        levies.append(Levy(at, covered, reference, np.asarray(0.005 * price), f"levy {number}", bound, quota))
    return replace(problem, levies=tuple(levies))


def _supports(rng: np.random.Generator, problem: Problem) -> Problem:
    supports = []
    for number in range(int(rng.integers(1, 3))):
        at = int(rng.integers(len(problem.stages)))
        stage = problem.stages[at]
        count, price = len(stage.price), float(stage.price[0])
        strike = price * rng.uniform(0.8, 1.5) * (rng.random(count) < 0.7)
        supports.append(
            Support(
                at,
                rng.uniform(0.0, 0.5, count) * (rng.random(count) < 0.6),
                strike,
                rng.uniform(0.0, 0.6, count),
                price * rng.uniform(0.0, 0.3, count) * (rng.random(count) < 0.4),
                np.asarray(0.005 * price),
                f"support {number}",
            )
        )
    return replace(problem, supports=tuple(supports))


def _purchases(rng: np.random.Generator, problem: Problem) -> Problem:
    purchases = []
    for number in range(int(rng.integers(1, 3))):
        at = int(rng.integers(len(problem.stages)))
        stage = problem.stages[at]
        producer = int(rng.integers(len(stage.price)))
        made = float(base_flows(problem, at)[producer].sum())
        most = np.inf if rng.random() < 0.5 else made * rng.uniform(0.02, 0.5)
        price = np.asarray(float(stage.price[0]) * rng.uniform(0.6, 1.2))
        purchases.append(Purchase(at, producer, price, np.asarray(most), f"purchase {number}"))
    return replace(problem, purchases=tuple(purchases))


def _triggered(rng: np.random.Generator, problem: Problem) -> Problem:
    """A duty that begins after cheap imports, of one buyer and not the first, where nobody levies up to a price already."""
    labels, at = names_of(problem), int(rng.integers(len(problem.stages)))
    buyer = labels.buyers[at][int(rng.integers(1, len(labels.buyers[at])))]
    price = float(problem.stages[at].price[0])
    duty = TriggeredDuty(
        importers=(buyer,),
        stage=labels.stages[at],
        reference=price * float(rng.uniform(0.9, 1.8)),
        margin=price * float(rng.uniform(0.0, 0.3)),
    )
    covered = duty.covered(labels)
    if not covered.any() or covered[:, 0].any() or any(each.stage == at for each in problem.levies):
        return problem
    return duty.apply(problem, labels, base_flows(problem, at))


def _scrap_kept(rng: np.random.Generator, problem: Problem) -> Problem:
    """Scrap that one country keeps from another, which makes up to four fifths less of its own supply."""
    labels, at = names_of(problem), int(rng.integers(len(problem.stages)))
    home, buyer = (labels.producers[at][int(row)] for row in rng.permutation(len(labels.producers[at]))[:2])
    made = float(np.atleast_2d(problem.stages[at].supply.output)[:, labels.producers[at].index(buyer)].min())
    if made <= 0:
        return problem
    recoveries = {"recovery": float(rng.uniform(0.5, 1.0)), "recovery_abroad": float(rng.uniform(0.5, 1.0))}
    limit = ScrapExportLimit(
        country=home, buyer=buyer, stage=labels.stages[at], exports=0.8 * made, share=float(rng.random()), evidence="drawn",
        **recoveries,
    )  # fmt: skip
    return limit.apply(problem, labels, base_flows(problem, at))
