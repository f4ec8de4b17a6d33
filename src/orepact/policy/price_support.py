"""Money between the public hand and a producer whose price is too low (or high): five instruments, one interface.

Each has ``per_unit(price)``, what it pays the producer on top of the market's price, and ``cash(delivery)``, the money of one delivery.
Contract for difference: ``V (F - P)`` where ``P < F``, else ``-s V (P - F)`` once the ramp is done.
Price gap: ``V min(share (R - P)+, most)``.
Production subsidy: ``V rate``. Offtake with a floor: ``V (F - P)+`` on top of the market's price, with ``V max(P, F)`` in advance.
Purchase for a stock: ``V P`` in advance for goods of that value.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import field_validator

from orepact.errors import Problem
from orepact.policy.attributes import attribute
from orepact.policy.record import (
    USER,
    Currency,
    Day,
    Record,
    Text,
    Unit,
    in_force,
    inputs_of,
    not_before,
    number,
    per,
    raise_all,
    read_both,
)

MP_MATERIALS = "Price Protection Agreement, MP Materials and US Department of Defense, 9 July 2025"
CONTRACT = "the contract"
DOUBT = 1e-9
"""Share of a lot by which designations may exceed it: the noise of adding decimals."""


class Delivery(Record):
    """What a producer delivers (or, for a stock, sets aside) in one period, and what the market pays for it."""

    price: float = number(unit="money per unit", meaning="market price, averaged over the period", source="index", ge=0)
    volume: float = number(unit="unit", meaning="units delivered", source="producer's report", ge=0)
    ramp_done: bool = attribute(
        default=False, unit="truth", meaning="whether the plant has reached the output from which it pays back", source=MP_MATERIALS,
        strict=True,
    )  # fmt: skip
    day: Day | None = attribute(
        None,
        unit="date",
        meaning="day of the delivery; a day within the contract when left out",
        source="producer's report",
    )


@dataclass(frozen=True)
class Cash:
    """The money of one delivery. payment: to the producer on top of the market's price, negative where the producer pays back.

    outlay: what the public hand must have ready, which for a purchase is the price of the goods as well.
    """

    payment: float
    outlay: float
    volume: float
    why: str

    def received(self, party: Literal["producer", "public"]) -> float:
        """What a party gets, negative where it pays: the two add up to nothing."""
        return self.payment if party == "producer" else 0.0 - self.payment


class Support(Record):
    """What all instruments share: their days, their unit, and cash from what they pay per unit."""

    RULE: ClassVar[str]
    SOURCE: ClassVar[str]

    first: Day | None = attribute(None, unit="date", meaning="first day; nothing is paid before it", source=CONTRACT)
    last: Day | None = attribute(None, unit="date", meaning="last day; nothing is paid after it", source=CONTRACT)
    unit: Unit = attribute("t", unit="text", meaning="unit of mass of all amounts", source=USER)
    currency: Currency | None = attribute(None, unit="ISO 4217", meaning="money of all amounts", source=USER)

    @field_validator("last")
    @classmethod
    def _ends_after_it_begins(cls, last: date | None, info: Any) -> date | None:
        return not_before(last, info.data.get("first"))

    @abstractmethod
    def per_unit(self, price: ArrayLike, ramp_done: ArrayLike = False) -> NDArray[np.float64]:  # noqa: FBT002
        """Paid to the producer on top of the market's price, money per unit; any shape."""

    def outlay_per_unit(self, price: ArrayLike, ramp_done: ArrayLike = False) -> NDArray[np.float64]:  # noqa: FBT002
        """What the public hand must have ready, money per unit; any shape. The payment, unless goods are bought."""
        return self.per_unit(price, ramp_done)

    def covered(self, volume: float) -> float:
        """Units of a delivery that the instrument covers: all of them, unless it says otherwise."""
        return volume

    def cash(self, delivery: Delivery) -> Cash:
        """The money of one delivery; nothing outside the instrument's days."""
        if not in_force(delivery.day, self.first, self.last):
            return Cash(0.0, 0.0, 0.0, "the day lies outside the contract")
        volume = self.covered(delivery.volume)
        payment = float(volume * self.per_unit(delivery.price, delivery.ramp_done)) + 0.0
        outlay = float(volume * self.outlay_per_unit(delivery.price, delivery.ramp_done)) + 0.0
        return Cash(payment, outlay, volume, self.why(delivery))

    def why(self, delivery: Delivery) -> str:
        """The reason of a payment in words."""
        del delivery
        return self.RULE


class ContractForDifference(Support):
    """Pays the gap up to a strike; a share of what lies above it comes back once the plant is ramped up."""

    RULE: ClassVar[str] = "contract for difference"
    SOURCE: ClassVar[str] = f"as in the {MP_MATERIALS}"

    strike: float = number(
        unit="money per unit", meaning="strike price, up to which the gap is paid", source=MP_MATERIALS, gt=0
    )
    clawback: float = number(
        0.0, unit="1", meaning="share of the price above the strike that comes back: 0 is one-way, 1 is two-way in full",
        source=MP_MATERIALS, ge=0, le=1,
    )  # fmt: skip

    def per_unit(self, price: ArrayLike, ramp_done: ArrayLike = False) -> NDArray[np.float64]:  # noqa: FBT002
        """``F - P`` below the strike, else ``-s (P - F)`` if the ramp is done."""
        gap = self.strike - np.asarray(price, dtype=float)
        share = np.where(ramp_done, self.clawback, 0.0)
        return np.asarray(np.where(gap > 0, gap, share * gap) + 0.0)

    def why(self, delivery: Delivery) -> str:
        """Below, above before the ramp, above without claw-back, or above with it."""
        if delivery.price < self.strike:
            return "the price is below the strike"
        if delivery.price == self.strike:
            return "the price is at the strike"
        if self.clawback == 0:
            return "the price is above the strike and nothing is clawed back"
        return "the price is above the strike" + (
            "" if delivery.ramp_done else ", but the plant is still being ramped up"
        )


class PriceGapPayment(Support):
    """Pays a share of the gap between a reference price and the market's, up to a ceiling; nothing comes back."""

    RULE: ClassVar[str] = "price-gap payment"
    SOURCE: ClassVar[str] = "named in the joint list of the EU and the United States, 4 February 2026"

    reference: float = number(unit="money per unit", meaning="reference price", source="its record", gt=0)
    share: float = number(1.0, unit="1", meaning="share of the gap that is paid", source="the programme", ge=0, le=1)
    most: float | None = number(None, unit="money per unit", meaning="most that is paid", source="the programme", ge=0)

    def per_unit(self, price: ArrayLike, ramp_done: ArrayLike = False) -> NDArray[np.float64]:  # noqa: FBT002
        """``min(share (R - P)+, most)``."""
        del ramp_done
        gap = self.share * np.maximum(self.reference - np.asarray(price, dtype=float), 0.0)
        return np.asarray(gap if self.most is None else np.minimum(gap, self.most))


class ProductionSubsidy(Support):
    """Pays the same for every unit, whatever the price."""

    RULE: ClassVar[str] = "production subsidy"
    SOURCE: ClassVar[str] = "the programme"

    rate: float = number(unit="money per unit", meaning="what every unit is paid", source="the programme", ge=0)

    def per_unit(self, price: ArrayLike, ramp_done: ArrayLike = False) -> NDArray[np.float64]:  # noqa: FBT002
        """The rate."""
        del ramp_done
        return np.full(np.shape(price), self.rate)


class OfftakeWithFloor(Support):
    """Buys up to a volume at the market's price but never below a floor; the goods are worth the market's price."""

    RULE: ClassVar[str] = "offtake with a floor"
    SOURCE: ClassVar[str] = CONTRACT

    floor: float = number(unit="money per unit", meaning="least price that is paid", source=CONTRACT, gt=0)
    most: float | None = number(None, unit="unit", meaning="most that is bought of one delivery", source=CONTRACT, ge=0)

    def per_unit(self, price: ArrayLike, ramp_done: ArrayLike = False) -> NDArray[np.float64]:  # noqa: FBT002
        """``(F - P)+``: what is paid on top of the value of the goods."""
        del ramp_done
        return np.asarray(np.maximum(self.floor - np.asarray(price, dtype=float), 0.0))

    def outlay_per_unit(self, price: ArrayLike, ramp_done: ArrayLike = False) -> NDArray[np.float64]:  # noqa: FBT002
        """``max(P, F)``: the goods must be paid before they are sold on."""
        del ramp_done
        return np.asarray(np.maximum(self.floor, np.asarray(price, dtype=float)))

    def covered(self, volume: float) -> float:
        """No more than ``most``."""
        return volume if self.most is None else min(volume, self.most)


class StockPurchase(Support):
    """Buys at the market's price to hold it up: the producer gets no more than the market pays, the fund is spent all the same."""

    RULE: ClassVar[str] = "purchase for a stock"
    SOURCE: ClassVar[str] = "Sixth International Tin Agreement, in force 17 July 1982 (buffer stock)"

    def per_unit(self, price: ArrayLike, ramp_done: ArrayLike = False) -> NDArray[np.float64]:  # noqa: FBT002
        """Nothing on top of the market's price."""
        del ramp_done
        return np.zeros(np.shape(price))

    def outlay_per_unit(self, price: ArrayLike, ramp_done: ArrayLike = False) -> NDArray[np.float64]:  # noqa: FBT002
        """The market's price."""
        del ramp_done
        return np.asarray(price, dtype=float)


INSTRUMENTS: tuple[type[Support], ...] = (
    ContractForDifference,
    PriceGapPayment,
    ProductionSubsidy,
    OfftakeWithFloor,
    StockPurchase,
)


def cash_flow(support: Support, deliveries: Iterable[Delivery]) -> tuple[tuple[Delivery, Cash], ...]:
    """The deliveries within the instrument's days with their money; those outside leave no row."""
    inside = (each for each in deliveries if in_force(each.day, support.first, support.last))
    return tuple((each, support.cash(each)) for each in inside)


class Designation(Record):
    """A volume of a lot that is put forward for payment, as stockpile, sale to an affiliate, or sale."""

    lot: Text = attribute(unit="text", meaning="lot or batch", source=MP_MATERIALS)
    use: Literal["stockpile", "affiliate sale", "sale"] = attribute(
        unit="text", meaning="what it is put forward as", source=MP_MATERIALS
    )
    volume: float = number(unit="unit", meaning="units put forward", source="producer's report", gt=0)


def designated(lots: dict[str, float], designations: Sequence[Designation]) -> float:
    """Units put forward in all; BadInput that names every lot of which a kilogram is put forward twice, or that is unknown."""
    claimed: dict[str, list[Designation]] = {}
    for each in designations:
        claimed.setdefault(each.lot, []).append(each)
    raise_all(problem for lot, rows in claimed.items() for problem in _overclaimed(lot, lots.get(lot), rows))
    return sum(each.volume for each in designations)


def _overclaimed(lot: str, held: float | None, rows: list[Designation]) -> list[Problem]:
    if held is None:
        return [
            Problem(f"designations, {lot}", "there is no such lot", f"{len(rows)} designations", "report the lot first")
        ]
    volume = sum(each.volume for each in rows)
    if volume <= held * (1 + DOUBT):
        return []
    words = " and ".join(f"{each.volume:g} as {each.use}" for each in rows)
    return [
        Problem(
            f"designations, {lot}",
            "a unit can be put forward once only",
            f"{words} of a lot of {held:g}",
            f"take {volume - held:g} out",
        )
    ]


@dataclass(frozen=True)
class FloorPayment:
    """A contract for difference put to one delivery."""

    contract: ContractForDifference
    delivery: Delivery
    cash: Cash

    def summary(self) -> dict[str, Any]:
        """The answer with every input, its unit, and the rule in words."""
        contract, unit = self.contract, per(self.contract.currency, self.contract.unit)
        money, payment = contract.currency or "money of the price", self.cash.payment
        units = (contract.currency, contract.unit)
        return {
            "payment": payment,
            "payment_unit": money,
            "per_unit": payment / self.cash.volume if self.cash.volume else None,
            "per_unit_unit": unit,
            "payer": None if payment == 0 else "public fund" if payment > 0 else "producer",
            "receiver": None if payment == 0 else "producer" if payment > 0 else "public fund",
            "why": self.cash.why,
            "rule": {
                "name": contract.RULE,
                "source": contract.SOURCE,
                "equation": "volume x (strike - price) below the strike, else -clawback x volume x (price - strike) after the ramp",
            },
            "inputs": inputs_of(contract, *units) | inputs_of(self.delivery, *units),
        }


def floor(**given: Any) -> FloorPayment:
    """What a floor pays, from fields of :class:`ContractForDifference` and :class:`Delivery`; BadInput with all problems.

    >>> floor(strike=110, price=54, volume=4_000_000, unit="kg").cash.payment
    224000000.0
    """
    contract, delivery = read_both(ContractForDifference, Delivery, given)
    return FloorPayment(contract, delivery, contract.cash(delivery))
