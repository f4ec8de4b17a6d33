"""State stocks: JOGMEC of Japan, the public stock of Korea, and the National Defense Stockpile of the United States.

None of them gives anybody a right to draw. Days of cover are those of table ``stockpiles`` of the facts; a test holds them to it.
"""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from orepact.policy.attributes import attribute
from orepact.policy.record import add_months, number
from orepact.policy.reserve import events as happen
from orepact.policy.reserve.allocation import Share
from orepact.policy.reserve.rules import Outcome, Rules, after_days
from orepact.policy.reserve.state import Due, ReserveState

JAPAN = "IEA policy database, entry 16639 (JOGMEC national stockpile)"
KOREA = "press on the plan of KOMIR and the Public Procurement Service"
UNITED_STATES = (
    "Strategic and Critical Materials Stock Piling Act; reports to Congress on the National Defense Stockpile"
)


class Jogmec(Rules):
    """Japan: 60 days of domestic use, 180 where the risk is high; targets and quantities by mineral are secret."""

    RULE: ClassVar[str] = "JOGMEC national stockpile"
    SOURCE: ClassVar[str] = JAPAN

    standard: float = number(
        60.0, unit="days of use", meaning="target: 42 of the state and 18 of firms", source=JAPAN, gt=0
    )
    high_risk: float = number(180.0, unit="days of use", meaning="target where the risk is high", source=JAPAN, gt=0)

    def cover(self, *, base_metal: bool = False, high_risk: bool = False) -> float | None:
        """60 days, 180 where the risk is high."""
        del base_metal
        return self.high_risk if high_risk else self.standard

    def published(self, state: ReserveState) -> dict[str, Any]:
        """That there is a reserve, and not how much it holds."""
        return {"mineral": state.mineral, "objective": state.objective, "grams": None}


class Korea(Rules):
    """Korea: 100 days of rare and 60 of base metals, out in 30 days, in 8 in an emergency; loans for six months without a fee."""

    RULE: ClassVar[str] = "Korean public stock"
    SOURCE: ClassVar[str] = KOREA

    rare: float = number(100.0, unit="days of use", meaning="target for rare metals", source=KOREA, gt=0)
    base: float = number(60.0, unit="days of use", meaning="target for non-ferrous base metals", source=KOREA, gt=0)
    days: int = attribute(30, unit="days", meaning="days to a release", source=KOREA, ge=0, strict=True)
    emergency_days: int = attribute(
        8, unit="days", meaning="days to a release in an emergency", source=KOREA, ge=0, strict=True
    )
    loan_months: int = attribute(
        6, unit="months", meaning="months of a loan, given back in kind", source=KOREA, ge=1, strict=True
    )

    def cover(self, *, base_metal: bool = False, high_risk: bool = False) -> float | None:
        """100 days of rare metals, 60 of base metals."""
        del high_risk
        return self.base if base_metal else self.rare

    def _shares(self, state: ReserveState, asked: list[happen.Request]) -> dict[str, Share]:
        """While no trigger is in force, what is asked for is lent."""
        return super()._shares(state if state.opened_by else state.with_(opened_by=("loan",)), asked)

    def _dues(self, state: ReserveState, event: happen.Draws, holder: str, share: Share) -> list[Due]:
        if state.opened_by:
            return []
        by = add_months(self._ready(state, event.day), self.loan_months)
        return [Due(holder=holder, grams=share.total, by=by, restores=False)]

    def _paid(self, state: ReserveState, event: happen.Draws, share: Share, price: float) -> float:
        """A loan costs nothing; a release in an emergency the day's price."""
        return super()._paid(state, event, share, price) if state.opened_by else 0.0

    def _ready(self, state: ReserveState, day: date) -> date:
        return after_days(day, self.emergency_days if state.opened_by else self.days)

    def _why(self, state: ReserveState, share: Share) -> str:
        return super()._why(state, share) if state.opened_by else f"lent for {self.loan_months} months without a fee"

    def _why_not(self, state: ReserveState) -> str:
        del state
        return "no more is held"


class DefenseStockpile(Rules):
    """United States: for national defence in an emergency; only an official request opens it."""

    RULE: ClassVar[str] = "National Defense Stockpile"
    SOURCE: ClassVar[str] = UNITED_STATES

    def _halt(self, state: ReserveState, event: happen.VerifiedHalt) -> Outcome:
        return state, (self._noted(event),)

    def _import_fall(self, state: ReserveState, event: happen.ImportFall) -> Outcome:
        return state, (self._noted(event),)

    def _premium(self, state: ReserveState, event: happen.Premium) -> Outcome:
        return state, (self._noted(event),)

    def _draws(self, state: ReserveState, event: happen.Draws) -> Outcome:
        if state.objective != "emergency":
            why = "this stock serves emergencies only"
            return state, tuple(self._refuse(event, why, each.holder, each.grams) for each in event.requests)
        return super()._draws(state, event)

    def _noted(self, event: happen.Event) -> Any:
        return self._did("reported", event, why="noted; only an order of the government opens this stock")
