"""From a balanced network and draws to a market problem: countries become rows, ranges become arrays.

What enters: a :class:`~orepact.network.Network` (tonnes of content a year), draws, and the months of the period. What
leaves: a :class:`Base`: the problem in tonnes of the period and USD per tonne, its labels, and its base flows per draw.
Every draw's base balances: the revision errors scale whole rows, and everything else is summed from the scaled flows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from orepact.cases.draws import SPREAD_OF_REVISION, Draws, draw
from orepact.market import Problem, Refining, Stage, Stocks, Supply, Users
from orepact.network import Network, StageTable
from orepact.network import network as make_network
from orepact.policy import Labels

Array = NDArray[np.float64]

DAYS = 365.0
MONTHS = 12.0


@dataclass(frozen=True)
class Base:
    """A market before anything happens to it.

    flows: for each stage the base flows, tonnes per period, ``(B, n, m + J)``.
    """

    problem: Problem
    labels: Labels
    flows: tuple[Array, ...]


def base_market(
    mineral: str, *, months: float = 12, base_year: int | None = None, draws: int = 500, seed: int = 1
) -> Base:
    """The market of a mineral before anything happens to it: what shocks of :mod:`orepact.policy` are applied to.

    Tonnes of the period, USD per tonne of content. Raises as :func:`orepact.shock` does.
    """
    found = make_network(mineral, base_year)
    drawn = draw(found.mineral, number=draws, seed=seed, producers=len(found.stages[-1].producers))
    return assemble(found, drawn, months)


def assemble(network: Network, draws: Draws, months: float) -> Base:
    """The base market of ``network`` over ``months`` for every draw."""
    share = months / MONTHS
    annual = _revised_flows(network, draws)
    flows = tuple(share * table for table in annual)
    stages = []
    for at, table in enumerate(network.stages):
        last = at == len(network.stages) - 1
        price = _price(network, draws, at)
        purchases = flows[at].sum(axis=1)
        stages.append(
            Stage(
                price=np.repeat(price, len(table.producers), axis=1),
                supply=_supply(network, draws, at, flows),
                refining=_refining(network, draws, flows) if at > 0 else None,
                stocks=_producer_stocks(draws, annual[at]),
                weights=_shares(flows[at], purchases),
                sourcing=draws.values["sourcing elasticity of " + ("ore" if not last else _goods(table))],
                users=_users(table, draws, annual[at], purchases) if last else _nobody(len(draws)),
                freight=_none(table),
                base_tariff=_none(table),
                tariff=_none(table),
                levy=_none(table),
            )
        )
    return Base(Problem(tuple(stages)), labels_of(network), flows)


def labels_of(network: Network) -> Labels:
    """Countries by position for the problem that :func:`assemble` makes."""
    return Labels(
        tuple(table.stage for table in network.stages),
        tuple(table.producers for table in network.stages),
        tuple(table.buyers for table in network.stages),
    )


def _goods(table: StageTable) -> str:
    return "ore" if table.stage == "mine" else "refined"


def _revised_flows(network: Network, draws: Draws) -> list[Array]:
    """Annual flows ``(B, n, buyers)`` of each stage: the table's, with every producer's row revised by its own error.

    Ore flows are revised by the error of the refiner that receives them, so that throughput moves with its output.
    """
    size = draws.column("revision of base figures") * SPREAD_OF_REVISION
    final = network.stages[-1]
    error = np.exp(size * draws.revisions[:, : len(final.producers)])
    revised = [final.flows[None] * error[:, :, None]]
    if len(network.stages) == 2:
        revised.insert(0, network.stages[0].flows[None] * error[:, None, :])
    return revised


def _price(network: Network, draws: Draws, at: int) -> Array:
    """Base price of a stage, ``(B, 1)``, USD per tonne: that of the last stage, or its ore cost share."""
    last = np.full((len(draws), 1), network.price.usd_per_t)
    if at == len(network.stages) - 1:
        return last
    return last * draws.column("ore cost share") * float(np.max(network.recovery))


def _supply(network: Network, draws: Draws, at: int, flows: tuple[Array, ...]) -> Supply:
    """Own supply of a stage: all of it at mines, what ore does not explain at refiners."""
    table = network.stages[at]
    output = flows[at].sum(axis=2)
    fed = at > 0
    if fed:
        output = np.maximum(output - network.recovery * flows[at - 1].sum(axis=1), 0.0)
        output = np.where(output < 1e-9 * flows[at].sum(axis=2), 0.0, output)
    scrap = np.divide(table.secondary, table.output, out=np.zeros_like(table.output), where=table.output > 0)
    scrap = np.ones_like(scrap) if fed else scrap
    elasticity = scrap * draws.column("supply elasticity of scrap") + (1 - scrap) * draws.column("supply elasticity")
    primary = table.stage == "mine"
    utilisation = draws.column("utilisation of mines" if primary else "utilisation of refineries")
    return Supply(output, elasticity, np.broadcast_to(utilisation, output.shape), np.ones(output.shape[1]))


def _refining(network: Network, draws: Draws, flows: tuple[Array, ...]) -> Refining:
    throughput = flows[0].sum(axis=1)
    return Refining(
        throughput=throughput,
        recovery=network.recovery,
        elasticity=draws.column("response of refineries"),
        utilisation=draws.column("utilisation of refineries"),
        remaining=np.ones(throughput.shape[1]),
    )


def _producer_stocks(draws: Draws, annual: Array) -> Stocks:
    held = annual.sum(axis=2) * draws.column("days of stock at producers") / DAYS
    return Stocks(held, draws.column("stock response at producers"))


def _users(table: StageTable, draws: Draws, annual: Array, use: Array) -> Users:
    """Users with their stocks: a stated number of days of use, and what is at sea of what they import."""
    yearly = annual.sum(axis=1)
    home = np.array(table.producers)[:, None] == np.array(table.buyers)[None, :]
    imports = np.where(home[None], 0.0, annual).sum(axis=1)
    held = yearly * draws.column("days of stock at users") / DAYS
    held = held + imports * draws.column("months in transit") / MONTHS
    return Users(
        use=use,
        elasticity=draws.column("demand elasticity"),
        ceiling=draws.column("price ceiling"),
        spread=draws.column("spread of ceilings"),
        stocks=Stocks(held, draws.column("stock response at users")),
    )


def _nobody(draws: int) -> Users:
    none = np.zeros((draws, 0))
    return Users(none, none, none + 2.0, none + 1.0, Stocks(none, none))


def _shares(flows: Array, purchases: Array) -> Array:
    """Base sourcing shares; a buyer that buys nothing yet would buy of all producers by their output."""
    made = flows.sum(axis=2, keepdims=True)
    usual = made / np.maximum(made.sum(axis=1, keepdims=True), 1e-300)
    bought = np.where(purchases > 0, purchases, 1.0)[:, None, :]
    shares: Array = np.where(purchases[:, None, :] > 0, flows / bought, usual)
    return shares


def _none(table: StageTable) -> Array:
    return np.zeros((len(table.producers), len(table.buyers)))
