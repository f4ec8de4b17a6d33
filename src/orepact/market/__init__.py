"""The market: arrays in, equilibrium and certificate out; it knows no country and no law.

A dispersed spatial price equilibrium (Enke 1951; Samuelson 1952; Takayama and Judge 1971; Harker 1988) with stocks (after
Wright and Williams 1991) and true quantity caps, batched over draws. What enters is a :class:`Problem` in tonnes of content
per period and currency per tonne; what leaves is a :class:`Solution`. The equations are in ``curves``, ``sourcing`` and
``system``; the numbers behind them in docs/model.md.
"""

from orepact.market.accounts import Accounts, StageAccounts, accounts
from orepact.market.batches import solve, solve_many
from orepact.market.carry import Carry, Speeds, StageCarry, at_base, carried_in, carried_out
from orepact.market.gradient import Gradient, StageGradient, derivatives
from orepact.market.own import OwnMarket, OwnSolution, solve_own
from orepact.market.problem import (
    Cap,
    Levy,
    Problem,
    Purchase,
    Refining,
    Reserve,
    Stage,
    Stocks,
    Supply,
    Support,
    Users,
)
from orepact.market.remote import cluster
from orepact.market.sensitivity import slope
from orepact.market.solution import Certificate, Solution, StageSolution, Status
from orepact.market.surplus import Gains, gains

__all__ = [
    "Accounts", "Cap", "Carry", "Certificate", "Gains", "Gradient", "Levy", "OwnMarket", "OwnSolution", "Problem",
    "Purchase", "Refining", "Reserve", "Solution", "Speeds", "Stage", "StageAccounts", "StageCarry", "StageGradient",
    "StageSolution", "Status", "Stocks", "Supply", "Support", "Users", "accounts", "at_base", "carried_in",
    "carried_out", "cluster", "derivatives", "gains", "slope", "solve", "solve_many", "solve_own",
]  # fmt: skip
