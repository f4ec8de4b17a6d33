"""Orepact: from a named supply shock to a checked answer, for critical-minerals alliances.

>>> import orepact
>>> result = orepact.shock("rare earths", origin="China", stage="refined", months=12)  # doctest: +SKIP
>>> result.summary()["price_abroad"]  # doctest: +SKIP
>>> orepact.plot(result, "answer.svg")  # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from orepact.version import __version__

__all__ = [
    "OrepactError", "__version__", "backtest", "compare", "corridor", "diff", "duty", "expected_loss", "floor", "gallery", "ladder", "plot",
    "price", "remote", "replay", "reserve", "rules", "run", "scoreboard", "shock", "solve",
]  # fmt: skip

if TYPE_CHECKING:
    from orepact.cases.backtest import backtest
    from orepact.cases.compare import compare
    from orepact.cases.ladder import ladder
    from orepact.cases.own_market import solve
    from orepact.cases.path import run
    from orepact.cases.path_diff import diff
    from orepact.cases.price_chain import price
    from orepact.cases.replay import replay
    from orepact.cases.rule_cases import rules
    from orepact.cases.shipped import gallery
    from orepact.corridors.closed_shock import shock
    from orepact.corridors.corridor import corridor
    from orepact.errors import OrepactError
    from orepact.indicators.scoreboard import scoreboard
    from orepact.planning.expected_loss import expected_loss
    from orepact.planning.reserve_size import reserve
    from orepact.policy.adjustable_duty import duty
    from orepact.policy.price_support import floor
    from orepact.remote import connect as remote
    from orepact.report.shock_chart import plot

_WHERE = {
    "diff": "orepact.cases.path_diff", "replay": "orepact.cases.replay", "gallery": "orepact.cases.shipped",
    "run": "orepact.cases.path", "backtest": "orepact.cases.backtest",
    "price": "orepact.cases.price_chain", "compare": "orepact.cases.compare",
    "shock": "orepact.corridors.closed_shock",
    "corridor": "orepact.corridors.corridor", "plot": "orepact.report.shock_chart", "OrepactError": "orepact.errors",
    "scoreboard": "orepact.indicators.scoreboard", "solve": "orepact.cases.own_market",
    "duty": "orepact.policy.adjustable_duty", "floor": "orepact.policy.price_support",
    "reserve": "orepact.planning.reserve_size", "rules": "orepact.cases.rule_cases", "ladder": "orepact.cases.ladder",
    "expected_loss": "orepact.planning.expected_loss",
}  # fmt: skip
_ROOMS = ("facts", "network", "market", "policy", "cases", "indicators", "planning", "corridors", "errors")


def __getattr__(name: str) -> Any:
    """Load what is asked for when it is asked for, so that the command starts fast."""
    from importlib import import_module

    if name in _ROOMS:
        return import_module(f"orepact.{name}")
    if name in _WHERE:
        return getattr(import_module(_WHERE[name]), name)
    if name == "remote":
        return import_module("orepact.remote")
    raise AttributeError(f"module 'orepact' has no attribute '{name}'")
