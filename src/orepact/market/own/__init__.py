"""Markets of a user's own making: named curves, routes and caps in; prices, quantities, flows, rents and a certificate out.

Two kinds of sourcing. The classical kind has one homogeneous good and is solved exactly, as the complementarity problem of
Samuelson (1952) and Takayama and Judge (1971), with ad valorem tariffs, refiners, caps and price floors. The dispersed kind is
the logit of docs/model.md (Harker 1988). Quantities and prices are in whatever units the user has; docs/own-market.md has the
format of a file and the equations.
"""

from orepact.market.own.problem import (
    Curve,
    Fixed,
    Floor,
    Hill,
    Isoelastic,
    Linear,
    OwnCap,
    OwnMarket,
    Producer,
    Refiner,
    Route,
    Step,
    User,
)  # fmt: skip
from orepact.market.own.solution import OwnCertificate, OwnSolution, OwnStatus
from orepact.market.own.solve import solve_own

__all__ = [
    "Curve", "Fixed", "Floor", "Hill", "Isoelastic", "Linear", "OwnCap", "OwnCertificate", "OwnMarket", "OwnSolution", "OwnStatus",
    "Producer", "Refiner", "Route", "Step", "User", "solve_own",
]  # fmt: skip
