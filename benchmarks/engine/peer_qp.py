"""The peers' side of the races; runs in the peers' own environment, and imports nothing of Orepact.

``peer_qp.py FOLDER piqp|cvxpy|pypsa NUMBER``: reads ``market.npz`` (what ``race.py`` wrote), solves the nearest problem that the
peer can state, and writes ``PEER.json``: seconds to build, median seconds a solution, its largest relative imbalance of a node.

The nearest problem is the classical spatial equilibrium (Takayama and Judge 1971) of the same network: the same base prices,
freight, yields and capacities, supply and demand curves straight with the same elasticities at base, and one homogeneous good a
stage: no preference for a supplier, no stocks, no price ceilings. A quadratic programme for PIQP and cvxpy; for PyPSA a linear
one, with each curve cut into ten steps.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import numpy as np
from scipy import sparse

STEPS = 10
Arrays = dict[str, np.ndarray]


class Quadratic:
    """``min x'Px/2 + c'x`` with ``A x = 0``, ``G x <= h``, ``0 <= x <= u``; unknowns: own supply, flows, use."""

    def __init__(self, data: Arrays) -> None:
        """Unknowns stage by stage: own supply ``n``, flows ``n b``; then use of the last stage ``J``."""
        self.stages, self.count, users = int(data["stages"]), int(data["count"]), len(data["use"])
        n, self.offsets, cost, curve = self.count, [], [], []
        rows: list[list] = [[] for _ in range(self.stages + 1)]
        at = 0
        for stage in range(self.stages):
            price, freight = float(data[f"price{stage}"]), data[f"freight{stage}"]
            output, elasticity = np.maximum(data[f"output{stage}"], 1e-2), float(data[f"elasticity{stage}"])
            self.offsets.append(at)
            slope = price / (elasticity * output)
            cost += [np.full(n, price - price / elasticity), freight.ravel()]
            if stage + 1 < self.stages:
                margin = data["recovery"][stage] * float(data[f"price{stage + 1}"]) - price
                cost[-1] = (freight + margin).ravel()
            curve += [slope, np.zeros(freight.size)]
            at += n + freight.size
        self.users, self.size = at, at + users
        price, elasticity = float(data[f"price{self.stages - 1}"]), float(data["demand"])
        cost.append(np.full(users, -(price + price / elasticity)))
        curve.append(price / (elasticity * data["use"]))
        self.cost, self.curve = np.concatenate(cost), np.concatenate(curve)
        self.data, self.rows = data, rows
        self.balance, self.plants = self._balance(), self._plants()

    def _flow(self, stage: int, axis: int) -> sparse.csr_matrix:
        """Sums of a stage's flows: by producer (axis 0) or by buyer (axis 1)."""
        n, b = self.data[f"freight{stage}"].shape
        summed = (
            sparse.kron(sparse.eye(n), np.ones((1, b))) if axis == 0 else sparse.kron(np.ones((1, n)), sparse.eye(b))
        )
        first = self.offsets[stage] + n
        left = sparse.csr_matrix((summed.shape[0], first))
        return sparse.hstack([left, summed, sparse.csr_matrix((summed.shape[0], self.size - first - n * b))]).tocsr()

    def _balance(self) -> sparse.csc_matrix:
        blocks = []
        for stage in range(self.stages):
            own = sparse.eye(self.count, self.size, k=self.offsets[stage]) - self._flow(stage, 0)
            if stage > 0:
                own = own + sparse.diags(self.data["recovery"][stage - 1]) @ self._flow(stage - 1, 1)
            blocks.append(own)
        use = sparse.eye(len(self.data["use"]), self.size, k=self.users)
        return sparse.vstack([*blocks, use - self._flow(self.stages - 1, 1)]).tocsc()

    def _plants(self) -> sparse.csc_matrix:
        return sparse.vstack([self._flow(stage, 1) for stage in range(self.stages - 1)]).tocsc()

    def bounds(self, draw: int) -> tuple[np.ndarray, np.ndarray]:
        """Upper bounds of all unknowns, and capacities of plants, in one shock."""
        upper = np.full(self.size, 1e3 * self.data["use"].sum())
        for stage in range(self.stages):
            first = self.offsets[stage]
            upper[first : first + self.count] = self.data[f"capacity{stage}"] * self.data[f"left{stage}"][draw]
        plants = [
            self.data[f"plants{stage}"] * self.data[f"plants_left{stage}"][draw] for stage in range(1, self.stages)
        ]
        return upper, np.concatenate(plants)

    def apart(self, found: np.ndarray) -> float:
        """Largest imbalance of a node, relative to the mean node."""
        return float(np.abs(self.balance @ found).max() / (self.data["use"].sum() / self.count))


def piqp(data: Arrays, number: int) -> Arrays:
    """PIQP's sparse interface; matrices factored once in structure, bounds updated for each shock."""
    import piqp as solver

    begun = time.perf_counter()
    model = Quadratic(data)
    none, run = np.zeros(model.balance.shape[0]), solver.SparseSolver()
    run.settings.eps_abs = run.settings.eps_rel = 1e-6
    run.settings.check_duality_gap = False
    upper, plants = model.bounds(0)
    p = sparse.diags(model.curve).tocsc()
    lower = np.zeros(model.size)
    run.setup(p, model.cost, model.balance, none, model.plants, None, plants, lower, upper)
    run.solve()
    built, apart, solved = time.perf_counter() - begun, 0.0, 0
    seconds = []
    for draw in range(number):
        upper, plants = model.bounds(draw)
        begun = time.perf_counter()
        run.update(h_u=plants, x_u=upper)
        status = run.solve()
        seconds.append(time.perf_counter() - begun)
        solved += status == solver.PIQP_SOLVED
        apart = max(apart, model.apart(np.asarray(run.result.x)))
    return {"build_s": built, "each_s": float(np.median(seconds)), "apart": apart, "solved": int(solved)}


def cvxpy(data: Arrays, number: int) -> Arrays:
    """Cvxpy with parameters for the bounds (compiled once) and Clarabel."""
    import cvxpy as cp

    begun = time.perf_counter()
    model = Quadratic(data)
    x, upper, plants = cp.Variable(model.size), cp.Parameter(model.size), cp.Parameter(model.plants.shape[0])
    cost = 0.5 * cp.sum_squares(cp.multiply(np.sqrt(model.curve), x)) + model.cost @ x
    problem = cp.Problem(cp.Minimize(cost), [model.balance @ x == 0, model.plants @ x <= plants, x >= 0, x <= upper])
    upper.value, plants.value = model.bounds(0)
    problem.solve(solver=cp.CLARABEL)
    built, apart, solved = time.perf_counter() - begun, 0.0, 0
    seconds = []
    for draw in range(number):
        upper.value, plants.value = model.bounds(draw)
        begun = time.perf_counter()
        problem.solve(solver=cp.CLARABEL)
        seconds.append(time.perf_counter() - begun)
        solved += problem.status == "optimal"
        apart = max(apart, model.apart(x.value))
    return {"build_s": built, "each_s": float(np.median(seconds)), "apart": apart, "solved": int(solved)}


def pypsa(data: Arrays, number: int) -> Arrays:
    """From arrays to nodal prices, building the network anew each time: PyPSA, linopy and HiGHS with the direct interface."""
    import logging

    logging.disable(logging.WARNING)
    _pypsa_once(data)
    seconds = []
    for _ in range(number):
        begun = time.perf_counter()
        balanced = _pypsa_once(data)
        seconds.append(time.perf_counter() - begun)
    return {"build_s": 0.0, "each_s": float(np.median(seconds)), "apart": balanced, "solved": number}


def _pypsa_once(data: Arrays) -> float:
    import pypsa as peer

    network, stages, n, users = peer.Network(), int(data["stages"]), int(data["count"]), len(data["use"])
    producers = [np.array([f"s{stage}p{i}" for i in range(n)]) for stage in range(stages)]
    plants = [None, *(np.array([f"s{stage}in{i}" for i in range(n)]) for stage in range(1, stages))]
    final = np.array([f"use{j}" for j in range(users)])
    network.add("Bus", np.concatenate([*producers, *(each for each in plants if each is not None), final]))
    middle = (np.arange(STEPS) + 0.5) / STEPS
    for stage in range(stages):
        price, elasticity = float(data[f"price{stage}"]), float(data[f"elasticity{stage}"])
        output, capacity = np.maximum(data[f"output{stage}"], 1e-9), data[f"capacity{stage}"] * data[f"left{stage}"][0]
        cost = price + price / elasticity * (np.outer(capacity / output, middle) - 1)
        network.add(
            "Generator", [f"{bus} step{k}" for bus in producers[stage] for k in range(STEPS)], bus=np.repeat(producers[stage], STEPS),
            p_nom=np.repeat(capacity / STEPS, STEPS), marginal_cost=cost.ravel(),
        )  # fmt: skip
        buyers = final if stage + 1 == stages else plants[stage + 1]
        network.add(
            "Link", [f"{a} to {b}" for a in producers[stage] for b in buyers], bus0=np.repeat(producers[stage], len(buyers)),
            bus1=np.tile(buyers, n), p_nom=1e3 * data["use"].sum(), marginal_cost=data[f"freight{stage}"].ravel(),
        )  # fmt: skip
        if stage > 0:
            recovery = data["recovery"][stage - 1]
            network.add(
                "Link", [f"{bus} plant" for bus in plants[stage]], bus0=plants[stage], bus1=producers[stage], efficiency=recovery,
                p_nom=data[f"plants{stage}"] * data[f"plants_left{stage}"][0],
                marginal_cost=recovery * price - float(data[f"price{stage - 1}"]),
            )  # fmt: skip
    price, elasticity = float(data[f"price{stages - 1}"]), float(data["demand"])
    given_up = price + price / elasticity * (1 - middle)
    network.add("Load", [f"{bus} load" for bus in final], bus=final, p_set=data["use"])
    network.add(
        "Generator", [f"{bus} without{k}" for bus in final for k in range(STEPS)], bus=np.repeat(final, STEPS),
        p_nom=np.repeat(data["use"] / STEPS, STEPS), marginal_cost=np.tile(given_up, users),
    )  # fmt: skip
    network.optimize(solver_name="highs", io_api="direct", log_to_console=False)
    prices = network.buses_t.marginal_price.iloc[0]
    return float(np.isnan(prices).sum())


def in_own_units(data: Arrays) -> Arrays:
    """Tonnes over the mean use and money over the last price: solvers of quadratic programmes need numbers near 1."""
    tonnes, money = float(np.mean(data["use"])), float(data[f"price{int(data['stages']) - 1}"])
    scale = {"use": tonnes, "output": tonnes, "capacity": tonnes, "plants": tonnes, "price": money, "freight": money}
    return {name: each / scale.get(name.rstrip("0123456789"), 1.0) for name, each in data.items()}


def main(folder: Path, peer: str, number: int) -> None:
    """Solve, and leave the figures."""
    data = in_own_units(dict(np.load(folder / "market.npz")))
    found = {"piqp": piqp, "cvxpy": cvxpy, "pypsa": pypsa}[peer](data, number)
    (folder / f"{peer}.json").write_text(json.dumps(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
