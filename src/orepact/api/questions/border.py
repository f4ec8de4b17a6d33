"""Two sums that a customs officer or a producer does by hand: a duty on one consignment, and what a floor pays on one delivery."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from orepact.api.media import flat
from orepact.api.question import Asked, Question, parameter
from orepact.api.shapes.border import DutyAnswer, FloorAnswer
from orepact.api.shares import Share

if TYPE_CHECKING:
    import pandas as pd

    from orepact.policy.adjustable_duty import Duty
    from orepact.policy.price_support import FloorPayment

Unit = Literal["t", "kg", "g", "lb", "toz", "mtu"]


class DutyAsked(Asked):
    """What a consignment pays under a duty that fills the gap up to a reference price. The figures are arithmetic only."""

    reference: float = parameter(
        "Reference price, per unit.", unit="money per unit", default=2408.0, allow_inf_nan=False
    )
    price: float = parameter(
        "Price at the border before duty, per unit.", unit="money per unit", default=1235.0, allow_inf_nan=False
    )
    cap_rate: Share | None = parameter(
        "Bound rate as a share of the value, like 0.1; no cap when left out.", unit="1", default=None, example=0.1,
        allow_inf_nan=False,
    )  # fmt: skip
    value: float | None = parameter(
        "Customs value of one unit; the price when left out.",
        unit="money per unit",
        default=None,
        example=1500.0,
        allow_inf_nan=False,
    )
    security: str | None = parameter(
        "Security ground on record, which lifts the cap.", unit="text", default=None, example="Article XXI notified"
    )
    in_quota: bool = parameter("Whether the consignment is within the quota.", unit="truth", default=False)
    exempt: bool = parameter("Whether the consignment is exempt.", unit="truth", default=False)
    volume: float | None = parameter(
        "Units that arrive, for the duty in all.", unit="unit", default=None, allow_inf_nan=False, example=1000.0
    )
    unit: Unit = parameter("Unit of mass of prices and volume.", unit="text", default="t")
    currency: str | None = parameter("Money of all prices, such as EUR.", unit="ISO 4217", default="EUR")


class FloorAsked(Asked):
    """Who pays whom under a floor price (a contract for difference), and how much; above zero is paid to the producer."""

    strike: float = parameter(
        "Strike price, up to which the gap is paid, per unit.", unit="money per unit", default=110.0,
        allow_inf_nan=False,
    )  # fmt: skip
    price: float = parameter("Market price, per unit.", unit="money per unit", default=54.0, allow_inf_nan=False)
    volume: float = parameter("Units delivered.", unit="unit", default=4_000_000.0, allow_inf_nan=False)
    unit: Unit = parameter("Unit of mass of prices and volume.", unit="text", default="kg")
    clawback: Share = parameter(
        "Share of the price above the strike that comes back, 0 to 1.", unit="1", default=0.3, allow_inf_nan=False
    )
    ramp_done: bool = parameter(
        "Whether the plant has reached the output from which it pays back.", unit="truth", default=False
    )
    first: date | None = parameter("First day of the contract.", unit="date", default=None, example="2025-10-01")
    last: date | None = parameter("Last day of the contract.", unit="date", default=None, example="2035-12-31")
    day: date | None = parameter(
        "Day of the delivery; one within the contract when left out.", unit="date", default=None, example="2026-03-31"
    )
    currency: str | None = parameter("Money of all prices, such as USD.", unit="ISO 4217", default="USD")


def _duty(asked: DutyAsked) -> Duty:
    from orepact.policy.adjustable_duty import duty

    return duty(**asked.model_dump())


def _floor(asked: FloorAsked) -> FloorPayment:
    from orepact.policy.price_support import floor

    return floor(**asked.model_dump())


def _record(found: Duty | FloorPayment) -> dict[str, Any]:
    return found.summary()


def _frame(found: Duty | FloorPayment) -> pd.DataFrame:
    """One row, named as the command names its columns: the answer, the rule, and every input."""
    import pandas as pd

    row = flat(found.summary())
    return pd.DataFrame([{name: "; ".join(value) if isinstance(value, list) else value for name, value in row.items()}])


DUTY: Question[DutyAsked, Duty] = Question(
    name="duty",
    title="What does a consignment pay under a duty up to a reference price?",
    asked=DutyAsked,
    work=_duty,
    record=_record,
    frame=_frame,
    shape=DutyAnswer,
)
FLOOR: Question[FloorAsked, FloorPayment] = Question(
    name="floor",
    title="Who pays whom under a floor price, and how much?",
    asked=FloorAsked,
    work=_floor,
    record=_record,
    frame=_frame,
    shape=FloorAnswer,
    places={"--from": "first", "--to": "last", "--on": "day"},
)
