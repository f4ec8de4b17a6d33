"""Project Vault of the United States: members commit to quantities at a fixed inventory price, draw within them, and replenish.

``fee = f value`` once; ``carry = (rate + storage) value t`` on what may be drawn; a member draws no more than its right and gives the
same quantity back at the same price; in a major disruption all that is not somebody else's right is open too.
"""

from __future__ import annotations

from typing import ClassVar

from orepact.policy.attributes import attribute
from orepact.policy.record import USER, Text, add_months, number
from orepact.policy.reserve import events as happen
from orepact.policy.reserve.allocation import Share
from orepact.policy.reserve.rules import DAYS_A_YEAR, Outcome, Rules, years
from orepact.policy.reserve.state import Decision, Due, ReserveState, value_of, with_right

REPORTED = "press and trade pages on Project Vault, 2026; its contracts are not public"


class Vault(Rules):
    """Rules of Project Vault as they were reported."""

    RULE: ClassVar[str] = "Project Vault"
    SOURCE: ClassVar[str] = REPORTED

    target: float = number(
        60.0, unit="days of use", meaning="emergency supply aimed at", source="facts, table stockpiles", gt=0
    )
    fee: float = number(
        0.0, unit="share of value", meaning="paid once on joining; its size is not public", source=USER, ge=0, le=1
    )
    rate: float = number(0.0, unit="a year", meaning="interest on the loan; not public", source=USER, ge=0, le=1)
    storage: float = number(0.0, unit="share of value, a year", meaning="storage", source=USER, ge=0, le=1)
    replenish_months: int = attribute(
        years(10), unit="months", meaning="months within which a draw is given back", source=REPORTED + " (about a decade)",
        ge=1, le=600, strict=True,
    )  # fmt: skip
    observers: tuple[Text, ...] = attribute((), unit="list", meaning="who watches and has no vote", source=REPORTED)

    def cover(self, *, base_metal: bool = False, high_risk: bool = False) -> float | None:
        """60 days, for every mineral."""
        del base_metal, high_risk
        return self.target

    def _entitle(self, state: ReserveState, event: happen.Entitle) -> Outcome:
        if state.entitled + event.grams > state.held + state.inbound:
            why = "rights to draw may not exceed what is held and firmly inbound"
            return state, (self._refuse(event, why, event.holder, event.grams),)
        if any(each.holder == event.holder and each.price != event.price for each in state.entitlements):
            why = "the inventory price of a member is fixed"
            return state, (self._refuse(event, why, event.holder, event.grams),)
        after = state.with_(entitlements=with_right(state.entitlements, event.holder, event.grams, event.price))
        fee = self.fee * value_of(event.grams, event.price)
        why = f"may draw at {event.price:g} a tonne; fee of {100 * self.fee:g} %"
        return after, (self._did("entitled", event, holder=event.holder, grams=event.grams, money=fee, why=why),)

    def _shares(self, state: ReserveState, asked: list[happen.Request]) -> dict[str, Share]:
        """By right at any time; the rest only while a trigger is in force."""
        if state.opened_by:
            return super()._shares(state, asked)
        opened = super()._shares(state.with_(opened_by=("by right",)), asked)
        return {holder: Share(by_right=share.by_right) for holder, share in opened.items()}

    def _dues(self, state: ReserveState, event: happen.Draws, holder: str, share: Share) -> list[Due]:
        del state
        by = add_months(event.day, self.replenish_months)
        return [Due(holder=holder, grams=share.by_right, by=by)] if share.by_right else []

    def _paid(self, state: ReserveState, event: happen.Draws, share: Share, price: float) -> float:
        """What is drawn by right is given back in kind, so nothing is paid for it; the rest at the day's price."""
        del state, price
        return value_of(share.total - share.by_right, event.price)

    def _why_not(self, state: ReserveState) -> str:
        return (
            "no more can be given out"
            if state.opened_by
            else "it is more than the holder's right, and no trigger is in force"
        )

    def _request(self, state: ReserveState, event: happen.OfficialRequest) -> Outcome:
        if event.by in self.observers:
            return state, (self._refuse(event, "an observer has no vote", event.by),)
        return super()._request(state, event)

    def _charges(self, state: ReserveState, event: happen.StockTake) -> list[Decision]:
        """``(rate + storage) value t`` of each member, on what it may draw and on what it owes."""
        span = event.days / DAYS_A_YEAR
        share = (self.rate + self.storage) * span
        rows = [(each.holder, each.grams + state.owed_by(each.holder), each.price) for each in state.entitlements]
        why = f"carrying cost of {event.days} days"
        return [
            self._did("charged", event, holder=holder, grams=grams, money=share * value_of(grams, price), why=why)
            for holder, grams, price in rows
            if share * grams
        ]
