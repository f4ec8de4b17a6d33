"""Reserves that hold little or nothing themselves: Australia's rights to output, and the EU's information and coordination."""

from __future__ import annotations

from typing import ClassVar, Literal

from orepact.policy.attributes import attribute
from orepact.policy.record import number
from orepact.policy.reserve import events as happen
from orepact.policy.reserve.allocation import Share
from orepact.policy.reserve.rules import DAYS_A_YEAR, Outcome, Rules
from orepact.policy.reserve.state import Due, ReserveState, value_of
from orepact.policy.reserve.vault import Vault

AUSTRALIA = "announcements of the Critical Minerals Strategic Reserve of Australia, 2026"
ACT = "Regulation (EU) 2024/1252, Articles 22 and 23"


class Australia(Vault):
    """Rights to future output, sold on: what is inbound can be drawn by right as it arrives, at a fixed or a floating price."""

    RULE: ClassVar[str] = "Australian strategic reserve"
    SOURCE: ClassVar[str] = AUSTRALIA

    target: float = number(
        1.0, unit="days of use", meaning="not used: no days of cover are named", source=AUSTRALIA, gt=0
    )
    pricing: Literal["fixed", "floating"] = attribute(
        "fixed",
        unit="text",
        meaning="price of what arrives: agreed beforehand, or the market's of the day",
        source=AUSTRALIA,
    )

    def cover(self, *, base_metal: bool = False, high_risk: bool = False) -> float | None:
        """None: no days of cover are named."""
        del base_metal, high_risk
        return None

    def _arrival_price(self, agreed: float, event: happen.Arrival) -> float:
        """Money paid for what arrives: what was agreed on, or the day's price."""
        return agreed if self.pricing == "fixed" else value_of(event.grams, event.price)

    def _dues(self, state: ReserveState, event: happen.Draws, holder: str, share: Share) -> list[Due]:
        """Nothing is given back: what is drawn is sold."""
        del state, event, holder, share
        return []

    def _paid(self, state: ReserveState, event: happen.Draws, share: Share, price: float) -> float:
        """What is drawn by right at its fixed price, or all of it at the day's price."""
        del state
        by_right = price if self.pricing == "fixed" else event.price
        return value_of(share.by_right, by_right) + value_of(share.total - share.by_right, event.price)


class EuropeanUnion(Rules):
    """The Union informs and coordinates: it holds nothing, and nobody is obliged to hold or to release."""

    RULE: ClassVar[str] = "EU, Articles 22 and 23"
    SOURCE: ClassVar[str] = ACT
    HOLDS: ClassVar[bool] = False

    safe_days: float | None = number(
        None, unit="days of average daily net imports", meaning="benchmark for a safe level of stocks; not yet set",
        source=ACT + "(2)", gt=0,
    )  # fmt: skip

    def safe_level(self, net_imports: float) -> float | None:
        """Tonnes of a safe level: days of the average daily net imports of the calendar year before; None while no days are set."""
        return None if self.safe_days is None else self.safe_days * net_imports / DAYS_A_YEAR

    def _purchase(self, state: ReserveState, event: happen.Purchase) -> Outcome:
        return state, (self._refuse(event, "the Union holds no stock; members may buy together", grams=event.grams),)

    def _draws(self, state: ReserveState, event: happen.Draws) -> Outcome:
        why = "nobody is obliged to release; members are asked to coordinate"
        return state, tuple(self._refuse(event, why, each.holder, each.grams) for each in event.requests)

    def _count(self, state: ReserveState, event: happen.StockTake) -> Outcome:
        why = "stock reported by a member; the Commission gives an opinion every two years"
        return state, (self._did("reported", event, grams=event.counted, why=why),)

    def _trigger(self, state: ReserveState, event: happen.Event, name: str, on: bool) -> Outcome:  # noqa: FBT001
        told = "members are informed and asked to coordinate" if on else "members are informed"
        return state, (self._did("reported", event, why=f"{name}: {told}"),)
