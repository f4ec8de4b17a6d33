"""The same market with only a share of what happens to it: what a stubborn draw is approached from."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from orepact.market.problem import Problem, Reserve, Stage, Stocks, Supply, Users


def milder(problem: Problem, share: float) -> Problem:
    """Routes closed in part, caps loosened, wedges, losses, supports, purchases and shifts of demand scaled by ``share``."""
    return Problem(
        tuple(_stage(stage, share) for stage in problem.stages),
        tuple(replace(cap, limit=np.asarray(cap.limit) / share**3, share=cap.share / share**3) for cap in problem.caps),
        tuple(replace(levy, reference=share * np.asarray(levy.reference)) for levy in problem.levies),
        tuple(
            replace(each, strike=share * np.asarray(each.strike), subsidy=share * np.asarray(each.subsidy))
            for each in problem.supports
        ),
        tuple(replace(each, price=share * np.asarray(each.price)) for each in problem.purchases),
    )


def _stage(stage: Stage, share: float) -> Stage:
    refining, now = stage.refining, stage.weights_now
    if refining is not None:
        left = 1.0 - share * (1.0 - np.asarray(refining.remaining))
        refining = replace(refining, remaining=left, added=share * np.asarray(refining.added))
    weights = np.asarray(stage.weights)
    if now is not None:
        now = weights + share * (now - weights)
    if np.any(stage.stopped):
        now = np.where(stage.stopped, (1.0 - share), 1.0) * (weights if now is None else now)
    return replace(
        stage,
        weights_now=now,
        stopped=np.zeros((1, 1), dtype=bool),
        supply=_supply(stage.supply, share),
        secondary=None if stage.secondary is None else _supply(stage.secondary, share),
        refining=refining,
        stocks=_stocks(stage.stocks, share),
        users=_users(stage.users, share),
        tariff=stage.base_tariff + share * (stage.tariff - stage.base_tariff),
        levy=share * stage.levy,
        detour=share * stage.detour,
    )


def _supply(mine: Supply, share: float) -> Supply:
    left = 1.0 - share * (1.0 - np.asarray(mine.remaining))
    return replace(mine, remaining=left, added=share * np.asarray(mine.added))


def _stocks(stocks: Stocks, share: float) -> Stocks:
    if stocks.level is None:
        return stocks
    return replace(stocks, level=stocks.held + share * (stocks.level - stocks.held))


def _users(users: Users, share: float) -> Users:
    reserve: Reserve | None = users.reserve
    if reserve is not None:
        reserve = replace(reserve, buy=share * np.asarray(reserve.buy), release=share * np.asarray(reserve.release))
    return replace(
        users,
        wanted=1.0 + share * (np.asarray(users.wanted) - 1.0),
        filling=share * np.asarray(users.filling),
        stocks=_stocks(users.stocks, share),
        reserve=reserve,
    )
