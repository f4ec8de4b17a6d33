"""The same shock on three rungs: arithmetic, one period of equilibrium, and month by month; all over the same draws.

On every rung, for the users that are hit, ``taken = replaced + from stocks + given up + unserved``: what is taken away is the arithmetic's,
what stocks give and users lose is the rung's own, and the rest is replaced (more bought of others, or less bought by plants for others).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from orepact.cases import path, shocks
from orepact.cases.assemble import Base, assemble
from orepact.cases.case import ShockCase
from orepact.cases.draws import Draws, draw
from orepact.cases.ladder_arithmetic import DAYS_A_MONTH, SHORT, Arithmetic, taken_away
from orepact.cases.path_case import PathCase, Timed
from orepact.cases.path_result import PathResult
from orepact.cases.result import ShockResult
from orepact.network import Network
from orepact.policy import ExportCut, Instrument

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Progress = Callable[[int], None]

START = date(2026, 1, 1)
"""First day of the path; nothing depends on the year."""


@dataclass(frozen=True)
class Question:
    """A case on its network with its draws. hit ``(J,)``: final users that count. arithmetic: tonnes of the whole period."""

    case: ShockCase
    network: Network
    drawn: Draws
    base: Base
    hit: Mask
    arithmetic: Arithmetic

    @property
    def event(self) -> ExportCut:
        """What happens."""
        case = self.case
        return ExportCut(origins=case.origins, stage=case.stage, cut=case.cut, against=case.against)

    @property
    def users(self) -> tuple[str, ...]:
        """Countries of those hit."""
        return tuple(country for country, chosen in zip(self.network.users, self.hit, strict=True) if chosen)

    @property
    def use(self) -> Array:
        """Base use of those hit in the period, tonnes by draw."""
        total: Array = self.arithmetic.use[:, self.hit].sum(axis=1)
        return total


@dataclass(frozen=True)
class Rung:
    """What one rung says, draw by draw. Tonnes of those hit, ``(B,)``; ``lost (B, J)`` of every user that is hit.

    days: until users together lack 5 % of their use, infinite for never; None where the rung has no days. first: the same for each user.
    price: mean of the period for those hit, ratio to base; peak: its highest month; None where the rung has none.
    """

    level: str
    name: str
    taken: Array
    from_stocks: Array
    given_up: Array
    unserved: Array
    lost: Array
    days: Array | None
    first: Array | None
    price: Array | None
    peak: Array | None

    @property
    def shortage(self) -> Array:
        """Use given up and use unserved, tonnes."""
        return self.given_up + self.unserved

    @property
    def replaced(self) -> Array:
        """What others make good, tonnes."""
        return self.taken - self.from_stocks - self.shortage


def ask(case: ShockCase, network: Network) -> Question:
    """The question with everything that all rungs share. Raises MissingData where there is nothing to cut."""
    drawn = draw(case.mineral, number=case.draws, seed=case.seed, producers=len(network.stages[-1].producers))
    base = assemble(network, drawn, case.months)
    event = ExportCut(origins=case.origins, stage=case.stage, cut=case.cut, against=case.against)
    at = base.labels.stage(case.stage)
    event.apply(base.problem, base.labels, base.flows[at])
    users = base.problem.stages[-1].users
    last = at == len(base.labels.stages) - 1
    outside = ~np.isin(network.users, case.origins)
    hit = outside & np.isin(network.users, case.against) if case.against and last else outside
    shape = (case.draws, len(network.users))
    taken = taken_away(base.flows, network.recovery, at, event.covered(base.labels), case.cut)
    arithmetic = Arithmetic(
        taken[:, -shape[1] :], np.broadcast_to(users.stocks.held, shape), np.broadcast_to(users.use, shape), case.months
    )
    return Question(case, network, drawn, base, hit, arithmetic)


def by_arithmetic(asked: Question) -> Rung:
    """L0: exports taken away, less what stocks cover."""
    found, hit = asked.arithmetic, asked.hit
    short = found.short[:, hit].sum(axis=1)
    return Rung(
        "L0", "arithmetic", taken=found.taken[:, hit].sum(axis=1), from_stocks=found.covered[:, hit].sum(axis=1),
        given_up=np.zeros_like(short), unserved=short, lost=found.short[:, hit], days=found.first_day(hit),
        first=found.days[:, hit], price=None, peak=None,
    )  # fmt: skip


def by_equilibrium(asked: Question) -> tuple[Rung, ShockResult]:
    """L1: one period, as ``orepact.shock`` has it."""
    result = shocks.run(asked.network, asked.case)
    data, hit = result.data, asked.hit
    given_up, unserved, stocks = (data[name].to_numpy()[:, hit] for name in ("given_up", "unserved", "stock_drawn"))
    last = asked.case.stage == asked.network.stages[-1].stage
    price = data["price_cut_off" if asked.case.against and last else "user_price_abroad"].to_numpy()
    rung = Rung(
        "L1", "one period", taken=asked.arithmetic.taken[:, hit].sum(axis=1), from_stocks=stocks.sum(axis=1),
        given_up=given_up.sum(axis=1), unserved=unserved.sum(axis=1), lost=given_up + unserved, days=None, first=None,
        price=price, peak=None,
    )  # fmt: skip
    return rung, result


def path_case(asked: Question, more: tuple[Instrument, ...] = ()) -> PathCase:
    """The same shock as a case in time, with what else is decided."""
    case = asked.case
    timed = tuple(Timed(instrument=each) for each in (asked.event, *more))
    return PathCase(
        name="ladder", mineral=case.mineral, start=START, months=int(case.months), step=1, base_year=case.base_year,
        instruments=timed, draws=case.draws, seed=case.seed,
    )  # fmt: skip


def by_month(
    asked: Question, more: tuple[Instrument, ...] = (), progress: Progress | None = None, *, meant: float = 0.0
) -> tuple[Rung, PathResult]:
    """L4: month by month, as ``orepact.run`` has it. meant: share of use that is done without on purpose, which is no shortage."""
    result = path.on_network(path_case(asked, more), asked.network, progress)
    data, hit = result.data, asked.hit
    given_up, unserved = (data[name].to_numpy()[:, :, hit] for name in ("given_up", "unserved"))
    use = data["use_base"].to_numpy()[:, hit]
    given_up = given_up - meant * use[:, None]
    lost = given_up + unserved
    held = np.broadcast_to(asked.base.problem.stages[-1].users.stocks.held, asked.arithmetic.use.shape)[:, hit]
    price = result.price(asked.users)
    rung = Rung(
        "L4", "month by month", taken=asked.arithmetic.taken[:, hit].sum(axis=1),
        from_stocks=(held - data["user_stock"].to_numpy()[:, -1, hit]).sum(axis=1),
        given_up=given_up.sum(axis=(1, 2)), unserved=unserved.sum(axis=(1, 2)), lost=lost.sum(axis=1),
        days=first_day(lost.sum(axis=2), use.sum(axis=1)), first=first_day(lost, use), price=price.mean(axis=1), peak=price.max(axis=1),
    )  # fmt: skip
    return rung, result


def first_day(lost: Array, use: Array) -> Array:
    """First day of the first month in which 5 % of use or more is lost, ``(B, ...)`` of ``lost (B, months, ...)``; infinite for never."""
    short = (lost >= SHORT * use[:, None]) & (use[:, None] > 0)
    first = np.argmax(short, axis=1) * DAYS_A_MONTH
    return np.where(short.any(axis=1), first, np.inf)
