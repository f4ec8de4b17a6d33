"""What every shock and instrument on a market shares: a frozen record that changes a problem, and says who paid whom for it.

``apply`` is pure: the problem that comes in is left as it was, and what was put on it before stays. ``payments`` reads a
solution of the problem with everything on it, and gives the money of this one record.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Annotated, Any, ClassVar, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from orepact.errors import MissingData
from orepact.errors import Problem as Wrong
from orepact.market import Problem, Solution, Stage
from orepact.policy.attributes import attribute, attributes
from orepact.policy.labels import Labels
from orepact.policy.record import Record

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
StageName = Literal["mine", "intermediate", "refined", "component", "scrap"]
Countries = tuple[Annotated[str, Field(pattern=r"^[A-Z]{3}$")], ...]
ANYBODY: Countries = ()
PartyKind = Literal["buyers", "producers", "treasury", "carriers", "holders"]

MODEL = "docs/model.md, instruments"
"""Where the equation of an instrument stands."""

DAYS_A_YEAR = 365.0
CODES = "ISO 3166-1 alpha-3"
MOST_LISTED = 5


@dataclass(frozen=True, order=True)
class Party:
    """Who pays or receives: buyers, producers, the treasury or licence holders of a country, or carriers of a route's goods."""

    kind: PartyKind
    country: str


@dataclass(frozen=True)
class Payment:
    """Money that one party pays another because of one instrument, in the problem's currency per period, ``(B,)``."""

    instrument: str
    payer: Party
    receiver: Party
    amount: Array


MOSTLY = 0.5
"""Share of a period from which an instrument that is either in force or not is in force in it."""

PER_PERIOD = "per period"
"""Words in the unit of a field that is an amount of the market's period."""


@dataclass(frozen=True)
class Period:
    """One period seen from an instrument. years: its length. share: part of it in which the instrument is in force, above 0.

    since: days from the instrument's first day to the period's first, below 0 where it begins inside.
    """

    years: float
    share: float
    since: float

    @property
    def days(self) -> float:
        """Length of the period in days."""
        return DAYS_A_YEAR * self.years


def stage_field(what: str = "stage of the mineral at which it acts") -> Any:
    """The field that says at which stage a record acts."""
    return attribute(unit="stage", meaning=what, source=MODEL)


def countries(meaning: str, default: Any = ...) -> Any:
    """A field of countries; without a default at least one is needed."""
    if default is ...:
        return attribute(unit=CODES, meaning=meaning, source=MODEL, min_length=1)
    return attribute(default, unit=CODES, meaning=meaning, source=MODEL)


class Instrument(Record):
    """Something that happens to a market or is decided about it; ``kind`` is what a case file calls it."""

    kind: str
    stage: StageName

    @property
    @abstractmethod
    def name(self) -> str:
        """What errors, certificates and payments call it."""

    @abstractmethod
    def apply(self, problem: Problem, labels: Labels, base_flows: Array) -> Problem:
        """The problem with this on it; ``base_flows`` is ``(B, n, m + J)`` or ``(n, m + J)`` of its stage, tonnes per period."""

    def in_period(self, period: Period) -> Instrument | None:
        """This record as it acts in one period of a market whose amounts it states by the year; ``None`` where it does not.

        What is either in force or not is in force where it covers at least half of the period; what has a size acts with the
        share of the period that it covers.
        """
        return self.by_year(period.years) if period.share >= MOSTLY else None

    ADDED: ClassVar[tuple[str, ...]] = ()
    """Fields that have a size, of which a period feels the share that it is covered: two in one period are added."""

    def then(self, later: Instrument) -> Instrument:
        """This record and one of the same name that follows it within one period: what has a size adds up, the later one holds else."""
        if type(later) is not type(self):
            return later
        return later.model_copy(update={name: getattr(self, name) + getattr(later, name) for name in self.ADDED})

    def by_year(self, years: float) -> Self:
        """The same record with what it states of a year stated of ``years``."""
        amounts = [
            each.name
            for each in attributes(type(self))
            if PER_PERIOD in each.unit and getattr(self, each.name) is not None
        ]
        return self.model_copy(update={name: getattr(self, name) * years for name in amounts})

    def payments(self, problem: Problem, solution: Solution, labels: Labels) -> tuple[Payment, ...]:
        """Who paid whom for it in a solution of ``problem``; nothing where it moves no money itself."""
        del problem, solution, labels
        return ()


def with_stage(problem: Problem, at: int, stage: Stage) -> Problem:
    """The problem with one stage replaced."""
    return replace(problem, stages=(*problem.stages[:at], stage, *problem.stages[at + 1 :]))


def listed(names: Iterable[str]) -> str:
    """Names in a row, and how many more there are beyond five."""
    every = tuple(names)
    more = f" and {len(every) - MOST_LISTED} more" if len(every) > MOST_LISTED else ""
    return ", ".join(every[:MOST_LISTED]) + more


def towards(named: Countries) -> str:
    """The end of a name that says against whom: nothing where it is everybody."""
    return f" to {listed(named)}" if named else ""


def nobody(field: str, named: Countries, what: str, there: tuple[str, ...]) -> MissingData:
    """The error of a record that touches nobody in the market. field: its field that names them. there: those that it could name."""
    found, todo = f"none of {listed(named)}", f"name one that is in the table: {listed(there)}"
    return MissingData(Wrong(field, f"there is no {what} in the market", found, todo))


def none_left(field: str, covered: Mask, named: Countries, labels: Labels, at: int) -> None:
    """Raise MissingData where a record covers no flow of a stage."""
    if not covered.any():
        raise nobody(field, named or ("anybody",), "flow that it covers", labels.producers[at])


def crossing(labels: Labels, at: int, origins: Countries, destinations: Countries) -> Mask:
    """Flows of a stage that cross a border, ``(n, m + J)``: from and to the named countries, or all where none are named."""
    producers, buyers = np.array(labels.producers[at]), np.array(labels.buyers[at])
    mask: Mask = producers[:, None] != buyers[None, :]
    if origins:
        mask = mask & labels.rows(at, origins)[:, None]
    if destinations:
        mask = mask & labels.columns(at, destinations)[None, :]
    return mask


def by_origin(
    instrument: str, money: Array, labels: Labels, at: int, payer: PartyKind, receiver: PartyKind
) -> tuple[Payment, ...]:
    """What buyers of any country pay to a party of each origin; ``money (B, n, b)`` on each flow."""
    return _between(instrument, money, labels, at, payer, receiver, receiver_at="origin")


def by_importer(
    instrument: str, money: Array, labels: Labels, at: int, payer: PartyKind, receiver: PartyKind
) -> tuple[Payment, ...]:
    """What buyers of each country pay to a party of their own country; ``money (B, n, b)`` on each flow."""
    return _between(instrument, money, labels, at, payer, receiver, receiver_at="importer")


def _between(
    instrument: str,
    money: Array,
    labels: Labels,
    at: int,
    payer: PartyKind,
    receiver: PartyKind,
    *,
    receiver_at: Literal["origin", "importer"],
) -> tuple[Payment, ...]:
    found: dict[tuple[Party, Party], Array] = {}
    for column, buyer in enumerate(labels.buyers[at]):
        for row, producer in enumerate(labels.producers[at]):
            amount = money[:, row, column]
            if not amount.any():
                continue
            parties = Party(payer, buyer), Party(receiver, producer if receiver_at == "origin" else buyer)
            found[parties] = found.get(parties, np.zeros(len(amount))) + amount
    return tuple(Payment(instrument, *parties, amount) for parties, amount in sorted(found.items()))
